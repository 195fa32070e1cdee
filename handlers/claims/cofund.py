"""/danai: houses that still lack money, and what the own partners add to houses that others lead. Figures only."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.cards import place_of
from handlers.claims.access import open_quotas, without_quota
from handlers.claims.buttons import Fund, Funding, FundingCard, LeaveFunding, Overview, Supports
from handlers.claims.funding import amount_of
from handlers.claims.taking import reasons
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.endpoint import explain
from handlers.kit.pages import turn
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import quotas_left
from handlers.people.opening import opener
from handlers.transfers.ask import way_to_ask
from storage import claims, cofunding, contributions, houses, partners, regions
from storage.claims import Claim, ClaimState
from storage.contributions import Contribution
from storage.errors import Refused
from storage.fitting import Misfit
from storage.houses import House
from storage.partners import Quota
from storage.people import RoleName

PAGE = 8
FIRST = 4
"""Own contributions above the first page of houses."""


def on_fund_command(request: Request) -> None:
    """What the own partners add to, and the houses that lack money."""
    request.say(*_list(request, 0))


def on_list(request: Request) -> None:
    """A page of houses that lack money."""
    button = request.button
    assert isinstance(button, Funding)
    request.edit(*_list(request, button.last))


def _list(request: Request, after: int) -> tuple[Markup, Rows]:
    found = cofunding.uncovered(request.session, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    ours = [] if after else cofunding.of_partners(request.session, request.me.partners, limit=FIRST + 1)
    parts: list[Markup] = [request.t("danai.title")]
    rows: Rows = []
    if ours:
        parts.append(join([request.t("danai.ours"), *_support_lines(request, ours[:FIRST])]))
        rows += grid([Press(request.label("danai.button.ours", code=house.code), FundingCard(claim.id or 0))
                      for _, claim, house in ours[:FIRST]])
    if len(ours) > FIRST:
        rows.append([Press(request.label("danai.button.all_ours"), Supports(0))])
    parts.append(join([request.t("danai.lacking"), *_lacking_lines(request, page)]) if page
                 else request.t("danai.nothing_lacks"))
    rows += grid([Press(house.code, FundingCard(claim.id or 0)) for claim, house in page], 3)
    rows += turn(request, Funding(0) if after else None, Funding(page[-1][0].id or 0) if len(found) > PAGE else None)
    return join(parts, "\n\n"), [*rows, *_back(request)]


def _lacking_lines(request: Request, page: Sequence[tuple[Claim, House]]) -> list[Markup]:
    places = regions.places_of(request.session, {house.kelurahan_code for _, house in page})
    names = partners.names_of(request.session, {claim.partner_id for claim, _ in page})
    return [request.t("danai.line", code=house.code, kelurahan=places[house.kelurahan_code][0],
                      name=names[claim.partner_id], money=request.money(claim.uncovered)) for claim, house in page]


def on_supports(request: Request) -> None:
    """A page of what the own partners add."""
    button = request.button
    assert isinstance(button, Supports)
    found = cofunding.of_partners(request.session, request.me.partners, after=button.last, limit=PAGE + 1)
    page = found[:PAGE]
    rows = grid([Press(house.code, FundingCard(claim.id or 0)) for _, claim, house in page], 3)
    rows += turn(request, Supports(0) if button.last else None,
                 Supports(page[-1][0].id or 0) if len(found) > PAGE else None)
    rows.append([Press(request.label("danai.button.list"), Funding(0))])
    lines = _support_lines(request, page) or [request.t("danai.none_ours")]
    request.edit(join([request.t("danai.ours"), *lines]), rows)


def _support_lines(request: Request, page: Sequence[tuple[Contribution, Claim, House]]) -> list[Markup]:
    return [request.t("danai.ours.line", code=house.code, amount=amount_of(request, part),
                      state=request.label(f"state.{house.state.value}"),
                      physical=fmt.percent(claim.physical, request.locale)) for part, claim, house in page]


def _back(request: Request) -> Rows:
    return [[Press(request.label("klaim.button.overview"), Overview(request.me.partners[0]))]]


def on_card(request: Request) -> None:
    """One house: what it lacks, and what the own partners can add or have added."""
    button = request.button
    assert isinstance(button, FundingCard)
    claim = claims.get(request.session, button.claim_id)
    house = houses.get(request.session, claim.house_id)
    card = funding_card(request, claim, house)
    if card is None:
        raise Refusal("danai.refuse.nothing", code=house.code)
    request.edit(*card)


def show_to_cofunder(request: Request, house: House) -> bool:
    """A house opened by its code: one that lacks money, or that an own partner adds to. Its lead, and who may see more
    of it in another role, are shown that."""
    held = claims.holding(request.session, house.id or 0)
    if held is None or held.partner_id in request.me.partners \
            or request.me.has(RoleName.ADMIN, RoleName.VERIFIER, RoleName.SURVEYOR):
        return False
    card = funding_card(request, held, house)
    if card is not None:
        request.say(*card)
    return card is not None


opener(show_to_cofunder)


def ours_in(request: Request, claim_id: int) -> list[Contribution]:
    """What the own partners add to a claim now, besides leading it."""
    parts = [part for part in contributions.live(request.session, claim_id) if not part.lead]
    quotas = partners.some_quotas(request.session, {part.quota_id for part in parts})
    mine = {quota.id for quota in quotas if quota.partner_id in request.me.partners}
    return [part for part in parts if part.quota_id in mine]


def funding_card(request: Request, claim: Claim, house: House) -> tuple[Markup, Rows] | None:
    """The card for a co-funder; None where the house lacks nothing, and nothing of it is ours."""
    if claim.state != ClaimState.ACTIVE:
        return None
    ours = ours_in(request, claim.id or 0)
    may_add = claim.uncovered > 0 and is_open(request, claim)
    if not ours and not may_add:
        return None
    parts = [request.t(
        "danai.card", code=house.code, state=request.label(f"state.{house.state.value}"),
        place=place_of(request, house), name=partners.get(request.session, claim.partner_id).name,
        physical=fmt.percent(claim.physical, request.locale), estimate=request.money(house.estimate or 0),
        covered=request.money((house.estimate or 0) - claim.uncovered), rest=request.money(claim.uncovered))]
    rows: Rows = []
    if ours:
        parts.append(join([request.t("danai.card.ours", amount=amount_of(request, part)) for part in ours]))
    if may_add:
        words, able = _means(request, claim, house)
        parts.append(words)
        if able:
            rows.append([Press(request.label("danai.button.fund"), Fund(claim.id or 0, claim.version))])
    if is_open(request, claim):
        rows += [[Press(request.label("danai.button.leave", money=request.money(part.amount)),
                        LeaveFunding(part.id or 0))] for part in ours]
    if claim.partner_id not in request.me.partners:
        said, asking = way_to_ask(request, claim, house)
        parts += said
        rows += asking
    rows.append([Press(request.label("danai.button.list"), Funding(0))])
    return join(parts, "\n\n"), rows


def is_open(request: Request, claim: Claim) -> bool:
    """Whether the money of a claim may still change."""
    try:
        cofunding.open_now(request.session, claim.id or 0)
    except Refused:
        return False
    return True


def _means(request: Request, claim: Claim, house: House) -> tuple[Markup, bool]:
    """With what the own partners could add, or why they cannot; whether they can."""
    able, why = usable(request, claim, house)
    if able:
        return quotas_left(request, able), True
    if why:
        return request.t("danai.fits_not", reasons=reasons(request, why)), False
    key, values = explain(request, without_means(request))
    return request.t(key, **values), False


def without_means(request: Request) -> Refused | Refusal:
    """Why no own partner can add to a house that its rules allow."""
    if all(partners.get(request.session, number).closed_at is not None for number in request.me.partners):
        return without_quota(request, request.me.partners[0])
    return Refusal("danai.no_quota")


def usable(request: Request, claim: Claim, house: House) -> tuple[list[Quota], tuple[Misfit, ...]]:
    """Own open quotas with money left that may add to a claim; why the first of the others may not.

    Not the quota that leads it: what it pays for one house has its own ceiling.
    """
    leading = {part.quota_id for part in contributions.live(request.session, claim.id or 0) if part.lead}
    able: list[Quota] = []
    against: tuple[Misfit, ...] = ()
    for partner_id in request.me.partners:
        for quota in open_quotas(request, partner_id):
            if quota.money_left <= 0 or quota.id in leading:
                continue
            why = cofunding.against(request.session, quota, claim, house, request.now, request.runtime.rules)
            if not why:
                able.append(quota)
            against = against or why
    return able, against
