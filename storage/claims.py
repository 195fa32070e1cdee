"""Claims: a partner takes a house within its quota; units and money are promised once.

Who else pays for it stands in :mod:`storage.cofunding`, by when it must go on in :mod:`storage.deadlines`, how it
changes hands in :mod:`storage.transfers`, how it ends well in :mod:`storage.handover`.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, insert, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, or_, select, update

from storage import fitting, houses, partners, promises, requests
from storage.base import args, big, check, choice, fk, partial_index, pk
from storage.contributions import Contribution, live
from storage.errors import Refused, Stale
from storage.events import Event, record_many
from storage.houses import House, HouseState
from storage.rules import DEFAULTS, Rules


class ClaimState(StrEnum):
    """What became of a claim. ``active`` and ``handed_over`` hold the house."""

    ACTIVE = "active"
    HANDED_OVER = "handed_over"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    EXPIRED = "expired"


class Turn(IntEnum):
    """Whose turn it is, the partner's first: the order of a partner's list. ``over``: the claim holds no house."""

    HAND_OVER = 0
    WORK = 1
    BEGIN = 2
    VERIFIER = 3
    DONE = 4
    OVER = 5


HOLDING = (ClaimState.ACTIVE, ClaimState.HANDED_OVER)
_REPORTED = "finish_reported_at IS NOT NULL"
_HOLDS = "state IN ('active', 'handed_over')"
_DUE, _LATE, _REST = "due_at IS NOT NULL", "expires_at IS NOT NULL", "uncovered > 0 AND state = 'active'"


class Claim(SQLModel, table=True):
    """A partner's promise to renovate a house. History is never rewritten: a released claim stays as a row.

    ``physical``, ``financial``: percent 0–100 as last reported. ``real_cost``: rupiah, at handover. ``turn``: a
    :class:`Turn`, written by each step, so that a page of a partner's list is read from an index.

    ``due_at``: the next deadline; None while the partner has none. ``extra_days``: granted on top of all deadlines.
    ``reminded``: how many reminders of it were given. ``overdue_at``: since when it is missed; ``expires_at``: when the
    house returns to the waiting list for it. ``uncovered``: rupiah of the estimate that nobody has promised yet.
    ``bast_cost``, ``bast_at``: what the handover record says, until it comes back signed.
    """

    __tablename__ = "claim"
    __table_args__ = args(
        check("physical BETWEEN 0 AND 100 AND financial BETWEEN 0 AND 100", "percent"),
        check("(state = 'handed_over') = (real_cost IS NOT NULL)", "settled_has_cost"),
        check("real_cost >= 0", "real_cost_not_negative"),
        check("turn BETWEEN 0 AND 5 AND (turn = 4) = (state = 'handed_over')"
              " AND (turn = 5) = (state IN ('released', 'transferred', 'expired'))", "turn_fits_state"),
        check("turn = 5 OR (turn = 3) = (finish_reported_at IS NOT NULL)", "turn_fits_report"),
        check("uncovered >= 0", "uncovered"),
        check("(overdue_at IS NULL) = (expires_at IS NULL)", "overdue_expires"),
        check("bast_cost >= 0 AND (bast_cost IS NULL) = (bast_at IS NULL)", "bast"),
        Index("ix_claim_turn", "partner_id", "turn", "id"),
        partial_index("ix_claim_due", _DUE, "due_at"),
        partial_index("ix_claim_due_partner", _DUE, "partner_id", "due_at", "id"),
        partial_index("ix_claim_late", _LATE, "expires_at"), partial_index("ix_claim_rest", _REST, "id"),
        partial_index("ix_claim_reported", _REPORTED, "id"),
        # One active claim a house, guarded by the database (decision 7).
        partial_index("uq_claim_holding", _HOLDS, "house_id", unique=True),
    )
    id: int | None = pk()
    house_id: int = fk("house.id")
    partner_id: int = fk("partner.id", index=False)
    state: ClaimState = choice(ClaimState, "claim_state", default=ClaimState.ACTIVE)
    turn: int = int(Turn.BEGIN)
    claimed_by: int | None = fk("person.id", nullable=True, index=False)
    claimed_at: datetime
    physical: int = 0
    financial: int = 0
    # The partner says "finished"; a verifier confirms it or sends it back.
    finish_reported_at: datetime | None = None
    finished_at: datetime | None = None
    handed_over_at: datetime | None = None
    real_cost: int | None = big(nullable=True)
    ended_at: datetime | None = None
    end_reason: str | None = Field(default=None, max_length=500)
    version: int = 1
    due_at: datetime | None = None
    extra_days: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    reminded: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    overdue_at: datetime | None = None
    expires_at: datetime | None = None
    uncovered: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    bast_cost: int | None = big(nullable=True)
    bast_at: datetime | None = None


def claim_houses(
    session: Session, house_ids: list[int], quota_id: int, now: datetime, *, by: int | None, rules: Rules = DEFAULTS,
    covered: int = 0,
) -> list[Claim]:
    """Claim one house or many against a quota: all or none. ``covered``: rupiah that others pay for each of them.

    Rows are locked in one order (houses by id, then the quota), so that two baskets cannot deadlock.

    Raises:
        Stale: with ``codes`` of the houses that are no longer free.
        Refused: ``quota.short…``, ``quota.closed``, ``claim.nothing``; :class:`fitting.NoFit`.
    """
    wanted = sorted(set(house_ids))
    if not wanted:
        raise Refused("claim.nothing")
    # With the other houses of the same families: two partners cannot help one family at once.
    same = fitting.twins(session, wanted)
    theirs = {other for others in same.values() for other in others}
    locked = list(session.exec(
        select(House).where(col(House.id).in_({*wanted, *theirs})).order_by(col(House.id)).with_for_update()
        .execution_options(populate_existing=True)
    ))
    found = [house for house in locked if house.id in set(wanted)]
    gone = [house.code for house in found if house.state != HouseState.ELIGIBLE]
    if gone or len(found) != len(wanted):
        raise Stale(codes=", ".join(gone[:10]), taken=len(gone))
    quota = partners.fresh(session, quota_id, lock=True)
    fitting.check(session, partners.get(session, quota.partner_id), quota, found, same, locked, now, rules)
    rest = {house.id or 0: (house.estimate or 0) - covered for house in found}
    amounts = {house.id or 0: min(quota.would_reserve(house.estimate or 0), rest[house.id or 0]) for house in found}
    promises.reserve(session, quota_id, len(wanted), sum(amounts.values()))
    taken = session.exec(
        update(House).where(col(House.id).in_(wanted), col(House.state) == HouseState.ELIGIBLE)
        .values(state=HouseState.CLAIMED, version=col(House.version) + 1)
    )
    if taken.rowcount != len(wanted):
        raise Stale(codes="", taken=len(wanted) - int(taken.rowcount))
    # Written in bulk: a basket of 158 houses costs as many statements as one house.
    new = [Claim(house_id=number, partner_id=quota.partner_id, claimed_by=by, claimed_at=now, due_at=now + rules.begin,
                 uncovered=rest[number] - amounts[number]) for number in wanted]
    try:
        made = session.scalars(insert(Claim).returning(Claim), [row.model_dump(exclude={"id"}) for row in new]).all()
    except IntegrityError as error:  # the unique index: somebody claimed it between our look and our write
        raise Stale(codes="", taken=1) from error
    claims = sorted(made, key=lambda claim: claim.house_id)
    session.execute(insert(Contribution), [
        {"claim_id": claim.id, "quota_id": quota_id, "amount": amounts[claim.house_id], "lead": True, "by_id": by,
         "at": now}
        for claim in claims
    ])
    record_many(session, [
        Event(at=now, kind="house.claimed", actor_id=by, house_id=claim.house_id, claim_id=claim.id,
              data={"before": HouseState.ELIGIBLE.value, "partner": quota.partner_id, "quota": quota_id,
                    "amount": amounts[claim.house_id]})
        for claim in claims
    ])
    return claims


def get(session: Session, claim_id: int, *, keep: bool = False, lock: bool = False) -> Claim:
    """The claim as it is now; ``keep``: and as it stays until the transaction ends; ``lock``: to be changed in it.

    Raises:
        Refused: ``claim.gone``.
    """
    locked: bool | dict[str, bool] | None = True if lock else {"read": True} if keep else None
    claim = session.get(Claim, claim_id, populate_existing=True, with_for_update=locked)
    if claim is None:
        raise Refused("claim.gone")
    return claim


def holding(session: Session, house_id: int) -> Claim | None:
    """The claim that holds a house now, if any."""
    where = (col(Claim.house_id) == house_id, col(Claim.state).in_(HOLDING))
    return session.exec(select(Claim).where(*where)).first()


def contributions(session: Session, claim_id: int) -> list[Contribution]:
    """Who pays what now, the lead first; of a claim that is over, who did. Not those who left it before."""
    query = select(Contribution).join(Claim, col(Claim.id) == col(Contribution.claim_id)).where(
        col(Contribution.claim_id) == claim_id, stays())
    return list(session.exec(query.order_by(col(Contribution.lead).desc(), col(Contribution.id))
                             .execution_options(populate_existing=True)))


def stays() -> ColumnElement[bool]:
    """Of a query over contributions and their claims: those that hold, or held until the claim was over."""
    return or_(col(Contribution.ended_at).is_(None), col(Contribution.ended_at) == col(Claim.ended_at))


def release(session: Session, claim_id: int, reason: str, now: datetime, *, by: int | None) -> Claim:
    """Give a house back to the waiting list; units and money return to the quotas, co-funders' too.

    Raises:
        Refused: ``claim.finished`` the work is done; ``stale`` the claim is not active.
    """
    return give_up(session, claim_id, ClaimState.RELEASED, now, by=by, reason=reason)


def expire(session: Session, claim_id: int, now: datetime) -> Claim:
    """The house returns to the waiting list, because its deadline is long missed.

    Raises:
        Stale: it goes on after all: the work went on, or a new date was granted or asked for (it waits for the answer,
            however long that takes: :func:`storage.deadlines.expired`).
    """
    claim = get(session, claim_id, lock=True)
    if claim.expires_at is None or claim.expires_at > now or requests.wants_more_time(session, claim_id):
        raise Stale()
    return give_up(session, claim_id, ClaimState.EXPIRED, now, by=None, reason=None)


def give_up(
    session: Session, claim_id: int, state: ClaimState, now: datetime, *, by: int | None, reason: str | None,
    staying: tuple[int, ...] = (),
) -> Claim:
    """End a claim before the handover, as ``state``; the house waits again. ``staying``: contributions that go on with
    the next claim, so that their money stays reserved.

    Raises:
        Refused: ``claim.finished`` the work is done; ``stale`` the claim is not active.
    """
    claim = get(session, claim_id)
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    house = houses.get(session, claim.house_id)
    if house.state == HouseState.FINISHED:
        raise Refused("claim.finished", code=house.code)
    end(session, claim, state, Turn.OVER, now, end_reason=reason[:500] if reason else None)
    parts = live(session, claim_id)
    for part in sorted(parts, key=lambda one: one.quota_id):
        part.ended_at = now
        session.add(part)
        if part.id not in staying:
            promises.give_back(session, part.quota_id, 1 if part.lead else 0, part.amount)
    session.flush()
    # Of a house that only changes hands, a correction is still to be looked at: the next partner works by it, too.
    kept: dict[str, Any] = {"recheck_at": col(House.recheck_at)} if state == ClaimState.TRANSFERRED else {}
    houses.move(session, claim.house_id, house.state, HouseState.ELIGIBLE, now, by=by, claim=claim_id,
                reason=state.value, **kept)
    return get(session, claim_id)


def forget_reasons(session: Session, house_id: int) -> None:
    """Why the claims of a house ended may name people."""
    session.exec(update(Claim).where(col(Claim.house_id) == house_id).values(end_reason=None))


def end(session: Session, claim: Claim, state: ClaimState, turn: Turn, now: datetime, **values: object) -> None:
    """Write that an active claim is over, with all that was asked about it.

    Raises:
        Stale: it is not active (any more).
    """
    done = session.exec(
        update(Claim).where(col(Claim.id) == claim.id, col(Claim.state) == ClaimState.ACTIVE)
        .values(state=state, turn=int(turn), ended_at=now, version=col(Claim.version) + 1, due_at=None, overdue_at=None,
                expires_at=None, **values)
    )
    if done.rowcount != 1:
        raise Stale()
    requests.end_with(session, claim.id or 0, now)
