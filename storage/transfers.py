"""A house changes hands: a partner asks for it, or its holder offers it (a referral); the other side answers.

Baznas refers full rebuilds to the housing agency and the reverse (DOMAIN.md). Without an answer in time the admins are
asked. What was held, by whom and why stays: the old claim is a row, and the new one is another.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, and_, col, func, or_, select, update

from storage import claims, contributions, houses, partners
from storage.claims import Claim, ClaimState
from storage.contributions import Contribution
from storage.errors import Refused, Stale
from storage.events import Event, record, record_many
from storage.houses import HouseState
from storage.partners import Quota
from storage.requests import Answer, Transfer, TransferKind
from storage.rules import DEFAULTS, Rules

_MOVABLE = (HouseState.CLAIMED, HouseState.IN_PROGRESS)


def ask(session: Session, claim_id: int, quota_id: int, reason: str, now: datetime, *, by: int | None) -> Transfer:
    """The partner of a quota asks for a house that another holds.

    Raises:
        Refused: ``transfer.own`` it holds the house itself, ``transfer.pending`` somebody asked already,
            ``transfer.done`` the work is done; ``partner.closed`` whoever is to take it works no more; ``stale``.
    """
    quota = partners.fresh(session, quota_id)
    return _begin(session, claim_id, TransferKind.ASKED, quota.partner_id, quota_id, reason, now, by)


def offer(session: Session, claim_id: int, partner_id: int, reason: str, now: datetime, *, by: int | None) -> Transfer:
    """The holder offers its house to another partner.

    Raises:
        Refused: as :func:`ask`.
    """
    return _begin(session, claim_id, TransferKind.OFFERED, partner_id, None, reason, now, by)


def _begin(
    session: Session, claim_id: int, kind: TransferKind, partner_id: int, quota_id: int | None, reason: str,
    now: datetime, by: int | None,
) -> Transfer:
    claim = _movable(session, claim_id)
    if claim.partner_id == partner_id:
        raise Refused("transfer.own")
    partners.working(session, partner_id)
    row = Transfer(claim_id=claim_id, kind=kind, from_partner_id=claim.partner_id, to_partner_id=partner_id,
                   quota_id=quota_id, reason=reason[:500], asked_by=by, asked_at=now)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("transfer.pending", code=houses.get(session, claim.house_id).code) from error
    record(session, f"claim.transfer_{kind.value}", now, actor=by, house=claim.house_id, claim=claim_id,
           partner=partner_id)
    return row


def _movable(session: Session, claim_id: int) -> Claim:
    """A claim that may change hands, kept so until the transaction ends."""
    claim = claims.get(session, claim_id, lock=True)
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    house = houses.get(session, claim.house_id)
    if house.state not in _MOVABLE or claim.finish_reported_at is not None:
        raise Refused("transfer.done", code=house.code)
    return claim


def get(session: Session, transfer_id: int) -> Transfer:
    """The request as it is now.

    Raises:
        Refused: ``transfer.gone``.
    """
    row = session.get(Transfer, transfer_id, populate_existing=True)
    if row is None:
        raise Refused("transfer.gone")
    return row


def accept(
    session: Session, transfer_id: int, now: datetime, *, by: int | None, quota_id: int | None = None,
    rules: Rules = DEFAULTS,
) -> Claim:
    """The house changes hands: the old claim ends, the new one begins, with deadlines of its own. Co-funders stay;
    whatever the partners on both sides added to it goes back to their quotas.

    ``quota_id``: of the partner that takes it, where it was offered.

    Raises:
        Stale: it was answered meanwhile, or the claim ended.
        Refused: ``transfer.quota`` no quota of that partner was named; whatever forbids a claim
            (``quota.short…``, :class:`fitting.NoFit`).
    """
    claim = _movable(session, get(session, transfer_id).claim_id)
    row = _answered(session, transfer_id, Answer.ACCEPTED, now, by, None)
    quota = partners.fresh(session, quota_id or row.quota_id or 0) if quota_id or row.quota_id else None
    if quota is None or quota.partner_id != row.to_partner_id:
        raise Refused("transfer.quota")
    staying = _staying(session, claim.id or 0, row.to_partner_id)
    claims.give_up(session, claim.id or 0, ClaimState.TRANSFERRED, now, by=by, reason=row.reason,
                   staying=tuple(part.id or 0 for part in staying))
    made = claims.claim_houses(session, [claim.house_id], quota.id or 0, now, by=by, rules=rules,
                               covered=sum(part.amount for part in staying))[0]
    for part in staying:  # their money stayed reserved
        session.add(Contribution(claim_id=made.id or 0, quota_id=part.quota_id, amount=part.amount, lead=False,
                                 part=part.part, by_id=part.by_id, at=part.at))
    row.new_claim_id, row.quota_id = made.id, quota.id
    session.add(row)
    session.flush()
    return made


def _staying(session: Session, claim_id: int, taker_id: int) -> list[Contribution]:
    """What goes on with the next claim: what is added by others than the taker, which pays as the lead now, and the
    partner that gives the house away."""
    parts = contributions.live(session, claim_id)
    quotas = {one.id: one for one in partners.some_quotas(session, {part.quota_id for part in parts})}
    gone = {taker_id, claims.get(session, claim_id).partner_id}
    return [part for part in parts if not part.lead and quotas[part.quota_id].partner_id not in gone]


def would_reserve(session: Session, claim_id: int, quota: Quota) -> int:
    """Rupiah that a quota would promise if its partner took the house over now: what others add stays."""
    house = houses.get(session, claims.get(session, claim_id).house_id)
    estimate = house.estimate or 0
    staying = _staying(session, claim_id, quota.partner_id)
    return min(quota.would_reserve(estimate), estimate - sum(part.amount for part in staying))


def decline(session: Session, transfer_id: int, note: str, now: datetime, *, by: int | None) -> Transfer:
    """The other side (or an admin) says no, and why.

    Raises:
        Stale: it was answered meanwhile.
    """
    return _refused(session, transfer_id, Answer.DECLINED, note[:500], now, by)


def withdraw(session: Session, transfer_id: int, now: datetime, *, by: int | None) -> Transfer:
    """Whoever asked does not want it any more.

    Raises:
        Stale: it was answered meanwhile.
    """
    return _refused(session, transfer_id, Answer.WITHDRAWN, None, now, by)


def _refused(
    session: Session, transfer_id: int, answer: Answer, note: str | None, now: datetime, by: int | None
) -> Transfer:
    row = _answered(session, transfer_id, answer, now, by, note)
    house = claims.get(session, row.claim_id).house_id
    record(session, f"claim.transfer_{answer.value}", now, actor=by, house=house, claim=row.claim_id)
    return row


def _answered(
    session: Session, transfer_id: int, answer: Answer, now: datetime, by: int | None, note: str | None
) -> Transfer:
    done = session.exec(
        update(Transfer).where(col(Transfer.id) == transfer_id, col(Transfer.state) == Answer.PENDING)
        .values(state=answer, answered_by=by, answered_at=now, note=note))
    if done.rowcount != 1:
        raise Stale()
    return get(session, transfer_id)


def escalate(session: Session, now: datetime, rules: Rules) -> list[Transfer]:
    """Requests that nobody has answered in time: from now on the admins may. Each is found once."""
    found = session.execute(
        update(Transfer).where(col(Transfer.state) == Answer.PENDING, col(Transfer.escalated_at).is_(None),
                               col(Transfer.asked_at) <= now - rules.answer)
        .values(escalated_at=now).returning(col(Transfer.id)).execution_options(synchronize_session=False)
    ).scalars().all()
    rows = list(session.exec(select(Transfer).where(col(Transfer.id).in_(found)).order_by(col(Transfer.id))
                             .execution_options(populate_existing=True)))
    record_many(session, [
        Event(at=now, kind="claim.transfer_escalated", claim_id=row.claim_id,
              house_id=claims.get(session, row.claim_id).house_id, data={"transfer": row.id}) for row in rows])
    return rows


def pending(session: Session, claim_id: int) -> Transfer | None:
    """The open request about a claim."""
    where = (col(Transfer.claim_id) == claim_id, col(Transfer.state) == Answer.PENDING)
    return session.exec(select(Transfer).where(*where)).first()


def of_partners(
    session: Session, partner_ids: Collection[int], *, after: int = 0, limit: int = 8
) -> list[Transfer]:
    """Open requests that partners are part of, on either side, oldest first."""
    query = select(Transfer).where(
        col(Transfer.state) == Answer.PENDING, col(Transfer.id) > after,
        or_(col(Transfer.from_partner_id).in_(partner_ids), col(Transfer.to_partner_id).in_(partner_ids)))
    return list(session.exec(query.order_by(col(Transfer.id)).limit(limit)))


def count_open(session: Session, partner_ids: Collection[int]) -> tuple[int, int]:
    """How many open requests wait for an answer of these partners, and how many of theirs wait for another's."""
    holds, takes = col(Transfer.from_partner_id).in_(partner_ids), col(Transfer.to_partner_id).in_(partner_ids)
    asked = col(Transfer.kind) == TransferKind.ASKED
    to_answer = or_(and_(asked, holds), and_(~asked, takes))
    waits = select(func.count()).select_from(Transfer).where(col(Transfer.state) == Answer.PENDING)
    return session.exec(waits.where(to_answer)).one(), session.exec(waits.where(or_(holds, takes), ~to_answer)).one()


def waiting(session: Session, *, after: int = 0, limit: int = 8) -> list[Transfer]:
    """Open requests that went to the admins, oldest first, behind the id ``after``."""
    query = select(Transfer).where(col(Transfer.state) == Answer.PENDING, col(Transfer.escalated_at).is_not(None),
                                   col(Transfer.id) > after)
    return list(session.exec(query.order_by(col(Transfer.id)).limit(limit)))


def unanswered(session: Session, before: datetime, *, limit: int) -> list[Transfer]:
    """Open requests that went to the admins before a moment, oldest first."""
    return list(session.exec(select(Transfer).where(*_passed_on(before)).order_by(col(Transfer.id)).limit(limit)))


def count_unanswered(session: Session, before: datetime) -> int:
    """How many they are."""
    return session.exec(select(func.count()).select_from(Transfer).where(*_passed_on(before))).one()


def _passed_on(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Transfer.state) == Answer.PENDING, col(Transfer.escalated_at) < before
