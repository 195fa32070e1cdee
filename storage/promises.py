"""What a quota has promised and paid: units and rupiah, each step one guarded statement (decision 7)."""

from __future__ import annotations

from sqlmodel import Session, col, update

from storage.errors import Refused
from storage.partners import Quota, fresh


def reserve(session: Session, quota_id: int, units: int, money: int) -> None:
    """Promise units and rupiah in one guarded statement (decision 7).

    Raises:
        Refused: ``quota.short`` with what is left and what is missing; ``quota.closed``.
    """
    done = session.exec(
        update(Quota).where(
            col(Quota.id) == quota_id,
            col(Quota.closed_at).is_(None),
            col(Quota.units_reserved) + col(Quota.units_spent) + units <= col(Quota.units),
            col(Quota.reserved) + col(Quota.spent) + money <= col(Quota.ceiling),
        ).values(units_reserved=col(Quota.units_reserved) + units, reserved=col(Quota.reserved) + money)
    )
    if done.rowcount == 1:
        return
    quota = fresh(session, quota_id)
    if quota.closed_at is not None:
        raise Refused("quota.closed", year=quota.year)
    raise short_of(quota, units, money)


def short_of(quota: Quota, units: int, money: int) -> Refused:
    """The refusal that says exactly what is missing: ``quota.short`` (both), ``.short_units``, ``.short_money``."""
    few, poor = units > quota.units_left, money > quota.money_left
    code = "quota.short" if few and poor else "quota.short_units" if few else "quota.short_money"
    return Refused(code, units=units, money=money, units_left=quota.units_left, money_left=quota.money_left,
                   units_missing=max(0, units - quota.units_left), money_missing=max(0, money - quota.money_left))


def give_back(session: Session, quota_id: int, units: int, money: int) -> None:
    """Return what a released claim had reserved."""
    session.exec(
        update(Quota).where(col(Quota.id) == quota_id)
        .values(units_reserved=col(Quota.units_reserved) - units, reserved=col(Quota.reserved) - money)
    )


def settle(session: Session, quota_id: int, reserved: int, real: int, *, units: int = 1) -> None:
    """Turn a reservation into spent money; ``units``: 0 for a co-funder, who has none.

    Raises:
        Refused: ``quota.short_settle`` the real cost is more than was reserved and the quota has no room for it.
    """
    done = session.exec(
        update(Quota).where(
            col(Quota.id) == quota_id,
            col(Quota.reserved) - reserved + col(Quota.spent) + real <= col(Quota.ceiling),
        ).values(
            units_reserved=col(Quota.units_reserved) - units, units_spent=col(Quota.units_spent) + units,
            reserved=col(Quota.reserved) - reserved, spent=col(Quota.spent) + real,
        )
    )
    if done.rowcount != 1:
        raise short_of_settling(fresh(session, quota_id), reserved, real)


def short_of_settling(quota: Quota, reserved: int, real: int) -> Refused:
    """The refusal of a real cost for which a quota has no room. ``money``: how much more it is than was reserved, which
    is the same for the whole house and for the share of its lead."""
    return Refused("quota.short_settle", money=real - reserved, money_left=quota.money_left,
                   missing=real - reserved - quota.money_left)
