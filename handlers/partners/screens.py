"""/mitra: the partners and what each can still take; a partner's card; a quota's card."""

from __future__ import annotations

from markupsafe import Markup

from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.buttons import (
    AddPartner,
    AddQuota,
    ChangeQuota,
    CityCeiling,
    Part,
    PartnerCard,
    PartnerList,
    QuotaCard,
)
from handlers.partners.figures import quota_block, quota_name, source_label
from handlers.progress.buttons import ClaimList
from storage import meta, partners
from storage.partners import Partner, Quota

PAGE = 8
QUOTAS = 6
"""Quotas on one card of a partner."""


def on_partners(request: Request) -> None:
    """The command: the list from its start."""
    request.say(*_list(request, 0))


def on_list(request: Request) -> None:
    """Another page of the list."""
    button = request.button
    assert isinstance(button, PartnerList)
    request.edit(*_list(request, button.after))


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


def _list(request: Request, after: int) -> tuple[Markup, Rows]:
    year = request.today.year
    found = partners.page(request.session, after=after, limit=PAGE + 1)
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
    rows += [[Press(request.label("mitra.button.add_partner"), AddPartner())],
             [Press(request.label("mitra.button.city_ceiling"), CityCeiling())]]
    return text, rows


def _line(request: Request, partner: Partner, quotas: list[Quota]) -> Markup:
    source = source_label(request.texts, partner)
    if not quotas:
        return request.t("mitra.line.none", name=partner.name, source=source)
    return request.t(
        "mitra.line", name=partner.name, source=source, units_left=sum(quota.units_left for quota in quotas),
        units=sum(quota.units for quota in quotas), money_left=request.money(sum(one.money_left for one in quotas)),
    )


def partner_card(request: Request, partner_id: int, after: int = 0) -> tuple[Markup, Rows]:
    """A partner with its quotas of the year, a page of them where they are many: those behind the quota ``after``."""
    partner = partners.get(request.session, partner_id)
    quotas = partners.quotas_of(request.session, partner_id, year=request.today.year)
    start = next((place + 1 for place, quota in enumerate(quotas) if quota.id == after), 0)
    page = quotas[start : start + QUOTAS]
    blocks = [quota_block(request, quota) for quota in page] or \
        [request.t("mitra.no_quota", year=request.today.year)]
    if len(page) < len(quotas):
        blocks.append(request.t("mitra.quotas_shown", first=start + 1, last=start + len(page), total=len(quotas)))
    text = join([request.t("mitra.card", name=partner.name, source=source_label(request.texts, partner)), *blocks],
                "\n\n")
    rows: Rows = [
        [Press(request.label("mitra.button.change", quota=quota_name(request.texts, quota)), QuotaCard(quota.id or 0))]
        for quota in page
    ]
    rows += turn(request, PartnerCard(partner_id, 0) if start else None,
                 PartnerCard(partner_id, page[-1].id or 0) if start + len(page) < len(quotas) else None)
    rows += [
        [Press(request.label("mitra.button.add_quota"), AddQuota(partner_id))],
        [Press(request.label("mitra.button.claims"), ClaimList(partner_id, -1, 0))],
        [Press(request.label("mitra.button.list"), PartnerList(0))],
    ]
    return text, rows


def quota_card(request: Request, quota_id: int) -> tuple[Markup, Rows]:
    """One quota with what may be changed."""
    quota = partners.fresh(request.session, quota_id)
    partner = partners.get(request.session, quota.partner_id)
    text = join([request.t("mitra.card", name=partner.name, source=source_label(request.texts, partner)),
                 quota_block(request, quota)], "\n\n")
    return text, [
        [Press(request.label("mitra.button.units"), ChangeQuota(quota_id, Part.UNITS)),
         Press(request.label("mitra.button.ceiling"), ChangeQuota(quota_id, Part.CEILING))],
        [Press(request.label("mitra.button.house_ceiling"), ChangeQuota(quota_id, Part.HOUSE))],
        [Press(request.label("mitra.button.partner"), PartnerCard(quota.partner_id, 0))],
    ]
