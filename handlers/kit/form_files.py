"""Pages of a signed paper as answers: photographed, or scanned into a PDF."""

from __future__ import annotations

from handlers.kit import filling, form_media
from handlers.kit.form import Filling, Form, Question, Takes
from handlers.kit.prompt import echo
from handlers.kit.refusal import Refusal
from storage import drafts, outbox, scans
from storage.scans import Media


def take_picture(form: Form, draft: Filling) -> None:
    """A photo, or a picture sent as a file: a page where the form asks for a paper, else a photo.

    Raises:
        Refusal: the form wants neither, or the file is too big.
    """
    question = _wanting(form, draft)
    if question is None:
        form_media.take_photo(form, draft)
    else:
        _take(form, draft, question, Media.PHOTO)


def take_pdf(form: Form, draft: Filling) -> bool:
    """Keep a PDF where the form asks for a paper; False where it does not, or the message is something else.

    Raises:
        Refusal: the file is too big.
    """
    message, question = draft.request.message, _wanting(form, draft)
    file = message.document if message is not None else None
    if question is None or file is None:
        return False
    kind, name = (file.mime_type or "").lower(), (file.file_name or "").lower()
    if kind != "application/pdf" and not (kind in form_media.UNTYPED and name.endswith(".pdf")):
        return False
    _take(form, draft, question, Media.PDF)
    return True


def _wanting(form: Form, draft: Filling) -> Question | None:
    return next((one for one in form.applicable(draft.answers) if one.takes == Takes.FILE), None)


def _take(form: Form, draft: Filling, question: Question, media: Media) -> None:
    """Keep a page and ask for its bytes; the same file twice counts once."""
    request, number = draft.request, draft.draft.id or 0
    file_id, unique_id, size = form_media.file_of(request.message)
    if size > form_media.MAX_FILE_BYTES:
        raise Refusal("refuse.file_too_big")
    kept = list(draft.answers.get(question.key) or [])
    page = scans.add(request.session, request.me.id, request.chat_id, media, file_id, unique_id, request.now,
                     draft_id=number)
    if page is not None:
        outbox.fetch_scan(request.session, page.id or 0, file_id, request.now)
        kept.append(page.id)
        draft.answers[question.key] = kept
    drafts.write(request.session, draft.draft, draft.answers, request.now)
    filling.go_on(form, draft, question, [echo(form, draft, question, kept)])


def drop_pages(draft: Filling, question: Question) -> None:
    """Take all pages out of the draft."""
    request = draft.request
    scans.forget_draft(request.session, draft.draft.id or 0)
    draft.answers.pop(question.key, None)
    drafts.write(request.session, draft.draft, draft.answers, request.now)
