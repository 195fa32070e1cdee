"""A partner reports progress with photos, and says when the work is done."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from handlers.claims import told
from handlers.claims.access import own_claim
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, Takes, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard, Finish, Inspect, Report
from handlers.progress.card import claim_card, claim_screen, rows_of
from handlers.registration.news import tell_surveyor
from storage import claims, houses, partners, photos, progress
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import House, HouseState
from storage.photos import PhotoPurpose

_STEPS = (10, 30, 50, 70, 100)


def workable(request: Request, claim_id: int) -> tuple[Claim, House]:
    """An own claim whose work goes on.

    Raises:
        Refusal, Refused: not theirs, over, or the work is done.
    """
    claim, house = own_claim(request, claim_id)
    if claim.state == ClaimState.HANDED_OVER or house.state == HouseState.FINISHED:
        raise Refused("claim.done", code=house.code)
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.over", code=house.code)
    if claim.finish_reported_at is not None:
        raise Refused("progress.reported", code=house.code)
    return claim, house


def _may(request: Request, claim_id: int) -> None:
    workable(request, claim_id)


def fresh_claim(request: Request, claim: Claim, house: House, version: int) -> bool:
    """Whether a button fits what is true now; if not, the card comes as it is now, and a word on it."""
    if claim.version == version:
        return True
    request.toast(request.label("progres.changed"))
    request.edit(*claim_screen(request, claim, house))
    return False


def on_report(request: Request) -> None:
    """Start the report."""
    button = request.button
    assert isinstance(button, Report)
    claim, house = own_claim(request, button.claim_id)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id)


def _whole(filling: Filling, text: str, least: int) -> str:
    """A whole percent, not below what was reported. Fractions are dropped: nobody is a hundred before they are."""
    value = int(Decimal(parse.percent(text)))
    if value < least:
        claim, _house = own_claim(filling.request, filling.draft.subject_id)
        raise Refused("progress.backwards", physical=claim.physical, financial=claim.financial)
    return str(value)


def _physical(filling: Filling, text: str) -> str:
    return _whole(filling, text, claims.get(filling.request.session, filling.draft.subject_id).physical)


def _financial(filling: Filling, text: str) -> str:
    return _whole(filling, text, claims.get(filling.request.session, filling.draft.subject_id).financial)


def _steps(filling: Filling, least: int) -> list[Choice]:
    return [Choice(fmt.percent(step, filling.request.locale), str(step)) for step in _STEPS if step >= least]


def _physical_steps(filling: Filling) -> list[Choice]:
    return _steps(filling, claims.get(filling.request.session, filling.draft.subject_id).physical)


def _financial_steps(filling: Filling) -> list[Choice]:
    return _steps(filling, claims.get(filling.request.session, filling.draft.subject_id).financial)


def _show(filling: Filling, value: Any) -> str:
    return fmt.percent(int(value), filling.request.locale)


def _show_photos(filling: Filling, value: Any) -> str:
    return filling.request.label("progres.photo_count", n=len(value))


def _values(filling: Filling) -> dict[str, Any]:
    claim, house = own_claim(filling.request, filling.draft.subject_id)
    locale = filling.request.locale
    return {"code": house.code, "physical": fmt.percent(claim.physical, locale),
            "financial": fmt.percent(claim.financial, locale)}


def _finish(filling: Filling) -> None:
    request, answers, claim_id = filling.request, filling.answers, filling.draft.subject_id
    claim, house = own_claim(request, claim_id)
    nothing_yet = claim.physical == 0
    financial = answers.get("financial")
    kept = photos.of_draft(request.session, filling.draft.id or 0)
    if not kept:  # every one of them was refused meanwhile: there is no picture of the work
        raise Refusal("refuse.want_photo")
    row = progress.report(
        request.session, claim_id, int(answers["physical"]), request.now, by=request.me.id,
        financial=int(financial) if financial is not None else None, note=answers.get("note"),
    )
    photos.attach(request.session, filling.draft.id or 0, house.id or 0, row.id)
    claim, house = claims.get(request.session, claim_id), houses.get(request.session, house.id or 0)
    if nothing_yet and claim.physical:  # a first report may show the house before the work: 0 %
        partner = partners.get(request.session, claim.partner_id)
        tell_surveyor(request, house, "kabar.begun", name=partner.name)
    request.edit(join([request.t("progres.saved"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))


def _after(request: Request, claim_id: int) -> Rows:
    return [[Press(request.label("progres.button.card"), ClaimCard(claim_id))]]


FORM = register(Form("progress", (
    Question("physical", parse=_physical, choices=_physical_steps, show=_show, values=_values, width=5),
    Question("financial", parse=_financial, choices=_financial_steps, show=_show, values=_values, optional=True,
             width=5),
    Question("photo", takes=Takes.PHOTO, show=_show_photos, values=_values),
    Question("note", parse=note, optional=True),
), _finish, _may, extra={"photos": PhotoPurpose.PROGRESS}, after=_after))


def on_finish(request: Request) -> None:
    """The partner says that the work is done: the verifiers of that kecamatan hear of it."""
    button = request.button
    assert isinstance(button, Finish)
    claim, house = own_claim(request, button.claim_id)
    if not fresh_claim(request, claim, house, button.version):
        return
    workable(request, button.claim_id)
    if not button.sure:
        request.edit(request.t("progres.finish.sure", code=house.code), [
            [Press(request.label("progres.button.finish_sure"), Finish(button.claim_id, button.version, 1))],
            [Press(request.label("progres.button.card"), ClaimCard(button.claim_id))],
        ])
        return
    progress.report_finished(request.session, button.claim_id, request.now, by=request.me.id)
    claim = claims.get(request.session, button.claim_id)
    partner = partners.get(request.session, claim.partner_id)
    told.tell(request, told.judges_of(request, house, claim.partner_id), "progres.told.finished",
              lambda theirs: Press(theirs.label("progres.button.inspect"), Inspect(button.claim_id)),
              code=house.code, name=partner.name)
    request.edit(join([request.t("progres.finish.done"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))
