"""The history of a house: who did what and when, what a correction changed, a page at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from storage import claims, deadlines, revisions, transfers
from storage.events import record
from storage.people import RoleName
from storage.rules import DEFAULTS
from tests.builders import SARI, SETU, person
from tests.handlers.house_steps import kinds
from tests.handlers.stage import Stage
from tests.handlers.verify_steps import WIRA, approved, corrected, house, sari, verifiers
from tests.world import World


def test_who_did_what_and_when(world: World) -> None:
    sari(world)
    house(world, now=world.now)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    vera.presses("Tanah sah")
    vera.presses("✓ Ya")
    vera.presses("Kembali ke rumah")
    world.passes(minutes=5)
    vera.presses("Kembalikan")
    vera.presses("NIK")
    vera.presses("Kirim")
    world.passes(days=1)
    corrected(world, nik="3674061203850002", family_card="3674061203850009", phone="+6281234567890", occupants=8,
              roof=2, area_m2=41.5, rt="004", lat=-6.35, roof_material="zinc", land_proof="ajb", prior_aid=0,
              kelurahan="36.74.06.1002", kecamatan="36.74.06")
    vera.says("PML-0001")
    card = vera.card
    vera.presses("Riwayat")
    assert card is vera.card
    assert card.params["protect_content"]
    blocks = card.text.split("\n\n")
    assert blocks[0] == "Riwayat PML-0001, yang terbaru lebih dulu"
    assert [block.split("\n")[:2] for block in blocks[1:]] == [
        ["3 Maret 2026 08.05 WIB · Sari", "Data dikoreksi"],
        ["3 Maret 2026 08.05 WIB · Sari", "Didata, menunggu verifikasi"],
        ["2 Maret 2026 08.05 WIB · Vera", "Isian yang diminta diperbaiki"],
        ["2 Maret 2026 08.05 WIB · Vera", "Dikembalikan untuk diperbaiki"],
        ["2 Maret 2026 08.00 WIB · Vera", "Daftar periksa dijawab"],
        ["2 Maret 2026 08.00 WIB · Sari", "Didata, menunggu verifikasi"],
    ]
    for line in ("NIK: 3674********0002 → 3674********0002", "→ 3674********0009", "– → +6281******890",
                 "Penghuni: 5 orang → 8 orang", "Atap: 4 Rusak berat → 2 Rusak ringan", "Luas: 30 m² → 41,5 m²",
                 "RT 003 → RT 004", "-6.34000 → -6.35000", "Kelurahan: Bambu Apus → "):
        assert line in card.text, line
    assert "Isian: Tanah sah" in card.text
    assert "3674061203850002" not in card.html
    vera.presses("Kembali ke rumah")
    assert "✅ Setujui" in card.buttons
    approved(vera)
    vera.presses("Urungkan")
    vera.presses("Riwayat")
    assert "Keputusan diurungkan" in vera.card.text
    assert "Memenuhi syarat" in vera.card.text


def test_each_look_is_recorded_and_not_listed(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Riwayat")
    assert kinds(world, 1).count("read.household") == 2
    assert "melihat" not in vera.card.text
    assert len(vera.card.text.split("\n\n")) == 2


def test_pages_meet_without_gap_or_repeat(world: World) -> None:
    house(world)

    def fill(session: object) -> None:
        for number in range(30):
            record(session, "house.checked", world.now, actor=1, house=1, fields=[f"isian{number:02d}"])

    world.store.run(fill)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Riwayat")
    seen: list[str] = []
    while True:
        seen += [line.removeprefix("Isian: ") for line in vera.card.text.split("\n") if line.startswith("Isian")]
        if "Berikutnya ›" not in vera.card.buttons:
            break
        vera.presses("Berikutnya ›", on=vera.card)
    assert seen == [f"isian{number:02d}" for number in reversed(range(30))]
    vera.presses("Ke awal")
    assert "isian29" in vera.card.text


def test_a_page_stays_short(world: World) -> None:
    """However much was corrected, and however long the values are."""
    house(world)

    def fill(session: object) -> None:
        by = person(session, SARI).id
        for number in range(12):
            world.passes(minutes=1)
            for field in ("head_name", "address", "rt", "rw", "nik", "phone", "roof", "floor", "wall", "families",
                          "elderly", "disabled", "occupants", "land_proof"):
                revisions.note(session, 1, field, "1" * 200, "2" * 200, world.now, by=by)
            record(session, "house.corrected", world.now, actor=by, house=1, fields=["address"], photos=number)

    world.store.run(fill)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Riwayat")
    pages = 0
    while "Berikutnya ›" in vera.card.buttons and pages < 20:
        assert len(vera.card.text) <= 3600
        assert "dan 2 isian lain" in vera.card.text
        vera.presses("Berikutnya ›", on=vera.card)
        pages += 1
    assert pages >= 3


def test_after_erasure_only_the_names_of_the_fields(world: World) -> None:
    sari(world)
    house(world)
    corrected(world, head_name="Contoh Baru")
    world.store.run(lambda session: revisions.erase(session, 1))
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Riwayat")
    assert "Isian: Kepala keluarga" in vera.card.text
    assert "Contoh Baru" not in vera.card.text


def test_others_do_not_read_it(world: World) -> None:
    house(world)
    wati = world.actor("Wati", WIRA + 8, RoleName.VERIFIER, areas=[SETU])
    tono = world.actor("Tono", WIRA + 7, RoleName.SURVEYOR)
    for actor, words in ((wati, "di luar kecamatan"), (tono, "di luar peran")):
        actor.says("/bantuan")
        actor.presses_data("vh:1:o-:0", actor.card)
        assert words in actor.toast


def test_who_held_it_and_why_no_longer(stage: Stage) -> None:
    """Released, transferred, expired: each claim stays, with its partner and the reason."""
    code = stage.houses(1)[0]
    baznas, dpkpp = stage.quota("Baznas"), stage.quota("DPKPP")
    at = stage.world.now

    def live(session: Session) -> None:
        house = stage.house_id(session, code)
        first = claims.claim_houses(session, [house], baznas, at, by=None)[0]
        claims.release(session, first.id or 0, "tukang tidak tersedia", at, by=None)
        second = claims.claim_houses(session, [house], baznas, at, by=None)[0]
        asked = transfers.ask(session, second.id or 0, dpkpp, "rusak seluruhnya", at, by=None)
        third = transfers.accept(session, asked.id or 0, at, by=None)
        late = at + DEFAULTS.begin + timedelta(days=2)
        deadlines.mark_overdue(session, late, late, DEFAULTS)
        claims.expire(session, third.id or 0, late + DEFAULTS.grace)

    stage.store.run(live)
    stage.vera.says(code)
    stage.vera.presses("Riwayat")
    blocks = [block.split("\n")[1:] for block in stage.vera.card.text.split("\n\n")[1:]]
    assert blocks[:8] == [
        ["Tenggat lama terlewat, kembali menunggu", "Mitra: DPKPP"],
        ["Lewat tenggat", "Mitra: DPKPP"],
        ["Diklaim mitra", "Mitra: DPKPP"],
        ["Dialihkan ke mitra lain", "Mitra: Baznas", "Alasan: rusak seluruhnya"],
        ["Mitra lain meminta rumah ini", "Mitra: Baznas"],
        ["Diklaim mitra", "Mitra: Baznas"],
        ["Dilepas mitra, kembali menunggu", "Mitra: Baznas", "Alasan: tukang tidak tersedia"],
        ["Diklaim mitra", "Mitra: Baznas"],
    ]
