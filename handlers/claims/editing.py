"""A basket is changed before it is claimed: a house out, another in its place, one more, what was lost replaced."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from handlers.claims import told
from handlers.claims.basket import budget, houses_of, mine, room, show
from handlers.claims.buttons import AddOne, Replace, ReplaceLost, TakeOut
from handlers.claims.plan import Plan
from handlers.claims.taking import lost
from handlers.kit.request import Request
from storage import baskets, houses, matching, partners
from storage.baskets import Basket
from storage.houses import House
from storage.matching import Found
from storage.partners import Quota


def on_out(request: Request) -> None:
    """Take a house out."""
    button = request.button
    assert isinstance(button, TakeOut)
    found = _with(request, button)
    if found is None:
        return
    basket, quota, looked, place = found
    _change(request, basket, looked, out={button.house_id})
    show(request, basket, quota, place=place)


def on_replace(request: Request) -> None:
    """The next house that fits and was never in the basket, in place of one of it."""
    button = request.button
    assert isinstance(button, Replace)
    found = _with(request, button)
    if found is None:
        return
    basket, quota, looked, place = found
    others = _others(request, basket, looked, 1, {button.house_id})
    if not others.houses:
        request.toast(request.label("keranjang.no_other"), alert=True)
        return
    _change(request, basket, looked, out={button.house_id}, more=others)
    gone = [house for house in looked.houses if house.id == button.house_id]
    show(request, basket, quota, place=place, above=_swapped(request, gone, others.houses))


def on_add(request: Request) -> None:
    """One more house, while units and money allow it."""
    button = request.button
    assert isinstance(button, AddOne)
    found = mine(request, button.basket_id, button.version)
    if found is None:
        return
    basket, quota = found
    looked = houses_of(request, basket)
    others = _others(request, basket, looked, min(1, room(basket, looked)), set())
    if not others.houses:
        request.toast(request.label("keranjang.no_more"), alert=True)
    _change(request, basket, looked, more=others)
    above = [request.t("keranjang.added", codes=told.codes(others.houses))] if others.houses else []
    show(request, basket, quota, above=above, place=_place(looked.houses, others.houses))


def on_replace_lost(request: Request) -> None:
    """Others in place of those that were taken or do not fit any more; the rest of the basket stays."""
    button = request.button
    assert isinstance(button, ReplaceLost)
    found = mine(request, button.basket_id, button.version)
    if found is None:
        return
    basket, quota = found
    gone, misfits = lost(request, basket)
    out = {house.id or 0 for house in gone} | misfits.keys()
    if not out:
        show(request, basket, quota)
        return
    looked = houses_of(request, basket)
    units = max(0, looked.quota.units_left - (len(looked.houses) - len(out)))
    others = _others(request, basket, looked, min(len(out), units), out)
    _change(request, basket, looked, out=out, more=others)
    leaving = [house for house in looked.houses if house.id in out]
    show(request, basket, quota, above=_swapped(request, leaving, others.houses))


def _with(request: Request, button: TakeOut | Replace) -> tuple[Basket, Quota, Plan, int] | None:
    """The basket as it was shown, with the place of the house that was pressed."""
    found = mine(request, button.basket_id, button.version)
    if found is None:
        return None
    basket, quota = found
    looked = houses_of(request, basket)
    ids = [house.id for house in looked.houses]
    if button.house_id not in ids:
        request.toast(request.label("keranjang.changed"))
        show(request, basket, quota)
        return None
    return basket, quota, looked, ids.index(button.house_id)


def _others(request: Request, basket: Basket, looked: Plan, count: int, out: Collection[int]) -> Found:
    """The neediest houses that fit beside those of a basket which stay, and that were never in it."""
    staying = [house.id or 0 for house in looked.houses if house.id not in out]
    money = budget(basket, looked, but=tuple(out))
    if money <= 0:
        return Found([], ended=True)
    partner = partners.get(request.session, looked.quota.partner_id)
    return matching.find(request.session, partner, looked.quota, request.now, request.runtime.rules, count=count,
                         money=money, kecamatan=basket.area, without=basket.seen, beside=staying)


def _change(
    request: Request, basket: Basket, looked: Plan, *, out: Collection[int] = (), more: Found | None = None
) -> None:
    numbers = [house.id or 0 for house in looked.houses if house.id not in out]
    numbers += [house.id or 0 for house in more.houses] if more else []
    after = Plan(looked.quota, looked.area, looked.wanted, houses.some(request.session, numbers))
    # With a house less there may be room for one that did not fit before.
    baskets.change(request.session, basket, after.shown, ended=more.ended if more and not out else False)


def _swapped(request: Request, out: list[House], taken: list[House]) -> list[Markup]:
    lines = [request.t("keranjang.swapped", out=told.codes(out), codes=told.codes(taken))] if taken else []
    if len(taken) < len(out):
        lines.append(request.t("keranjang.fewer", n=len(out) - len(taken)))
    return lines


def _place(before: Collection[House], taken: Collection[House]) -> int:
    """Where a house stands that was added: how many are needier."""
    return sum(1 for house in before for one in taken
               if (-house.priority, house.id or 0) < (-one.priority, one.id or 0))
