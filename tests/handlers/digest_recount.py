"""A plain recount of what a history left: one row after the other, no grouped query, no running total."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlmodel import Session, select

from storage import claims, regions
from storage.claims import Claim
from storage.contributions import Contribution
from storage.houses import House
from storage.partners import Partner, Quota
from storage.people import Person
from tests.builders import YEAR
from tests.handlers.digest_steps import History

HELD = ["claimed", "in_progress", "finished", "handed_over"]


@dataclass
class Plain:
    """The rows counted one by one, of the city or a kecamatan. Quotas are the city's. The ``steps`` are where
    they were taken."""

    states: Counter[str] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    areas: dict[str, list[int]] = field(default_factory=dict)
    waiting: dict[str, list[int]] = field(default_factory=dict)
    percents: dict[str, list[int]] = field(default_factory=dict)
    built: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    quotas: dict[str, list[int]] = field(default_factory=dict)
    late: int = 0
    carried: dict[str, list[int]] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)

    def state(self, *names: str) -> int:
        return sum(self.states[name] for name in names)

    @property
    def needing(self) -> int:
        return self.state("eligible", *HELD)

    @property
    def milestones(self) -> dict[str, int]:
        return {"butuh bedah": self.needing, "sudah ada mitra": self.state(*HELD),
                "belum ada mitra": self.state("eligible"), "selesai dikerjakan": self.state("finished", "handed_over"),
                "serah terima": self.state("handed_over"), "menunggu verifikasi": self.state("registered")}


def recount(session: Session, history: History, area: str | None = None) -> Plain:
    session.expire_all()
    plain = Plain(steps=history.taken(area))
    names = {one.code: one.name for one in regions.all_kecamatan(session)}
    if area:
        names = {one.code: one.name for one in regions.kelurahan_of(session, area)}
    partners = {one.id: one for one in session.exec(select(Partner))}
    made = list(session.exec(select(Claim)))
    holding = {one.house_id: one for one in made if one.state in claims.HOLDING}
    places: dict[int, str] = {}
    for house in session.exec(select(House)):
        places[house.id or 0] = house.kecamatan_code
        plain.private.add(house.code)
        if area in (None, house.kecamatan_code):
            _house(plain, house, holding.get(house.id or 0), partners, names[
                house.kelurahan_code if area else house.kecamatan_code])
    for claim in made:
        if area in (None, places[claim.house_id]):
            plain.late += claim.state == "active" and claim.overdue_at is not None
    for quota in session.exec(select(Quota)):
        if quota.year == YEAR:
            row = plain.quotas.setdefault(partners[quota.partner_id].source.value, [0] * 5)
            for at, figure in enumerate((quota.units, quota.units_reserved + quota.units_spent, quota.ceiling,
                                         quota.reserved, quota.spent)):
                row[at] += figure
    _carry(session, plain, {one.id: one for one in made}, partners)
    plain.private |= {one.name for one in session.exec(select(Person))} | {"Contoh", "3674", "Gg."}
    return plain


def _house(plain: Plain, house: House, claim: Claim | None, partners: dict[int | None, Partner], name: str) -> None:
    state = house.state.value
    plain.states[state] += 1
    if state not in ("eligible", *HELD):
        return
    row = plain.areas.setdefault(name, [0, 0, 0, 0])
    row[0] += 1
    row[1] += state in HELD
    row[2] += state == "eligible"
    row[3] += state in ("finished", "handed_over")
    if state == "eligible":
        need = plain.waiting.setdefault(name, [0, 0])
        need[0] += 1
        need[1] += house.estimate or 0
        return
    assert claim is not None
    partner = partners[claim.partner_id]
    plain.sources[partner.source.value, state] += 1
    plain.built[partner.name] += state in ("finished", "handed_over")
    done = plain.percents.setdefault(partner.source.value, [0, 0, 0])
    for at, figure in enumerate((1, claim.physical, claim.financial)):
        done[at] += figure


def _carry(session: Session, plain: Plain, made: dict[int | None, Claim], partners: dict[int | None, Partner]) -> None:
    years = {one.id: (one.year, partners[one.partner_id].source.value) for one in session.exec(select(Quota))}
    for part in session.exec(select(Contribution)):  # a promise: neither taken back nor paid yet
        year, source = years[part.quota_id]
        if year < YEAR and part.ended_at is None and made[part.claim_id].state == "active":
            row = plain.carried.setdefault(source, [0, 0])
            row[0] += part.lead
            row[1] += part.amount
