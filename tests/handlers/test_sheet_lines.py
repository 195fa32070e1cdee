"""However the lines of a form are ordered, marked, spaced or wrapped: the answers are the same."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.kit.lines import labelled, plain_label
from handlers.kit.texts import languages
from handlers.registration import sheet as template
from handlers.registration.section_questions import SECTIONS
from storage.people import RoleName
from storage.store import Store
from tests.handlers.house_steps import NIK, OTHER_NIK, TONO, answers, surveyor
from tests.handlers.sheet_steps import LATER, SHORT, VALUES, kept, sheet
from tests.world import World

ALIKE = {
    "Persetujuan": ("Persetujuan keluarga (ya/tidak)", "SETUJU", "Consent"),
    "Kepala keluarga": ("Nama", "nama kepala keluarga", "Household head (full name)"),
    "NIK": ("No. KTP", "nik (16 angka)", "ID number"), "Lokasi": ("PIN", "Koordinat"),
    "Kecamatan": ("Kec.", "KECAMATAN"), "Kelurahan": ("kel", "Kelurahan/Desa"),
    "Alamat": ("alamat lengkap", "Address"), "RT/RW": ("RT / RW", "rt rw", "Rt.Rw"),
    "Atap": ("Kondisi atap", "Roof (1-5)"), "Lantai": ("LANTAI", "Floor"), "Dinding": ("Tembok", "walls"),
    "Penghuni": ("Jumlah penghuni", "Occupants"), "Luas": ("Luas rumah (m2)", "Area"),
    "No. HP": ("HP/WA", "hp", "No WA"), "No. Kartu Keluarga": ("No KK", "KK", "Family card"),
}
SECTION_VALUES = {"family_card": "3674010107150001", "phone": "+6281234567890", "septic_m": "7.5", "columns": "3",
                  "land_proof": "girik", "wall_material": "woven", "prior_aid": "0"}
EXTRA = ("", "  ", "-----", "Boleh dikosongkan:", "FORMULIR RUMAH", "Surveyor: Sari", "HOUSE FORM", "NIK:", "Atap =")
_people = count(2**35)


@st.composite
def written(draw: Any, filled: dict[str, str]) -> str:
    """The same form as somebody else would have written it."""
    lines = []
    for label, value in draw(st.permutations(list(filled.items()))):
        name = draw(st.sampled_from((label, *ALIKE.get(label, ()))))
        name = draw(st.sampled_from((name, name.upper(), name.lower(), f"*{name}*", f"  {name} ")))
        bullet = draw(st.sampled_from(("", "", "- ", "• ", "1. ", "✅ ", "\t")))
        between = draw(st.sampled_from((":", ": ", " : ", "=", " = ", " - ", " – ", "：", ":\n", ":  ")))
        if label == "Lokasi" and "-" in between + "–":
            between = between.replace("-", ":").replace("–", ":")
        lines.append(f"{bullet}{name}{between}{value}{draw(st.sampled_from(('', '  ')))}")
        if draw(st.integers(0, 9)) == 0:
            lines += ["", draw(st.sampled_from(EXTRA)), ""]
    head = draw(st.sampled_from(("FORMULIR RUMAH", "formulir  rumah", "*House form*", "")))
    return "\n".join([head, *lines])


def test_any_order_case_and_spacing(database: Store) -> None:
    world = World(database)

    # A shorter example is not worth the minutes that a database takes to find it.
    @settings(max_examples=30, deadline=None, database=None, phases=(Phase.generate,),
              suppress_health_check=list(HealthCheck))
    @given(text=written(SHORT | LATER))
    def check(text: str) -> None:
        sari = world.actor("Sari", next(_people), RoleName.SURVEYOR)
        sari.says(text)
        found = answers(world, sari) or {}
        assert {key: found.get(key) for key in VALUES} == VALUES, text
        assert {key: str(found.get(key)) for key in SECTION_VALUES} == SECTION_VALUES, text
        assert all(key in found for keys in SECTIONS.values() for key in keys)
        assert "✗" not in sari.last.text

    try:
        check()
    finally:
        world.close()


PIECES = st.lists(st.sampled_from([*SHORT, ":", "-", "(", "\n", " ", "4", NIK]))


@given(text=st.text(max_size=300) | PIECES.map("".join))
def test_nothing_breaks_the_reader(text: str) -> None:
    found = template.read(text)
    assert all(lines and all(lines) for lines in found.values.values())
    assert set(found.values) <= set(template.known_labels().values())


def test_no_label_means_two_things() -> None:
    meant: dict[str, set[str]] = {}
    for theirs in languages().values():
        for key in set(template.known_labels().values()):
            words = theirs.label(f"sheet.words.{key}").split(",") if theirs.has(f"sheet.words.{key}") else []
            for word in (theirs.label(f"form.house.{key}.label"), *words):
                meant.setdefault(plain_label(word), set()).add(key)
    assert {label: keys for label, keys in meant.items() if len(keys) > 1} == {}
    assert "" not in meant


@pytest.mark.parametrize(("text", "values"), [
    ("a: 1\na: 2", {"a": ["2"]}),
    ("a: 1\na:", {"a": ["1"]}),
    ("a:\n1\n2", {"a": ["1", "2"]}),
    ("a: 1\n\n2", {"a": ["1"]}),
    ("a (x: 1-5) - 4", {"a": ["-4"]}),
    ("a (x: 4", {"a": ["4"]}),
    ("b-c: 4", {"bc": ["4"]}),
    ("a: x: y - z", {"a": ["x: y - z"]}),
    ("a: -6.3, 106.7", {"a": ["-6.3, 106.7"]}),
    ("1. a: 4\n2) b-c = 5", {"a": ["4"], "bc": ["5"]}),
    ("a: 1\nhttps://maps.example/x?q=1", {"a": ["1", "https://maps.example/x?q=1"]}),
    ("a: 1\n12:30", {"a": ["1", "12:30"]}),
    ("a: 1\nz: 3\nstill z", {"a": ["1"]}),
    ("a" * 5000, {}),
])
def test_lines(text: str, values: dict[str, list[str]]) -> None:
    assert labelled(text, {"a": "a", "b": "b", "bc": "bc"}, ["HEAD"], ["note: x"]).values == values


def test_what_is_no_part_of_a_value_is_said(world: World) -> None:
    sari = surveyor(world)
    sari.says(sheet().replace("Lantai: 3", "Lantai: 3\nmohon dicek lagi"))
    assert kept(world, sari) == VALUES
    assert "Tidak dimengerti: mohon dicek lagi" in sari.last.text


@pytest.mark.parametrize(("written", "value"), [
    ("4 (parah)", "4"), ("4 - rusak berat", "4"), ("rusak berat", "4"), ("Missing", "5"), ("tidak ada", "5"),
    ("(3)", "3"),
])
def test_a_condition_in_other_words(world: World, written: str, value: str) -> None:
    sari = surveyor(world)
    sari.says(sheet(roof=written))
    assert (answers(world, sari) or {}).get("roof") == value


def test_a_kelurahan_alone_names_its_kecamatan(world: World) -> None:
    sari = surveyor(world)
    sari.says(sheet(kecamatan=""))
    assert kept(world, sari) == VALUES
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    tono.says(sheet(kecamatan="", kelurahan="3", nik=OTHER_NIK))
    found = answers(world, tono) or {}
    assert "kelurahan" not in found
    assert "Kelurahan ditanyakan sesudah Kecamatan" in tono.last.text


def test_hostile_and_odd_texts(world: World) -> None:
    sari = surveyor(world)
    odd = sheet(head_name="<b>Siti & Co</b> 🏠", nik="３６７４０６４１０７８０００01", roof="٤", occupants="<script>")
    sari.says(f"{odd}\n<i>Catatan</i>: & <x>\nAgama: lain\nRoof: 3")
    found = answers(world, sari) or {}
    assert (found["head_name"], found["nik"], found["roof"]) == ("<b>Siti & Co</b> 🏠", NIK, "3")
    assert "Agama" in sari.last.text
    assert "✗ Penghuni" in sari.last.text
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    wrong = dict.fromkeys(SHORT | LATER, "<&>" * 20) | {"Persetujuan": "ya"}
    tono.says(sheet(wrong)[:4096])
    assert "Juga pada" in tono.last.text
    tono.says(sheet() + "\n\n" + "x: y\n" * 600)
    assert kept(world, tono) == VALUES
