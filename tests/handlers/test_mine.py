"""/rumahsaya: what became of the houses that somebody registered, those that wait for them first."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlmodel import Session

from handlers.registration.buttons import HouseNews, MyHouses, Story
from storage import houses, people
from storage.assessments import (
    HEALTH,
    STRUCTURE,
    Assessment,
    FloorMaterial,
    RoofMaterial,
    WallMaterial,
)
from storage.households import Household, LandProof
from storage.houses import HouseState
from storage.people import Person, RoleName
from tests import builders
from tests.builders import JUTA, NOW, SARI, VERA, approve, make_house
from tests.handlers.stage import Stage
from tests.world import Actor, Seen

CODE = re.compile(r"PML-\d{4}")


def _returned(session: Session, **more: Any) -> str:
    house = make_house(session, **more)
    houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.RETURNED, NOW, note="kabur",
                by=builders.person(session, VERA).id)
    return house.code


def _person(session: Session, actor: Actor) -> Person:
    found = people.by_telegram(session, actor.id)
    assert found is not None
    return found


def _listed(seen: Seen | None) -> list[str]:
    """Codes of the list, in order."""
    assert seen is not None
    return CODE.findall(seen.text)


def test_counts_the_returned_first_and_a_tap_opens(stage: Stage) -> None:
    def make(session: Session) -> None:
        make_house(session, head_name="Contoh Rahasia")
        _returned(session, head_name="Contoh Rahasia")
        make_house(session)
        approve(session, make_house(session))

    stage.store.run(make)
    stage.claimed(stage.houses(1)[0], stage.quota("Baznas"))
    sari = stage.sari
    sari.says("/rumahsaya")
    lines = sari.last.text.splitlines()
    assert lines[:5] == [
        "🏠 Rumah yang Bapak/Ibu data: 5", "• Dikembalikan untuk diperbaiki: 1 ← menunggu Bapak/Ibu",
        "• Menunggu verifikasi: 2", "• Memenuhi syarat, belum ada mitra: 1", "• Diklaim mitra: 1"]
    assert _listed(sari.last) == ["PML-0002", "PML-0005", "PML-0004", "PML-0003", "PML-0001"]
    assert "PML-0002 · Bambu Apus · ↩️ Perlu diperbaiki · belum lengkap (23)" in lines
    assert "Rahasia" not in sari.last.text
    sari.presses("PML-0002")
    assert "Contoh Rahasia" in sari.card.text
    assert sari.card.params["protect_content"] is True
    assert "Perbaiki" in str(sari.card.buttons)


def test_filter_by_stage_and_back(stage: Stage) -> None:
    stage.store.run(lambda session: [approve(session, make_house(session)) if number % 2 else make_house(session)
                                     for number in range(4)])
    sari = stage.sari
    sari.says("/rumahsaya")
    card = sari.last
    sari.presses("Daftar tunggu (2)")
    assert card.edits == 1
    assert _listed(card) == ["PML-0004", "PML-0002"]
    sari.presses("Menunggu verifikasi (2)")
    assert _listed(card) == ["PML-0003", "PML-0001"]
    sari.presses("Semua (4)")
    assert len(_listed(card)) == 4
    assert len(sari.seen) == 1


def test_a_stage_that_emptied_meanwhile_shows_all(stage: Stage) -> None:
    code = stage.store.run(_returned)
    stage.store.run(make_house)
    sari = stage.sari
    sari.says("/rumahsaya")
    stage.store.run(lambda session: houses.move(session, stage.house_id(session, code), HouseState.RETURNED,
                                                HouseState.REGISTERED, NOW, by=None))
    sari.presses("Perlu diperbaiki (1)")
    assert _listed(sari.last) == ["PML-0002", "PML-0001"]
    assert "Dikembalikan" not in sari.last.text
    for made_up in (MyHouses("x", 1, 1), MyHouses("registered", 7, -5), MyHouses("-", 1, 2**62)):
        sari.presses_data(made_up.pack(), sari.last)
        assert _listed(sari.last) == ["PML-0002", "PML-0001"]


@pytest.mark.parametrize("stage_of", ["all", "one"])
def test_three_hundred_in_pages_while_one_more_comes(stage: Stage, stage_of: str) -> None:
    def make(session: Session) -> None:
        for number in range(300):
            house = make_house(session)
            if number % 100 == 50:
                houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.RETURNED, NOW, by=None, note="x")

    stage.store.run(make)
    sari = stage.sari
    sari.says("/rumahsaya")
    if stage_of == "one":
        sari.presses("Menunggu verifikasi (297)")
    seen = _listed(sari.last)
    assert len(seen) == 8
    while "Berikutnya ›" in sari.last.buttons:
        if len(seen) == 24:
            stage.store.run(make_house)
        sari.presses("Berikutnya")
        seen += _listed(sari.last)
    assert len(seen) == len(set(seen)) == (300 if stage_of == "all" else 297)
    assert "PML-0301" not in seen, "it stands before what was shown already"
    sari.presses("Ke awal")
    assert "PML-0301" in _listed(sari.last)


def test_one_list_a_person(stage: Stage) -> None:
    tono = stage.world.actor("Tono", 7_100_000_061, RoleName.SURVEYOR)
    stage.store.run(lambda session: make_house(session, by=_person(session, tono).id))
    stage.store.run(make_house)
    tono.says("/rumahsaya")
    assert _listed(tono.last) == ["PML-0001"]
    stage.sari.says("/rumahsaya")
    assert _listed(stage.sari.last) == ["PML-0002"]
    stage.admin.says("/rumahsaya")
    assert "Belum ada rumah" in stage.admin.last.text
    stage.grant(SARI, RoleName.ADMIN)
    stage.sari.says("/rumahsaya")
    assert _listed(stage.sari.last) == ["PML-0002"], "an admin's own, not everybody's"
    # Somebody else's house behind a button of the list.
    data = stage.sari.last.data("PML-0002")
    tono.presses_data(data, tono.last)
    assert "didata oleh petugas lain" in tono.toast


def test_nothing_registered_yet(stage: Stage) -> None:
    stage.sari.says("/rumahsaya")
    assert "Belum ada rumah yang Bapak/Ibu data" in stage.sari.last.text
    stage.sari.presses("Daftarkan rumah")
    assert "Setuju" in str(stage.sari.last.buttons)


def test_only_who_registers_houses(stage: Stage) -> None:
    stage.store.run(make_house)
    stage.sari.says("/rumahsaya")
    data = [MyHouses("-", 0, 0).pack(), HouseNews(0, "-", 0, 0).pack()]
    for actor in (stage.budi, stage.vera):
        actor.says("/rumahsaya")
        assert "di luar peran" in actor.last.text
        for one in data:
            actor.presses_data(one, actor.last)
            assert "di luar peran" in actor.toast
    stranger = stage.world.actor("Tetangga", 7_100_000_060)
    stranger.says("/rumahsaya")
    assert "hanya untuk petugas" in stranger.last.text
    assert stage.events("person.house_news") == []


def test_news_off_and_on_again(stage: Stage) -> None:
    stage.quota("Baznas")
    codes = stage.houses(12)
    sari = stage.sari
    sari.says("/rumahsaya")
    sari.presses("Berikutnya")
    shown = _listed(sari.last)
    card = sari.last
    data = card.data("Kabar rumah: nyala")
    sari.presses_data(data, card)
    assert "dimatikan" in sari.toast
    assert "🔕 Kabar rumah: mati" in card.buttons
    assert _listed(card) == shown, "the list stays where it was"
    sari.presses_data(data, card)  # twice: it is off, not on again
    assert "🔕 Kabar rumah: mati" in card.buttons
    assert [one.data["wanted"] for one in stage.events("person.house_news")] == [False]
    messages = len(sari.seen)
    stage.budi.says(codes[0])
    stage.budi.presses("✅ Klaim")
    assert len(sari.seen) == messages
    sari.presses("Kabar rumah: mati", on=card)
    assert "dinyalakan" in sari.toast
    stage.budi.says(codes[1])
    stage.budi.presses("✅ Klaim")
    assert "sudah diklaim Baznas" in sari.last.text


def test_from_the_news_of_many_to_the_list(stage: Stage) -> None:
    stage.quota("Baznas", ceiling=5_000 * JUTA)
    stage.houses(3)
    stage.budi.says("/klaim 2")
    stage.budi.presses("Klaim semua")
    stage.sari.presses("Rumah saya")
    assert "• Diklaim mitra: 2" in stage.sari.last.text


def test_in_english(stage: Stage) -> None:
    wati = stage.world.actor("Wati", 7_100_000_063, RoleName.SURVEYOR, language="en")
    stage.store.run(lambda session: [_returned(session, by=_person(session, wati).id),
                                     make_house(session, by=_person(session, wati).id)])
    wati.says("/myhouses")
    assert "Houses that you registered: 2" in wati.last.text
    assert "← waiting for you" in wati.last.text
    wati.presses("Waiting for verification (1)")
    wati.presses("All (2)")
    wati.presses("News of houses: on")
    assert "News of houses: off" in str(wati.last.buttons)
    assert "Kabar" not in wati.all_text()


def test_the_story_of_a_house(stage: Stage) -> None:
    def make(session: Session) -> str:
        code = _returned(session, head_name="Contoh Rahasia")
        house = stage.house_id(session, code)
        houses.move(session, house, HouseState.RETURNED, HouseState.REGISTERED, NOW, by=None)
        approve(session, houses.get(session, house))
        return code

    code = stage.store.run(make)
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("Pemilik menolak")
    stage.budi.presses("Ya, lepas")
    stage.world.passes(days=1)
    stage.store.run(lambda session: builders.build(session, builders.claim(
        session, houses.get(session, stage.house_id(session, code)), builders.make_quota(session, "DPKPP"))))
    sari = stage.sari
    sari.says(code)
    card = sari.card
    sari.presses("Riwayat")
    assert sari.last.text.splitlines()[2:] == [
        "• 2 Maret 2026: didata", "• 2 Maret 2026: dikembalikan untuk diperbaiki",
        "• 2 Maret 2026: diperbaiki, menunggu verifikasi lagi", "• 2 Maret 2026: disetujui, masuk daftar tunggu",
        "• 2 Maret 2026: diklaim Baznas", "• 2 Maret 2026: klaim dilepas oleh Baznas, kembali ke daftar tunggu",
        "• 2 Maret 2026: diklaim DPKPP", "• 2 Maret 2026: mulai dikerjakan oleh DPKPP",
        "• 2 Maret 2026: pekerjaan selesai"]
    assert "Contoh Rahasia" in card.text, "the card stays as it is"
    sari.presses(f"Buka {code}")
    assert "Contoh Rahasia" in sari.card.text


def test_the_story_says_why_it_was_returned_but_not_to_others(stage: Stage) -> None:
    code = stage.store.run(_returned)
    stage.sari.says(code)
    stage.sari.presses("Riwayat")
    assert "Catatan verifikator: kabur" in stage.sari.last.text
    tono = stage.world.actor("Tono", 7_100_000_061, RoleName.SURVEYOR)
    tono.says("/bantuan")
    tono.presses_data(Story(1).pack(), tono.last)
    assert "didata oleh petugas lain" in tono.toast
    assert "kabur" not in tono.all_text()
    stage.admin.says("/bantuan")
    stage.admin.presses_data(Story(1).pack(), stage.admin.last)
    assert "Catatan verifikator: kabur" in stage.admin.last.text


def test_says_what_is_still_open_of_a_house(stage: Stage) -> None:
    def make(session: Session) -> None:
        whole, _, over = (make_house(session).id or 0 for _ in range(3))
        family = session.get(Household, whole)
        assert family is not None
        family.family_card, family.phone, family.families = b"x", b"x", 1
        family.elderly = family.disabled = family.prior_aid = 0
        family.land_proof, family.land_m2 = LandProof.CUSTOMARY, 80
        session.add(family)
        session.add(Assessment(
            house_id=whole, septic_m=12, roof_material=RoofMaterial.ZINC, floor_material=FloorMaterial.EARTH,
            wall_material=WallMaterial.WOVEN, **dict.fromkeys((*STRUCTURE, *HEALTH), 3)))
        houses.move(session, over, HouseState.REGISTERED, HouseState.INELIGIBLE, NOW, by=None)

    stage.store.run(make)
    stage.sari.says("/rumahsaya")
    lines = stage.sari.last.text.splitlines()
    assert "PML-0003 · Bambu Apus · Tidak memenuhi syarat" in lines
    assert "PML-0002 · Bambu Apus · Menunggu verifikasi · belum lengkap (23)" in lines
    assert "PML-0001 · Bambu Apus · Menunggu verifikasi" in lines


def test_in_other_words(stage: Stage) -> None:
    for typed, command in (("rumah saya", "/rumahsaya"), ("Rumahku?", "/rumahsaya"), ("kabar rumah", "/kabar"),
                           ("lanjutkan isian", "/draf"), ("draft", "/draf")):
        stage.sari.says(typed)
        assert command in stage.sari.last.text, typed
    stage.budi.says("rumah saya")
    assert "/rumahsaya" not in stage.budi.last.text
