"""Photos of a house or of its work as one message. It goes below the text it belongs to: a picture that cannot be
sent yet would hold back whatever comes after it in the same chat."""

from __future__ import annotations

from typing import Any

from handlers.kit.request import Request
from storage import outbox, photos
from storage.houses import House
from storage.outbox import Outbox
from storage.photos import Photo

MOST = 10
"""Telegram's album has room for as many."""


def show_house_album(request: Request, house: House) -> Outbox | None:
    """The newest registration photos of a house; None where there are none."""
    return show_album(request, photos.of_house(request.session, house.id or 0)[-MOST:], house.code)


def show_album(request: Request, found: list[Photo], caption: str) -> Outbox | None:
    """Photos, oldest first, in one protected message; None where there are none. ``caption``: HTML.

    The stored copy always works; Telegram's file id only serves until there is one.
    """
    sources = [{"_file": photo.key} if photo.key else photo.file_id
               for photo in sorted(found, key=lambda one: one.id or 0)]
    params: dict[str, Any] = {"chat_id": request.chat_id, "protect_content": True}
    words = {"caption": str(caption), "parse_mode": "HTML"}
    if not sources:
        return None
    if len(sources) == 1:
        params |= {"photo": sources[0], **words}
        return outbox.enqueue(request.session, request.chat_id, "sendPhoto", params, request.now)
    params["media"] = [{"type": "photo", "media": source, **(words if number == 0 else {})}
                       for number, source in enumerate(sources)]
    return outbox.enqueue(request.session, request.chat_id, "sendMediaGroup", params, request.now)
