"""The routes through which forms are filled: presses, typed text, photos, pins, edited messages."""

from __future__ import annotations

from typing import Any

from telegram import Message
from telegram.ext import BaseHandler, MessageHandler, filters

from handlers.kit import filling
from handlers.kit.buttons import Press
from handlers.kit.endpoint import endpoint, press
from handlers.kit.form import FORMS, Back, Cancel, Edit, Filling, Form, Pick, Resume, Save, Skip, Takes
from handlers.kit.policy import Where, members
from handlers.kit.prompt import echo, show_edit_list
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import drafts, outbox, photos
from storage.drafts import Draft
from storage.photos import PhotoPurpose

# Telegram lets a bot fetch files up to this size.
MAX_FILE_BYTES = 20 * 1024 * 1024


def _mine(request: Request, draft_id: int) -> tuple[Form, Filling] | None:
    """The draft behind a button, if it is this person's and still open."""
    draft = request.session.get(Draft, draft_id)
    if draft is None or draft.person_id != request.me.id or draft.form not in FORMS:
        request.toast(request.label("form.gone"), alert=True)
        return None
    form = FORMS[draft.form]
    form.may(request, draft.subject_id)
    draft.touched_at = request.now
    return form, Filling(request, draft, drafts.read(request.session, draft))


def on_pick(request: Request) -> None:
    """A choice was pressed; an old button answers with the question that is open now."""
    button = request.button
    assert isinstance(button, Pick)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    question = form.question(button.key)
    if question is None or question.choices is None or draft.draft.asking != button.key:
        _answered_before(form, draft)
        return
    if button.value not in {one.value for one in question.choices(draft)}:
        _answered_before(form, draft)
        return
    filling.answer(form, draft, question, button.value)


def _answered_before(form: Form, draft: Filling) -> None:
    draft.request.toast(draft.request.label("form.answered_before"))
    question = form.question(draft.draft.asking)
    if question is not None:
        filling.reask(form, draft, question)
    else:
        filling.proceed(form, draft, [])


def on_skip(request: Request) -> None:
    """An optional question stays without an answer."""
    button = request.button
    assert isinstance(button, Skip)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    question = form.question(button.key)
    if question is None or not question.optional or draft.draft.asking != button.key:
        _answered_before(form, draft)
        return
    filling.answer(form, draft, question, None)


def on_back(request: Request) -> None:
    """One step back; ``-`` means: on with the form (from the edit list, or "enough photos")."""
    button = request.button
    assert isinstance(button, Back)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    if button.key == "-":
        filling.proceed(form, draft, [])
    elif draft.draft.asking != button.key:
        _answered_before(form, draft)
    else:
        filling.step_back(form, draft, button.key)


def on_edit(request: Request) -> None:
    """Change one answer."""
    button = request.button
    assert isinstance(button, Edit)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    question = form.question(button.key)
    if question is None:
        show_edit_list(form, draft)
    else:
        filling.reask(form, draft, question)


def on_save(request: Request) -> None:
    """Confirm exactly what the summary showed."""
    button = request.button
    assert isinstance(button, Save)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    if form.next(draft.answers) is not None or button.version != draft.draft.version:
        request.toast(request.label("form.changed"))
        filling.proceed(form, draft, [])
        return
    filling.complete(form, draft)


def on_cancel(request: Request) -> None:
    """Throw a draft away, after one question."""
    button = request.button
    assert isinstance(button, Cancel)
    draft = request.session.get(Draft, button.draft_id)
    if draft is None or draft.person_id != request.me.id:
        request.toast(request.label("form.gone"), alert=True)
        return
    if button.sure:
        drafts.discard(request.session, draft)
        request.edit(request.t("form.cancelled"))
    else:
        ask_cancel(request, draft)


def ask_cancel(request: Request, draft: Draft) -> None:
    """Ask once whether the draft shall really go."""
    number = draft.id or 0
    title = request.label(f"form.{draft.form}.title")
    request.edit(request.t("form.cancel.sure", title=title), [[
        Press(request.label("form.button.keep"), Resume(number)),
        Press(request.label("form.button.discard"), Cancel(number, 1)),
    ]])


def on_resume(request: Request) -> None:
    """Go on where the draft was left."""
    button = request.button
    assert isinstance(button, Resume)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    filling.proceed(form, draft, [])


