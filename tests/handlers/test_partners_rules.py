"""/mitra in depth: for which kecamatan a quota is, and which houses a partner may take."""

from __future__ import annotations

from storage import fitting, partners
from storage.partners import Partner, Quota
from storage.people import RoleName
from tests.builders import JUTA, PAMULANG, SETU, VERA
from tests.handlers.stage import Stage
from tests.world import Seen


def card(stage: Stage, name: str = "Baznas") -> Seen:
    """The admin opens a partner's card."""
    stage.admin.says("/mitra")
    stage.admin.presses(name)
    return stage.admin.last


def rules(stage: Stage) -> Partner:
    number = stage.partner()
    return stage.store.run(lambda session: partners.get(session, number))


def test_a_new_quota_for_some_kecamatan(stage: Stage) -> None:
    card(stage)
    admin = stage.admin
    admin.presses("Tambah kuota")
    admin.says("5")
    admin.says("100 juta")
    admin.presses("Lewati")
    assert "Terpilih: seluruh kota" in admin.last.text
    for name in ("Pamulang", "Setu", "Ciputat Timur", "Ciputat Timur"):
        admin.presses(name)
    assert "Terpilih: hanya Pamulang, Setu" in admin.last.text
    assert "▫️ Ciputat Timur" in admin.last.buttons
    admin.presses("Hanya 2 kecamatan ini")
    assert "Kecamatan: hanya Pamulang, Setu" in admin.last.text
    admin.presses("Simpan")
    assert "Kecamatan: hanya Pamulang, Setu" in admin.last.text
    assert stage.rows(Quota)[0].areas == [PAMULANG, SETU]
    assert "5 rumah, pagu Rp100.000.000, hanya Pamulang, Setu" in stage.budi.last.text
    stage.budi.says("/klaim")
    assert "Rp100.000.000, hanya Pamulang, Setu" in stage.budi.last.text


def test_a_kecamatan_may_be_typed_and_the_answer_changed_before_it_is_saved(stage: Stage) -> None:
    card(stage)
    admin = stage.admin
    admin.presses("Tambah kuota")
    admin.says("5")
    admin.says("100 juta")
    admin.presses("Lewati")
    admin.says("pamulang")
    assert "Terpilih: hanya Pamulang" in admin.last.text
    admin.says("Bandung")
    assert "Terpilih: hanya Pamulang" in admin.last.text, "a word that is none of them loses nothing"
    admin.presses("Hanya 1 kecamatan ini")
    admin.presses("Ubah")
    admin.presses("Kecamatan")
    admin.presses("Seluruh kota")
    admin.presses("Simpan")
    assert stage.rows(Quota)[0].areas == []


def test_all_kecamatan_are_the_whole_city(stage: Stage) -> None:
    quota = stage.quota(areas=[PAMULANG])
    card(stage)
    admin = stage.admin
    admin.presses("Ubah Kuota 2026")
    assert "Kecamatan: hanya Pamulang" in admin.last.text
    admin.presses("Kecamatan")
    for label in list(admin.last.buttons):
        if label.startswith("▫️"):
            admin.presses(label)
    admin.presses("Hanya 7 kecamatan ini")
    assert "Kecamatan:" not in admin.last.text
    assert stage.store.run(lambda session: partners.fresh(session, quota)).areas == []
    assert "Kecamatan Kuota 2026 sekarang: seluruh kota" in stage.budi.last.text


def test_the_card_of_a_quota_limits_it_and_keeps_its_claims(stage: Stage) -> None:
    quota = stage.quota()
    held, waiting = stage.houses(2, kecamatan=SETU)
    stage.claimed(held, quota)
    card(stage)
    admin = stage.admin
    admin.presses("Ubah Kuota 2026")
    admin.presses("Kecamatan")
    admin.presses("Pamulang")
    admin.presses("Hanya 1 kecamatan ini")
    assert "Kecamatan: hanya Pamulang" in admin.last.text
    assert "Kecamatan Kuota 2026 sekarang: hanya Pamulang" in stage.budi.last.text
    assert stage.state(held) == "claimed"
    stage.budi.says("/klaim Setu")
    stage.budi.presses(waiting)
    if any("Klaim" in label for label in stage.budi.last.buttons):
        stage.budi.presses("Klaim")
    assert stage.state(waiting) == "eligible"


