"""What the card of a house says of its condition and its family, and to whom."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from handlers.kit.texts import languages
from storage import households, houses, regions, registering
from storage.assessments import HEALTH, STRUCTURE
from storage.houses import House
from storage.registering import Entry
from storage.rules import Rules
from tests.builders import NOW, PAMULANG, SARI, VERA, approve, person
from tests.handlers.stage import Stage

CARD, PHONE = "3674060000000007", "+6281200000007"
SHORT = Entry(
    head_name="Contoh Aminah", nik="3674064107800001", address="Gg. Contoh No. 12", kecamatan=PAMULANG, kelurahan="",
    rt="003", rw="001", lat=-6.34, lon=106.73, roof=4, floor=3, wall=5, occupants=5, area_m2=30.0,
)
FULL = replace(
    SHORT, family_card=CARD, phone=PHONE, families=2, elderly=1, disabled=1, land_proof="girik", land_m2=130.0,
    prior_aid=2019, foundation=3, tie_beam=3, columns=4, beam=2, roof_frame=4, windows=3, ventilation=2, bathroom=4,
    latrine=5, drainage=3, drinking_water=2, septic_m=7.5, roof_material="zinc", floor_material="earth",
    wall_material="woven",
)


def written(stage: Stage, entry: Entry, **more: Any) -> House:
    """The house of an entry, as a surveyor would have registered it."""
    def make(session: Session) -> House:
        village = regions.kelurahan_of(session, entry.kecamatan)[0].code
        return registering.register_house(
            session, replace(entry, kelurahan=village), NOW, by=person(session, SARI).id or 0, consent_at=NOW,
            consent_version="1", **more)

    return stage.store.run(make)


def card(stage: Stage, entry: Entry, **more: Any) -> str:
    """What the verifier reads."""
    house = written(stage, entry, **more)
    stage.vera.says(house.code)
    return stage.vera.card.text


def test_the_full_card_says_what_is_wrong_and_who_lives_there(stage: Stage) -> None:
    text = card(stage, FULL)
    for line in (
        "No. Kartu Keluarga: 3674********0007", f"No. HP: {PHONE}", "2 keluarga · 1 lansia · 1 disabilitas",
        "Lahan: Girik/Letter C, 130 m² (lebih dari 120 m²)", "Bantuan perumahan terakhir: 2019",
        "A Struktur: tidak layak – kolom, rangka atap rusak berat",
        "B Kesehatan: tidak layak – kamar mandi rusak berat; jamban tidak ada",
        "Sumur ke tangki septik: 7,5 m (baik bila lebih dari 10 m)",
        "C Bahan: tidak layak – Atap: 4 Rusak berat (Seng) · Lantai: 3 Rusak sedang (Tanah) · "
        "Dinding: 5 Tidak ada (Anyaman bambu/bilik)",
        "5 penghuni · 30 m² · 6 m² per orang (kurang dari 9 m²)",
        "Penilaian: tidak layak huni (A, B, C, luas). Ini saran; verifikator yang memutuskan.",
        # 30 × 47 / 14; five people, two of them frail.
        "Prioritas 126 = kerusakan 101 + keluarga 15 + sempit 10",
    ):
        assert line in text.splitlines()
    assert CARD not in stage.vera.all_text()


def test_what_was_not_asked_is_not_on_the_card(stage: Stage) -> None:
    text = card(stage, SHORT)
    for words in ("Kartu Keluarga", "No. HP", "lansia", "disabilitas", "Lahan", "Bantuan", "septik"):
        assert words not in text
    assert "A Struktur, B Kesehatan: belum diperiksa" in text
    assert "Prioritas 135 = kerusakan 120 + keluarga 5 + sempit 10" in text


@pytest.mark.parametrize(("changes", "line"), [
    ({"foundation": 2, "beam": 1}, "A Struktur: belum lengkap (2 dari 5 diperiksa)"),
    ({"foundation": 2, "beam": 5}, "A Struktur: tidak layak – balok tidak ada (2 dari 5 diperiksa)"),
    (dict.fromkeys(STRUCTURE, 3), "A Struktur: layak"),
    (dict.fromkeys(STRUCTURE, 3), "B Kesehatan: belum diperiksa"),
    (dict.fromkeys(HEALTH[:5], 1), "B Kesehatan: layak (5 dari 6 diperiksa)"),
    (dict.fromkeys(HEALTH, 1) | {"latrine": 4}, "B Kesehatan: layak – jamban rusak berat"),
    ({"latrine": 4, "windows": 1}, "B Kesehatan: belum lengkap – jamban rusak berat (2 dari 6 diperiksa)"),
    ({"roof": 1}, "C Bahan: layak – Atap: 1 Baik · Lantai: 3 Rusak sedang · Dinding: 5 Tidak ada"),
    ({"roof": 1, "area_m2": 45.0}, "Penilaian: belum lengkap. Ini saran; verifikator yang memutuskan."),
    ({"roof": 1, "area_m2": 45.0} | dict.fromkeys((*STRUCTURE, *HEALTH), 1),
     "Penilaian: layak huni. Ini saran; verifikator yang memutuskan."),
    ({"roof": 1}, "Penilaian: tidak layak huni (luas). Ini saran; verifikator yang memutuskan."),
    ({"area_m2": 45.0}, "5 penghuni · 45 m² · 9 m² per orang (minimal 9 m²)"),
    ({"area_m2": 44.9}, "5 penghuni · 44,9 m² · 8,9 m² per orang (kurang dari 9 m²)"),
    ({"prior_aid": 0}, "Belum pernah mendapat bantuan perumahan"),
    ({"land_proof": "none", "land_m2": 120.0}, "Lahan: Tidak ada, 120 m²"),
    ({"elderly": 0}, "0 lansia"),
])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_each_line(stage: Stage, changes: dict[str, Any], line: str) -> None:
    assert line in card(stage, replace(SHORT, **changes)).splitlines()


def _adds_up(text: str) -> list[int]:
    found = re.search(r"Prioritas (\d+) = kerusakan (\d+) \+ keluarga (\d+)(?: \+ sempit (\d+))?", text)
    assert found is not None, text
    total, *parts = (int(one or 0) for one in found.groups())
    assert total == sum(parts)
    return [total, *parts]


@pytest.mark.parametrize("entry", [
    SHORT, FULL, replace(FULL, area_m2=45.0), replace(FULL, occupants=60, elderly=9, disabled=9),
    replace(SHORT, occupants=1, roof=1, floor=1, wall=1, area_m2=3.0),
])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_order_adds_up_and_says_the_same_to_everybody(stage: Stage, entry: Entry) -> None:
    house = written(stage, entry)
    stage.store.run(lambda session: approve(session, houses.get(session, house.id or 0)))
    stage.quota()
    stage.vera.says(house.code)
    stage.budi.says(house.code)
    assert _adds_up(stage.vera.card.text) == _adds_up(stage.budi.card.text)
    # What the family was is forgotten, its place on the list is not.
    stage.store.run(lambda session: session.delete(households.of_house(session, house.id or 0)))
    stage.vera.says(house.code)
    assert "Data keluarga sudah dihapus" in stage.vera.card.text
    assert _adds_up(stage.vera.card.text) == _adds_up(stage.budi.card.text)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("least", [1.0, 7.2, 40.0])
def test_the_order_adds_up_under_a_rule_that_changed_since(stage: Stage, least: float) -> None:
    house = written(stage, SHORT)
    stage.world.runtime.rules = Rules(area_per_person=least)
    stage.vera.says(house.code)
    _adds_up(stage.vera.card.text)
    assert f"({'kurang dari' if least > 6 else 'minimal'} {str(least).removesuffix('.0').replace('.', ',')} m²)" \
        in stage.vera.card.text


def test_a_partner_sees_the_condition_but_not_the_family(stage: Stage) -> None:
    house = written(stage, FULL)
    stage.store.run(lambda session: approve(session, houses.get(session, house.id or 0)))
    stage.quota()
    stage.budi.says(house.code)
    text = stage.budi.all_text()
    assert "A Struktur: tidak layak" in text
    assert "Penilaian: tidak layak huni (A, B, C, luas)" in text
    assert "verifikator yang memutuskan" not in text, "it was decided"
    for words in ("Aminah", "3674", "+62", "lansia", "disabilitas", "Lahan", "Bantuan", "Gg. Contoh", "RT 003"):
        assert words not in text


def test_another_family_in_the_building_is_named_by_its_code(stage: Stage) -> None:
    first = written(stage, SHORT)
    second = written(stage, replace(SHORT, nik="3674061203850002"), shares_with=first.id)
    stage.store.run(lambda session: approve(session, houses.get(session, second.id or 0)))
    stage.quota()
    for actor in (stage.vera, stage.budi):
        actor.says(second.code)
        assert f"Satu bangunan dengan {first.code}" in actor.card.text


@pytest.mark.parametrize("locale", languages())
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_longest_card_is_one_message(stage: Stage, locale: str) -> None:
    ranks: dict[str, Any] = dict.fromkeys((*STRUCTURE, *HEALTH), 5) | dict.fromkeys(HEALTH[:3], 4)
    worst = replace(
        FULL, **ranks, head_name="&" * 100, address="<" * 200, occupants=100, families=10, elderly=100, disabled=100,
        land_m2=99_999.9, area_m2=1.1, septic_m=999.9, land_proof="ajb", roof_material="thatch",
        floor_material="cement", wall_material="brick",
    )
    others = [written(stage, worst) for _ in range(5)]
    house = written(stage, worst, shares_with=others[0].id)

    def returned(session: Session) -> None:
        person(session, VERA).locale = locale
        session.execute(update(House).where(col(House.id) == house.id).values(state="returned", note="\"" * 1000,
                                                                         estimate=10**15))

    stage.store.run(returned)
    stage.vera.says(house.code)
    assert house.code in stage.vera.card.text
    assert len(stage.vera.card.text) < 4096
