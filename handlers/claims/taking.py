"""The press that claims a basket: exactly the houses that were shown, all of them or none."""

from __future__ import annotations

from markupsafe import Markup

from handlers.claims import told
from handlers.claims.basket import again, houses_of, mine
from handlers.claims.buttons import BasketPage, DropBasket, Overview, ReplaceLost, TakeBasket
from handlers.claims.funding import lacking
from handlers.kit.buttons import Press
from handlers.kit.endpoint import explain
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import named, quota_left
from handlers.progress.buttons import ClaimList
from handlers.registration.news import tell_surveyors
from storage import baskets, claims, fitting, houses, partners, worklist
from storage.baskets import Basket
from storage.claims import Claim
from storage.errors import Refused, Stale
from storage.fitting import Misfit
from storage.houses import House, HouseState
from storage.partners import Quota


def on_take(request: Request) -> None:
    """Claim exactly the houses of the preview: all, or none with the reason and a way to a new list."""
    button = request.button
    assert isinstance(button, TakeBasket)
    found = mine(request, button.basket_id, button.version)
    if found is None:
        return
    basket, quota = found
    try:
        with request.session.begin_nested():
            made = claims.claim_houses(request.session, basket.houses, quota.id or 0, request.now, by=request.me.id,
                                       rules=request.runtime.rules)
            # Estimates or the quota's ceiling a house may have changed since the preview.
            reserved = worklist.reserved(request.session, [claim.id or 0 for claim in made])
            real = {claim.house_id: (reserved[claim.id or 0], reserved[claim.id or 0] + claim.uncovered)
                    for claim in made}
            if real != basket.amounts:
                raise Refused("claim.basket_changed")
    except Refused as refused:
        _none(request, basket, quota, refused)
        return
    baskets.claimed(request.session, basket, request.now)
    _all(request, made, quota.id or 0, basket)


def lost(request: Request, basket: Basket) -> tuple[list[House], dict[int, tuple[Misfit, ...]]]:
    """Houses of a basket that do not wait any more; of the others, those that do not fit: house id → why."""
    looked = houses_of(request, basket)
    gone = [house for house in looked.houses if house.state != HouseState.ELIGIBLE]
    rest = [house for house in looked.houses if house.state == HouseState.ELIGIBLE]
    partner = partners.get(request.session, looked.quota.partner_id)
    return gone, fitting.misfits(request.session, partner, looked.quota, rest, request.now, request.runtime.rules)


def _none(request: Request, basket: Basket, quota: Quota, refused: Refused) -> None:
    """Nothing was claimed: which houses stand against it, or what else does. The basket stays, to be changed."""
    number, version = basket.id or 0, basket.version
    gone, misfits = lost(request, basket) if isinstance(refused, (Stale, fitting.NoFit)) else ([], {})
    key, values = explain(request, refused)
    lines: list[Markup] = []
    if gone:
        lines.append(_gone(request, gone))
    if misfits:
        lines += _misfits(request, misfits)
    if not lines:
        key = "klaim.basket_taken.some" if isinstance(refused, Stale) else key
        lines.append(request.t(key, **values))
    if gone or misfits:
        first = Press(request.label("keranjang.button.replace_taken" if gone else "keranjang.button.replace_misfit"),
                      ReplaceLost(number, version))
    else:
        first = Press(request.label("keranjang.button.edit"), BasketPage(number, 0))
    request.edit(join([*lines, request.t("klaim.nothing_claimed")]), [[first], *again(request, basket, quota)])


def _gone(request: Request, gone: list[House]) -> Markup:
    return request.t("klaim.basket_taken", taken=len(gone), codes=told.codes(gone))


def _misfits(request: Request, misfits: dict[int, tuple[Misfit, ...]]) -> list[Markup]:
    found = houses.some(request.session, list(misfits))
    lines = [request.t("keranjang.misfit", n=len(found))]
    lines += [request.t("keranjang.misfit.line", code=house.code, reasons=reasons(request, misfits[house.id or 0]))
              for house in found[:told.SHOWN_CODES]]
    return [*lines, *([Markup("…")] if len(found) > told.SHOWN_CODES else [])]


def reasons(request: Request, why: tuple[Misfit, ...]) -> str:
    """``di luar kecamatan mitra, belum ada bukti tanah``."""
    return ", ".join(request.label(f"misfit.{one.value}") for one in why)


def _all(request: Request, made: list[Claim], quota_id: int, basket: Basket) -> None:
    quota = partners.fresh(request.session, quota_id)
    partner = partners.get(request.session, quota.partner_id)
    request.edit(join([
        request.t("klaim.all_done", n=len(made), name=partner.name, reserved=request.money(basket.total)),
        *lacking(request, sum(claim.uncovered for claim in made)),
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
    found = mine(request, button.basket_id)
    if found is None:
        return
    basket, quota = found
    baskets.discard(request.session, basket)
    request.edit(request.t("klaim.dropped"),
                 [[Press(request.label("klaim.button.overview"), Overview(quota.partner_id))]])
