"""/cocok: the neediest houses that what is left of a quota reaches, and that its partner may take, as a basket."""

from __future__ import annotations

from markupsafe import Markup

from handlers.claims.access import open_quotas, own_partner, own_quota, without_quota_said
from handlers.claims.basket import MOST, area_name, make
from handlers.claims.buttons import ALL, Fits, FitsQuota, Funding, Overview
from handlers.claims.overview import FILLERS, kecamatan_named, pick_partner
from handlers.claims.plan import Plan, kecamatan_of
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.parse_money import is_money
from handlers.kit.parse_text import fold
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import quota_left, quota_name, quotas_left
from storage import houses, matching, partners
from storage.houses import HouseState
from storage.partners import Quota

_MORE_FILLERS = frozenset({"dana", "uang", "dengan", "untuk", "money", "with", "for"})


def on_fits_command(request: Request) -> None:
    """``/cocok``, ``/cocok 300jt``, ``/cocok Pamulang``, ``/cocok 300 juta Pamulang``."""
    money, area = wish(request)
    if not pick_partner(request, lambda number: Fits(number, money, area)):
        _of_partner(request, request.me.partners[0], money, area)


def wish(request: Request) -> tuple[int, str]:
    """How much money (rupiah; 0: not said) and which kecamatan (``-``: the whole city) the command asks for.

    Raises:
        Refusal: one of them could not be read.
    """
    words = fold(request.text).split()[1:]
    figures = [word for word in words if is_money(word)]
    names = " ".join(word for word in words if not is_money(word) and word.casefold() not in FILLERS | _MORE_FILLERS)
    money = parse.money(" ".join(figures)) if figures else 0
    return money, kecamatan_named(request, names, "cocok.refuse.area") if names else ALL


def on_fits(request: Request) -> None:
    """The partner was picked, or the button on its overview pressed."""
    button = request.button
    assert isinstance(button, Fits)
    own_partner(request, button.partner_id)
    _of_partner(request, button.partner_id, button.money, button.area)


def _of_partner(request: Request, partner_id: int, money: int, area: str) -> None:
    quotas = open_quotas(request, partner_id)
    if not quotas:
        request.edit(without_quota_said(request, partner_id), _back(request, partner_id))
    elif len(quotas) == 1:
        _of_quota(request, quotas[0], money, area)
    else:
        presses = [Press(quota_name(request.texts, one), FitsQuota(one.id or 0, money, area)) for one in quotas]
        request.edit(join([request.t("cocok.which_quota"), quotas_left(request, quotas)], "\n\n"),
                     [*grid(presses, 1), *_back(request, partner_id)])


def on_fits_quota(request: Request) -> None:
    """The quota was picked, or the list is to be made again."""
    button = request.button
    assert isinstance(button, FitsQuota)
    _of_quota(request, own_quota(request, button.quota_id), button.money, button.area)


def _of_quota(request: Request, quota: Quota, money: int, area: str) -> None:
    partner = partners.get(request.session, quota.partner_id)
    most = min(money or quota.money_left, quota.money_left)
    if quota.units_left <= 0 or quota.money_left <= 0:
        text = join([request.t("cocok.used_up"), quota_left(request, quota)])
        request.edit(text, _back(request, quota.partner_id))
        return
    wanted = min(quota.units_left, MOST)
    found = matching.find(request.session, partner, quota, request.now, request.runtime.rules, count=wanted,
                          money=most, kecamatan=kecamatan_of(area))
    if not found.houses:
        _nothing(request, quota, money, most, area)
        return
    above = [request.t("cocok.title")]
    if money > most:
        above.append(request.t("cocok.less", money=request.money(money), left=request.money(most)))
    if found.cut:
        above.append(request.t("cocok.cut", n=matching.MOST))
    make(request, Plan(quota, area, wanted, found.houses), money=money, fits=True, ended=found.ended, above=above)


def _nothing(request: Request, quota: Quota, money: int, most: int, area: str) -> None:
    """Why there is nothing, and what else can be tried."""
    waiting = houses.count_by_kecamatan(request.session, HouseState.ELIGIBLE, None if area == ALL else [area])
    n, where = sum(waiting.values()), area_name(request, area)
    lines: list[Markup] = [request.t("cocok.none", n=n, area=where, money=request.money(most)) if n
                           else request.t("cocok.none_waits", area=where), quota_left(request, quota)]
    rows: Rows = []
    if area != ALL:
        rows.append([Press(request.label("cocok.button.whole_city"), FitsQuota(quota.id or 0, money, ALL))])
    if n and money and money < quota.money_left:
        rows.append([Press(request.label("cocok.button.all_money", money=request.money(quota.money_left)),
                           FitsQuota(quota.id or 0, 0, area))])
    rows.append([Press(request.label("danai.button.open"), Funding(0))])
    request.edit(join(lines, "\n\n"), [*rows, *_back(request, quota.partner_id)])


def _back(request: Request, partner_id: int) -> Rows:
    return [[Press(request.label("klaim.button.overview"), Overview(partner_id))]]
