"""The basket: what several claims would cost and leave, and the press that claims exactly that, all or none."""

from __future__ import annotations

from markupsafe import Markup

from handlers.claims import told
from handlers.claims.access import own_quota
from handlers.claims.buttons import ALL, DropBasket, Overview, Preview, TakeBasket
from handlers.claims.plan import Plan, plan
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import explain
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import named, quota_left, quota_name
from handlers.progress.buttons import ClaimList
from handlers.registration.news import tell_surveyors
from storage import baskets, claims, houses, partners, regions, worklist
from storage.baskets import Basket
from storage.claims import Claim
from storage.errors import Refused, Stale
from storage.houses import House
from storage.partners import Quota

MOST = 500
"""Houses in one basket."""


def area_name(request: Request, area: str) -> str:
    """``Pamulang``, or "the whole city"."""
    names = {one.code: one.name for one in regions.all_kecamatan(request.session)}
    return names.get(area) or request.label("klaim.whole_city")


def on_preview(request: Request) -> None:
    """The number that fits was pressed, or the list is to be made again."""
    button = request.button
    assert isinstance(button, Preview)
    preview(request, own_quota(request, button.quota_id), button.area, button.count)


def preview(request: Request, quota: Quota, area: str, count: int) -> None:
    """Show what would be claimed; the basket is kept, so that the press claims exactly this."""
    if not 1 <= count <= MOST:
        raise Refusal("refuse.old_button")
    looked = plan(request.session, quota, area, count)
    if looked.houses_missing or looked.units_missing or looked.money_missing:
        request.edit(*_too_much(request, looked))
        return
    basket = baskets.make(
        request.session, request.me.id, quota.id or 0, [house.id or 0 for house in looked.houses], looked.reserve,
        request.now, wanted=count, area=None if area == ALL else area,
    )
    number = basket.id or 0
    request.edit(_shown(request, looked), [
        [Press(request.label("klaim.button.take_all", count=count), TakeBasket(number))],
        [Press(request.label("klaim.button.cancel"), DropBasket(number))],
    ])


def _shown(request: Request, looked: Plan) -> Markup:
    quota, count = looked.quota, len(looked.houses)
    partner = partners.get(request.session, quota.partner_id)
    lines = [
        request.t("klaim.preview", n=count, area=area_name(request, looked.area), name=partner.name,
                  quota=quota_name(request.texts, quota)),
        request.t("klaim.preview.money", estimate=request.money(looked.estimate),
                  reserve=request.money(looked.reserve)),
    ]
    if looked.reserve < looked.estimate:
        lines.append(request.t("klaim.uncovered", money=request.money(looked.estimate - looked.reserve)))
    lines += [
        request.t("klaim.preview.left", units_before=quota.units_left, units_after=quota.units_left - count,
                  money_before=request.money(quota.money_left),
                  money_after=request.money(quota.money_left - looked.reserve)),
        code_list(request, list(looked.houses)),
    ]
    return join(lines)


def code_list(request: Request, found: list[House]) -> Markup:
    """The first codes, and how many more."""
    rest = len(found) - told.SHOWN_CODES
    if rest > 0:
        return request.t("klaim.codes.more", codes=told.codes(found), rest=rest)
    return request.t("klaim.codes", codes=told.codes(found))


def _too_much(request: Request, looked: Plan) -> tuple[Markup, Rows]:
    """What exactly is missing, and the number that fits."""
    quota, partner_id = looked.quota, looked.quota.partner_id
    lines = [request.t("klaim.too_much", wanted=looked.wanted, area=area_name(request, looked.area),
                       quota=quota_name(request.texts, quota))]
    if looked.houses_missing:
        lines.append(request.t("klaim.too_much.houses", found=len(looked.houses)))
    if looked.units_missing:
        lines.append(request.t("klaim.too_much.units", missing=looked.units_missing, left=quota.units_left))
    if looked.money_missing:
        lines.append(request.t("klaim.too_much.money", missing=request.money(looked.money_missing),
                               needed=request.money(looked.reserve), left=request.money(quota.money_left)))
    rows: Rows = []
    if looked.fits:
        rows.append([Press(request.label("klaim.button.fits", count=looked.fits),
                           Preview(quota.id or 0, looked.area, looked.fits))])
    rows.append([Press(request.label("klaim.button.overview"), Overview(partner_id))])
    return join(lines), rows


def _mine(request: Request, basket_id: int) -> tuple[Basket, Quota] | None:
    basket = baskets.get(request.session, basket_id)
    if basket is None or basket.person_id != request.me.id:
        request.toast(request.label("klaim.basket_gone"), alert=True)
        return None
    if basket.claimed_at is not None:
        request.toast(request.label("klaim.basket_claimed"))
        return None
    return basket, own_quota(request, basket.quota_id)


def on_take(request: Request) -> None:
    """Claim exactly the houses of the preview: all, or none with the reason and a way to a new list."""
    button = request.button
    assert isinstance(button, TakeBasket)
    found = _mine(request, button.basket_id)
    if found is None:
        return
    basket, quota = found
    try:
        with request.session.begin_nested():
            made = claims.claim_houses(request.session, basket.houses, quota.id or 0, request.now, by=request.me.id)
            # Estimates or the quota's ceiling a house may have changed since the preview.
            if sum(worklist.reserved(request.session, [claim.id or 0 for claim in made]).values()) != basket.total:
                raise Refused("claim.basket_changed")
    except Refused as refused:
        baskets.discard(request.session, basket)
        _none(request, basket, refused)
        return
    baskets.claimed(request.session, basket, request.now)
    _all(request, made, quota.id or 0, basket)


def _none(request: Request, basket: Basket, refused: Refused) -> None:
    key, values = explain(request, refused)
    if isinstance(refused, Stale):
        key = "klaim.basket_taken" if refused.figures.get("codes") else "klaim.basket_taken.some"
    quota = partners.fresh(request.session, basket.quota_id)
    again = Preview(basket.quota_id, basket.area or ALL, basket.wanted)
    request.edit(join([request.t(key, **values), request.t("klaim.nothing_claimed")]), [
        [Press(request.label("klaim.button.rebuild"), again)],
        [Press(request.label("klaim.button.overview"), Overview(quota.partner_id))],
    ])


def _all(request: Request, made: list[Claim], quota_id: int, basket: Basket) -> None:
    quota = partners.fresh(request.session, quota_id)
    partner = partners.get(request.session, quota.partner_id)
    request.edit(join([
        request.t("klaim.all_done", n=len(made), name=partner.name, reserved=request.money(basket.total)),
        quota_left(request, quota), request.t("klaim.family_on_card"),
    ]), [
        [Press(request.label("klaim.button.mine"), ClaimList(partner.id or 0, -1, 0))],
        [Press(request.label("klaim.button.again"), Overview(partner.id or 0))],
    ])
    tell_surveyors(request, houses.some(request.session, [claim.house_id for claim in made]),
                   "kabar.claimed", "kabar.claimed.many", name=named(partner))


def on_drop(request: Request) -> None:
    """Forget a preview."""
    button = request.button
    assert isinstance(button, DropBasket)
    found = _mine(request, button.basket_id)
    if found is None:
        return
    basket, quota = found
    baskets.discard(request.session, basket)
    request.edit(request.t("klaim.dropped"),
                 [[Press(request.label("klaim.button.overview"), Overview(quota.partner_id))]])
