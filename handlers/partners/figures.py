"""How partners' means are written: the name of a quota, what is left of it."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from handlers.kit import format as fmt
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from storage.partners import Partner, Quota

MOST = 8
"""So many quotas stand in one message; partners have one to four a year."""


def rupiah(amount: int) -> Callable[[Texts], str]:
    """Money for ``request.tell``: written in the reader's language."""
    return lambda theirs: fmt.money(amount, theirs.locale)


def quota_name(texts: Texts, quota: Quota) -> str:
    """``APBD murni 2026``, ``Kuota 2026 tahap 2``."""
    name = texts.label(f"scheme.{quota.scheme.value}", year=quota.year)
    return f"{name} {texts.label('scheme.batch', batch=quota.batch)}" if quota.batch > 1 else name


def quota_left(request: Request, quota: Quota) -> Markup:
    """One line: what is left of a quota."""
    return request.t("mitra.left", quota=quota_name(request.texts, quota), units_left=quota.units_left,
                     units=quota.units, money_left=request.money(quota.money_left))


def quotas_left(request: Request, quotas: list[Quota]) -> Markup:
    """A line for each quota; of very many the first ones and how many more there are."""
    lines = [quota_left(request, quota) for quota in quotas[:MOST]]
    if len(quotas) > MOST:
        lines.append(request.t("mitra.more", n=len(quotas) - MOST))
    return join(lines)


def quota_block(request: Request, quota: Quota) -> Markup:
    """A quota in full: units and rupiah, promised, spent and left."""
    house = request.money(quota.house_ceiling) if quota.house_ceiling else request.label("mitra.no_house_ceiling")
    return request.t(
        "mitra.quota", quota=quota_name(request.texts, quota), units=quota.units, units_reserved=quota.units_reserved,
        units_spent=quota.units_spent, units_left=quota.units_left, ceiling=request.money(quota.ceiling),
        reserved=request.money(quota.reserved), spent=request.money(quota.spent),
        money_left=request.money(quota.money_left), house_ceiling=house,
    )


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
