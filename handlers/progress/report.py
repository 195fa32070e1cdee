"""A partner reports progress, with a photo of each milestone of the work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from handlers.claims.access import own_claim
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Answers, Choice, Filling, Form, Question, Takes, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard, Fix, Report
from handlers.progress.card import claim_card, claim_screen, rows_of
from handlers.registration.news import tell_surveyor
from storage import claims, houses, partners, photos, progress
from storage.claims import Claim, ClaimState, Turn
from storage.errors import Refused
from storage.houses import House, HouseState
from storage.photos import PhotoPurpose
from storage.progress import Obstacle

STEPS = (10, 30, 50, 70, 100)


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


def whole_percent(text: str) -> int:
    """A whole percent. Fractions are dropped: nobody is a hundred before they are.

    Raises:
        Refusal: it is none.
    """
    return int(Decimal(parse.percent(text)))


def _whole(filling: Filling, text: str, least: int) -> str:
    """Not below what was reported."""
    value = whole_percent(text)
    if value < least:
        claim, _house = own_claim(filling.request, filling.draft.subject_id)
        raise Refused("progress.backwards", physical=claim.physical, financial=claim.financial)
    return str(value)


def _physical(filling: Filling, text: str) -> str:
    return _whole(filling, text, claims.get(filling.request.session, filling.draft.subject_id).physical)


def _financial(filling: Filling, text: str) -> str:
    return _whole(filling, text, claims.get(filling.request.session, filling.draft.subject_id).financial)


def _steps(filling: Filling, least: int) -> list[Choice]:
    return [Choice(fmt.percent(step, filling.request.locale), str(step)) for step in STEPS if step >= least]


def _physical_steps(filling: Filling) -> list[Choice]:
    return _steps(filling, claims.get(filling.request.session, filling.draft.subject_id).physical)


def _financial_steps(filling: Filling) -> list[Choice]:
    return _steps(filling, claims.get(filling.request.session, filling.draft.subject_id).financial)


def show_percent(filling: Filling, value: Any) -> str:
    """``30%``."""
    return fmt.percent(int(value), filling.request.locale)


def show_photos(filling: Filling, value: Any) -> str:
    """``2 foto``."""
    return filling.request.label("progres.photo_count", n=len(value))


def said_before(filling: Filling) -> dict[str, Any]:
    """What a question about figures names: the house, and what was reported last."""
    claim, house = own_claim(filling.request, filling.draft.subject_id)
    locale = filling.request.locale
    return {"code": house.code, "physical": fmt.percent(claim.physical, locale),
            "financial": fmt.percent(claim.financial, locale)}


_MILESTONE = "milestone"
"""A note in the answers: the milestone that this report reaches, and of which there is no photo yet."""


def _note_milestone(filling: Filling, _changed: str) -> None:
    request, answers = filling.request, filling.answers
    if "physical" not in answers:
        return
    rules, claim_id = request.runtime.rules, filling.draft.subject_id
    reached = progress.milestone(int(answers["physical"]), rules)
    answers.pop(_MILESTONE, None)
    if reached is not None and not progress.milestones(request.session, claim_id, rules)[reached]:
        answers[_MILESTONE] = reached


def _photo_is_due(answers: Answers) -> bool:
    return _MILESTONE in answers and not answers.get("photo")


def _may_skip_photo(answers: Answers) -> bool:
    return _MILESTONE not in answers


def _photo_values(filling: Filling) -> dict[str, Any]:
    request, values = filling.request, said_before(filling)
    if _MILESTONE in filling.answers:
        reached = fmt.percent(filling.answers[_MILESTONE], request.locale)
        values["wanted"] = request.t("progres.photo.milestone", milestone=reached, code=values["code"])
    else:
        values["wanted"] = request.t("progres.photo.optional", code=values["code"])
    return values


def _obstacles(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label(f"obstacle.{one}"), one.value) for one in Obstacle]


def _to_fix(filling: Filling) -> Rows:
    """Where figures that were reported are too high, they are corrected elsewhere."""
    claim = claims.get(filling.request.session, filling.draft.subject_id)
    if claim.turn != Turn.WORK or not claim.physical:
        return []
    return [[Press(filling.request.label("progres.button.fix"), Fix(claim.id or 0, claim.version))]]


def _finish(filling: Filling) -> None:
    request, answers, claim_id = filling.request, filling.answers, filling.draft.subject_id
    claim, house = own_claim(request, claim_id)
    nothing_yet = claim.physical == 0
    financial = answers.get("financial")
    kept = photos.of_draft(request.session, filling.draft.id or 0)
    if _photo_is_due(answers | {"photo": kept}):  # every one of them was refused meanwhile
        raise Refusal("refuse.want_photo")
    row = progress.report(
        request.session, claim_id, int(answers["physical"]), request.now, by=request.me.id,
        financial=int(financial) if financial is not None else None, note=answers.get("note"),
        obstacle=Obstacle(answers["obstacle"]) if answers.get("obstacle") else None, rules=request.runtime.rules,
    )
    photos.attach(request.session, filling.draft.id or 0, house.id or 0, row.id)
    claim, house = claims.get(request.session, claim_id), houses.get(request.session, house.id or 0)
    if nothing_yet and claim.physical:  # a first report may show the house before the work: 0 %
        partner = partners.get(request.session, claim.partner_id)
        tell_surveyor(request, house, "kabar.begun", name=partner.name)
    request.edit(join([request.t("progres.saved"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))


def to_card(request: Request, claim_id: int) -> Rows:
    """Back to the claim."""
    return [[Press(request.label("progres.button.card"), ClaimCard(claim_id))]]


FORM = register(Form("progress", (
    Question("physical", parse=_physical, choices=_physical_steps, show=show_percent, values=said_before, width=5,
             below=_to_fix),
    Question("financial", parse=_financial, choices=_financial_steps, show=show_percent, values=said_before,
             optional=True, width=5),
    Question("photo", takes=Takes.PHOTO, show=show_photos, values=_photo_values, optional=_may_skip_photo,
             open=_photo_is_due),
    Question("obstacle", choices=_obstacles, optional=True, values=said_before),
    Question("note", parse=note, optional=True),
), _finish, _may, extra={"photos": PhotoPurpose.PROGRESS}, after=to_card,
    check=_note_milestone))
