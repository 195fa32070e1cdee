"""How partners' means are written: the name of a quota, what is left of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from markupsafe import Markup

from handlers.kit import format as fmt
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from storage import partners, regions
from storage.partners import Partner, Quota
from storage.people import RoleName

MOST = 8
"""So many quotas stand in one message, and names of kecamatan in one line; partners have one to four quotas a year."""

RULES = ("mustahik", "land", "dtsen")
"""What a partner may ask of a house, each on or off: columns ``rule_…``, messages ``mitra.rule.…``."""


def rupiah(amount: int) -> Callable[[Texts], str]:
    """Money for ``request.tell``: written in the reader's language."""
    return lambda theirs: fmt.money(amount, theirs.locale)


def quota_name(texts: Texts, quota: Quota) -> str:
    """``APBD murni 2026``, ``Kuota 2026 tahap 2``."""
    name = texts.label(f"scheme.{quota.scheme.value}", year=quota.year)
    return f"{name} {texts.label('scheme.batch', batch=quota.batch)}" if quota.batch > 1 else name


def own_quota_name(request: Request, quota: Quota) -> str:
    """``Kuota 2026``; for a rep of several partners ``DPKPP · Kuota 2026``, for theirs have the same names."""
    name = quota_name(request.texts, quota)
    several = len(request.me.partners) > 1
    return f"{partners.get(request.session, quota.partner_id).name} · {name}" if several else name


def quota_left(request: Request, quota: Quota) -> Markup:
    """One line: what is left of a quota, and for which kecamatan it is where not for all."""
    line = request.t("mitra.left", quota=quota_name(request.texts, quota), units_left=quota.units_left,
                     units=quota.units, money_left=request.money(quota.money_left))
    return join([line, areas_said(request, quota.areas)], ", ") if quota.areas else line


def quotas_left(request: Request, quotas: list[Quota]) -> Markup:
    """A line for each quota; of very many the first ones and how many more there are."""
    lines = [quota_left(request, quota) for quota in quotas[:MOST]]
    if len(quotas) > MOST:
        lines.append(request.t("mitra.more", n=len(quotas) - MOST))
    return join(lines)


def quota_block(request: Request, quota: Quota) -> Markup:
    """A quota in full: units and rupiah, promised, spent and left."""
    house = request.money(quota.house_ceiling) if quota.house_ceiling else request.label("mitra.no_house_ceiling")
    block = request.t(
        "mitra.quota", quota=quota_name(request.texts, quota), units=quota.units, units_reserved=quota.units_reserved,
        units_spent=quota.units_spent, units_left=quota.units_left, ceiling=request.money(quota.ceiling),
        reserved=request.money(quota.reserved), spent=request.money(quota.spent),
        money_left=request.money(quota.money_left), house_ceiling=house,
    )
    areas = [request.t("mitra.quota.areas", areas=areas_said(request, quota.areas))] if quota.areas else []
    closed = [request.t("mitra.quota.closed")] if quota.closed_at is not None else []
    return join([block, *areas, *closed])


def area_names(request: Request, codes: Collection[str]) -> list[str]:
    """The names of some kecamatan."""
    return [one.name for one in regions.all_kecamatan(request.session) if one.code in codes] if codes else []


def areas_words(texts: Texts, names: list[str]) -> str:
    """``hanya Pamulang, Setu``, of very many the first ones; or that it is the whole city."""
    if not names:
        return texts.label("mitra.areas.everywhere")
    said = ", ".join(names[:MOST])
    if len(names) > MOST:
        said = texts.label("mitra.areas.more", names=said, n=len(names) - MOST)
    return texts.label("mitra.areas.only", names=said)


def areas_said(request: Request, codes: Collection[str]) -> str:
    """The same of kecamatan codes, for the one who reads this answer."""
    return areas_words(request.texts, area_names(request, codes))


def rules_words(texts: Texts, partner: Partner, names: list[str]) -> str:
    """Which houses a partner may take, in plain words. ``names``: of its kecamatan."""
    said = [texts.label(f"mitra.rule.{name}") for name in RULES if getattr(partner, f"rule_{name}")]
    if partner.rule_most is not None:
        said.append(texts.label("mitra.rule.most", money=fmt.money(partner.rule_most, texts.locale)))
    if names:
        said.append(areas_words(texts, names))
    return "; ".join(said) or texts.label("mitra.rules.none")


def rules_line(request: Request, partner: Partner) -> Markup:
    """``Ketentuan: hanya mustahik; paling banyak Rp25.000.000 per rumah``."""
    words = rules_words(request.texts, partner, area_names(request, partner.rule_areas))
    return request.t("mitra.rules", rules=words)


def has_rules(partner: Partner) -> bool:
    """Whether a partner may take some houses only."""
    return bool(partner.rule_areas) or partner.rule_most is not None or any(
        getattr(partner, f"rule_{name}") for name in RULES)


def tell_reps(request: Request, quota: Quota, key: str, **values: Any) -> None:
    """News of a quota for the reps of its partner."""
    partner = partners.get(request.session, quota.partner_id)
    request.tell_all(RoleName.PARTNER, key, partner_id=quota.partner_id, name=partner.name,
                     quota=lambda theirs: quota_name(theirs, quota), **values)


def source_label(texts: Texts, partner: Partner) -> str:
    """The fund source of a partner, as people say it."""
    return texts.label(f"source.{partner.source.value}")


def named(partner: Partner) -> Callable[[Texts], str]:
    """``PT Contoh (CSR)`` for ``request.tell``: the partner with its fund source, unless its name says that already."""
    def write(theirs: Texts) -> str:
        source = source_label(theirs, partner)
        said = source.casefold() in partner.name.casefold()
        return partner.name if said else f"{partner.name} ({source})"

    return write
