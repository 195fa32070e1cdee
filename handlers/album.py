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
    there = [one for one in order if _source(one)]
    return show_captioned(request, [(one, join([*([caption] if number == 0 else []), *_words(request, one)], " · "))
                                    for number, one in enumerate(there)])


def show_captioned(request: Request, found: list[tuple[Photo, Markup]], *, slot: str | None = None) -> Outbox | None:
    """Photos in this order, each with its own caption (HTML), in one protected message; None where there are none.
    ``slot``: it takes the place of one that still waits there."""
    shown = [(source, caption) for photo, caption in found if (source := _source(photo))]
    params: dict[str, Any] = {"chat_id": request.chat_id, "protect_content": True}
    if not shown:
        return None
    house_id = next((photo.house_id for photo, _ in found if photo.house_id is not None), None)
    if len(shown) == 1:
        params |= {"photo": shown[0][0], **_caption(shown[0][1])}
        return send_noted(request, "sendPhoto", params, house_id, slot=slot)
    params["media"] = [{"type": "photo", "media": source, **_caption(words)} for source, words in shown]
    return send_noted(request, "sendMediaGroup", params, house_id, slot=slot)


def send_noted(
    request: Request, method: str, params: dict[str, Any], house_id: int | None, *, slot: str | None = None
) -> Outbox:
    """While it waits to be sent, an erasure of the family takes it back. A picture that has arrived has no text that
    could be emptied, so it is noted as a document is."""
    row = outbox.enqueue(request.session, request.chat_id, method, params, request.now, slot=slot)
    note_sent(request, house_id, row)
    return row


def note_sent(request: Request, house_id: int | None, row: Outbox) -> None:
    """Remember a picture or document that shows a house, as one that cannot be emptied."""
    if house_id is not None:
        told = note(request.session, house_id, request.me.id, row.chat_id, row.id or 0, request.now)
        close(request.session, told, request.now)


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
        send_noted(request, "sendPhoto", params, photo.house_id)
    else:
        params["media"] = {"type": "photo", "media": source, **_caption(caption)}
        row = outbox.enqueue(request.session, request.chat_id, "editMessageMedia", params, request.now,
                             target_message=target)
        note_sent(request, photo.house_id, row)
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
