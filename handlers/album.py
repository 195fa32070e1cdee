"""Photos of a house or of its work as one message. It goes below the text it belongs to: a picture that cannot be
sent yet would hold back whatever comes after it in the same chat."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram import Message

from handlers.kit.buttons import Rows, keyboard
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.photo_places import FAR_METRES, distance
from storage import outbox, photos
from storage.houses import House
from storage.outbox import Outbox
from storage.photos import Photo, PhotoKind
from storage.shown import close, note

MOST = 10
"""Telegram's album has room for as many."""

_ORDER = list(PhotoKind)


def show_house_album(request: Request, house: House) -> Outbox | None:
    """The registration photos of a house by what they show; None where there are none."""
    return show_album(request, _chosen(photos.of_house(request.session, house.id or 0)), house.code)


def _chosen(found: list[Photo]) -> list[Photo]:
    """Where there are too many: the newest of each kind, then the newest."""
    newest = {one.kind: one for one in found if one.kind is not None}
    others = [one for one in found if one not in newest.values()]
    return [*newest.values(), *reversed(others)][:MOST]


def show_album(request: Request, found: list[Photo], caption: str) -> Outbox | None:
    """Photos, by what they show and oldest first, in one protected message; None where there are none. ``caption``:
    HTML, with the first picture; each says what it shows.

    The stored copy always works; Telegram's file id only serves until there is one.
    """
    order = sorted(found, key=lambda one: (_ORDER.index(one.kind) if one.kind else len(_ORDER), one.id or 0))
    shown = [(source, _words(request, one)) for one in order if (source := _source(one))]
    params: dict[str, Any] = {"chat_id": request.chat_id, "protect_content": True}
    if not shown:
        return None
    captions = [join([caption, *shown[0][1]], " · "), *(join(words, " · ") for _, words in shown[1:])]
    if len(shown) == 1:
        params |= {"photo": shown[0][0], **_caption(captions[0])}
        return _send(request, "sendPhoto", params, order[0])
    params["media"] = [{"type": "photo", "media": source, **_caption(words)}
                       for (source, _), words in zip(shown, captions, strict=True)]
    return _send(request, "sendMediaGroup", params, order[0])


def _send(request: Request, method: str, params: dict[str, Any], first: Photo) -> Outbox:
    """While it waits to be sent, an erasure of the family takes it back. A picture that has arrived has no text that
    could be emptied, so it is noted as a document is."""
    row = outbox.enqueue(request.session, request.chat_id, method, params, request.now)
    if first.house_id is not None:
        told = note(request.session, first.house_id, request.me.id, row.chat_id, row.id or 0, request.now)
        close(request.session, told, request.now)
    return row


def _source(photo: Photo) -> dict[str, str] | str:
    """Nothing where the file is gone."""
    return {"_file": photo.key} if photo.key else photo.file_id


def _words(request: Request, photo: Photo) -> list[Markup]:
    """What it shows; and where the camera was, if that was elsewhere."""
    words = [request.t(f"photo.kind.{photo.kind}")] if photo.kind else []
    if (photo.pin_metres or 0) > FAR_METRES:
        words.append(request.t("photo.taken_far", distance=distance(photo.pin_metres or 0, request.locale)))
    return words


def _caption(words: Markup) -> dict[str, str]:
    return {"caption": str(words), "parse_mode": "HTML"} if words else {}


def show_one(request: Request, photo: Photo, caption: Markup, buttons: Rows) -> bool:
    """One protected picture with buttons; a press on such a picture puts this one in its place. False where the file
    is gone."""
    source = _source(photo)
    if not source:
        return False
    params: dict[str, Any] = {"chat_id": request.chat_id, "reply_markup": keyboard(buttons)}
    target = _pressed_picture(request)
    if target is None:
        params |= {"photo": source, "protect_content": True, **_caption(caption)}
        outbox.enqueue(request.session, request.chat_id, "sendPhoto", params, request.now)
    else:
        params["media"] = {"type": "photo", "media": source, **_caption(caption)}
        outbox.enqueue(request.session, request.chat_id, "editMessageMedia", params, request.now, target_message=target)
    return True


def say_below(request: Request, text: Markup, buttons: Rows) -> None:
    """A last word in place of the caption of the picture pressed on; below any other message, which stays."""
    target = _pressed_picture(request)
    if target is None:
        request.say(text, buttons)
        return
    params = {"chat_id": request.chat_id, "reply_markup": keyboard(buttons), **_caption(text)}
    outbox.enqueue(request.session, request.chat_id, "editMessageCaption", params, request.now, target_message=target)


def _pressed_picture(request: Request) -> int | None:
    query = request.update.callback_query
    pressed = query.message if query else None
    return pressed.message_id if isinstance(pressed, Message) and pressed.photo else None