def typed(request: Request) -> bool:
    """A typed message is an answer to the open form; False when no form is open."""
    found = filling.open_form(request)
    if found is None:
        return False
    form, draft = found
    filling.take_text(form, draft, form.question(draft.draft.asking), request.text)
    return True


def on_photo(request: Request) -> None:
    """A photo counts whenever it comes, whatever is asked; so do picture files."""
    found = filling.open_form(request)
    question = next((one for one in found[0].applicable(found[1].answers) if one.takes == Takes.PHOTO), None) \
        if found else None
    if found is None or question is None:
        raise Refusal("refuse.photo_without_form")
    form, draft = found
    file_id, unique_id, size = _file_of(request.message)
    if size > MAX_FILE_BYTES:
        raise Refusal("refuse.file_too_big")
    purpose = PhotoPurpose(form.extra.get("photos", PhotoPurpose.REGISTRATION))
    photo = photos.add(request.session, request.me.id, request.chat_id, purpose, file_id, unique_id, request.now,
                       draft_id=draft.draft.id)
    if photo is not None:
        outbox.fetch_file(request.session, photo.id or 0, file_id, request.now)
    kept = [one.id for one in photos.of_draft(request.session, draft.draft.id or 0)]
    draft.answers[question.key] = kept
    drafts.write(request.session, draft.draft, draft.answers, request.now)
    filling.proceed(form, draft, [echo(form, draft, question, kept)])


def _file_of(message: Message | None) -> tuple[str, str, int]:
    if message is not None and message.photo:
        best = message.photo[-1]
        return best.file_id, best.file_unique_id, best.file_size or 0
    if message is not None and message.document is not None:
        file = message.document
        return file.file_id, file.file_unique_id, file.file_size or 0
    raise Refusal("refuse.want_photo")


def on_pin(request: Request) -> None:
    """A location counts whenever it comes; a live one is taken where it is now."""
    found = filling.open_form(request)
    question = next((one for one in found[0].applicable(found[1].answers) if one.takes == Takes.PIN), None) \
        if found else None
    if found is None or question is None or request.message is None or request.message.location is None:
        raise Refusal("refuse.pin_without_form")
    form, draft = found
    place = request.message.location
    filling.answer(form, draft, question, [round(place.latitude, 6), round(place.longitude, 6)])


def on_edited(request: Request) -> None:
    """An edited message corrects its answer while the draft is open; otherwise it changes nothing."""
    found = filling.open_form(request)
    edited = request.update.edited_message
    if found is None or edited is None:
        return
    form, draft = found
    key = drafts.read_sources(request.session, draft.draft).get(str(edited.message_id))
    if key is None:
        return
    if edited.location is not None:
        place = edited.location
        question = form.question(key)
        if question is not None:
            draft.answers[key] = [round(place.latitude, 6), round(place.longitude, 6)]
            drafts.write(request.session, draft.draft, draft.answers, request.now)  # a live pin moves without a word
        return
    filling.correct(form, draft, key, request.text)


_NEW = filters.UpdateType.MESSAGE
_PRIVATE = filters.ChatType.PRIVATE

PRESSES: list[BaseHandler[Any, Any, Any]] = [
    press(Pick, on_pick, allow=members(Where.PRIVATE)),
    press(Skip, on_skip, allow=members(Where.PRIVATE)),
    press(Back, on_back, allow=members(Where.PRIVATE)),
    press(Edit, on_edit, allow=members(Where.PRIVATE)),
    press(Save, on_save, allow=members(Where.PRIVATE)),
    press(Cancel, on_cancel, allow=members(Where.PRIVATE)),
    press(Resume, on_resume, allow=members(Where.PRIVATE)),
]

MESSAGES: list[BaseHandler[Any, Any, Any]] = [
    MessageHandler(filters.UpdateType.EDITED_MESSAGE & _PRIVATE, endpoint(on_edited, allow=members())),
    MessageHandler(_NEW & _PRIVATE & (filters.PHOTO | filters.Document.IMAGE), endpoint(on_photo, allow=members())),
    MessageHandler(_NEW & _PRIVATE & filters.LOCATION, endpoint(on_pin, allow=members())),
]
