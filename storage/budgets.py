"""The turn of the year: quotas close to new claims, and are copied into the next (fiscal year = calendar year)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import true
from sqlmodel import Session, col, select, update

from storage import partners
from storage.errors import Refused
from storage.events import record
from storage.partners import Partner, Quota


def close_past(session: Session, year: int, now: datetime) -> list[Quota]:
    """Close what is still open of the years before ``year``; each quota is found once. What it promised stays under it.
    """
    found = session.execute(
        update(Quota).where(col(Quota.year) < year, col(Quota.closed_at).is_(None)).values(closed_at=now)
        .returning(col(Quota.id)).execution_options(synchronize_session=False)).scalars().all()
    query = select(Quota).where(col(Quota.id).in_(found)).order_by(col(Quota.partner_id), col(Quota.id))
    rows = list(session.exec(query.execution_options(populate_existing=True)))
    for quota in rows:
        record(session, "quota.closed", now, quota=quota.id, partner=quota.partner_id, units=quota.units_reserved,
               money=quota.reserved)
    return rows


def close(session: Session, quota_id: int, now: datetime, *, by: int | None) -> Quota:
    """An admin closes a quota to new claims; what it has promised stays under it.

    Raises:
        Refused: ``quota.closed`` it is closed already.
    """
    done = session.exec(update(Quota).where(col(Quota.id) == quota_id, col(Quota.closed_at).is_(None))
                        .values(closed_at=now))
    quota = partners.fresh(session, quota_id)
    if done.rowcount != 1:
        raise Refused("quota.closed", year=quota.year)
    record(session, "quota.closed", now, actor=by, quota=quota_id, partner=quota.partner_id,
           units=quota.units_reserved, money=quota.reserved)
    return quota


def copyable(session: Session, partner_id: int, year: int) -> list[Quota]:
    """The quotas of the year before that ``year`` has none like (same budget, same batch)."""
    return _lacking(session, year, col(Quota.partner_id) == partner_id).get(partner_id, [])


def all_copyable(session: Session, year: int) -> dict[int, list[Quota]]:
    """The same of every active partner that has some: partner id → quotas. One query."""
    return _lacking(session, year, true())


def _lacking(session: Session, year: int, whose: Any) -> dict[int, list[Quota]]:
    active = select(Partner.id).where(col(Partner.closed_at).is_(None))
    query = select(Quota).where(whose, col(Quota.partner_id).in_(active), col(Quota.year).in_((year - 1, year)))
    rows = session.exec(query.order_by(col(Quota.partner_id), col(Quota.batch), col(Quota.id))).all()
    there = {(one.partner_id, one.scheme, one.batch) for one in rows if one.year == year}
    found: dict[int, list[Quota]] = {}
    for one in rows:
        if one.year != year and (one.partner_id, one.scheme, one.batch) not in there:
            found.setdefault(one.partner_id, []).append(one)
    return found


def copy(session: Session, partner_id: int, year: int, now: datetime, *, by: int | None) -> list[Quota]:
    """Last year's quotas once more, with nothing promised yet; those that ``year`` has already are left out.

    Raises:
        Refused: ``quota.nothing_to_copy``.
    """
    return _copied(session, [partner_id], year, now, by)


def copy_all(session: Session, year: int, now: datetime, *, by: int | None) -> list[Quota]:
    """The same for every active partner.

    Raises:
        Refused: ``quota.nothing_to_copy``.
    """
    return _copied(session, sorted(all_copyable(session, year)), year, now, by)


def _copied(session: Session, partner_ids: list[int], year: int, now: datetime, by: int | None) -> list[Quota]:
    # Two admins at once: the second waits here, and then finds what the first made.
    where = col(Partner.id).in_(partner_ids)
    session.exec(select(Partner.id).where(where).order_by(col(Partner.id)).with_for_update()).all()
    made = [
        partners.add_quota(session, partner_id, year, one.units, one.ceiling, now, by=by, areas=one.areas,
                           house_ceiling=one.house_ceiling, scheme=one.scheme, batch=one.batch)
        for partner_id in partner_ids for one in copyable(session, partner_id, year)
    ]
    if not made:
        raise Refused("quota.nothing_to_copy", year=year - 1)
    return made


def carried(session: Session, partner_id: int, year: int) -> list[Quota]:
    """Quotas of the years before ``year`` that still have something promised, oldest first."""
    query = select(Quota).where(col(Quota.partner_id) == partner_id, col(Quota.year) < year, col(Quota.reserved) > 0)
    return list(session.exec(query.order_by(col(Quota.year), col(Quota.id))))
