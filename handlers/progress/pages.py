"""The signed pages of a handover record: shown to those who may see them, and asked for again where one cannot be
read."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from handlers.album import MOST, send_noted
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import FORMS, Resume
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request, send
from handlers.kit.texts import texts
from handlers.kit.then import Sent, then
from handlers.progress.buttons import SendBast, ShowBast
from storage import claims, drafts, dropped, events, houses, outbox, scans
from storage.drafts import Draft
from storage.houses import House
from storage.people import Person, RoleName
from storage.scans import Scan

_PROBLEMS = ("not_image", "too_big", "too_small", "bad_pdf")


def on_show(request: Request) -> None:
    """Pictures as albums, PDFs as documents, none of which can be passed on; the read is recorded."""
    button = request.button
    assert isinstance(button, ShowBast)
    claim = claims.get(request.session, button.claim_id)
    house = houses.get(request.session, claim.house_id)
    me = request.me
    if not (me.has(RoleName.ADMIN) or claim.partner_id in me.partners
            or me.covers(RoleName.VERIFIER, house.kecamatan_code)):
        raise Refusal("klaim.refuse.not_yours")
    kept = [one.key for one in scans.of_claim(request.session, button.claim_id) if one.key is not None]
    if not kept:
        request.toast(request.label("progres.no_pages"), alert=True)
        return
    _show(request, house, kept)
    events.record(request.session, "read.household", request.now, actor=me.id, house=house.id, claim=claim.id,
                  fields=["bast"])


def _show(request: Request, house: House, keys: list[str]) -> None:
    where: dict[str, Any] = {"chat_id": request.chat_id, "protect_content": True}
    caption = {"caption": str(request.t("progres.bast.page", code=house.code)), "parse_mode": "HTML"}
    pictures = [key for key in keys if not key.endswith(".pdf")]
    for start in range(0, len(pictures), MOST):
        some = pictures[start:start + MOST]
        if len(some) == 1:
            send_noted(request, "sendPhoto", where | caption | {"photo": {"_file": some[0]}}, house.id)
            continue
        media = [{"type": "photo", "media": {"_file": key}, **(caption if key == some[0] else {})} for key in some]
        send_noted(request, "sendMediaGroup", where | {"media": media}, house.id)
    for key in keys:
        if key.endswith(".pdf"):
            document = {"_file": key, "filename": f"BAST-{house.code}.pdf"}
            send_noted(request, "sendDocument", where | caption | {"document": document}, house.id)


@then("scan_fetched")
def on_fetched(sent: Sent) -> None:
    """Note the stored copy, or ask whoever sent the page for another."""
    session, number = sent.session, int(sent.row.then_args["scan_id"])
    page = session.get(Scan, number)
    problem = sent.result.get("problem")
    if problem is None:
        _on_stored(sent, page)
        return
    # The draft before its page: whoever fills it in takes them in this order, too.
    draft = drafts.get(session, page.draft_id) if page is not None and page.draft_id is not None else None
    page = scans.rejected(session, number, str(problem))
    if page is not None:  # None: it was thrown away meanwhile
        _ask_for_another(sent, page, draft if draft is not None and page.draft_id == draft.id else None)


def _on_stored(sent: Sent, page: Scan | None) -> None:
    """One that was thrown away before, and whose file may be going at this moment, is fetched once more."""
    key = str(sent.result["key"])
    if dropped.strike(sent.session, {key}) and page is not None and page.file_id:
        outbox.fetch_scan(sent.session, page.id or 0, page.file_id, sent.now)
        return
    scans.fetched(sent.session, int(sent.row.then_args["scan_id"]), key)


def _ask_for_another(sent: Sent, page: Scan, draft: Draft | None) -> None:
    session, person = sent.session, sent.session.get(Person, page.person_id)
    if draft is not None:
        _take_out(session, draft, page.id or 0)
    if person is None or person.telegram_id is None or person.unreachable_at is not None:
        return
    theirs = texts(person.locale)
    problem = page.problem if page.problem in _PROBLEMS else "other"
    reason = theirs.t(f"page.bad.{problem}")
    rows: Rows
    if draft is not None:
        text = theirs.t("page.bad.in_form", reason=reason)
        rows = [[Press(theirs.label("form.button.resume"), Resume(draft.id or 0))]]
    elif page.claim_id is not None:
        code = houses.get(session, claims.get(session, page.claim_id).house_id).code
        text = theirs.t("page.bad.of_house", reason=reason, code=code)
        rows = [[Press(theirs.label("progres.button.send_bast"), SendBast(page.claim_id))]]
    else:
        return
    send(session, person.telegram_id, text, sent.now, rows, priority=outbox.NEWS)


def _take_out(session: Session, draft: Draft, page_id: int) -> None:
    """The page is no answer any more; without another one the question is open again."""
    form = FORMS["bast"]
    (question,) = form.questions
    answers = drafts.read(session, draft)
    left = [one for one in answers.pop(question.key, None) or [] if one != page_id]
    if left:
        answers[question.key] = left
    elif draft.asking is None:
        draft.asking = question.key
    # Nobody touched the draft: it must not step before another form that is being filled in.
    drafts.write(session, draft, answers, draft.touched_at)
