"""One house: its card without personal data, and the press that claims it."""

from __future__ import annotations

from markupsafe import Markup

from handlers.cards import house_card
from handlers.claims import household
from handlers.claims.access import open_quotas, own_partner, own_quota, without_quota, without_quota_said
from handlers.claims.buttons import ALL, Area, ClaimHouse, ClaimWith, Fits, HouseCard, Overview
from handlers.claims.funding import lacking
from handlers.claims.taking import reasons
from handlers.kit.buttons import Link, Press, Rows, grid
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import MOST, named, quota_left, quota_name
from handlers.people.opening import opener
from handlers.progress.card import claim_screen, rows_of
from handlers.registration.news import tell_surveyor
from handlers.transfers.ask import held_screen
from storage import claims, fitting, houses, partners
from storage.errors import Stale
from storage.fitting import Misfit
from storage.houses import House, HouseState
from storage.partners import Quota
from storage.people import RoleName

Row = list[Press | Link]


def on_house(request: Request) -> None:
    """A card from the list."""
    button = request.button
    assert isinstance(button, HouseCard)
    own_partner(request, button.partner_id)
    request.edit(*_card(request, button.partner_id, houses.get(request.session, button.house_id)))


def show_to_rep(request: Request, house: House) -> bool:
    """A house opened by its code: an own claim, one that waits for a partner, or one that another partner holds."""
    mine = request.me.partners
    held = claims.holding(request.session, house.id or 0)
    if held is not None and held.partner_id in mine:
        request.say(*claim_screen(request, held, house))
    elif mine and held is not None and house.state in (HouseState.CLAIMED, HouseState.IN_PROGRESS):
        if _seen_better(request, house):
            return False
        request.say(*held_screen(request, held, house))
    elif not mine or house.state != HouseState.ELIGIBLE:
        return False
    elif len(mine) == 1:
        request.say(*_card(request, mine[0], house))
    else:
        names = partners.names_of(request.session, set(mine))
        request.say(request.t("klaim.which_partner"),
                    grid([Press(names[number], HouseCard(number, house.id or 0)) for number in mine]))
    return True


opener(show_to_rep)


def _seen_better(request: Request, house: House) -> bool:
    """Whether another role of this person shows more of a house than that another partner holds it."""
    me = request.me
    registered = me.has(RoleName.SURVEYOR) and house.surveyor_id == me.id
    return registered or me.has(RoleName.ADMIN) or me.covers(RoleName.VERIFIER, house.kecamatan_code)


def _card(request: Request, partner_id: int, house: House) -> tuple[Markup, Rows]:
    """What is true of a house now: free to claim, ours, or somebody else's."""
    back: Row = [Press(request.label("klaim.button.back"), Area(partner_id, house.kecamatan_code, 0))]
    if house.state != HouseState.ELIGIBLE:
        held = claims.holding(request.session, house.id or 0)
        if held is not None and held.partner_id in request.me.partners:
            return claim_screen(request, held, house)
        return request.t("klaim.not_free", code=house.code), [back]
    lines = [house_card(request, house, personal=False)]
    quotas = open_quotas(request, partner_id)
    if not quotas:
        lines.append(without_quota_said(request, partner_id))
    against = _against(request, quotas, house)
    fitting_ones = [quota for quota in quotas if quota.id not in against]
    if quotas and not fitting_ones and len(set(against.values())) == 1:
        why = reasons(request, against[quotas[0].id or 0])
        lines.append(request.t("klaim.fits_not", name=partners.get(request.session, partner_id).name, reasons=why))
    else:
        lines += [_would(request, quota, house, against.get(quota.id or 0, ())) for quota in quotas[:MOST]]
    claim_it: Row = [Press(request.label("klaim.button.claim"),
                           ClaimHouse(partner_id, house.id or 0, house.version))]
    other: Row = [Press(request.label("klaim.button.fitting"), Fits(partner_id, 0, ALL))]
    return join(lines, "\n\n"), [claim_it, back] if fitting_ones else [other, back] if quotas else [back]


def _against(request: Request, quotas: list[Quota], house: House) -> dict[int, tuple[Misfit, ...]]:
    """Quota id → why the house does not fit it; only quotas that it does not fit."""
    found: dict[int, tuple[Misfit, ...]] = {}
    for quota in quotas[:MOST]:
        partner = partners.get(request.session, quota.partner_id)
        found[quota.id or 0] = fitting.misfits(
            request.session, partner, quota, [house], request.now, request.runtime.rules).get(house.id or 0, ())
    return {number: why for number, why in found.items() if why}


