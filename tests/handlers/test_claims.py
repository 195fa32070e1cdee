"""/klaim: the list, a card without personal data, one claim, and who may see the family."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from storage import claims, houses
from storage.claims import Claim
from storage.houses import HouseState
from storage.shown import Shown
from tests.builders import BUDI, CITRA, JUTA, SETU, at_once, person
from tests.handlers.stage import Stage, open_card
from tests.world import Actor


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
    assert f"{codes[0]} (Bambu Apus, Pamulang) yang Bapak/Ibu data sudah diklaim Baznas." in stage.sari.last.text


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
