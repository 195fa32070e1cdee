"""Adding money to a house that lacks some: from which quota, how much, for which part of the work."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.claims import told
from handlers.claims.access import chosen_quota, own_quota
from handlers.claims.buttons import Fund, FundingCard
from handlers.claims.cofund import usable, without_means
from handlers.claims.funding import part_name
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, Takes, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from handlers.partners.figures import named, own_quota_name, quota_left, rupiah
from handlers.progress.buttons import ClaimCard
from storage import cofunding, contributions, fitting, partners, promises
from storage.claims import Claim
from storage.contributions import FundedPart
from storage.errors import Refused, Stale
from storage.houses import House
from storage.partners import Quota

_YES, _NO, _ANY = "yes", "no", "any"


def on_fund(request: Request) -> None:
    """Begin."""
    button = request.button
    assert isinstance(button, Fund)
    claim, _ = _lacking(request, button.claim_id)
    if claim.version != button.version:
        request.toast(request.label("progres.changed"))
    start(request, FORM, subject=button.claim_id)


def _lacking(request: Request, claim_id: int) -> tuple[Claim, House]:
    """A claim that money may be added to.

    Raises:
        Refusal: it is over, or lacks nothing.
        Refused: ``cofund.done``.
    """
    try:
        claim, house = cofunding.open_now(request.session, claim_id)
    except Stale:
        raise Refusal("danai.refuse.over") from None
    if not claim.uncovered:
        raise Refusal("danai.refuse.covered", code=house.code)
    return claim, house


def _may(request: Request, claim_id: int) -> None:
    claim, house = _lacking(request, claim_id)
    able, why = usable(request, claim, house)
    if why and not able:
        raise fitting.NoFit({house.id or 0: why}, {house.id or 0: house.code})
    if not able:
        raise without_means(request)


def _quotas(filling: Filling) -> list[Choice]:
    request = filling.request
    able, _ = usable(request, *_lacking(request, filling.draft.subject_id))
    return [Choice(own_quota_name(request, quota), str(quota.id)) for quota in able]


def _amounts(filling: Filling) -> list[Choice]:
    """All that is uncovered if the quota has it, else all that the quota has."""
    if "quota" not in filling.answers:
        return []
    claim, _ = _lacking(filling.request, filling.draft.subject_id)
    quota = chosen_quota(filling.request, int(filling.answers["quota"]))
    most = min(claim.uncovered, quota.money_left)
    key = "danai.whole_rest" if most == claim.uncovered else "danai.whole_quota"
    return [Choice(filling.request.label(key, money=filling.request.money(most)), str(most))] if most > 0 else []


def _amount(filling: Filling, text: str) -> str:
    claim, house = _lacking(filling.request, filling.draft.subject_id)
    money = parse.money(text)
    if money > claim.uncovered:
        raise Refused("cofund.over", code=house.code, money=money, money_left=claim.uncovered)
    quota = own_quota(filling.request, int(filling.answers["quota"]))
    if money > quota.money_left:
        raise promises.short_of(quota, 0, money)
    return str(money)


def _show_amount(filling: Filling, value: Any) -> str:
    return filling.request.money(int(value))


def _parts(filling: Filling) -> list[Choice]:
    """Parts of the work that nobody pays for yet. Their names stand within sentences elsewhere; a button begins one."""
    request = filling.request
    paid = {one.part for one in contributions.live(request.session, filling.draft.subject_id)}
    free = [*((part, part.value) for part in FundedPart if part not in paid), (None, _ANY)]
    return [Choice(name[:1].upper() + name[1:], value)
            for name, value in ((part_name(request.texts, part), value) for part, value in free)]


def _values(filling: Filling) -> dict[str, Any]:
    request = filling.request
    claim, house = _lacking(request, filling.draft.subject_id)
    return {"code": house.code, "name": partners.get(request.session, claim.partner_id).name,
            "rest": request.money(claim.uncovered)}


def _amount_values(filling: Filling) -> dict[str, Any]:
    quota = chosen_quota(filling.request, int(filling.answers["quota"]))
    return _values(filling) | {"left": quota_left(filling.request, quota)}


def _sure_values(filling: Filling) -> dict[str, Any]:
    request = filling.request
    quota, amount, part = _answered(filling)
    claim, _ = _lacking(request, filling.draft.subject_id)
    return _values(filling) | {
        "money": request.money(amount), "part": part_name(request.texts, part),
        "quota": own_quota_name(request, quota), "after": request.money(max(0, claim.uncovered - amount)),
        "left": request.money(max(0, quota.money_left - amount)),
    }


def _answered(filling: Filling) -> tuple[Quota, int, FundedPart | None]:
    answers = filling.answers
    part = None if answers["part"] == _ANY else FundedPart(answers["part"])
    return chosen_quota(filling.request, int(answers["quota"])), int(answers["amount"]), part


def _sure(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("danai.yes"), _YES), Choice(filling.request.label("danai.no"), _NO)]


def _finish(filling: Filling) -> None:
    request, claim_id = filling.request, filling.draft.subject_id
    claim, house = _lacking(request, claim_id)
    if filling.answers["sure"] != _YES:
        request.edit(request.t("danai.dropped", code=house.code), _after(request, claim_id))
        return
    quota, amount, part = _answered(filling)
    own_quota(request, quota.id or 0)
    cofunding.join(request.session, claim_id, quota.id or 0, amount, request.now, by=request.me.id, part=part,
                   rules=request.runtime.rules)
    claim, _ = cofunding.open_now(request.session, claim_id)
    partner, quota = partners.get(request.session, quota.partner_id), partners.fresh(request.session, quota.id or 0)
    request.edit(join([_done(request, claim, house, partner.name, amount, part), quota_left(request, quota)]),
                 _after(request, claim_id))
    news: dict[str, Any] = {
        "code": house.code, "name": named(partner), "money": rupiah(amount), "rest": rupiah(claim.uncovered),
        "part": lambda texts: part_name(texts, part)}
    leads = told.reps_of(request, claim.partner_id)
    told.tell(request, leads, "danai.told.joined", lambda texts: lead_button(texts, claim_id), **news)
    known = {person.id for person in leads}
    told.tell(request, [one for one in told.reps_of(request, quota.partner_id) if one.id not in known],
              "danai.told.joined", lambda texts: _open(texts, claim_id), **news)


def _done(
    request: Request, claim: Claim, house: House, name: str, amount: int, part: FundedPart | None
) -> Markup:
    return request.t("danai.done", code=house.code, name=name, money=request.money(amount),
                     part=part_name(request.texts, part), rest=request.money(claim.uncovered))


def lead_button(texts: Texts, claim_id: int) -> Press:
    """For those who lead the claim: its card."""
    return Press(texts.label("progres.button.card"), ClaimCard(claim_id))


def _open(texts: Texts, claim_id: int) -> Press:
    return Press(texts.label("danai.button.card"), FundingCard(claim_id))


def _after(request: Request, claim_id: int) -> Rows:
    return [[_open(request.texts, claim_id)]]


FORM = register(Form("cofund", (
    Question("quota", choices=_quotas, width=1, alone=True, clears=("amount",)),
    Question("amount", choices=_amounts, parse=_amount, show=_show_amount, values=_amount_values, width=1),
    Question("part", Takes.CHOICE, choices=_parts, values=_values),
    Question("sure", Takes.CHOICE, choices=_sure, values=_sure_values, width=1),
), _finish, _may, summary=False, after=_after))
