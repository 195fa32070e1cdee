"""/mitra at the turn of the year: quotas are closed, copied, and what they promised is carried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from storage import budgets, handover, partners
from storage.errors import Refused
from storage.partners import Quota, Scheme
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, SETU, YEAR, at_once, build, make_quota, partner
from tests.handlers.stage import Stage
from tests.handlers.test_partners_rules import card

NEXT = datetime(YEAR + 1, 1, 5, 2, 0, tzinfo=UTC)


def new_year(stage: Stage) -> None:
    stage.world.now = NEXT
    stage.store.run(lambda session: budgets.close_past(session, YEAR + 1, NEXT))


def of_next(stage: Stage) -> list[Quota]:
    return sorted((one for one in stage.rows(Quota) if one.year == YEAR + 1), key=lambda one: one.id or 0)


def test_a_quota_is_closed_after_one_question(stage: Stage) -> None:
    quota = stage.quota(units=10, ceiling=500 * JUTA)
    code = stage.houses(1)[0]
    stage.claimed(code, quota)
    card(stage)
    admin = stage.admin
    admin.presses("Ubah Kuota 2026")
    admin.presses("Tutup kuota")
    assert "tetap berlaku: 1 rumah, Rp50.000.000" in admin.last.text
    assert "9 rumah, Rp450.000.000" in admin.last.text
    assert stage.rows(Quota)[0].closed_at is None
    sure = admin.last.data("Ya, tutup")
    admin.presses("Ya, tutup")
    assert "Ditutup untuk klaim baru" in admin.last.text
    assert not any("Tutup" in label for label in admin.last.buttons)
    assert "ditutup admin untuk klaim baru" in stage.budi.last.text
    assert "1 rumah, Rp50.000.000" in stage.budi.last.text
    told = len(stage.budi.seen)
    admin.presses_data(sure, admin.last)
    assert "sudah ditutup" in admin.toast
    assert len(stage.budi.seen) == told
    assert stage.state(code) == "claimed"
    stage.budi.says("/klaim")
    assert "Kuota 2026: sisa" not in stage.budi.last.text


def test_a_closed_quota_stays_on_the_card_and_its_ceiling_can_be_raised_for_a_settlement(stage: Stage) -> None:
    quota = stage.quota(units=1, ceiling=50 * JUTA)
    claim = stage.claimed(stage.houses(1)[0], quota)
    stage.store.run(lambda session: build(session, claim))
    new_year(stage)

    def settle(session: Session) -> None:
        handover.hand_over(session, claim.id or 0, 55 * JUTA, stage.world.now, by=1)

    with pytest.raises(Refused) as refused:
        stage.store.run(settle)
    assert refused.value.figures["missing"] == 5 * JUTA
    assert "Dibawa dari 2026: 1 rumah, Rp50.000.000" in card(stage).text
    assert "Belum ada kuota tahun 2027" in stage.admin.last.text
    stage.admin.presses("Ubah Kuota 2026")
    assert "Ditutup untuk klaim baru" in stage.admin.last.text
    stage.admin.presses("Pagu")
    stage.admin.says("55 juta")
    stage.store.run(settle)
    assert "Dibawa dari" not in card(stage).text


def test_a_quota_closed_this_year_keeps_its_name(stage: Stage) -> None:
    """A new one beside it is the next batch, and the closed one is still reached."""
    quota = stage.quota()
    stage.store.run(lambda session: budgets.close(session, quota, stage.world.now, by=None))
    assert "Ditutup untuk klaim baru" in card(stage).text
    admin = stage.admin
    admin.presses("Tambah kuota")
    admin.says("5")
    admin.says("100 juta")
    admin.presses("Lewati")
    admin.presses("Seluruh kota")
    admin.presses("Simpan")
    assert "Kuota 2026 tahap 2" in admin.last.text
    labels = [label for label in admin.last.buttons if "Ubah Kuota" in label]
    assert [label.removeprefix("✏️ ") for label in labels] == ["Ubah Kuota 2026 tahap 2", "Ubah Kuota 2026"]


def test_a_partners_quotas_are_copied_once(stage: Stage) -> None:
    stage.quota(units=10, ceiling=500 * JUTA, house_ceiling=25 * JUTA, areas=[PAMULANG, SETU])
    stage.quota(units=5, ceiling=100 * JUTA, batch=2)
    assert not any("Salin" in label for label in card(stage).buttons), "there is nothing of 2025"
    new_year(stage)
    card(stage)
    admin = stage.admin
    admin.presses("Salin kuota 2026 ke 2027")
    assert "Salin kuota Baznas dari 2026 ke 2027?" in admin.last.text
    assert "Kuota 2026 tahap 2: 5 rumah, pagu Rp100.000.000" in admin.last.text
    assert "Seluruhnya 15 rumah, pagu Rp600.000.000" in admin.last.text
    assert of_next(stage) == []
    sure, question = admin.last.data("Ya, salin"), admin.last
    for _ in range(2):
        admin.presses_data(sure, question)
    assert "Tidak ada kuota 2026 yang bisa disalin" in admin.toast
    first, second = of_next(stage)
    assert (first.units, first.ceiling, first.house_ceiling, first.areas, first.batch, first.reserved) == \
        (10, 500 * JUTA, 25 * JUTA, [PAMULANG, SETU], 1, 0)
    assert (second.units, second.batch) == (5, 2)
    told = [one.text for one in stage.budi.seen if "sama seperti 2026" in one.text]
    assert len(told) == 1
    assert "15 rumah, pagu Rp600.000.000" in told[0]
    assert not any("Salin" in label for label in card(stage).buttons)


def test_only_what_is_missing_is_copied(stage: Stage) -> None:
    for scheme in (Scheme.MURNI, Scheme.PERUBAHAN):
        stage.quota("DPKPP", units=3, ceiling=90 * JUTA, scheme=scheme)
    new_year(stage)
    stage.quota("DPKPP", units=7, ceiling=70 * JUTA, scheme=Scheme.MURNI, year=YEAR + 1)
    card(stage, "DPKPP")
    stage.admin.presses("Salin kuota 2026 ke 2027")
    assert "Seluruhnya 3 rumah, pagu Rp90.000.000" in stage.admin.last.text
    stage.admin.presses("Ya, salin")
    assert [(one.scheme, one.units) for one in of_next(stage)] == [("murni", 7), ("perubahan", 3)]


def test_all_quotas_of_last_year_at_once(stage: Stage) -> None:
    stage.quota("Baznas", units=10, ceiling=500 * JUTA)
    stage.quota("PT Contoh Sejahtera", units=2, ceiling=60 * JUTA)
    gone = stage.quota("PT Bubar", units=9, ceiling=90 * JUTA)

    def leave(session: Session) -> None:
        partners.get(session, partners.fresh(session, gone).partner_id).closed_at = NOW

    stage.store.run(leave)
    new_year(stage)
    admin = stage.admin
    admin.says("/mitra")
    admin.presses("Salin semua kuota 2026 ke 2027")
    assert "untuk 2 mitra?" in admin.last.text
    assert "Baznas: 10 rumah, pagu Rp500.000.000" in admin.last.text
    assert "Seluruhnya 12 rumah, pagu Rp560.000.000" in admin.last.text
    assert "PT Bubar" not in admin.last.text
    sure, question = admin.last.data("Ya, salin"), admin.last
    for _ in range(2):
        admin.presses_data(sure, question)
    assert sorted((one.units, one.ceiling) for one in of_next(stage)) == [(2, 60 * JUTA), (10, 500 * JUTA)]
    assert "Tidak ada kuota 2026" in admin.toast
    assert "10 rumah, pagu Rp500.000.000" in stage.budi.last.text
    assert "as in 2026: houses 2" in stage.citra.last.text
    admin.says("/mitra")
    assert not any("Salin" in label for label in admin.last.buttons)


def test_a_button_of_another_year_copies_nothing(stage: Stage) -> None:
    stage.quota()
    new_year(stage)
    card(stage)
    stage.admin.presses("Salin kuota 2026 ke 2027")
    question = stage.admin.last
    stage.world.now = NEXT.replace(year=YEAR + 2)
    stage.admin.presses("Ya, salin", question)
    assert of_next(stage) == []
    assert "sudah tidak berlaku" in stage.admin.toast


def test_two_admins_at_once_make_one_set(new_database: Callable[[], Store]) -> None:
    store = new_database()

    def begin(session: Session) -> int:
        for name in ("Baznas", "PT Contoh Sejahtera"):
            make_quota(session, name)
        return partner(session).id or 0

    baznas = store.run(begin)

    def one(session: Session) -> int:
        return len(budgets.copy(session, baznas, YEAR + 1, NEXT, by=None))

    def every(session: Session) -> int:
        return len(budgets.copy_all(session, YEAR + 1, NEXT, by=None))

    results = at_once(store, one, every, every)
    made = store.run(lambda session: session.exec(select(Quota.partner_id).where(Quota.year == YEAR + 1)).all())
    assert len(made) == len(set(made)) == 2, results
    assert sum(result for result in results if isinstance(result, int)) == 2
    assert all(isinstance(result, int | Refused) for result in results), results
