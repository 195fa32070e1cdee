"""Photos as phones send them: with captions, in albums, as files, edited."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from sqlmodel import col, select

from storage.photos import Photo, PhotoKind, PhotoState
from storage.rules import DEFAULTS
from tests.handlers.house_steps import answers
from tests.world import Actor, World

_numbers = count(1)
K = PhotoKind


def require(world: World, *kinds: PhotoKind) -> None:
    """This city wants these photos of a house."""
    world.runtime.rules = replace(DEFAULTS, photo_kinds=kinds)


def snap(sari: Actor, caption: str | None = None, album: str | None = None, **more: Any) -> int:
    """Send a photo; the id of its message."""
    unique = more.pop("unique", f"snap-{next(_numbers)}")
    content: dict[str, Any] = {"photo": [{"file_id": f"f-{unique}", "file_unique_id": unique, "width": 1280,
                                          "height": 960, "file_size": 200_000}]}
    content |= {"caption": caption} if caption is not None else {}
    content |= {"media_group_id": album} if album is not None else {}
    sari.sends(**content, **more)
    return sari.last_sent_id


def recaption(sari: Actor, message_id: int, caption: str | None) -> None:
    """Edit the caption of an own photo; None takes it away."""
    message = {key: value for key, value in sari.world.sent[(sari.id, message_id)].items() if key != "caption"}
    message |= {"caption": caption} if caption is not None else {}
    sari.world.run({"edited_message": message | {"edit_date": message["date"]}}, sari.id)


def kinds_of(world: World) -> list[PhotoKind | None]:
    """What the photos show that count, in the order in which they came."""
    query = select(Photo.kind).where(col(Photo.state) != PhotoState.REJECTED).order_by(col(Photo.id))
    return world.store.run(lambda session: list(session.exec(query)))


def missing_of(world: World, sari: Actor) -> list[str]:
    """The note in the newest draft."""
    return list((answers(world, sari) or {}).get("missing_photos", []))
