"""The basket: what several claims would cost and leave, house by house, as it was made or changed since."""

from __future__ import annotations

from markupsafe import Markup

from handlers.claims.access import own_quota
from handlers.claims.buttons import (
    ALL,
    AddOne,
    BasketPage,
    DropBasket,
    FitsQuota,
    Overview,
    Preview,
    Replace,
    ReplaceLost,
    TakeBasket,
    TakeOut,
)
from handlers.claims.plan import Plan, plan
from handlers.kit.buttons import Press, Rows
from handlers.kit.pages import turn
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import quota_name
from storage import baskets, houses, partners, regions
from storage.baskets import Basket
from storage.houses import House, HouseState
from storage.partners import Quota

MOST = 500
"""Houses in one basket."""
PAGE = 8


def area_name(request: Request, area: str) -> str:
    """``Pamulang``, or "the whole city"."""
    names = {one.code: one.name for one in regions.all_kecamatan(request.session)}
    return names.get(area) or request.label("klaim.area.whole")


def on_preview(request: Request) -> None:
    """The number that fits was pressed, or the list is to be made again."""
    button = request.button
    assert isinstance(button, Preview)
    preview(request, own_quota(request, button.quota_id), button.area, button.count)


def preview(request: Request, quota: Quota, area: str, count: int) -> None:
    """Show what would be claimed; the basket is kept, so that the press claims exactly this."""
    if not 1 <= count <= MOST:
        raise Refusal("refuse.old_button")
    looked = plan(request, quota, area, count)
    if looked.houses_missing or looked.units_missing or looked.money_missing:
        request.edit(*_too_much(request, looked))
        return
    make(request, looked)


def make(request: Request, looked: Plan, *, money: int = 0, fits: bool = False, ended: bool = False,
         above: list[Markup] | None = None) -> None:
    """Keep a new basket and show it. ``money``, ``fits``, ``ended``: see :class:`Basket`."""
    basket = baskets.make(
        request.session, request.me.id, looked.quota.id or 0, list(looked.shown), looked.reserve, request.now,
        wanted=looked.wanted, area=None if looked.area == ALL else looked.area, money=money, fits=fits, ended=ended,
    )
    show(request, basket, looked.quota, above=above)


def houses_of(request: Request, basket: Basket) -> Plan:
    """The houses of a basket as they are now, neediest first."""
    found = houses.some(request.session, basket.houses)
    return Plan(partners.fresh(request.session, basket.quota_id), basket.area or ALL, basket.wanted, found)


def mine(request: Request, basket_id: int, version: int | None = None) -> tuple[Basket, Quota] | None:
    """An own basket that is not claimed yet, as it was shown (``version``; None: as it is now). Else the press is
    answered, and a basket that was changed since is shown."""
    basket = baskets.get(request.session, basket_id)
    if basket is None or basket.person_id != request.me.id:
        request.toast(request.label("klaim.basket_gone"), alert=True)
        return None
    if basket.claimed_at is not None:
        request.toast(request.label("klaim.basket_claimed"))
        return None
    quota = own_quota(request, basket.quota_id)
    if version is not None and version != basket.version:
        request.toast(request.label("keranjang.changed"))
        show(request, basket, quota)
        return None
    return basket, quota


def on_page(request: Request) -> None:
    """Other houses of the basket."""
    button = request.button
    assert isinstance(button, BasketPage)
    found = mine(request, button.basket_id)
    if found is not None:
        show(request, *found, place=button.place)


def show(
    request: Request, basket: Basket, quota: Quota, *, place: int = 0, above: list[Markup] | None = None
) -> None:
    """The basket as it is now, with a page of its houses; what is shown is what a press claims."""
    looked = houses_of(request, basket)
    baskets.change(request.session, basket, looked.shown)
    count = len(looked.houses)
    start = min(max(place, 0), max(count - 1, 0)) // PAGE * PAGE
    page = list(looked.houses[start:start + PAGE])
    lines = [*(above or []), *_totals(request, looked, int(basket.content.get("money", 0)))]
    gone = any(house.state != HouseState.ELIGIBLE for house in looked.houses)
    listed = [_lines(request, looked, page, start), request.t("keranjang.hint")] if page else \
        [request.t("keranjang.empty")]
    text = join([join(lines), *listed], "\n\n")
    number, version = basket.id or 0, basket.version
    rows: Rows = [
        [Press(request.label("keranjang.button.out", code=house.code), TakeOut(number, version, house.id or 0)),
         Press(request.label("keranjang.button.replace", code=house.code), Replace(number, version, house.id or 0))]
        for house in page
    ]
    rows += turn(request, BasketPage(number, 0) if start else None,
                 BasketPage(number, start + PAGE) if start + PAGE < count else None)
    if room(basket, looked) and not basket.content.get("ended"):
        rows.append([Press(request.label("keranjang.button.add"), AddOne(number, version))])
    if gone:
        rows.append([Press(request.label("keranjang.button.replace_taken"), ReplaceLost(number, version))])
    elif count and not looked.units_missing and not looked.money_missing:
        rows.append([Press(request.label("klaim.button.take_all", count=count), TakeBasket(number, version))])
    rows.append([Press(request.label("klaim.button.cancel"), DropBasket(number))])
    request.edit(text, rows)


