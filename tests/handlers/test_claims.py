"""/klaim: the list, a card without personal data, one claim, and who may see the family."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from storage import claims, houses
from storage.claims import Claim
from storage.houses import HouseState
from storage.people import RoleName
from storage.shown import Shown
from storage.store import Store
from tests.builders import BUDI, CITRA, JUTA, PAMULANG, SETU, at_once, person
from tests.handlers.stage import Stage
from tests.world import Actor


@pytest.fixture
def stage(database: Store) -> Stage:
    return Stage(database)


def open_card(actor: Actor, code: str) -> str:
    actor.says("/klaim")
    actor.presses("Pamulang")
    actor.presses(code)
    return actor.last.text


def test_overview_list_card_claim(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=3, ceiling=200 * JUTA)
    codes = stage.houses(2)
    stage.houses(1, SETU)
    budi = stage.budi
    budi.says("/klaim")
    assert "Kuota 2026: sisa 3 dari 3 rumah, Rp200.000.000" in budi.last.text
    assert {"Pamulang (2)", "Setu (1)"} <= set(budi.last.buttons)
    assert "3 rumah belum ada mitra" in budi.last.text
    budi.presses("Pamulang")
    assert f"{codes[0]} · Bambu Apus · prioritas 135 · Rp50.000.000" in budi.last.text
    budi.presses(codes[0])
    assert "akan dicadangkan Rp50.000.000" in budi.last.text
    assert "Atap: 4 Rusak berat" in budi.last.text
    budi.presses("✅ Klaim")
    card, family = budi.seen[-2:]
    assert f"✅ {codes[0]} diklaim untuk Baznas. Dicadangkan: Rp50.000.000" in card.text
    assert "sisa 2 dari 3 rumah, Rp150.000.000" in card.text
    assert "Laporkan progres" in str(card.buttons)
    assert family.params["protect_content"] is True
    assert "Contoh 1" in family.text
    assert "Gg. Contoh No. 1" in family.text
    assert "query=-6.340000,106.730000" in family.html
    claim = stage.held(codes[0])
    assert stage.state(codes[0]) == "claimed"
    assert stage.left(quota) == (2, 150 * JUTA)
    read = stage.events("read.household")[-1]
    assert (read.claim_id, read.house_id) == (claim.id, claim.house_id)
    assert [row.claim_id for row in stage.rows(Shown)] == [claim.id]
    assert f"rumah {codes[0]} yang Bapak/Ibu data sudah diklaim Baznas" in stage.sari.last.text


def test_nothing_personal_before_the_claim(stage: Stage) -> None:
    stage.quota("Baznas")
    codes = stage.houses(1, head_name="Nama Rahasia", address="Gg. Rahasia No. 9", nik="3674064501700009")
    open_card(stage.budi, codes[0])
    stage.budi.says(codes[0])
    for secret in ("Rahasia", "3674064501700009", "3674", "RT 003", "-6.34", "maps"):
        assert not any(secret in one.html for one in stage.budi.seen), secret
    assert all(one.method == "sendMessage" for one in stage.budi.seen), "no photos either"
    assert "Memenuhi syarat" in stage.budi.last.text
    assert stage.events("read.household") == []


def test_the_uncovered_rest(stage: Stage) -> None:
    quota = stage.quota("Baznas", house_ceiling=20 * JUTA)
    code = stage.houses(1, estimate=60 * JUTA)[0]
    assert "Belum tertutup: Rp40.000.000" in open_card(stage.budi, code)
    stage.budi.presses("✅ Klaim")
    assert "Belum tertutup: Rp40.000.000" in stage.budi.seen[-2].text
    assert stage.left(quota) == (9, 480 * JUTA)


def test_with_several_quotas_it_asks_which(stage: Stage) -> None:
    from storage.partners import Scheme

    first = stage.quota("DPKPP", scheme=Scheme.MURNI)
    second = stage.quota("DPKPP", scheme=Scheme.PERUBAHAN)
    stage.quota("DPKPP", year=2025, scheme=Scheme.MURNI)
    code = stage.houses(1)[0]
    open_card(stage.dani, code)
    stage.dani.presses("✅ Klaim")
    assert "dengan kuota yang mana" in stage.dani.last.text
    assert [one for one in stage.dani.last.buttons if "2025" in one] == []
    stage.dani.presses("APBD perubahan 2026")
    assert stage.left(first) == (10, 500 * JUTA)
    assert stage.left(second) == (9, 450 * JUTA)


def test_two_reps_want_one_house(stage: Stage) -> None:
    stage.quota("Baznas")
    citras = stage.quota("PT Contoh Sejahtera")
    code = stage.houses(1)[0]
    open_card(stage.budi, code)
    open_card_in_english(stage.citra, code)
    stage.budi.presses("✅ Klaim")
    stage.citra.presses("✅ Claim")
    assert f"{code} was taken by another partner" in stage.citra.toast
    assert "does not wait for a partner any more" in stage.citra.last.text
    assert stage.left(citras) == (10, 500 * JUTA)
    assert len(stage.rows(Claim)) == 1


def open_card_in_english(actor: Actor, code: str) -> None:
    actor.says("/klaim")
    actor.presses("Pamulang")
    actor.presses(code)


def test_two_transactions_at_once(stage: Stage) -> None:
    quotas = [stage.quota("Baznas"), stage.quota("PT Contoh Sejahtera")]
    code = stage.houses(1)[0]
    number = stage.house(code).id or 0
    results = at_once(stage.store, *(
        lambda session, quota=quota, rep=rep: claims.claim_houses(
            session, [number], quota, stage.world.now, by=person(session, rep).id)
        for quota, rep in zip(quotas, (BUDI, CITRA), strict=True)))
    assert sorted(type(one).__name__ for one in results) == ["Stale", "list"]


def test_double_tap_and_old_card(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    open_card(stage.budi, code)
    card = stage.budi.last
    data = card.data("✅ Klaim")
    stage.budi.presses_data(data, card)
    stage.budi.presses_data(data, card)
    assert f"{code} sudah menjadi klaim Bapak/Ibu" in stage.budi.toast
    assert len(stage.rows(Claim)) == 1
    assert stage.left(quota) == (9, 450 * JUTA)
    assert len(stage.rows(Shown)) == 1, "the family is not pushed twice"


def test_a_card_older_than_the_house(stage: Stage) -> None:
    stage.quota("Baznas")
    code = stage.houses(1)[0]
    open_card(stage.budi, code)

    def review(session: Session) -> None:
        house = houses.by_code(session, code)
        assert house is not None
        number, by = house.id or 0, person(session, BUDI).id
        houses.move(session, number, HouseState.ELIGIBLE, HouseState.REGISTERED, stage.world.now, by=by)
        houses.move(session, number, HouseState.REGISTERED, HouseState.ELIGIBLE, stage.world.now, by=by,
                    estimate=70 * JUTA)

    stage.store.run(review)
    stage.budi.presses("✅ Klaim")
    assert "berubah" in stage.budi.toast
    assert "Rp70.000.000" in stage.budi.last.text, "the card is as it is now"
    assert stage.rows(Claim) == []


def test_short_of_units_and_of_money(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=1, ceiling=60 * JUTA)
    codes = stage.houses(2)
    stage.claimed(codes[0], quota)
    open_card(stage.budi, codes[1])
    stage.budi.presses("✅ Klaim")
    assert "kurang 1 rumah (perlu 1, sisa 0) dan kurang Rp40.000.000 (perlu Rp50.000.000, sisa Rp10.000.000)" \
        in stage.budi.toast
    assert stage.state(codes[1]) == "eligible"
    assert stage.left(quota) == (0, 10 * JUTA)


def test_short_of_money_only(stage: Stage) -> None:
    stage.quota("Baznas", units=5, ceiling=30 * JUTA)
    code = stage.houses(1)[0]
    open_card(stage.budi, code)
    stage.budi.presses("✅ Klaim")
    assert "kurang Rp20.000.000 (perlu Rp50.000.000, sisa Rp30.000.000)" in stage.budi.toast


def test_no_quota_and_nothing_waiting(stage: Stage) -> None:
    stage.budi.says("/klaim")
    assert "Belum ada kuota tahun 2026" in stage.budi.last.text
    assert "tidak ada rumah yang menunggu" in stage.budi.last.text
    code = stage.houses(1)[0]
    assert "Belum ada kuota tahun 2026" in open_card(stage.budi, code)
    assert "✅ Klaim" not in stage.budi.last.buttons


def test_the_list_is_paged_by_need(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.houses(9)
    neediest = stage.houses(1, roof=5, floor=5)[0]
    stage.budi.says("/klaim pamulang")
    assert stage.budi.last.buttons[0] == neediest
    assert "PML-0008" not in stage.budi.last.buttons
    stage.budi.presses("Berikutnya")
    assert {"PML-0008", "PML-0009"} <= set(stage.budi.last.buttons)
    stage.budi.presses("Awal")
    assert stage.budi.last.buttons[0] == neediest


def test_a_rep_of_two_partners_picks_first(stage: Stage) -> None:
    stage.grant(BUDI, RoleName.PARTNER, "PT Contoh Sejahtera")
    stage.quota("Baznas")
    second = stage.quota("PT Contoh Sejahtera")
    stage.houses(3)
    stage.budi.says("/klaim 2 Pamulang")
    assert "Untuk mitra yang mana" in stage.budi.last.text
    stage.budi.presses("PT Contoh")
    assert "Pratinjau: 2 rumah" in stage.budi.last.text
    stage.budi.presses("Klaim semua")
    assert stage.left(second)[0] == 8


def test_forged_buttons(stage: Stage) -> None:
    stage.quota("Baznas")
    citras = stage.quota("PT Contoh Sejahtera")
    codes = stage.houses(2)
    claim = stage.claimed(codes[0], citras, CITRA)
    open_card(stage.budi, codes[1])
    from handlers.claims.buttons import (
        Area,
        ClaimHouse,
        ClaimWith,
        Family,
        HouseCard,
        Overview,
        Preview,
        Release,
        Several,
    )
    house, theirs, version = stage.house(codes[1]).id or 0, stage.partner("PT Contoh Sejahtera"), claim.version
    forged = [
        Overview(theirs), Area(theirs, PAMULANG, 0), HouseCard(theirs, house), ClaimHouse(theirs, house, 2),
        ClaimWith(citras, house, 2), Several(theirs, "-"), Preview(citras, "-", 1), Family(claim.id or 0),
        Release(claim.id or 0, version),
    ]
    for button in forged:
        stage.budi.presses_data(button.pack(), stage.budi.last)
        assert "milik mitra lain" in stage.budi.toast, button
        stage.budi.toasts.clear()
    assert stage.left(citras) == (9, 450 * JUTA)
    assert stage.state(codes[1]) == "eligible"
    assert stage.events("read.household") == []


def test_only_reps(stage: Stage) -> None:
    for somebody in (stage.sari, stage.vera, stage.admin):
        for command in ("/klaim", "/lepas"):
            somebody.says(command)
            assert "di luar peran" in somebody.last.text


@pytest.mark.parametrize(("typed", "said"), [
    ("/klaim Bandung", "tidak ada atau belum jelas"),
    ("/klaim 0", "luar batas"),
    ("/klaim -3", "luar batas"),
    ("/klaim 501", "luar batas"),
    ("/klaim 3 4", "belum terbaca"),
    ("/klaim serpong", "Serpong"),
    ("/klaim " + "x" * 4000, "tidak ada atau belum jelas"),
    ("/klaim <b>", "“<b>”"),
])
def test_what_cannot_be_read(stage: Stage, typed: str, said: str) -> None:
    stage.quota("Baznas")
    stage.budi.says(typed)
    assert said in stage.budi.last.text
    assert stage.rows(Claim) == []


def test_a_family_is_shown_from_the_card_only_while_the_claim_runs(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    claim = stage.claimed(code, quota)
    stage.budi.says(code)
    card = stage.budi.last
    family = card.data("keluarga")
    stage.budi.presses_data(family, card)
    assert "Contoh 1" in stage.budi.last.text
    assert len(stage.events("read.household")) == 1
    stage.store.run(lambda session: claims.release(session, claim.id or 0, "salah", stage.world.now, by=None))
    stage.budi.presses_data(family, card)
    assert "hanya terlihat selama klaim berjalan" in stage.budi.toast
    assert len(stage.events("read.household")) == 1


def test_a_revoked_rep_loses_what_was_shown(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, quota)
    stage.budi.says(code)
    stage.budi.presses("keluarga")
    family = stage.budi.last
    stage.admin.says("/anggota")
    stage.admin.presses("Budi")
    stage.admin.presses("Cabut")
    stage.admin.presses("Ya")
    assert family.text == "Data keluarga di pesan ini sudah ditarik."
    assert all(row.closed_at for row in stage.rows(Shown))
    stage.budi.says("/klaim")
    assert "hanya untuk petugas dan mitra" in stage.budi.last.text
