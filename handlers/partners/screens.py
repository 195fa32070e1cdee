"""/mitra: the partners and what each can still take; a partner's card; a quota's card."""

from __future__ import annotations

from markupsafe import Markup

from handlers.deadlines.waiting import waiting_row
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.buttons import (
    AddPartner,
    AddQuota,
    ChangeQuota,
    CityCeiling,
    ClosePartner,
    CloseQuota,
    CopyAll,
    CopyQuotas,
    OpenPartner,
    OpenQuota,
    Part,
    PartnerCard,
    PartnerList,
    PartnerRules,
    QuotaCard,
)
from handlers.partners.figures import quota_block, quota_name, rules_line, source_label
from handlers.progress.buttons import ClaimList
from storage import budgets, meta, partners
from storage.partners import Partner, Quota

PAGE = 8
QUOTAS = 6
"""Quotas on one card of a partner."""


def on_partners(request: Request) -> None:
    """The command: the list from its start."""
    request.say(*partner_list(request, 0))


def on_list(request: Request) -> None:
    """Another page of the list."""
    button = request.button
    assert isinstance(button, PartnerList)
    request.edit(*partner_list(request, button.after))


def on_partner(request: Request) -> None:
    """A partner's card."""
    button = request.button
    assert isinstance(button, PartnerCard)
    request.edit(*partner_card(request, button.partner_id, button.after))


def on_quota(request: Request) -> None:
    """A quota's card."""
    button = request.button
    assert isinstance(button, QuotaCard)
    request.edit(*quota_card(request, button.quota_id))


def partner_list(request: Request, after: int) -> tuple[Markup, Rows]:
    """A page of the partners, with what each can still take this year."""
    year = request.today.year
    found = partners.page(request.session, after=after, limit=PAGE + 1, closed=True)
    page = found[:PAGE]
    quotas = partners.quotas_in(request.session, year, [partner.id or 0 for partner in page])
    lines = [_line(request, partner, quotas.get(partner.id or 0, [])) for partner in page]
    text = join([
        request.t("mitra.title", year=year),
        *(lines or [request.t("mitra.none")]),
        request.t("mitra.city_ceiling", ceiling=request.money(meta.house_ceiling(request.session))),
    ], "\n\n")
    rows: Rows = grid([Press(partner.name, PartnerCard(partner.id or 0, 0)) for partner in page])
    rows += turn(request, PartnerList(0) if after else None,
                 PartnerList(page[-1].id or 0) if len(found) > PAGE else None)
    if budgets.all_copyable(request.session, year):
        rows.append([Press(request.label("mitra.button.copy_all", before=year - 1, year=year), CopyAll(year, 0))])
    rows += [[Press(request.label("mitra.button.add_partner"), AddPartner())],
             [Press(request.label("mitra.button.city_ceiling"), CityCeiling())], *waiting_row(request)]
    return text, rows


def _line(request: Request, partner: Partner, quotas: list[Quota]) -> Markup:
    source = source_label(request.texts, partner)
    if partner.closed_at is not None:
        return request.t("mitra.line.closed", name=partner.name, source=source)
    if not quotas:
        return request.t("mitra.line.none", name=partner.name, source=source)
    return request.t(
        "mitra.line", name=partner.name, source=source, units_left=sum(quota.units_left for quota in quotas),
        units=sum(quota.units for quota in quotas), money_left=request.money(sum(one.money_left for one in quotas)),
    )


def partner_card(request: Request, partner_id: int, after: int = 0) -> tuple[Markup, Rows]:
    """A partner with its rules and its quotas: of this year, open ones first, and those of earlier years that still
    have something promised. Where they are many, a page of them: those behind the quota ``after``."""
    partner, year = partners.get(request.session, partner_id), request.today.year
    mine = sorted((one for one in partners.quotas_of(request.session, partner_id) if one.year == year),
                  key=lambda quota: quota.closed_at is not None)
    quotas = [*mine, *budgets.carried(request.session, partner_id, year)]
    start = next((place + 1 for place, quota in enumerate(quotas) if quota.id == after), 0)
    page = quotas[start : start + QUOTAS]
    blocks = [quota_block(request, quota) if quota.year == year else _carried(request, quota) for quota in page]
    if partner.closed_at is not None:
        blocks.insert(0, request.t("mitra.partner.closed", date=fmt.date(
            partner.closed_at.astimezone(request.runtime.zone).date(), request.locale)))
    elif not mine:
        blocks.insert(0, request.t("mitra.no_quota", year=year))
    if len(page) < len(quotas):
        blocks.append(request.t("mitra.quotas_shown", first=start + 1, last=start + len(page), total=len(quotas)))
    head = [request.t("mitra.card", name=partner.name, source=source_label(request.texts, partner)),
            rules_line(request, partner)]
    text = join([join(head), *blocks], "\n\n")
    rows: Rows = [
        [Press(request.label("mitra.button.change", quota=quota_name(request.texts, quota)), QuotaCard(quota.id or 0))]
        for quota in page
    ]
    rows += turn(request, PartnerCard(partner_id, 0) if start else None,
                 PartnerCard(partner_id, page[-1].id or 0) if start + len(page) < len(quotas) else None)
    if budgets.copyable(request.session, partner_id, year):
        rows.append([Press(request.label("mitra.button.copy", before=year - 1, year=year),
                           CopyQuotas(partner_id, year, 0))])
    if partner.closed_at is None:
        rows.append([Press(request.label("mitra.button.add_quota"), AddQuota(partner_id)),
                     Press(request.label("mitra.button.rules"), PartnerRules(partner_id))])
    turned = Press(request.label("mitra.button.close_partner"), ClosePartner(partner_id, 0)) \
        if partner.closed_at is None else Press(request.label("mitra.button.open_partner"), OpenPartner(partner_id))
    return text, [*rows, [Press(request.label("mitra.button.claims"), ClaimList(partner_id, -1, 0))], [turned],
                  [Press(request.label("mitra.button.list"), PartnerList(0))]]


def _carried(request: Request, quota: Quota) -> Markup:
    """``Dibawa dari 2026: 12 rumah, Rp…``: what a quota of an earlier year has promised and not paid yet."""
    return request.t("mitra.carried", quota=quota_name(request.texts, quota), year=quota.year, n=quota.units_reserved,
                     money=request.money(quota.reserved))


def quota_card(request: Request, quota_id: int) -> tuple[Markup, Rows]:
    """One quota with what may be changed."""
    quota = partners.fresh(request.session, quota_id)
    partner = partners.get(request.session, quota.partner_id)
    text = join([request.t("mitra.card", name=partner.name, source=source_label(request.texts, partner)),
                 quota_block(request, quota)], "\n\n")
    back: Rows = [[Press(request.label("mitra.button.partner"), PartnerCard(quota.partner_id, 0))]]
    if partner.closed_at is not None:  # nothing of it changes before it is opened again
        return text, back
    turned: Rows = [[Press(request.label("mitra.button.close"), CloseQuota(quota_id, 0))]]
    if quota.closed_at is not None:
        turned = [[Press(request.label("mitra.button.open"), OpenQuota(quota_id))]] \
            if quota.year >= request.today.year else []
    return text, [
        [Press(request.label("mitra.button.units"), ChangeQuota(quota_id, Part.UNITS)),
         Press(request.label("mitra.button.ceiling"), ChangeQuota(quota_id, Part.CEILING))],
        [Press(request.label("mitra.button.house_ceiling"), ChangeQuota(quota_id, Part.HOUSE)),
         Press(request.label("mitra.button.areas"), ChangeQuota(quota_id, Part.AREAS))],
        *turned,
        *back,
    ]
