"""A family that was helped and then erased: refused for ten years by a fingerprint, and by nothing after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.claims.buttons import ClaimHouse
from handlers.data.clock import retention
from storage.helped import Helped
from storage.houses import HouseState
from storage.rules import DEFAULTS
from tests.builders import NOW
from tests.handlers.data_steps import FAMILY_CARD, NIK, made
from tests.handlers.house_steps import register
from tests.handlers.stage import Stage, open_card
from tests.handlers.verify_steps import approved
from tests.world import Actor

DAY = "2 Maret 2036"
HELPED = "keluarga yang sama sudah pernah dibantu dan masa tunggunya belum lewat"


def ticks(stage: Stage) -> int:
    done = stage.store.run(lambda session: retention(session, stage.world.runtime, stage.world.now))
    stage.world.deliver()
    return done


def test_helped_erased_and_registered_anew(stage: Stage) -> None:
    code = made(stage, HouseState.HANDED_OVER)
    admin, sari, vera, dani = stage.admin, stage.sari, stage.vera, stage.dani
    admin.says(f"/data {code}")
    assert f"bila data keluarga dihapus, kode ini (tanpa nama dan nomor) tetap sampai {DAY}" in admin.card.text
    admin.presses("Hapus data")
    assert f"Yang juga tetap, sampai {DAY}: kode sandi dari NIK dan No. KK, tanpa nama" in admin.card.text
    assert "tidak dibantu dua kali dalam 10 tahun" in admin.card.text
    admin.presses("Permintaan keluarga")
    admin.presses("Ya, hapus data")
    assert f"Yang masih tersimpan sampai {DAY}: kode sandi" in admin.card.text
    admin.says(f"/data {code}")
    assert f"disimpan sampai {DAY} agar keluarga yang sama tidak dibantu dua kali" in admin.card.text
    (kept,) = stage.rows(Helped)
    assert (kept.house_id, kept.handed_over_at) == (stage.house(code).id, NOW)

    asked: list[str] = []

    def nik(_actor: Actor) -> None:
        sari.says(NIK)
        asked.append(sari.last.text)

    new = register(sari, nik=nik).code
    assert code in asked[0]
    assert "NIK-nya sama" in asked[0]
    vera.says("/verifikasi")
    vera.presses("Pamulang")
    vera.presses("Setujui beberapa")
    assert "Belum ada rumah bebas" in vera.toast, "it looks like one that is known: not without a look"
    vera.presses("Ambil berikutnya")
    assert code in vera.card.text
    assert "NIK-nya sama" in vera.card.text
    approved(vera)
    assert stage.state(new) == "eligible"
    house = stage.house(new)
    take = ClaimHouse(stage.partner("DPKPP"), house.id or 0, house.version).pack()
    stage.quota("DPKPP")
    assert HELPED in open_card(dani, new)
    dani.presses_data(take, dani.last)
    assert f"{new} tidak sesuai" in dani.toast
    assert HELPED in dani.toast
    dani.says("/cocok 100jt")
    assert "Belum ada rumah yang cocok" in dani.last.text
    dani.says("1 Pamulang")
    assert stage.state(new) == "eligible"

    stage.world.now = NOW + DEFAULTS.aid - timedelta(minutes=1)
    assert ticks(stage) == 0
    assert len(stage.rows(Helped)) == 1
    stage.world.now = NOW + DEFAULTS.aid
    assert (ticks(stage), ticks(stage)) == (1, 0)
    assert stage.rows(Helped) == []
    (gone,) = stage.events("data.fingerprints_erased")
    assert (gone.house_id, gone.actor_id, gone.data) == (stage.house(code).id, None, {})
    stage.quota("DPKPP", year=2036)
    dani.presses_data(take, dani.last)
    assert stage.state(new) == "claimed"
    admin.says(f"/data {code}")
    assert "kode sandi" not in admin.card.text.casefold()


@pytest.mark.parametrize("state", [HouseState.REGISTERED, HouseState.INELIGIBLE, HouseState.DUPLICATE])
def test_of_a_family_that_was_not_helped_nothing_stays(stage: Stage, state: HouseState) -> None:
    code = made(stage, state)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("Hapus data")
    assert "kode sandi" not in stage.admin.card.text
    stage.admin.presses("Permintaan keluarga")
    stage.admin.presses("Ya, hapus data")
    assert "kode sandi" not in stage.admin.card.text
    assert stage.rows(Helped) == []


def test_retention_before_ten_years_keeps_it_and_says_so(stage: Stage) -> None:
    """A city that erases two years after the handover."""
    two = replace(DEFAULTS, keep_done=timedelta(days=730))
    stage.world.runtime = replace(stage.world.runtime, rules=two)
    code, refused = made(stage, HouseState.HANDED_OVER), made(stage, HouseState.INELIGIBLE, nik="3674064107800055",
                                                              family_card="3674061203850055")
    stage.world.now = NOW + two.keep_done
    assert ticks(stage) == 2
    assert "tetap tersimpan kode sandi NIK dan No. KK" in stage.admin.last.text
    stage.world.now += two.notice
    assert ticks(stage) == 2
    assert "sampai 10 tahun sesudah serah terima" in stage.admin.last.text
    assert [row.house_id for row in stage.rows(Helped)] == [stage.house(code).id]
    assert refused != code
    vault = stage.store.vault
    (row,) = stage.rows(Helped)
    assert (row.nik_index, row.card_index) == (vault.index(NIK, "nik"), vault.index(FAMILY_CARD, "card"))
    stage.world.now = NOW + two.aid
    assert ticks(stage) == 1
    assert stage.rows(Helped) == []


def test_after_ten_years_retention_keeps_nothing(stage: Stage) -> None:
    made(stage, HouseState.HANDED_OVER)
    stage.world.now = NOW + DEFAULTS.keep_done
    ticks(stage)
    stage.world.now += DEFAULTS.notice
    assert ticks(stage) == 1
    assert stage.rows(Helped) == []
    assert stage.events("data.fingerprints_erased") == []
    assert "kode sandi" not in stage.admin.all_text()
