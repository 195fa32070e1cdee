"""The turn of the year: a quota is closed to new claims, last year's quotas are copied."""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from handlers.kit.buttons import Press, Rows
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.buttons import CloseQuota, CopyAll, CopyQuotas, PartnerCard, PartnerList, QuotaCard
from handlers.partners.figures import MOST, quota_name, rupiah, tell_reps
from handlers.partners.screens import partner_card, partner_list, quota_card
from storage import budgets, partners
from storage.errors import Refused
from storage.partners import Quota
from storage.people import RoleName


def on_close(request: Request) -> None:
    """Close a quota to new claims, after one question."""
    button = request.button
    assert isinstance(button, CloseQuota)
    quota = partners.fresh(request.session, button.quota_id)
    if quota.closed_at is not None:
        raise Refused("quota.closed", year=quota.year)
    if not button.sure:
        said = request.t(
            "mitra.close.sure", name=partners.get(request.session, quota.partner_id).name,
            quota=quota_name(request.texts, quota), units=quota.units_reserved, money=request.money(quota.reserved),
            units_left=quota.units_left, money_left=request.money(quota.money_left))
        request.edit(said, [[Press(request.label("mitra.button.close_sure"), CloseQuota(button.quota_id, 1))],
                            [Press(request.label("mitra.button.partner"), QuotaCard(button.quota_id))]])
        return
    quota = budgets.close(request.session, button.quota_id, request.now, by=request.me.id)
    tell_reps(request, quota, "mitra.told.closed", units=quota.units_reserved, money=rupiah(quota.reserved))
    request.edit(*quota_card(request, button.quota_id))


def on_copy(request: Request) -> None:
    """Copy a partner's quotas of the year before, after one question that shows them."""
    button = request.button
    assert isinstance(button, CopyQuotas)
    year = _this_year(request, button.year)
    if button.sure:
        _tell(request, budgets.copy(request.session, button.partner_id, year, request.now, by=request.me.id))
        request.edit(*partner_card(request, button.partner_id))
        return
    found = _some(budgets.copyable(request.session, button.partner_id, year), year)
    lines = [request.t("mitra.copy.line", what=quota_name(request.texts, one), units=one.units,
                       ceiling=request.money(one.ceiling)) for one in found[:MOST]]
    title = request.t("mitra.copy.sure", name=partners.get(request.session, button.partner_id).name, before=year - 1,
                      year=year)
    _ask(request, title, lines, found, CopyQuotas(button.partner_id, year, 1), PartnerCard(button.partner_id, 0))


def on_copy_all(request: Request) -> None:
    """The same for all partners at once."""
    button = request.button
    assert isinstance(button, CopyAll)
    year = _this_year(request, button.year)
    if button.sure:
        _tell(request, budgets.copy_all(request.session, year, request.now, by=request.me.id))
        request.edit(*partner_list(request, 0))
        return
    theirs = budgets.all_copyable(request.session, year)
    found = _some([one for quotas in theirs.values() for one in quotas], year)
    names = partners.names_of(request.session, set(theirs))
    lines = [request.t("mitra.copy.line", what=names[number], units=sum(one.units for one in quotas),
                       ceiling=request.money(sum(one.ceiling for one in quotas)))
             for number, quotas in list(theirs.items())[:MOST]]
    if len(theirs) > MOST:
        lines.append(request.t("mitra.copy.more", n=len(theirs) - MOST))
    title = request.t("mitra.copy_all.sure", before=year - 1, year=year, n=len(theirs))
    _ask(request, title, lines, found, CopyAll(year, 1), PartnerList(0))


def _this_year(request: Request, year: int) -> int:
    """The year that a button was made for, if that is this one.

    Raises:
        Refusal: the button is of another year.
    """
    if year != request.today.year:
        raise Refusal("refuse.old_button")
    return year


def _some(found: list[Quota], year: int) -> list[Quota]:
    if not found:
        raise Refused("quota.nothing_to_copy", year=year - 1)
    return found


def _ask(
    request: Request, title: Markup, lines: list[Markup], found: list[Quota], sure: CopyQuotas | CopyAll,
    back: PartnerCard | PartnerList,
) -> None:
    total = request.t("mitra.copy.total", units=sum(one.units for one in found),
                      ceiling=request.money(sum(one.ceiling for one in found)))
    rows: Rows = [[Press(request.label("mitra.button.copy_sure"), sure)],
                  [Press(request.label("mitra.button.partner"), back)]]
    request.edit(join([title, join(lines), total], "\n\n"), rows)


def _tell(request: Request, made: list[Quota]) -> None:
    """Each partner's reps hear of all its new quotas at once."""
    theirs: defaultdict[int, list[Quota]] = defaultdict(list)
    for one in made:
        theirs[one.partner_id].append(one)
    names = partners.names_of(request.session, set(theirs))
    for number, quotas in theirs.items():
        request.tell_all(
            RoleName.PARTNER, "mitra.told.copied", partner_id=number, name=names[number], year=quotas[0].year,
            before=quotas[0].year - 1, units=sum(one.units for one in quotas),
            ceiling=rupiah(sum(one.ceiling for one in quotas)))
