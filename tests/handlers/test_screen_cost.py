"""Every screen asks the database the same number of questions, however large the city is (decision 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from handlers.digest.detail import Houses
from storage import claims, digests, groups, houses, partners, progress, visits
from storage.houses import House, HouseState
from storage.partners import FundSource
from storage.people import RoleName
from storage.standing import Figure
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
    "/cocok": (lambda stage: stage.budi.says("/cocok"),),
    "/cocok 100jt Setu": (lambda stage: stage.budi.says("/cocok 100jt Setu"),),
    "one house less": (lambda stage: stage.budi.says("/cocok 300jt Setu"), lambda stage: stage.budi.presses("✖ ")),
    "another house": (lambda stage: stage.budi.says("/klaim 2 Setu"), lambda stage: stage.budi.presses("🔄 ")),
    "/danai": (lambda stage: stage.budi.says("/danai"),),
    "/progres": (lambda stage: stage.budi.says("/progres"),),
    "/klaimsaya": (lambda stage: stage.budi.says("/klaimsaya"),),
    "a house that another partner holds": (lambda stage: stage.citra.says(_first(stage, HouseState.IN_PROGRESS)),),
    "requests for houses": (lambda stage: stage.citra.presses("Transfer requests"),),
    "what waits for the admins": (lambda stage: stage.admin.says("/mitra"),
                                  lambda stage: stage.admin.presses("Permintaan menunggu")),
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
    "/kabar": (lambda stage: stage.budi.says("/kabar"),),
    "the news of claims": (lambda stage: stage.budi.says("/kabar"), lambda stage: stage.budi.presses("👁 Klaim")),
    "the news of houses": (lambda stage: stage.sari.says("/kabar"), lambda stage: stage.sari.presses("👁 Rumah")),
    "the news of the queue": (lambda stage: stage.vera.says("/kabar"), lambda stage: stage.vera.presses("👁 Antrean")),
    "/rekap": (lambda stage: stage.admin.says("/rekap"),),
    "the chart": (lambda stage: stage.admin.presses("Grafik"),),
    "the map": (lambda stage: stage.admin.presses("Peta"),),
    "/roadshow": (lambda stage: stage.admin.says("/roadshow"),),
    "a visit": (lambda stage: stage.admin.says("/roadshow"), lambda stage: stage.admin.presses(" · Setu")),
    "a visit's page to print": (lambda stage: stage.admin.says("/roadshow"),
                                lambda stage: stage.admin.presses(" · Setu"),
                                lambda stage: stage.admin.presses("PDF")),
    "the houses behind a figure": (lambda stage: stage.admin.presses("belum ada mitra"),),
    "of one kecamatan": (lambda stage: stage.admin.presses("Pilih kecamatan"),
                         lambda stage: stage.admin.presses("Setu ")),
    "of one fund source": (lambda stage: stage.admin.presses("Angka lain"),
                           lambda stage: stage.admin.presses(" ada mitra"),
                           lambda stage: stage.admin.presses("Baznas ")),
    "the houses behind a posted figure": (
        lambda stage: _post(stage),
        lambda stage: stage.admin.presses_data(Houses(1, Figure.OPEN).pack(), stage.admin.last)),
}


def _more(stage: Stage) -> str:
    from handlers.claims.buttons import Area

    def last(session: Session) -> int:
        return houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[SETU], limit=2)[-1].id or 0

    return Area(stage.partner("Baznas"), SETU, stage.store.run(last)).pack()


def _post(stage: Stage) -> None:
    """A digest of the small city; the others of that day are none."""

    def post(session: Session) -> None:
        group = groups.joined(session, -100, "Forum", NOW, by=None).id or 0
        digests.start_run(session, group, "s1", NOW.date(), NOW, NOW, digests.count(session, YEAR))

    stage.store.run(post)


@pytest.mark.long
def test_screens_cost_the_same_at_any_size(database: Store) -> None:
    stage = Stage(database)
    stage.store.run(lambda session: partners.add_quota(
        session, partners.all_partners(session)[0].id or 0, YEAR, 1000, 100_000 * JUTA, NOW, by=None))
    counts: dict[str, list[int]] = {}
    _limited(stage)
    soon = NOW.date() + timedelta(days=9)
    stage.store.run(lambda session: visits.plan(
        session, SETU, soon, "Balai warga", NOW, NOW.date(), by=person(session, VERA).id or 0))
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
