"""What may happen to houses, claims and money, one deed after another: random histories are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlmodel import Session, col, select

from storage import (
    budgets,
    claims,
    closing,
    cofunding,
    deadlines,
    handover,
    houses,
    partners,
    progress,
    transfers,
)
from storage.claims import Claim
from storage.contributions import Contribution, FundedPart
from storage.errors import Refused
from storage.houses import House, HouseState
from storage.partners import Partner
from storage.requests import Answer, Transfer
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import (
    JUTA,
    NOW,
    PAMULANG,
    SETU,
    VERA,
    YEAR,
    build,
    claim,
    eligible,
    make_house,
    make_quota,
    person,
)

AREAS = (PAMULANG, SETU)
_S = HouseState
# What is done, and the state of a house in which it makes sense. Whether the rules allow it, the rules decide.
DEEDS: dict[str, HouseState | None] = {
    "register": None, "change_quota": None, "claim_many": None, "approve": _S.REGISTERED, "send_home": _S.REGISTERED,
    "refuse": _S.REGISTERED, "resubmit": _S.REGISTERED, "reopen": _S.ELIGIBLE, "claim": _S.ELIGIBLE,
    "cofund": _S.CLAIMED, "cofund_work": _S.IN_PROGRESS, "leave": None, "ask": _S.CLAIMED, "offer": _S.IN_PROGRESS,
    "accept": _S.CLAIMED, "decline": None, "expire": _S.CLAIMED, "more_time": _S.CLAIMED, "correct": _S.IN_PROGRESS,
    "close_quota": None, "open_quota": None, "close_partner": None, "prepare": _S.FINISHED,
    "release": _S.IN_PROGRESS, "report": _S.CLAIMED,
    "finish": _S.IN_PROGRESS, "send_back": _S.IN_PROGRESS,
    "confirm": _S.IN_PROGRESS, "hand_over": _S.FINISHED,
}
OFTEN = ("approve", "claim", "claim_many", "cofund", "report", "accept", "resubmit")
# One step: the deed, to a house in the state that it fits (or to any), which of them, and a figure.
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*OFTEN, *DEEDS)), st.sampled_from((True, True, True, True, False)), st.integers(0, 7),
        st.integers(0, 7),
    ),
    min_size=30, max_size=60,
)


@dataclass
class City:
    """A store and what the history may choose from."""

    store: Store
    quotas: list[int] = field(default_factory=list)
    verifier: int = 0

    def begin(self, session: Session) -> None:
        made = [make_quota(session, name, units=5, ceiling=300 * JUTA, house_ceiling=ceiling)
                for name, ceiling in (("DPKPP", None), ("Baznas", 25 * JUTA), ("PT Contoh Sejahtera", None))]
        # From its second quota a partner adds to houses that it leads with the first.
        made.append(make_quota(session, "Baznas", units=5, ceiling=300 * JUTA, batch=2))
        self.quotas = [quota.id or 0 for quota in made]
        self.verifier = person(session, VERA).id or 0
        for area in AREAS:
            eligible(session, area, 40 * JUTA)
            build(session, claim(session, eligible(session, area, 40 * JUTA), made[0]))
            for begun in (False, True):
                held = claim(session, eligible(session, area, 60 * JUTA), made[1])
                if begun:
                    progress.report(session, held.id or 0, 20, NOW, by=self.verifier)

    def step(self, session: Session, deed: str, fitting: bool, which: int, figure: int) -> None:
        """Do one deed; refused where the rules say so."""
        query = select(House.id).order_by(col(House.id))
        state = DEEDS[deed]
        if fitting and state is not None:
            query = query.where(col(House.state) == state)
        found = list(session.exec(query))
        if not found:
            raise Refused("nothing.there")
        getattr(self, deed)(session, int(found[which % len(found)] or 0), figure)

    def register(self, session: Session, house: int, figure: int) -> None:
        make_house(session, AREAS[figure % 2], occupants=figure + 1)

    def approve(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.REGISTERED, _S.ELIGIBLE, estimate=(figure + 1) * 10 * JUTA)

    def send_home(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.REGISTERED, _S.RETURNED)

    def refuse(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.REGISTERED, _S.INELIGIBLE)

    def resubmit(self, session: Session, house: int, figure: int) -> None:
        """Mostly one that was sent home a moment ago."""
        if figure:
            self.send_home(session, house, figure)
        self._move(session, house, _S.RETURNED, _S.REGISTERED)

    def reopen(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.ELIGIBLE, _S.REGISTERED)

    def claim(self, session: Session, house: int, figure: int) -> None:
        claims.claim_houses(session, [house], self._quota(figure), NOW, by=None)

    def claim_many(self, session: Session, house: int, figure: int) -> None:
        free = houses.waiting(session, _S.ELIGIBLE, limit=figure)
        claims.claim_houses(session, [one.id or 0 for one in free], self._quota(house), NOW, by=None)

    def release(self, session: Session, house: int, figure: int) -> None:
        claims.release(session, self._claim(session, house), "batal", NOW, by=None)

    def report(self, session: Session, house: int, figure: int) -> None:
        progress.report(session, self._claim(session, house), figure * 14, NOW, by=self.verifier)

    def finish(self, session: Session, house: int, figure: int) -> None:
        progress.report_finished(session, self._claim(session, house), NOW, by=self.verifier)

    def confirm(self, session: Session, house: int, figure: int) -> None:
        """Mostly a verifier's whole visit: the work is said to be finished, and found so."""
        claim_id = self._claim(session, house)
        if figure:
            progress.report_finished(session, claim_id, NOW, by=self.verifier)
        progress.confirm(session, claim_id, NOW, by=self.verifier)

    def send_back(self, session: Session, house: int, figure: int) -> None:
        claim_id = self._claim(session, house)
        if figure:
            progress.report_finished(session, claim_id, NOW, by=self.verifier)
        progress.send_back(session, claim_id, "belum", NOW, by=self.verifier)

    def hand_over(self, session: Session, house: int, figure: int) -> None:
        handover.hand_over(session, self._claim(session, house), figure * 15 * JUTA, NOW, by=None)

    def prepare(self, session: Session, house: int, figure: int) -> None:
        handover.prepare(session, self._claim(session, house), figure * 15 * JUTA, NOW, by=None)

    def cofund(self, session: Session, house: int, figure: int) -> None:
        part = list(FundedPart)[figure] if figure < len(FundedPart) else None
        cofunding.join(session, self._claim(session, house), self._quota(figure), (figure + 1) * 2 * JUTA, NOW, by=None,
                       part=part)

    def cofund_work(self, session: Session, house: int, figure: int) -> None:
        """All of what is uncovered, if the quota has it."""
        number = self._claim(session, house)
        cofunding.join(session, number, self._quota(figure), claims.get(session, number).uncovered or 1, NOW, by=None)

    def leave(self, session: Session, house: int, figure: int) -> None:
        live = (col(Contribution.lead).is_(False), col(Contribution.ended_at).is_(None))
        cofunding.leave(session, self._any(session, Contribution, figure, *live), NOW, by=None)

    def ask(self, session: Session, house: int, figure: int) -> None:
        transfers.ask(session, self._claim(session, house), self._quota(figure), "kami siap", NOW, by=None)

    def offer(self, session: Session, house: int, figure: int) -> None:
        taker = partners.fresh(session, self._quota(figure)).partner_id
        transfers.offer(session, self._claim(session, house), taker, "rusak total", NOW, by=None)

    def accept(self, session: Session, house: int, figure: int) -> None:
        """Mostly a whole change of hands: asked for a moment ago, and granted."""
        if figure > 2:
            self.ask(session, house, figure)
        number = self._any(session, Transfer, figure, Transfer.state == Answer.PENDING)
        row = transfers.get(session, number)
        taker = next(one for one in self.quotas
                     if partners.fresh(session, one).partner_id == row.to_partner_id)
        transfers.accept(session, number, NOW, by=None, quota_id=row.quota_id or taker)

    def decline(self, session: Session, house: int, figure: int) -> None:
        number = self._any(session, Transfer, figure, Transfer.state == Answer.PENDING)
        transfers.decline(session, number, "tidak", NOW, by=None)

    def expire(self, session: Session, house: int, figure: int) -> None:
        """The deadlines of all are missed, and the grace of one of them is over."""
        missed = NOW + DEFAULTS.done
        deadlines.mark_overdue(session, missed, missed, DEFAULTS)
        claims.expire(session, self._claim(session, house), missed + DEFAULTS.grace)

    def more_time(self, session: Session, house: int, figure: int) -> None:
        """A wish for a later deadline, granted or declined."""
        wish = deadlines.ask(session, self._claim(session, house), NOW + timedelta(days=200), "hujan", NOW,
                             by=self.verifier)
        if figure % 2:
            deadlines.grant(session, wish.id or 0, NOW, by=self.verifier)
        elif figure % 4:
            deadlines.decline(session, wish.id or 0, "tidak", NOW, by=self.verifier)

    def correct(self, session: Session, house: int, figure: int) -> None:
        progress.correct(session, self._claim(session, house), figure * 10, figure * 8, "keliru", NOW, by=self.verifier)

    def close_quota(self, session: Session, house: int, figure: int) -> None:
        if figure == 7:  # seldom, or nothing could be claimed soon
            budgets.close(session, self._quota(house), NOW, by=None)

    def open_quota(self, session: Session, house: int, figure: int) -> None:
        """Mostly one that was closed a moment ago."""
        if figure:
            budgets.close(session, self._quota(house), NOW, by=None)
        closing.open_quota(session, self._quota(house), YEAR, NOW, by=None)

    def close_partner(self, session: Session, house: int, figure: int) -> None:
        """A closed one is opened again."""
        partner = partners.get(session, partners.fresh(session, self._quota(figure)).partner_id)
        turn = closing.close_partner if partner.closed_at is None else self._open_partner
        turn(session, partner.id or 0, NOW, by=None)

    def _open_partner(self, session: Session, partner: int, now: datetime, *, by: int | None) -> Partner:
        return closing.open_partner(session, partner, YEAR, now, by=by)

    def _any(self, session: Session, table: type[Any], which: int, *where: Any) -> int:
        """One of the newest rows of a table: of those that the deed fits, or (``which`` 0) whatever became of it."""
        query = select(table.id).where(*(where if which else ())).order_by(table.id.desc())
        found = list(session.exec(query.limit(3)))
        if not found:
            raise Refused("nothing.there")
        return int(found[which % len(found)])

    def change_quota(self, session: Session, house: int, figure: int) -> None:
        partners.change_quota(session, self._quota(house), NOW, by=None, units=figure, ceiling=figure * 40 * JUTA)

    def _move(self, session: Session, house: int, old: HouseState, new: HouseState, **values: Any) -> None:
        houses.move(session, house, old, new, NOW, by=self.verifier, **values)

    def _quota(self, which: int) -> int:
        return self.quotas[which % len(self.quotas)]

    def _claim(self, session: Session, house: int) -> int:
        """The newest claim of a house, whatever became of it."""
        query = select(Claim.id).where(col(Claim.house_id) == house)
        found = session.exec(query.order_by(col(Claim.id).desc())).first()
        if found is None:
            raise Refused("nothing.there")
        return found
