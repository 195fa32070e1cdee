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
    """Change one figure of a quota."""

    code = "mx"
    quota_id: int
    part: Part


@dataclass(frozen=True)
class CityCeiling(Button):
    """Change the city's ceiling a house."""

    code = "mk"
