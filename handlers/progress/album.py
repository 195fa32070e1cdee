"""Photos of a house or of its work as one message."""

from __future__ import annotations

from typing import Any

from handlers.kit.request import Request
from storage import outbox
from storage.outbox import Outbox
from storage.photos import Photo


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
