"""Photos and pins as answers: they count whenever they come, whatever is asked."""

from __future__ import annotations

from telegram import Message

from handlers.kit import filling
from handlers.kit.form import Filling, Form, Question, Takes
from handlers.kit.prompt import echo
from handlers.kit.refusal import Refusal
from storage import drafts, outbox, photos
from storage.photos import PhotoPurpose

# Telegram lets a bot fetch files up to this size.
MAX_FILE_BYTES = 20 * 1024 * 1024


def _wanting(form: Form, draft: Filling, takes: Takes) -> Question | None:
    """The question that a photo or pin answers.

    Raises:
        Refusal: something must be answered before anything is taken (consent).
    """
    question = next((one for one in form.applicable(draft.answers) if one.takes == takes), None)
    if question is not None and form.first and form.first not in draft.answers:
        raise Refusal("refuse.first_answer")
    return question


def take_photo(form: Form, draft: Filling) -> None:
    """Keep a photo and ask for its bytes; the same file twice counts once.

    Raises:
        Refusal: the form wants no photo, or the file is too big.
    """
    request = draft.request
    question = _wanting(form, draft, Takes.PHOTO)
    if question is None:
        raise Refusal("refuse.no_photo_here")
    file_id, unique_id, size = _file_of(request.message)
    if size > MAX_FILE_BYTES:
        raise Refusal("refuse.file_too_big")
    kept = list(draft.answers.get(question.key) or [])
    purpose = PhotoPurpose(form.extra.get("photos", PhotoPurpose.REGISTRATION))
    photo = photos.add(request.session, request.me.id, request.chat_id, purpose, file_id, unique_id, request.now,
                       draft_id=draft.draft.id)
    if photo is not None:
        outbox.fetch_file(request.session, photo.id or 0, file_id, request.now)
        kept.append(photo.id)
        draft.answers[question.key] = kept
        drafts.write(request.session, draft.draft, draft.answers, request.now)
    filling.go_on(form, draft, question, [echo(form, draft, question, kept)])


def _file_of(message: Message | None) -> tuple[str, str, int]:
    if message is not None and message.photo:
        best = message.photo[-1]
        return best.file_id, best.file_unique_id, best.file_size or 0
    if message is not None and message.document is not None:
        file = message.document
        return file.file_id, file.file_unique_id, file.file_size or 0
    raise Refusal("refuse.want_photo")


def drop_photos(draft: Filling, question: Question) -> None:
    """Take all photos of a question out of the draft; those of a stored house stay until the form is saved."""
    request = draft.request
    photos.forget_draft(request.session, draft.draft.id or 0)
    draft.answers.pop(question.key, None)
    drafts.write(request.session, draft.draft, draft.answers, request.now)


def take_pin(form: Form, draft: Filling) -> None:
    """Keep a location; a live one is taken where it is now.

    Raises:
        Refusal: the form wants no location.
    """
    question = _wanting(form, draft, Takes.PIN)
    message = draft.request.message
    if question is None or message is None or message.location is None:
        raise Refusal("refuse.no_pin_here")
    place = message.location
    filling.answer(form, draft, question, [round(place.latitude, 6), round(place.longitude, 6)])
