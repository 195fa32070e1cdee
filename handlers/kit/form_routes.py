"""The routes through which forms are filled: presses, typed text, photos, pins, edited messages."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler, MessageHandler, filters

from handlers.kit import filling, form_media
from handlers.kit.buttons import Press
from handlers.kit.endpoint import endpoint, press
from handlers.kit.form import FORMS, Anew, Back, Cancel, Drop, Edit, Filling, Form, Pick, Resume, Save, Skip, Takes
from handlers.kit.policy import Where, members
from handlers.kit.prompt import show_edit_list
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import drafts
from storage.drafts import Draft

_WANTED = {Takes.TEXT: "refuse.want_text", Takes.CHOICE: "refuse.choice", Takes.PHOTO: "refuse.want_photo",
           Takes.PIN: "refuse.want_pin"}


def _mine(request: Request, draft_id: int) -> tuple[Form, Filling] | None:
    """The draft behind a button, if it is this person's and still open."""
    draft = drafts.get(request.session, draft_id)
    if draft is None or draft.person_id != request.me.id or draft.form not in FORMS:
        request.toast(request.label("form.gone"), alert=True)
        return None
    form = FORMS[draft.form]
    if not filling.allowed(request, form, draft):
        return None
    draft.touched_at = request.now
    request.session.add(draft)
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
    if question is None or question.choices is None or draft.draft.asking != button.key or \
            button.value not in {one.value for one in question.choices(draft)}:
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
    """One step back; ``-`` means: on with the form (from the edit list, "enough photos", "leave it")."""
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
    if question is not None and button.key in draft.answers and question.when(draft.answers):
        filling.reask(form, draft, question)
    elif form.next(draft.answers) is None:
        show_edit_list(form, draft)
    else:
        filling.proceed(form, draft, [])


def on_drop(request: Request) -> None:
    """Take the photos out again and ask for new ones."""
    button = request.button
    assert isinstance(button, Drop)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    question = form.question(button.key)
    if question is None or question.takes != Takes.PHOTO or draft.draft.asking != button.key:
        _answered_before(form, draft)
        return
    form_media.drop_photos(draft, question)
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
    """Throw a draft away; after one question if anything was answered in it."""
    button = request.button
    assert isinstance(button, Cancel)
    draft = drafts.get(request.session, button.draft_id)
    if draft is None or draft.person_id != request.me.id:
        request.toast(request.label("form.gone"), alert=True)
        return
    form = FORMS.get(draft.form)
    answers = drafts.read(request.session, draft)
    if form is not None and not button.sure and any(one.key in answers for one in form.questions):
        ask_cancel(request, draft)
        return
    request.edit(request.t("form.cancelled"), filling.after(request, form, draft.subject_id) if form else None)
    filling.forget(request, draft)


def ask_cancel(request: Request, draft: Draft) -> None:
    """Ask once whether the draft shall really go."""
    number = draft.id or 0
    title = request.label(f"form.{draft.form}.title")
    request.edit(request.t("form.cancel.sure", title=title), [[
        Press(request.label("form.button.keep"), Resume(number)),
        Press(request.label("form.button.discard"), Cancel(number, 1)),
    ]])


def on_anew(request: Request) -> None:
    """Throw a draft away and begin again, after one question."""
    button = request.button
    assert isinstance(button, Anew)
    found = _mine(request, button.draft_id)
    if found is None:
        return
    form, draft = found
    if button.sure:
        filling.start(request, form, subject=draft.draft.subject_id, fresh=True)
        return
    title = request.label(f"form.{form.name}.title")
    request.edit(request.t("form.anew.sure", title=title), [[
        Press(request.label("form.button.keep"), Resume(button.draft_id)),
        Press(request.label("form.button.anew_sure"), Anew(button.draft_id, 1)),
    ]])


def on_resume(request: Request) -> None:
    """Go on where the draft was left."""
    button = request.button
    assert isinstance(button, Resume)
    found = _mine(request, button.draft_id)
    if found is not None:
        form, draft = found
        question = form.question(draft.draft.asking)
        if question is not None and question.when(draft.answers):
            filling.reask(form, draft, question)
        else:
            filling.proceed(form, draft, [])


def typed(request: Request) -> bool:
    """A typed message is an answer to the open form; False when no form is open."""
    return filling.in_open_form(request, filling.take_text)


def wrong_kind(request: Request) -> bool:
    """A voice note, a sticker, a video …: while a form is open, say what it wants and ask again; else False."""
    def refuse(form: Form, draft: Filling) -> None:
        question = form.question(draft.draft.asking)
        raise Refusal(_WANTED[question.takes] if question else "form.press_to_save")

    return filling.in_open_form(request, refuse)


def on_photo(request: Request) -> None:
    """A photo counts whenever it comes, whatever is asked; so do picture files."""
    if not filling.in_open_form(request, form_media.take_photo):
        raise Refusal("refuse.photo_without_form")


def on_pin(request: Request) -> None:
    """A location counts whenever it comes."""
    if not filling.in_open_form(request, form_media.take_pin):
        raise Refusal("refuse.pin_without_form")


def on_edited(request: Request) -> None:
    """An edited message corrects its answer while the draft is open; otherwise it changes nothing.

    A live location is taken where it was when it came: whoever registers a house walks on while it moves.
    """
    edited = request.update.edited_message
    current = drafts.current(request.session, request.me.id)
    if edited is None or edited.text is None or current is None:
        return
    key = drafts.read_sources(request.session, current).get(str(edited.message_id))
    if key is not None:
        filling.in_open_form(request, lambda form, draft: filling.correct(form, draft, key))


_NEW = filters.UpdateType.MESSAGE
_PRIVATE = filters.ChatType.PRIVATE

PRESSES: list[BaseHandler[Any, Any, Any]] = [
    press(Pick, on_pick, allow=members(Where.PRIVATE)),
    press(Skip, on_skip, allow=members(Where.PRIVATE)),
    press(Back, on_back, allow=members(Where.PRIVATE)),
    press(Edit, on_edit, allow=members(Where.PRIVATE)),
    press(Drop, on_drop, allow=members(Where.PRIVATE)),
    press(Save, on_save, allow=members(Where.PRIVATE)),
    press(Cancel, on_cancel, allow=members(Where.PRIVATE)),
    press(Anew, on_anew, allow=members(Where.PRIVATE)),
    press(Resume, on_resume, allow=members(Where.PRIVATE)),
]

MESSAGES: list[BaseHandler[Any, Any, Any]] = [
    MessageHandler(filters.UpdateType.EDITED_MESSAGE & _PRIVATE, endpoint(on_edited, allow=members())),
    MessageHandler(_NEW & _PRIVATE & (filters.PHOTO | filters.Document.IMAGE), endpoint(on_photo, allow=members())),
    MessageHandler(_NEW & _PRIVATE & filters.LOCATION, endpoint(on_pin, allow=members())),
]
