"""Whose claim is it? Asked again at every press."""

from __future__ import annotations

from markupsafe import Markup

from handlers.kit.endpoint import explain
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import claims, houses, partners
from storage.claims import Claim
from storage.errors import Refused
from storage.houses import House
from storage.partners import Partner, Quota
from storage.people import RoleName


def own_partner(request: Request, partner_id: int) -> Partner:
    """A partner whose rep this person is now.

    Raises:
        Refusal: ``klaim.refuse.not_yours``.
    """
    if partner_id not in request.me.partners:
        raise Refusal("klaim.refuse.not_yours")
    return partners.get(request.session, partner_id)


def own_quota(request: Request, quota_id: int) -> Quota:
    """A quota of an own partner for this year, as it is now.

    Raises:
        Refused: ``partner.closed``; ``quota.closed``, or its year is over.
    """
    quota = partners.fresh(request.session, quota_id)
    partner = own_partner(request, quota.partner_id)
    if partner.closed_at is not None:
        raise without_quota(request, quota.partner_id)
    if quota.year != request.today.year or quota.closed_at is not None:
        raise Refused("quota.closed", year=quota.year)
    return quota


def own_claim(request: Request, claim_id: int, *, admins: bool = False) -> tuple[Claim, House]:
    """A claim of an own partner, with its house; ``admins`` may have it too.

    Raises:
        Refusal: ``klaim.refuse.not_yours``.
    """
    claim = claims.get(request.session, claim_id)
    if not (admins and request.me.has(RoleName.ADMIN)):
        own_partner(request, claim.partner_id)
    return claim, houses.get(request.session, claim.house_id)


def chosen_quota(request: Request, quota_id: int) -> Quota:
    """The quota that stands among a form's answers, to be named: it may be closed meanwhile, which is refused where it
    counts. Else no question could be asked that names it, and nobody could go back to choose another.

    Raises:
        Refusal: ``klaim.refuse.not_yours``.
    """
    quota = partners.fresh(request.session, quota_id)
    own_partner(request, quota.partner_id)
    return quota


def without_quota(request: Request, partner_id: int) -> Refused | Refusal:
    """Why a partner has no open quota."""
    partner = partners.get(request.session, partner_id)
    if partner.closed_at is not None:
        return Refused("partner.closed", name=partner.name)
    return Refusal("klaim.no_quota", year=request.today.year)


def without_quota_said(request: Request, partner_id: int) -> Markup:
    """The same in words."""
    key, values = explain(request, without_quota(request, partner_id))
    return request.t(key, **values)


def open_quotas(request: Request, partner_id: int) -> list[Quota]:
    """The partner's quotas of this year that are open, those with houses left first."""
    found = partners.quotas_of(request.session, partner_id, year=request.today.year)
    return sorted(found, key=lambda quota: quota.units_left <= 0)
