"""The buttons of /mitra."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.kit.buttons import Button


class Part(StrEnum):
    """What of a quota is changed."""

    UNITS = "u"
    CEILING = "c"
    HOUSE = "h"
    AREAS = "a"


@dataclass(frozen=True)
class PartnerList(Button):
    """The list of partners, behind the partner ``after`` (0: from the start)."""

    code = "ml"
    after: int


@dataclass(frozen=True)
class PartnerCard(Button):
    """One partner with its quotas, behind the quota ``after`` (0: from the first)."""

    code = "mp"
    partner_id: int
    after: int


@dataclass(frozen=True)
class AddPartner(Button):
    """Start the form of a new partner."""

    code = "ma"


@dataclass(frozen=True)
class AddQuota(Button):
    """Start the form of a new quota."""

    code = "mn"
    partner_id: int


@dataclass(frozen=True)
class QuotaCard(Button):
    """One quota, to change it."""

    code = "mq"
    quota_id: int


@dataclass(frozen=True)
class ChangeQuota(Button):
    """Change one figure of a quota, or its kecamatan."""

    code = "mx"
    quota_id: int
    part: Part


@dataclass(frozen=True)
class CityCeiling(Button):
    """Change the city's ceiling a house."""

    code = "mk"


@dataclass(frozen=True)
class CloseQuota(Button):
    """Close a quota to new claims; ``sure`` 0 asks first."""

    code = "mqc"
    quota_id: int
    sure: int


@dataclass(frozen=True)
class OpenQuota(Button):
    """Open a closed quota of this year to claims again."""

    code = "mqo"
    quota_id: int


@dataclass(frozen=True)
class ClosePartner(Button):
    """Close a partner to new claims and quotas; ``sure`` 0 asks first."""

    code = "mpc"
    partner_id: int
    sure: int


@dataclass(frozen=True)
class OpenPartner(Button):
    """Let a closed partner work again."""

    code = "mpo"
    partner_id: int


@dataclass(frozen=True)
class PartnerRules(Button):
    """Start the form of which houses a partner may take."""

    code = "mpr"
    partner_id: int


@dataclass(frozen=True)
class CopyQuotas(Button):
    """A partner's quotas of the year before once more for ``year``; ``sure`` 0 asks first."""

    code = "mcy"
    partner_id: int
    year: int
    sure: int


@dataclass(frozen=True)
class CopyAll(Button):
    """The same for all partners."""

    code = "mca"
    year: int
    sure: int