def budget(basket: Basket, looked: Plan, *, but: tuple[int, ...] = ()) -> int:
    """Rupiah that more houses may reserve besides those of a basket, but for some of these."""
    most = min(int(basket.content.get("money", 0)) or looked.quota.money_left, looked.quota.money_left)
    return most - sum(reserve for number, (reserve, _) in looked.shown.items() if number not in but)


def room(basket: Basket, looked: Plan) -> int:
    """How many more houses the units of the quota allow, if there is any money for them."""
    count = len(looked.houses)
    return max(0, min(looked.quota.units_left, MOST) - count) if budget(basket, looked) > 0 else 0


def _totals(request: Request, looked: Plan, money: int) -> list[Markup]:
    quota, count = looked.quota, len(looked.houses)
    partner = partners.get(request.session, quota.partner_id)
    lines = [
        request.t("klaim.preview", n=count, area=area_name(request, looked.area), name=partner.name,
                  quota=quota_name(request.texts, quota)),
        *([request.t("cocok.most", money=request.money(money))] if money else []),
        request.t("klaim.preview.money", estimate=request.money(looked.estimate),
                  reserve=request.money(looked.reserve)),
        *([request.t("keranjang.each", money=request.money(looked.each))] if looked.each else []),
    ]
    if looked.reserve < looked.estimate:
        lines.append(request.t("klaim.uncovered", money=request.money(looked.estimate - looked.reserve)))
    if looked.units_missing or looked.money_missing:
        return [*lines, *missing(request, looked)]
    return [*lines, request.t(
        "klaim.preview.left", units_before=quota.units_left, units_after=quota.units_left - count,
        money_before=request.money(quota.money_left), money_after=request.money(quota.money_left - looked.reserve))]


def _lines(request: Request, looked: Plan, page: list[House], start: int) -> Markup:
    shown = looked.shown
    places = regions.places_of(request.session, {house.kelurahan_code for house in page})
    lines = []
    for at, house in enumerate(page, start + 1):
        line = [request.t("keranjang.line", at=at, code=house.code, kelurahan=places[house.kelurahan_code][0],
                          priority=house.priority)]
        if not looked.each:
            line.append(request.t("keranjang.reserve", reserve=request.money(shown[house.id or 0][0])))
        if house.state != HouseState.ELIGIBLE:
            line.append(request.t("keranjang.taken"))
        lines.append(join(line, " · "))
    return join(lines)


def missing(request: Request, looked: Plan) -> list[Markup]:
    """What exactly the quota lacks."""
    lines, quota = [], looked.quota
    if looked.units_missing:
        lines.append(request.t("klaim.too_much.units", missing=looked.units_missing, left=quota.units_left))
    if looked.money_missing:
        lines.append(request.t("klaim.too_much.money", missing=request.money(looked.money_missing),
                               needed=request.money(looked.reserve), left=request.money(quota.money_left)))
    return lines


def _too_much(request: Request, looked: Plan) -> tuple[Markup, Rows]:
    """What exactly is missing, and the number that fits."""
    quota, partner_id = looked.quota, looked.quota.partner_id
    lines = [request.t("klaim.too_much", wanted=looked.wanted, area=area_name(request, looked.area),
                       quota=quota_name(request.texts, quota))]
    if looked.houses_missing:
        found = len(looked.houses)
        lines.append(request.t("klaim.too_much.houses", found=found) if found else request.t("klaim.too_much.none"))
    lines += missing(request, looked)
    rows: Rows = []
    if looked.fits:
        rows.append([Press(request.label("klaim.button.fits", count=looked.fits),
                           Preview(quota.id or 0, looked.area, looked.fits))])
    rows.append([Press(request.label("klaim.button.overview"), Overview(partner_id))])
    return join(lines), rows


def again(request: Request, basket: Basket, quota: Quota) -> Rows:
    """The ways on from a basket that was not claimed: make it anew as it was made, or begin elsewhere."""
    area = basket.area or ALL
    fits = bool(basket.content.get("fits"))
    anew = FitsQuota(quota.id or 0, int(basket.content["money"]), area) if fits else \
        Preview(quota.id or 0, area, basket.wanted)
    return [[Press(request.label("klaim.button.rebuild"), anew)],
            [Press(request.label("klaim.button.overview"), Overview(quota.partner_id))]]
