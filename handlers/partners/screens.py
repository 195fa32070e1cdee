"""/mitra: the partners and what each can still take; a partner's card; a quota's card."""

from __future__ import annotations

from markupsafe import Markup

from handlers.kit.buttons import Press, Rows, grid
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
    request.edit(*partner_card(request, button.partner_id))


def on_quota(request: Request) -> None:
    """A quota's card."""
    button = request.button
    assert isinstance(button, QuotaCard)
    request.edit(*quota_card(request, button.quota_id))


def _list(request: Request, after: int) -> tuple[Markup, Rows]:
    year = request.today.year
    everybody = partners.all_partners(request.session)
    ids = [partner.id or 0 for partner in everybody]
    start = ids.index(after) + 1 if after in ids else 0
    page, more = everybody[start : start + PAGE], len(everybody) > start + PAGE
    quotas = partners.quotas_in(request.session, year)
    lines = [_line(request, partner, quotas.get(partner.id or 0, [])) for partner in page]
    text = join([
        request.t("mitra.title", year=year),
        *(lines or [request.t("mitra.none")]),
        request.t("mitra.city_ceiling", ceiling=request.money(meta.house_ceiling(request.session))),
    ], "\n\n")
    rows: Rows = grid([Press(partner.name, PartnerCard(partner.id or 0)) for partner in page])
    if start:
        rows.append([Press(request.label("mitra.button.first"), PartnerList(0))])
    if more:
        rows.append([Press(request.label("mitra.button.more"), PartnerList(page[-1].id or 0))])
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


def partner_card(request: Request, partner_id: int) -> tuple[Markup, Rows]:
    """A partner with its quotas of the year."""
    partner = partners.get(request.session, partner_id)
    quotas = partners.quotas_of(request.session, partner_id, year=request.today.year)
    blocks = [quota_block(request, quota) for quota in quotas] or \
        [request.t("mitra.no_quota", year=request.today.year)]
    text = join([request.t("mitra.card", name=partner.name, source=source_label(request.texts, partner)), *blocks],
                "\n\n")
    rows: Rows = [
        [Press(request.label("mitra.button.change", quota=quota_name(request.texts, quota)), QuotaCard(quota.id or 0))]
        for quota in quotas
    ]
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
        [Press(request.label("mitra.button.partner"), PartnerCard(quota.partner_id))],
    ]
