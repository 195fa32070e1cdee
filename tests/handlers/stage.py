"""A programme in miniature for the partners' conversations: a cast with phones, quotas, houses that wait."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from storage import claims, houses, partners, photos, progress
from storage.claims import Claim
from storage.events import Event
from storage.houses import House
from storage.people import RoleName
from storage.photos import PhotoKind, PhotoPurpose
from storage.store import Store
from tests import builders
from tests.builders import ADMIN, BUDI, CITRA, DANI, JUTA, PAMULANG, SARI, VERA, Known
from tests.world import Actor, World


class Stage:
    """The world with everybody in it. Money in rupiah; house ids and quota ids in lists."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.world = World(store)
        store.run(builders.cast)
        self.admin, self.vera, self.sari = self.actor(ADMIN), self.actor(VERA), self.actor(SARI)
        self.budi, self.citra, self.dani = self.actor(BUDI), self.actor(CITRA), self.actor(DANI)

    def actor(self, known: Known) -> Actor:
        return Actor(self.world, known.name, known.telegram_id)

    def partner(self, name: str = "Baznas") -> int:
        return self.store.run(lambda session: builders.partner(session, name).id or 0)

    def quota(self, name: str = "Baznas", units: int = 10, ceiling: int = 500 * JUTA, **more: Any) -> int:
        return self.store.run(lambda session: builders.make_quota(session, name, units, ceiling, **more).id or 0)

    def houses(self, number: int = 1, kecamatan: str = PAMULANG, estimate: int = 50 * JUTA, **more: Any) -> list[str]:
        """Houses that wait for a partner; their codes, neediest first."""
        def make(session: Session) -> list[str]:
            return [builders.eligible(session, kecamatan, estimate, **more).code for _ in range(number)]

        return self.store.run(make)

    def house(self, code: str) -> House:
        found = self.store.run(lambda session: houses.by_code(session, code))
        assert found is not None
        return found

    def claim(self, code: str) -> Claim | None:
        """The claim that holds a house."""
        return self.store.run(lambda session: claims.holding(session, self.house_id(session, code)))

    def held(self, code: str) -> Claim:
        found = self.claim(code)
        assert found is not None
        return found

    def house_id(self, session: Session, code: str) -> int:
        house = houses.by_code(session, code)
        assert house is not None
        return house.id or 0

    def claimed(self, code: str, quota_id: int, rep: Known = BUDI) -> Claim:
        """A claim made without the chat."""
        def make(session: Session) -> Claim:
            by = builders.person(session, rep).id
            return claims.claim_houses(session, [self.house_id(session, code)], quota_id, self.world.now, by=by)[0]

        return self.store.run(make)

    def held_by(self, quota_id: int, number: int) -> int:
        """So many houses claimed at once with a quota."""
        def make(session: Session) -> int:
            found = [builders.eligible(session).id or 0 for _ in range(number)]
            return len(claims.claim_houses(session, found, quota_id, self.world.now, by=None))

        return self.store.run(make)

    def photographed(self, code: str, *kinds: PhotoKind | None, uniques: tuple[str, ...] = ()) -> list[int]:
        """Registration photos of a house, one of each kind, stored; their ids."""
        def add(session: Session) -> list[int]:
            house, made = self.house_id(session, code), []
            for number, kind in enumerate(kinds):
                unique = uniques[number] if uniques else f"{code}-{kind}-{number}"
                photo = photos.add(session, 1, 1, PhotoPurpose.REGISTRATION, f"before-{unique}", unique, self.world.now)
                assert photo is not None
                photo.house_id, photo.kind = house, kind
                photos.fetched(session, photo.id or 0, key=f"{house:032x}{photo.id:032x}", width=9, height=9,
                               likeness="0" * 16)
                made.append(photo.id or 0)
            return made

        return self.store.run(add)

    def left(self, quota_id: int) -> tuple[int, int]:
        """Units and rupiah that a quota has left."""
        quota = self.store.run(lambda session: partners.fresh(session, quota_id))
        return quota.units_left, quota.money_left

    def state(self, code: str) -> str:
        return self.house(code).state.value

    def events(self, kind: str) -> list[Event]:
        return self.store.run(lambda session: list(session.exec(select(Event).where(Event.kind == kind))))

    def rows(self, table: Any) -> list[Any]:
        return self.store.run(lambda session: list(session.exec(select(table))))

    def grant(self, known: Known, role: RoleName, partner: str | None = None) -> None:
        def give(session: Session) -> None:
            from storage import people

            person = builders.person(session, known)
            partner_id = builders.partner(session, partner).id if partner else None
            people.grant(session, person, role, self.world.now, by=None, partner_id=partner_id)

        self.store.run(give)


def report(actor: Actor, code: str, physical: str = "30", photos: int = 1, note: str | None = None) -> None:
    """The rep reports on a claim, through the chat."""
    actor.says("/progres")
    actor.presses(code)
    actor.presses("Laporkan progres")
    actor.says(physical)
    actor.presses("Lewati")
    for _ in range(photos):
        actor.photo()
    if not photos:
        actor.presses("Lewati")
    actor.presses("Lewati")
    if note:
        actor.says(note)
    else:
        actor.presses("Lewati")
    actor.presses("Simpan")


def finish(actor: Actor, code: str) -> None:
    """The rep says that the work is done, with a photo of each view that is asked for, and from the house."""
    actor.says("/progres")
    actor.presses(code)
    actor.presses("Laporkan selesai")
    while "kirim foto" in actor.card.text:
        actor.photo()
    actor.pin(-6.34, 106.73)
    actor.presses("Lewati")
    actor.presses("Kirim ke verifikator")


def bast(actor: Actor, code: str, cost: str) -> None:
    """The handover record is drawn up with a cost as it is typed, and comes back signed on one page."""
    actor.presses("Buat BAST")
    actor.says(cost)
    actor.presses("Ya, buat BAST")
    assert actor.last.params["document"]["filename"] == f"BAST-{code}.pdf"
    actor.presses("Kirim BAST bertanda tangan")
    actor.photo()
    actor.presses("Serah terima")


def open_card(actor: Actor, code: str) -> str:
    """The rep opens the card of a waiting house of Pamulang; what it says."""
    actor.says("/klaim")
    actor.presses("Pamulang")
    actor.presses(code)
    return actor.last.text


def reported(session: Session, claim: Claim, now: Any) -> None:
    """A claim whose partner has said that the work is done."""
    progress.report(session, claim.id or 0, 70, now, by=claim.claimed_by or 0)
    progress.report_finished(session, claim.id or 0, now, by=claim.claimed_by or 0)
