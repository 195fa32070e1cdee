"""/draf: the forms that somebody left open, with the way back into each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from handlers.kit.form import FORMS
from handlers.registration.buttons import MyDrafts
from handlers.registration.drafts_list import OF_A_HOUSE, PAGE
from storage import drafts, houses
from storage.drafts import Draft
from storage.erasing import OF_CLAIMS
from storage.houses import HouseState
from storage.people import RoleName
from tests import builders
from tests.builders import BUDI, NOW, SARI, VERA, make_house
from tests.handlers.house_steps import NAME, STEPS
from tests.handlers.stage import Stage
from tests.world import Actor


def _begin(sari: Actor, until: str) -> None:
    """A registration left before a question."""
    sari.says("/daftar")
    for key, step in STEPS.items():
        if key == until:
            return
        step(sari)


def _returned(session: Session) -> None:
    house = make_house(session)
    houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.RETURNED, NOW, note="kabur",
                by=builders.person(session, VERA).id)


def test_what_each_is_about(stage: Stage) -> None:
    stage.store.run(_returned)
    sari = stage.sari
    sari.says("PML-0001")
    sari.presses("Perbaiki")
    stage.world.passes(minutes=5)
    _begin(sari, "nik")
    stage.world.passes(minutes=5)
    sari.says("/draf")
    first, second = sari.last.text.split("\n\n")[1:3]
    assert "rumah baru" in first
    assert "2 dari" in first
    assert "PML-0001" in second
    assert "2 Maret 2026 08.05 WIB" in first
    assert "2 Maret 2026 08.00 WIB" in second
    assert NAME not in sari.last.text
    assert "Contoh" not in sari.last.text
    assert not sari.last.params.get("protect_content")
    sari.presses("2. Lanjutkan")
    sari.says("/draf")
    assert "PML-0001" in sari.last.text.split("\n\n")[1], "the one that was touched last stands first"
    sari.presses("2. Lanjutkan")
    assert "NIK" in sari.last.text
    stage.world.passes(minutes=5)
    sari.says("/draf")
    assert len(stage.rows(Draft)) == 2
    sari.presses("1. Hapus")
    sari.presses("Ya, hapus")
    sari.says("/draf")
    assert "rumah baru" not in sari.last.text
    assert len(stage.rows(Draft)) == 1


def test_of_a_claim_and_of_a_partner(stage: Stage, code: str) -> None:
    stage.budi.says("/progres")
    stage.budi.presses(code)
    stage.budi.presses("Laporkan progres")
    stage.budi.says("30")
    stage.budi.says("/draf")
    assert code in stage.budi.last.text
    assert "1 dari 5" in stage.budi.last.text
    stage.houses(3)
    stage.budi.says("/klaim")
    stage.budi.presses("Klaim beberapa")
    stage.budi.says("/draf")
    assert stage.budi.last.text.count("PML-") == 1, "a partner's number is no house's"
    assert "2. Lanjutkan" in stage.budi.last.buttons


def test_nothing_left_open(stage: Stage) -> None:
    stage.sari.says("/draf")
    assert "Tidak ada isian" in stage.sari.last.text
    stage.sari.presses("Daftarkan rumah")
    assert "Setuju" in str(stage.sari.last.buttons)
    stage.budi.says("/draf")
    assert "Tidak ada isian" in stage.budi.last.text
    assert "/bantuan" in stage.budi.last.text


def test_only_ones_own(stage: Stage) -> None:
    _begin(stage.sari, "nik")
    tono = stage.world.actor("Tono", 7_100_000_061, RoleName.SURVEYOR)
    tono.says("/draf")
    assert "Tidak ada isian" in tono.last.text
    stage.sari.says("/draf")
    for label in ("1. Lanjutkan", "1. Hapus"):
        tono.presses_data(stage.sari.last.data(label), tono.last)
        assert tono.toast
    assert len(stage.rows(Draft)) == 1
    stranger = stage.world.actor("Tetangga", 7_100_000_060)
    stranger.says("/draf")
    assert "hanya untuk petugas" in stranger.last.text


def test_many_in_pages(stage: Stage) -> None:
    def make(session: Session) -> None:
        sari = builders.person(session, SARI)
        for number in range(20):
            house = make_house(session)
            draft, _ = drafts.open_draft(session, sari.id or 0, SARI.telegram_id, "photo",
                                         NOW + timedelta(seconds=number // 3), subject=house.id or 0)
            assert draft.id

    stage.store.run(make)
    sari = stage.sari
    sari.says("/draf")
    seen: list[str] = []
    while True:
        page = [line for line in sari.last.text.splitlines() if "PML-" in line]
        seen += [line.split("PML-")[1][:4] for line in page]
        if "Berikutnya ›" not in sari.last.buttons:
            break
        sari.presses("Berikutnya")
    assert seen == [f"{number:04d}" for number in range(20, 0, -1)]
    sari.presses("Ke awal")
    assert "PML-0020" in sari.last.text
    for made_up in (MyDrafts(-1, 5), MyDrafts(2**62, 2**62), MyDrafts(1, 1)):
        sari.presses_data(made_up.pack(), sari.last)
    assert "Tidak ada isian" in sari.last.text
    assert "‹ Ke awal" in sari.last.buttons


def test_a_form_that_is_gone_is_not_listed(stage: Stage) -> None:
    def make(session: Session) -> Any:
        return drafts.open_draft(session, builders.person(session, SARI).id or 0, SARI.telegram_id, "former", NOW)

    stage.store.run(make)
    stage.sari.says("/draf")
    assert "Tidak ada isian" in stage.sari.last.text


def test_forms_about_a_house_are_known() -> None:
    assert set(FORMS) >= OF_A_HOUSE | set(OF_CLAIMS)


def test_each_form_about_a_claim_says_which_house(stage: Stage, code: str) -> None:
    claim_id = stage.held(code).id or 0

    def leave_open(session: Session, form: str) -> None:
        budi = builders.person(session, BUDI)
        drafts.open_draft(session, budi.id or 0, budi.telegram_id or 0, form, stage.world.now, subject=claim_id)

    for form in OF_CLAIMS:
        stage.store.run(lambda session, form=form: leave_open(session, form))
    stage.budi.says("/draf")
    assert stage.budi.last.text.count(code) == PAGE
    stage.budi.presses("Berikutnya")
    assert stage.budi.last.text.count(code) == len(OF_CLAIMS) - PAGE


def test_in_english(stage: Stage) -> None:
    wati = stage.world.actor("Wati", 7_100_000_063, RoleName.SURVEYOR, language="en")
    wati.says("/drafts")
    assert "No form is left open." in wati.last.text
    wati.presses("Register a house")
    wati.says("/drafts")
    assert "a new house" in wati.last.text
    assert "0 of" in wati.last.text
    wati.presses("1. Go on")
    assert "rumah" not in wati.last.text
