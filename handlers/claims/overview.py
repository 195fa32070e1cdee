"""/klaim: what a partner can still take, and the waiting list by kecamatan."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from markupsafe import Markup

from handlers.claims import several
from handlers.claims.access import open_quotas, own_partner, without_quota_said
from handlers.claims.basket import MOST
from handlers.claims.buttons import ALL, Area, Fits, Funding, HouseCard, Overview, Several, Wish
from handlers.kit import parse
from handlers.kit.buttons import Button, Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import has_rules, quotas_left, rules_line, source_label
from handlers.progress.buttons import ClaimList
from storage import fitting, houses, partners, regions
from storage.houses import House, HouseState
from storage.partners import Partner

PAGE = 8
FILLERS = frozenset({"rumah", "unit", "di", "kecamatan", "kec", "kec.", "houses", "house", "in"})


def on_claim_command(request: Request) -> None:
    """``/klaim``, ``/klaim Pamulang``, ``/klaim 30``, ``/klaim 30 Pamulang``."""
    count, area = wish(request)
    if not pick_partner(request, lambda number: Wish(number, count, area)):
        _granted(request, request.me.partners[0], count, area)


def pick_partner(request: Request, make: Callable[[int], Button]) -> bool:
    """Ask a rep of several partners for which one; False for a rep of one, who is not asked."""
    mine = request.me.partners
    if len(mine) == 1:
        return False
    names = partners.names_of(request.session, set(mine))
    request.say(request.t("klaim.which_partner"), grid([Press(names[number], make(number)) for number in mine]))
    return True


def on_wish(request: Request) -> None:
    """The partner was picked for what was typed."""
    button = request.button
    assert isinstance(button, Wish)
    own_partner(request, button.partner_id)
    _granted(request, button.partner_id, button.count, button.area)


def _granted(request: Request, partner_id: int, count: int, area: str) -> None:
    if count:
        several.begin(request, partner_id, area=area, count=count)
    elif area != ALL:
        request.edit(*_area(request, partner_id, area, None))
    else:
        request.edit(*overview(request, partner_id))


def wish(request: Request) -> tuple[int, str]:
    """How many houses (0: not said) and of which kecamatan (``-``: the whole city) the command asks for.

    Raises:
        Refusal: neither could be read, or the number is out of bounds.
    """
    words = fold(request.text).split()[1:]
    numbers = [word for word in words if re.fullmatch(r"[-+]?[0-9][0-9.,]*", word)]
    names = " ".join(word for word in words if word not in numbers and word.casefold() not in FILLERS)
    count = parse.whole(" ".join(numbers), 1, MOST) if numbers else 0
    return count, kecamatan_named(request, names) if names else ALL


def kecamatan_named(request: Request, name: str, refusal: str = "klaim.refuse.area") -> str:
    """The code of a kecamatan by its name, or a beginning that only one has.

    Raises:
        Refusal: ``refusal`` with the names there are.
    """
    everywhere = regions.all_kecamatan(request.session)
    wanted = name.casefold()
    exact = [one.code for one in everywhere if wanted in (one.name.casefold(), one.abbr.casefold())]
    near = exact or [one.code for one in everywhere if one.name.casefold().startswith(wanted)]
    if len(near) != 1:
        raise Refusal(refusal, typed=echo(name), names=", ".join(one.name for one in everywhere))
    return near[0]


def on_overview(request: Request) -> None:
    """A partner's overview."""
    button = request.button
    assert isinstance(button, Overview)
    request.edit(*overview(request, button.partner_id))


def overview(request: Request, partner_id: int) -> tuple[Markup, Rows]:
    """Quotas with what is left, and how many houses wait in each kecamatan."""
    partner = own_partner(request, partner_id)
    waiting = houses.count_by_kecamatan(request.session, HouseState.ELIGIBLE)
    quotas = open_quotas(request, partner_id)
    means = quotas_left(request, quotas) if quotas else without_quota_said(request, partner_id)
    total = sum(waiting.values())
    text = join([
        request.t("klaim.title", name=partner.name, source=source_label(request.texts, partner)),
        *([rules_line(request, partner)] if has_rules(partner) else []),
        means, request.t("klaim.waiting", n=total) if total else request.t("klaim.nothing_waits"),
    ], "\n\n")
    rows: Rows = grid([
        Press(f"{one.name} ({waiting[one.code]})", Area(partner_id, one.code, 0))
        for one in regions.all_kecamatan(request.session) if waiting.get(one.code)
    ])
    if total and quotas:
        rows.append([Press(request.label("klaim.button.fitting"), Fits(partner_id, 0, ALL))])
        rows.append([Press(request.label("klaim.button.several"), Several(partner_id, ALL))])
    rows.append([Press(request.label("klaim.button.mine"), ClaimList(partner_id, -1, 0)),
                 Press(request.label("danai.button.open"), Funding(0))])
    return text, rows


def on_area(request: Request) -> None:
    """A page of a kecamatan's waiting list."""
    button = request.button
    assert isinstance(button, Area)
    after = None
    if button.last:
        last = houses.get(request.session, button.last)
        after = (last.priority, button.last)
    request.edit(*_area(request, button.partner_id, button.kecamatan, after))


def _area(request: Request, partner_id: int, area: str, after: tuple[int, int] | None) -> tuple[Markup, Rows]:
    partner = own_partner(request, partner_id)
    places = {one.code: one.name for one in regions.all_kecamatan(request.session)}
    if area not in places:
        raise Refusal("refuse.old_button")
    found = houses.waiting(request.session, HouseState.ELIGIBLE, kecamatan=[area], limit=PAGE + 1, after=after)
    page = found[:PAGE]
    kelurahan = {one.code: one.name for one in regions.kelurahan_of(request.session, area)}
    unfit = _unfit(request, partner, area, page)
    lines = [_line(request, house, kelurahan.get(house.kelurahan_code, ""), fits=house.id not in unfit)
             for house in page] or [request.t("klaim.nothing_here")]
    text = join([request.t("klaim.area", area=places[area], name=partner.name), join(lines)], "\n\n")
    rows: Rows = grid([Press(house.code, HouseCard(partner_id, house.id or 0)) for house in page], 3)
    rows += turn(request, Area(partner_id, area, 0) if after is not None else None,
                 Area(partner_id, area, page[-1].id or 0) if len(found) > PAGE else None)
    if page:
        rows.append([Press(request.label("klaim.button.several_here", area=places[area]), Several(partner_id, area))])
    rows.append([Press(request.label("klaim.button.overview"), Overview(partner_id))])
    return text, rows


def _line(request: Request, house: House, kelurahan: str, *, fits: bool) -> Markup:
    line = request.t("klaim.line", code=house.code, kelurahan=kelurahan, priority=house.priority,
                     estimate=request.money(house.estimate or 0))
    return line if fits else join([line, request.t("klaim.unfit")], " · ")


def _unfit(request: Request, partner: Partner, area: str, page: list[House]) -> Collection[int]:
    """Houses of a page that the partner may not take: with no quota, or with the one that reaches this kecamatan."""
    quotas = open_quotas(request, partner.id or 0)
    reaching = [quota for quota in quotas if not quota.areas or area in quota.areas]
    quota = next(iter([*reaching, *quotas]), None)
    return fitting.misfits(request.session, partner, quota, page, request.now, request.runtime.rules, together=False)
