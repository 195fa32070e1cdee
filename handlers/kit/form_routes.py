"""The routes through which forms are filled: presses, typed text, photos, pins, edited messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from telegram.ext import BaseHandler, MessageHandler, filters

from handlers.kit import filling, form_files, form_media
from handlers.kit.buttons import Press
from handlers.kit.endpoint import endpoint, press
from handlers.kit.form import (
    FORMS,
    Anew,
    Back,
    Cancel,
    Drop,
    Edit,
    Filling,
    Form,
    Page,
    Pick,
    Question,
    Resume,
    Save,
    Skip,
    Takes,
)
from handlers.kit.form_words import typed_button
from handlers.kit.policy import Where, members
from handlers.kit.prompt import save_name, show_edit_list
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import drafts

B = TypeVar("B", Pick, Page, Skip, Back, Edit, Drop, Save, Anew, Resume)

_WANTED = {Takes.TEXT: "refuse.want_text", Takes.CHOICE: "refuse.choice", Takes.PHOTO: "refuse.want_photo",
           Takes.PIN: "refuse.want_pin", Takes.FILE: "refuse.want_file"}


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


def _on_draft(kind: type[B], step: Callable[[Form, Filling, B], None]) -> BaseHandler[Any, Any, Any]:
    """The route of a button that acts on an open draft of whoever presses it."""

    @wraps(step)
    def handler(request: Request) -> None:
        button = request.button
        assert isinstance(button, kind)
        found = _mine(request, button.draft_id)
        if found is not None:
            step(*found, button)

    return press(kind, handler, allow=members(Where.PRIVATE))


def _asked(form: Form, draft: Filling, key: str) -> Question | None:
    """The question of a button, if it is the one that is open; an old button answers with the one that is."""
    question = form.question(key)
    if question is not None and draft.draft.asking == key:
        return question
    _answered_before(form, draft)
    return None


def _answered_before(form: Form, draft: Filling, key: str = "form.answered_before") -> None:
    draft.request.toast(draft.request.label(key))
    on_resume(form, draft)


def on_pick(form: Form, draft: Filling, button: Pick) -> None:
    """A choice was pressed."""
    question = _asked(form, draft, button.key)
    if question is None:
        return
    if question.choices is None or button.value not in {one.value for one in question.choices(draft)}:
        _answered_before(form, draft, "form.choice_gone")  # such as the day that was tomorrow yesterday
        return
    filling.answer(form, draft, question, button.value)


def on_page(form: Form, draft: Filling, button: Page) -> None:
    """Other choices of a question that has very many."""
    question = _asked(form, draft, button.key)
    if question is not None:
        filling.reask(form, draft, question, button.page)


def on_skip(form: Form, draft: Filling, button: Skip) -> None:
    """An optional question stays without an answer."""
    question = _asked(form, draft, button.key)
    if question is None:
        return
    if question.may_skip(draft.answers):
        filling.answer(form, draft, question, None)
    else:
        _answered_before(form, draft)


def on_back(form: Form, draft: Filling, button: Back) -> None:
    """One step back; ``-`` means: on with the form (from the edit list, "enough photos", "leave it")."""
    if button.key == "-":
        filling.confirm(draft)
        filling.proceed(form, draft, [])
    elif _asked(form, draft, button.key) is not None:
        filling.step_back(form, draft, button.key)


def on_edit(form: Form, draft: Filling, button: Edit) -> None:
    """Change one answer."""
    question = form.question(button.key)
    if question is not None and button.key in draft.answers and question.when(draft.answers):
        filling.reask(form, draft, question)
    elif form.next(draft.answers) is None:
        show_edit_list(form, draft)
    else:
        filling.proceed(form, draft, [])


def on_drop(form: Form, draft: Filling, button: Drop) -> None:
    """Take the photos out again and ask for new ones."""
    question = _asked(form, draft, button.key)
    if question is None:
        return
    if question.takes == Takes.PHOTO:
        form_media.drop_photos(draft, question)
        filling.reask(form, draft, question)
    elif question.takes == Takes.FILE:
        form_files.drop_pages(draft, question)
        filling.reask(form, draft, question)
    else:
        _answered_before(form, draft)


def on_save(form: Form, draft: Filling, button: Save) -> None:
    """Confirm exactly what the summary showed."""
    filling.look_again(form, draft)
    if form.next(draft.answers) is None and button.version == draft.draft.version:
        filling.complete(form, draft)
        return
    draft.request.toast(draft.request.label("form.changed"))
    filling.proceed(form, draft, [])


def on_anew(form: Form, draft: Filling, button: Anew) -> None:
    """Throw a draft away and begin again, after one question."""
    request = draft.request
    if button.sure:
        filling.start(request, form, subject=draft.draft.subject_id, fresh=True)
        return
    title = request.label(f"form.{form.name}.title")
    request.edit(request.t("form.anew.sure", title=title), [[
        Press(request.label("form.button.keep"), Resume(button.draft_id)),
        Press(request.label("form.button.anew_sure"), Anew(button.draft_id, 1)),
    ]])


def on_resume(form: Form, draft: Filling, _button: Resume | None = None) -> None:
    """Go on where the draft was left."""
    question = form.question(draft.draft.asking)
    if question is not None and question.when(draft.answers):
        filling.reask(form, draft, question)
    else:
        filling.proceed(form, draft, [])


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
        filling.ask_cancel(request, draft)
        return
    request.edit(request.t("form.cancelled"), filling.after(request, form, draft.subject_id) if form else None)
    filling.forget(request, draft)


def typed(request: Request) -> bool:
    """A typed message is an answer to the open form, or the word on one of its buttons; False when no form is open."""
    return filling.in_open_form(request, _take_text)


def _take_text(form: Form, draft: Filling) -> None:
    button = typed_button(form, draft)
    if isinstance(button, Skip):
        on_skip(form, draft, button)
    elif isinstance(button, Back):
        on_back(form, draft, button)
    elif button is not None:
        filling.ask_cancel(draft.request, draft.draft)  # as /batal does: a word may have been meant as an answer
    else:
        filling.take_text(form, draft)


def wrong_kind(request: Request) -> bool:
    """A voice note, a sticker, a video …: while a form is open, say what it wants and ask again; else False.

    A PDF is an answer where a form asks for a signed paper.
    """
    def refuse(form: Form, draft: Filling) -> None:
        if form_files.take_pdf(form, draft):
            return
        form_media.refuse_file(form, draft)
        question = form.question(draft.draft.asking)
        if question is None:
            raise Refusal("form.press_to_save", button=save_name(form, request))
        raise Refusal(_WANTED[question.takes])

    return filling.in_open_form(request, refuse)


def on_photo(request: Request) -> None:
    """A photo counts whenever it comes, whatever is asked; so do picture files."""
    if not filling.in_open_form(request, form_files.take_picture):
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
    if edited is None or current is None or not (edited.text is not None or form_media.PICTURE.filter(edited)):
        return
    key = drafts.read_sources(request.session, current).get(str(edited.message_id))
    if key is None:
        return

    def correct(form: Form, draft: Filling) -> None:
        if not form_media.on_caption(form, draft, key):
            filling.correct(form, draft, key)

    filling.in_open_form(request, correct)


_NEW = filters.UpdateType.MESSAGE
_PRIVATE = filters.ChatType.PRIVATE

PRESSES: list[BaseHandler[Any, Any, Any]] = [
    _on_draft(Pick, on_pick),
    _on_draft(Page, on_page),
    _on_draft(Skip, on_skip),
    _on_draft(Back, on_back),
    _on_draft(Edit, on_edit),
    _on_draft(Drop, on_drop),
    _on_draft(Save, on_save),
    press(Cancel, on_cancel, allow=members(Where.PRIVATE)),
    _on_draft(Anew, on_anew),
    _on_draft(Resume, on_resume),
]

MESSAGES: list[BaseHandler[Any, Any, Any]] = [
    MessageHandler(filters.UpdateType.EDITED_MESSAGE & _PRIVATE, endpoint(on_edited, allow=members())),
    MessageHandler(_NEW & _PRIVATE & form_media.PICTURE, endpoint(on_photo, allow=members())),
    MessageHandler(_NEW & _PRIVATE & filters.LOCATION, endpoint(on_pin, allow=members())),
]
