"""Photos and pins as answers: they count whenever they come, whatever is asked."""

from __future__ import annotations

from telegram import Message
from telegram.ext import filters

from handlers.kit import filling, photo_kinds
from handlers.kit.form import FORMS, Filling, Form, Question, Takes
from handlers.kit.prompt import echo
from handlers.kit.refusal import Refusal
from storage import drafts, outbox, photos
from storage.photos import PhotoPurpose

# Telegram lets a bot fetch files up to this size.
MAX_FILE_BYTES = 20 * 1024 * 1024
UNTYPED = ("", "application/octet-stream")
_ENDINGS = (".heic", ".heif", ".jpg", ".jpeg", ".png", ".webp")
# How a photo's message is noted among the draft's sources, before the photo's id.
_PHOTO = "photo:"


def _wanting(form: Form, draft: Filling, takes: Takes) -> Question | None:
    """The question that a photo or pin answers. Of several: the one whose part the caption names, the one that is
    asked, or else the first that is still open.

    Raises:
        Refusal: something must be answered before anything is taken (consent); all of several have their photo.
    """
    fitting = [one for one in form.applicable(draft.answers) if one.takes == takes]
    question = next(iter(fitting), None)
    if len(fitting) > 1:
        view = photo_kinds.named(draft.request.text) if draft.request.text else None
        wanted = [one for one in fitting if view is not None and one.view == view]
        wanted += [one for one in fitting if one.key == draft.draft.asking]
        wanted += [one for one in fitting if not draft.answers.get(one.key)]
        if not wanted:
            raise Refusal("refuse.photos_complete")
        question = wanted[0]
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
    message = request.message
    file_id, unique_id, size = file_of(message)
    if message is None or size > MAX_FILE_BYTES:
        raise Refusal("refuse.file_too_big")
    kept, number = list(draft.answers.get(question.key) or []), draft.draft.id or 0
    purpose = PhotoPurpose(form.extra.get("photos", PhotoPurpose.REGISTRATION))
    photo = photos.add(request.session, request.me.id, request.chat_id, purpose, file_id, unique_id, request.now,
                       draft_id=number, album=message.media_group_id)
    if photo is not None:
        outbox.fetch_file(request.session, photo.id or 0, file_id, request.now)
        kept.append(photo.id)
        draft.answers[question.key] = kept
        filling.settled(draft, question.key)
        photo.kind = question.view
    twin = photo or photos.twin_in_draft(request.session, number, unique_id)
    if twin is not None and twin.id not in kept:
        raise Refusal("refuse.same_photo")
    # The same file again changes nothing, unless it comes with a caption now.
    if twin is not None and (photo is not None or (message.caption or "").strip()):
        photo_kinds.note_kind(form, draft, twin, message.caption or "")
    sources = drafts.read_sources(request.session, draft.draft)
    if twin is not None:
        sources[str(message.message_id)] = f"{_PHOTO}{twin.id}"
    drafts.write(request.session, draft.draft, draft.answers, request.now, sources=sources)
    filling.go_on(form, draft, question, [echo(form, draft, question, kept)])


def file_of(message: Message | None) -> tuple[str, str, int]:
    """Telegram's name of a file, its lasting name, and its size in bytes.

    Raises:
        Refusal: there is none.
    """
    if message is not None and message.photo:
        best = message.photo[-1]
        return best.file_id, best.file_unique_id, best.file_size or 0
    if message is not None and message.document is not None:
        file = message.document
        return file.file_id, file.file_unique_id, file.file_size or 0
    raise Refusal("refuse.want_photo")


class _Picture(filters.MessageFilter):
    """A photo, or a picture sent as a file: by its type, or by its name where the phone names no type (HEIC)."""

    def filter(self, message: Message) -> bool:
        file = message.document
        if file is None:
            return bool(message.photo)
        kind, name = (file.mime_type or "").lower(), (file.file_name or "").lower()
        return kind.startswith("image/") or (kind in UNTYPED and name.endswith(_ENDINGS))


PICTURE = _Picture()


def refuse_file(form: Form, draft: Filling) -> None:
    """A PDF, a ZIP, a video … where a photo is asked for: say how to send one. Everything else passes.

    Raises:
        Refusal: it is such a file.
    """
    message, question = draft.request.message, form.question(draft.draft.asking)
    if message is None or question is None or question.takes != Takes.PHOTO:
        return
    if message.video is not None or message.video_note is not None or message.animation is not None:
        raise Refusal("refuse.video")
    if message.document is not None:
        raise Refusal("refuse.not_picture")


def on_caption(form: Form, draft: Filling, source: str) -> bool:
    """An edited caption says anew what a photo shows. False: ``source`` (of the draft's messages) is no photo."""
    if not source.startswith(_PHOTO):
        return False
    request, number = draft.request, int(source.removeprefix(_PHOTO))
    question = photo_kinds.answered_by(form, draft.answers, number)
    kept = draft.answers[question.key] if question is not None else []
    found = photos.counting(request.session, [number])
    if question is not None and found:
        photo_kinds.note_kind(form, draft, found[0], request.text)
        drafts.write(request.session, draft.draft, draft.answers, request.now)
        filling.go_on(form, draft, question, [echo(form, draft, question, kept)])
    return True


def drop_photos(draft: Filling, question: Question) -> None:
    """Take all photos of a question out of the draft; those of a stored house stay until the form is saved."""
    request = draft.request
    photos.forget_draft(request.session, draft.draft.id or 0, only=draft.answers.get(question.key) or [])
    for key in (question.key, photo_kinds.CAPTIONED, photo_kinds.PLACES):
        draft.answers.pop(key, None)
    form = FORMS[draft.draft.form]
    photo_kinds.note_missing(request.session, form, draft.draft, draft.answers, request.runtime.rules)
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
