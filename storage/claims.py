"""Claims: a partner takes a house within its quota; units and money are promised once."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import Index, insert, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import houses, partners
from storage.base import args, big, check, choice, fk, pk
from storage.errors import Refused, Stale
from storage.events import Event, record_many
from storage.houses import House, HouseState


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


class Claim(SQLModel, table=True):
    """A partner's promise to renovate a house. History is never rewritten: a released claim stays as a row.

    ``physical``, ``financial``: percent 0–100 as last reported. ``real_cost``: rupiah, at handover. ``turn``: a
    :class:`Turn`, written by each step, so that a page of a partner's list is read from an index.
    """

    __tablename__ = "claim"
    __table_args__ = args(
        check("physical BETWEEN 0 AND 100 AND financial BETWEEN 0 AND 100", "percent"),
        check("(state = 'handed_over') = (real_cost IS NOT NULL)", "settled_has_cost"),
        check("real_cost >= 0", "real_cost_not_negative"),
        check("turn BETWEEN 0 AND 5 AND (turn = 4) = (state = 'handed_over')"
              " AND (turn = 5) = (state IN ('released', 'transferred', 'expired'))", "turn_fits_state"),
        check("turn = 5 OR (turn = 3) = (finish_reported_at IS NOT NULL)", "turn_fits_report"),
        Index("ix_claim_turn", "partner_id", "turn", "id"),
        Index("ix_claim_reported", "id", sqlite_where=text(_REPORTED), postgresql_where=text(_REPORTED)),
        # One active claim a house, guarded by the database (decision 7).
        Index("uq_claim_holding", "house_id", unique=True, sqlite_where=text(_HOLDS), postgresql_where=text(_HOLDS)),
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


class Contribution(SQLModel, table=True):
    """Whose quota pays how much of a claim. Exactly one, the lead, until co-funding comes."""

    __tablename__ = "contribution"
    __table_args__ = args(
        check("amount > 0", "amount_positive"),
        Index("uq_contribution_lead", "claim_id", unique=True, sqlite_where=text("lead"),
              postgresql_where=text("lead")),
    )
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    quota_id: int = fk("quota.id")
    amount: int = big()
    lead: bool = True


def claim_houses(
    session: Session, house_ids: list[int], quota_id: int, now: datetime, *, by: int | None
) -> list[Claim]:
    """Claim one house or many against a quota: all or none.

    Rows are locked in one order (houses by id, then the quota), so that two baskets cannot deadlock.

    Raises:
        Stale: with ``codes`` of the houses that are no longer free.
        Refused: ``quota.short…``, ``quota.closed``, ``claim.nothing``.
    """
    wanted = sorted(set(house_ids))
    if not wanted:
        raise Refused("claim.nothing")
    found = list(session.exec(
        select(House).where(col(House.id).in_(wanted)).order_by(col(House.id)).with_for_update()
        .execution_options(populate_existing=True)
    ))
    gone = [house.code for house in found if house.state != HouseState.ELIGIBLE]
    if gone or len(found) != len(wanted):
        raise Stale(codes=", ".join(gone[:10]), taken=len(gone))
    quota = partners.fresh(session, quota_id, lock=True)
    amounts = {house.id or 0: quota.would_reserve(house.estimate or 0) for house in found}
    partners.reserve(session, quota_id, len(wanted), sum(amounts.values()))
    taken = session.exec(
        update(House).where(col(House.id).in_(wanted), col(House.state) == HouseState.ELIGIBLE)
        .values(state=HouseState.CLAIMED, version=col(House.version) + 1)
    )
    if taken.rowcount != len(wanted):
        raise Stale(codes="", taken=len(wanted) - int(taken.rowcount))
    # Written in bulk: a basket of 158 houses costs as many statements as one house.
    new = [Claim(house_id=number, partner_id=quota.partner_id, claimed_by=by, claimed_at=now) for number in wanted]
    try:
        made = session.scalars(insert(Claim).returning(Claim), [row.model_dump(exclude={"id"}) for row in new]).all()
    except IntegrityError as error:  # the unique index: somebody claimed it between our look and our write
        raise Stale(codes="", taken=1) from error
    claims = sorted(made, key=lambda claim: claim.house_id)
    session.execute(insert(Contribution), [
        {"claim_id": claim.id, "quota_id": quota_id, "amount": amounts[claim.house_id], "lead": True}
        for claim in claims
    ])
    record_many(session, [
        Event(at=now, kind="house.claimed", actor_id=by, house_id=claim.house_id, claim_id=claim.id,
              data={"before": HouseState.ELIGIBLE.value, "partner": quota.partner_id, "quota": quota_id,
                    "amount": amounts[claim.house_id]})
        for claim in claims
    ])
    return claims


def get(session: Session, claim_id: int, *, keep: bool = False) -> Claim:
    """The claim as it is now; ``keep``: and as it stays until the transaction ends.

    Raises:
        Refused: ``claim.gone``.
    """
    lock = {"read": True} if keep else None
    claim = session.get(Claim, claim_id, populate_existing=True, with_for_update=lock)
    if claim is None:
        raise Refused("claim.gone")
    return claim


def holding(session: Session, house_id: int) -> Claim | None:
    """The claim that holds a house now, if any."""
    where = (col(Claim.house_id) == house_id, col(Claim.state).in_(HOLDING))
    return session.exec(select(Claim).where(*where)).first()


def contributions(session: Session, claim_id: int) -> list[Contribution]:
    """Who pays what, the lead first."""
    query = select(Contribution).where(col(Contribution.claim_id) == claim_id)
    return list(session.exec(query.order_by(col(Contribution.lead).desc(), col(Contribution.id))))


def release(session: Session, claim_id: int, reason: str, now: datetime, *, by: int | None) -> Claim:
    """Give a house back to the waiting list; units and money return to the quota.

    Raises:
        Refused: ``claim.finished`` the work is done; ``stale`` the claim is not active.
    """
    claim = get(session, claim_id)
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    house = houses.get(session, claim.house_id)
    if house.state == HouseState.FINISHED:
        raise Refused("claim.finished", code=house.code)
    _end(session, claim, ClaimState.RELEASED, Turn.OVER, now, end_reason=reason[:500])
    for part in contributions(session, claim_id):
        partners.give_back(session, part.quota_id, 1 if part.lead else 0, part.amount)
    houses.move(session, claim.house_id, house.state, HouseState.ELIGIBLE, now, by=by, claim=claim_id)
    return get(session, claim_id)


def hand_over(session: Session, claim_id: int, real_cost: int, now: datetime, *, by: int | None) -> Claim:
    """The house is handed over and signed; the real cost settles the reservation.

    Raises:
        Refused: ``claim.not_finished``, ``quota.short_settle`` with the figures, ``stale``.
    """
    claim = get(session, claim_id)
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    house = houses.get(session, claim.house_id)
    if house.state != HouseState.FINISHED:
        raise Refused("claim.not_finished", code=house.code)
    lead = contributions(session, claim_id)[0]
    _end(session, claim, ClaimState.HANDED_OVER, Turn.DONE, now, real_cost=real_cost, handed_over_at=now,
         physical=100, financial=100)
    partners.settle(session, lead.quota_id, lead.amount, real_cost)
    houses.move(session, claim.house_id, HouseState.FINISHED, HouseState.HANDED_OVER, now, by=by, claim=claim_id)
    return get(session, claim_id)


def forget_reasons(session: Session, house_id: int) -> None:
    """Why the claims of a house ended may name people."""
    session.exec(update(Claim).where(col(Claim.house_id) == house_id).values(end_reason=None))


def _end(session: Session, claim: Claim, state: ClaimState, turn: Turn, now: datetime, **values: object) -> None:
    done = session.exec(
        update(Claim).where(col(Claim.id) == claim.id, col(Claim.state) == ClaimState.ACTIVE)
        .values(state=state, turn=int(turn), ended_at=now, version=col(Claim.version) + 1, **values)
    )
    if done.rowcount != 1:
        raise Stale()