def _would(request: Request, quota: Quota, house: House, against: tuple[Misfit, ...]) -> Markup:
    if against:
        return request.t("klaim.quota_fits_not", quota=quota_name(request.texts, quota),
                         reasons=reasons(request, against))
    estimate = house.estimate or 0
    reserve = quota.would_reserve(estimate)
    line = request.t("klaim.would", quota=quota_name(request.texts, quota), reserve=request.money(reserve))
    rest = [request.t("klaim.uncovered", money=request.money(estimate - reserve))] if reserve < estimate else []
    return join([line, *rest, quota_left(request, quota)])


def on_claim(request: Request) -> None:
    """Claim the house as it was shown; with several quotas, ask which."""
    button = request.button
    assert isinstance(button, ClaimHouse)
    own_partner(request, button.partner_id)
    house = _as_shown(request, button.partner_id, button.house_id, button.version)
    if house is None:
        return
    quotas = open_quotas(request, button.partner_id)
    if not quotas:
        raise without_quota(request, button.partner_id)
    against = _against(request, quotas, house)
    able = [quota for quota in quotas if quota.id not in against]
    if len(able) > 1:
        _ask_quota(request, button.partner_id, house, able)
    else:  # where none fits, the store says why
        _claim(request, house, (able or quotas)[0])


def on_claim_with(request: Request) -> None:
    """Claim the house as it was shown with the quota that was picked."""
    button = request.button
    assert isinstance(button, ClaimWith)
    quota = own_quota(request, button.quota_id)
    house = _as_shown(request, quota.partner_id, button.house_id, button.version)
    if house is not None:
        _claim(request, house, quota)


def _as_shown(request: Request, partner_id: int, house_id: int, version: int) -> House | None:
    house = houses.get(request.session, house_id)
    if house.state == HouseState.ELIGIBLE and house.version == version:
        return house
    _changed(request, partner_id, house)
    return None


def _claim(request: Request, house: House, quota: Quota) -> None:
    number, quota_id = house.id or 0, quota.id or 0
    try:
        with request.session.begin_nested():
            made = claims.claim_houses(request.session, [number], quota_id, request.now, by=request.me.id,
                                       rules=request.runtime.rules)[0]
    except Stale:
        _changed(request, quota.partner_id, houses.get(request.session, number))
        return
    _claimed(request, made, quota_id)


def _changed(request: Request, partner_id: int, house: House) -> None:
    """An old button: say what is true now."""
    if house.state == HouseState.ELIGIBLE:
        request.toast(request.label("klaim.house_changed"))
    else:
        held = claims.holding(request.session, house.id or 0)
        ours = held is not None and held.partner_id in request.me.partners
        request.toast(request.label("klaim.ours" if ours else "klaim.taken", code=house.code), alert=not ours)
    request.edit(*_card(request, partner_id, house))


def _ask_quota(request: Request, partner_id: int, house: House, quotas: list[Quota]) -> None:
    quotas = quotas[:MOST]
    lines = [_would(request, quota, house, ()) for quota in quotas]
    rows: Rows = [
        [Press(quota_name(request.texts, quota),
               ClaimWith(quota.id or 0, house.id or 0, house.version))] for quota in quotas
    ]
    rows.append([Press(request.label("klaim.button.back"), HouseCard(partner_id, house.id or 0))])
    request.edit(join([request.t("klaim.which_quota", code=house.code), *lines], "\n\n"), rows)


def _claimed(request: Request, claim: claims.Claim, quota_id: int) -> None:
    house = houses.get(request.session, claim.house_id)
    quota = partners.fresh(request.session, quota_id)
    partner = partners.get(request.session, claim.partner_id)
    reserved = sum(part.amount for part in claims.contributions(request.session, claim.id or 0))
    lines = [request.t("klaim.done", code=house.code, name=partner.name, reserved=request.money(reserved))]
    lines += [*lacking(request, claim.uncovered), quota_left(request, quota), request.t("klaim.family_below")]
    rows: Rows = [*rows_of(request, claim, house),
            [Press(request.label("klaim.button.again"), Overview(claim.partner_id))]]
    request.edit(join(lines), rows)
    household.show(request, claim, house)
    tell_surveyor(request, house, "kabar.claimed", name=named(partner))