def test_rules_are_switched_saved_together_and_told_once(stage: Stage) -> None:
    stage.quota()
    assert "Ketentuan: semua rumah boleh diklaim" in card(stage).text
    admin, before = stage.admin, len(stage.budi.seen)
    admin.presses("Ketentuan mitra")
    screen = admin.last
    assert screen.buttons[:5] == ["☐ Hanya mustahik", "☐ Harus ada bukti tanah", "☐ Harus terdaftar di DTSEN",
                                  "Perkiraan terbesar: tanpa batas", "Kecamatan: seluruh kota"]
    admin.presses("bukti tanah")
    admin.presses("bukti tanah")
    admin.presses("mustahik")
    assert admin.last is screen, "a press edits its own card"
    assert screen.buttons[:2] == ["☑ Hanya mustahik", "☐ Harus ada bukti tanah"]
    admin.presses("Perkiraan terbesar")
    admin.says("banyak")
    assert not any("Simpan" in label for label in admin.last.buttons)
    admin.says("25 juta")
    assert "Perkiraan terbesar: Rp25.000.000" in admin.last.buttons
    admin.presses("Kecamatan")
    admin.presses("Pamulang")
    admin.presses("Hanya 1 kecamatan")
    assert rules(stage).rule_mustahik is False, "nothing is changed before it is saved"
    admin.presses("Simpan")
    words = "Ketentuan: hanya mustahik; paling banyak Rp25.000.000 per rumah; hanya Pamulang"
    assert words in admin.last.text
    found = rules(stage)
    assert (found.rule_mustahik, found.rule_most, found.rule_areas, found.rule_land, found.rule_dtsen) == \
        (True, 25 * JUTA, [PAMULANG], False, False)
    assert len(stage.budi.seen) == before + 1
    assert "Ketentuan Baznas diubah admin: hanya mustahik; paling banyak" in stage.budi.last.text
    stage.budi.says("/klaim")
    assert words in stage.budi.last.text


def test_rules_left_as_they_are_tell_nobody_and_claims_stay(stage: Stage) -> None:
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota())
    card(stage)
    before = len(stage.budi.seen)
    stage.admin.presses("Ketentuan mitra")
    stage.admin.presses("Simpan")
    assert len(stage.budi.seen) == before
    assert stage.events("partner.rules") == []
    stage.admin.presses("Ketentuan mitra")
    stage.admin.presses("mustahik")
    stage.admin.presses("Simpan")
    assert len(stage.events("partner.rules")) == 1
    assert stage.state(code) == "claimed"


def test_a_limit_is_taken_away_again(stage: Stage) -> None:
    partner = stage.partner()
    stage.store.run(lambda session: fitting.set_rules(
        session, partner, stage.world.now, by=None, areas=[SETU], most=30 * JUTA, mustahik=False, land=True,
        dtsen=True))
    assert "harus ada bukti tanah; harus terdaftar di DTSEN; paling banyak Rp30.000.000 per rumah; hanya Setu" in \
        card(stage).text
    admin = stage.admin
    admin.presses("Ketentuan mitra")
    admin.presses("Perkiraan terbesar")
    admin.presses("Tanpa batas")
    admin.presses("Kecamatan")
    admin.presses("Seluruh kota")
    admin.presses("bukti tanah")
    admin.presses("DTSEN")
    admin.presses("Simpan")
    assert "Ketentuan: semua rumah boleh diklaim" in admin.last.text
    assert "semua rumah boleh diklaim" in stage.budi.last.text
    stage.budi.says("/klaim")
    assert "Ketentuan" not in stage.budi.last.text


def test_two_admins_change_different_rules(stage: Stage) -> None:
    """The second one saves a screen that was opened before the first one saved: neither change is lost."""
    stage.grant(VERA, RoleName.ADMIN)
    card(stage)
    stage.admin.presses("Ketentuan mitra")
    stage.admin.presses("mustahik")
    stage.vera.says("/mitra")
    stage.vera.presses("Baznas")
    stage.vera.presses("Ketentuan mitra")
    stage.vera.presses("bukti tanah")
    stage.vera.presses("Simpan")
    stage.admin.presses("Simpan")
    found = rules(stage)
    assert (found.rule_mustahik, found.rule_land) == (True, True)
    assert "hanya mustahik; harus ada bukti tanah" in stage.admin.last.text
