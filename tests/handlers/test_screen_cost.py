"""Every screen asks the database the same number of questions, however large the city is (decision 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, select

from storage import claims, houses, partners, progress
from storage.houses import House, HouseState
from storage.partners import FundSource
from storage.people import RoleName
from storage.store import Store
from tests.builders import BUDI, JUTA, NOW, PAMULANG, SETU, VERA, YEAR, approve, make_house, person
from tests.handlers.stage import Stage

Step = Callable[[Stage], object]


def grown(stage: Stage, number: int) -> None:
    """So many more houses: a third waits for a verifier, a third for a partner, a third is with Baznas."""
    baznas = stage.partner("Baznas")

    def make(session: Session) -> None:
        vera, budi = person(session, VERA).id or 0, person(session, BUDI).id or 0
        quota = partners.quotas_of(session, baznas)[0].id or 0
        for place in range(number):
            house = make_house(session, (PAMULANG, SETU)[place % 2])
            if place % 3:
                approve(session, house)
            if place % 3 == 2:
                (claim,) = claims.claim_houses(session, [house.id or 0], quota, NOW, by=budi)
                if place % 2:
                    progress.report(session, claim.id or 0, 30, NOW, by=budi)
                if place % 4 == 3:
                    progress.report_finished(session, claim.id or 0, NOW, by=budi)
                if place % 8 == 7:
                    progress.confirm(session, claim.id or 0, NOW, by=vera)
        for place in range(number // 20):
            partners.add_partner(session, f"PT Contoh {stage.world.now} {place}", FundSource.CSR, NOW, by=None)

    stage.store.run(make)


@contextmanager
def asked(store: Store) -> Iterator[list[str]]:
    """The statements meanwhile."""
    seen: list[str] = []

    def note(*call: Any) -> None:
        seen.append(call[2])

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


def _first(stage: Stage, state: HouseState) -> str:
    return stage.store.run(lambda session: session.exec(
        select(House.code).where(House.state == state).order_by(House.id).limit(1)).one())


def _limited(stage: Stage) -> Any:
    return stage.world.actor("Wati", 7_100_000_031, RoleName.VERIFIER, areas=[SETU])


# Name → steps that lead there, and the one that is counted.
SCREENS: dict[str, tuple[Step, ...]] = {
    "/daftar": (lambda stage: stage.sari.says("/daftar"),),
    "/verifikasi": (lambda stage: stage.vera.says("/verifikasi"),),
    "/verifikasi of one kecamatan": (lambda stage: _limited(stage).says("/verifikasi"),),
    "the next house": (lambda stage: stage.vera.says("/verifikasi"), lambda stage: stage.vera.presses("Rumah baru")),
    "the next house of one kecamatan": (lambda stage: _limited(stage).says("/verifikasi"),
                                        lambda stage: _limited(stage).presses("Rumah baru")),
    "skip": (lambda stage: stage.vera.says("/verifikasi"), lambda stage: stage.vera.presses("Rumah baru"),
             lambda stage: stage.vera.presses("Lewati")),
    "a kecamatan's queue": (lambda stage: stage.vera.says("/verifikasi"), lambda stage: stage.vera.presses("Setu (")),
    "several to approve": (lambda stage: stage.vera.says("/verifikasi"), lambda stage: stage.vera.presses("Setu ("),
                           lambda stage: stage.vera.presses("Setujui beberapa")),
    "the checklist": (lambda stage: stage.vera.says("/verifikasi"), lambda stage: stage.vera.presses("Rumah baru"),
                      lambda stage: stage.vera.presses("Daftar periksa")),
    "the history": (lambda stage: stage.vera.presses("Kembali ke rumah"), lambda stage: stage.vera.presses("Riwayat")),
    "what is wrong": (lambda stage: stage.vera.presses("Kembali ke rumah"),
                      lambda stage: stage.vera.presses("Kembalikan")),
    "finished work": (lambda stage: stage.vera.says("/verifikasi"),
                      lambda stage: stage.vera.presses("Pekerjaan selesai")),
    "/klaim": (lambda stage: stage.budi.says("/klaim"),),
    "/klaim Setu": (lambda stage: stage.budi.says("/klaim Setu"),),
    "more of Setu": (lambda stage: stage.budi.says("/klaim Setu"),
                     lambda stage: stage.budi.presses_data(_more(stage), stage.budi.last)),
    "a house that waits": (lambda stage: stage.budi.says(_first(stage, HouseState.ELIGIBLE)),),
    "several at once": (lambda stage: stage.budi.says("/klaim"), lambda stage: stage.budi.presses("Klaim beberapa")),
    "how many": (lambda stage: stage.budi.says("/klaim"), lambda stage: stage.budi.presses("Klaim beberapa"),
                 lambda stage: stage.budi.presses("Setu")),
    "a preview": (lambda stage: stage.budi.says("/klaim 2 Setu"),),
    "/progres": (lambda stage: stage.budi.says("/progres"),),
    "a claim": (lambda stage: stage.budi.says(_first(stage, HouseState.IN_PROGRESS)),),
    "/progres of an admin": (lambda stage: stage.admin.says("/progres"),),
    "/lepas": (lambda stage: stage.budi.says("/lepas"),),
    "/mitra": (lambda stage: stage.admin.says("/mitra"),),
    "a partner": (lambda stage: stage.admin.says("/mitra"), lambda stage: stage.admin.presses("Baznas")),
    "/anggota": (lambda stage: stage.admin.says("/anggota"),),
    "/undang": (lambda stage: stage.admin.says("/undang"), lambda stage: stage.admin.presses("Mitra")),
    "/rumahsaya": (lambda stage: stage.sari.says("/rumahsaya"),),
    "more of my houses": (lambda stage: stage.sari.says("/rumahsaya"), lambda stage: stage.sari.presses("Berikutnya")),
    "my houses of a stage": (lambda stage: stage.sari.says("/rumahsaya"),
                             lambda stage: stage.sari.presses("Diklaim (")),
    "the news switch": (lambda stage: stage.sari.says("/rumahsaya"), lambda stage: stage.sari.presses("Kabar rumah")),
    "the story of a house": (lambda stage: stage.sari.says(_first(stage, HouseState.CLAIMED)),
                             lambda stage: stage.sari.presses("Riwayat")),
    "/draf": (lambda stage: stage.sari.says("/draf"),),
    "/data": (lambda stage: stage.admin.says(f"/data {_first(stage, HouseState.REGISTERED)}"),),
    "the data as a document": (lambda stage: stage.admin.presses("Unduh PDF"),),
    "/rekap": (lambda stage: stage.admin.says("/rekap"),),
}


def _more(stage: Stage) -> str:
    from handlers.claims.buttons import Area

    def last(session: Session) -> int:
        return houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[SETU], limit=2)[-1].id or 0

    return Area(stage.partner("Baznas"), SETU, stage.store.run(last)).pack()


def test_screens_cost_the_same_at_any_size(database: Store) -> None:
    stage = Stage(database)
    stage.store.run(lambda session: partners.add_quota(
        session, partners.all_partners(session)[0].id or 0, YEAR, 1000, 100_000 * JUTA, NOW, by=None))
    counts: dict[str, list[int]] = {}
    _limited(stage)
    # Twice small: a card that is shown again takes the place of the one before.
    for size in (20, 20, 400):
        grown(stage, size)
        for name, (*before, last) in SCREENS.items():
            stage.world.passes(minutes=1)
            for step in before:
                step(stage)
            with asked(database) as statements:
                last(stage)
            counts.setdefault(name, []).append(len(statements))
            for actor in (stage.budi, stage.sari):
                actor.says("/batal")
                if any("Ya, hapus" in label for label in actor.last.buttons):
                    actor.presses("Ya, hapus")
    assert {name: seen for name, seen in counts.items() if seen[1] != seen[2]} == {}
    # With everything around it: the update received and finished, who it is from, what is sent.
    assert {name: seen[2] for name, seen in counts.items() if seen[2] > 50} == {}
