"""A house that does not fit says why: on its card, in lists, and at an old button."""

from __future__ import annotations

from sqlmodel import Session

from storage import checklist, households
from storage.checklist import Item, Verdict
from storage.claims import Claim
from storage.houses import House
from storage.partners import Scheme
from tests.builders import CITRA, JUTA, SETU, VERA, person
from tests.handlers.stage import Stage, open_card
from tests.handlers.test_fits import rules

NIK = "3674064107800001"


def answer(stage: Stage, code: str, item: Item, verdict: Verdict) -> None:
    """A verifier answers an item of the checklist."""
    stage.store.run(lambda session: checklist.put(
        session, stage.house_id(session, code), item, verdict, stage.world.now, by=person(session, VERA).id or 0))


def prove(stage: Stage, code: str, proof: str) -> None:
    """The family shows something for its land."""
    def write(session: Session) -> None:
        family = households.of_house(session, stage.house_id(session, code))
        assert family is not None
        family.land_proof = proof  # type: ignore[assignment]
        session.add(family)

    stage.store.run(write)


RULES: list[tuple[dict[str, object], str]] = [
    ({"areas": [SETU]}, "di luar kecamatan mitra"),
    ({"most": 49 * JUTA}, "perkiraan biaya di atas batas mitra"),
    ({"mustahik": True}, "belum tercatat sebagai mustahik"),
    ({"land": True}, "belum ada bukti tanah"),
    ({"dtsen": True}, "belum tercatat di DTSEN"),
    ({"most": JUTA, "land": True}, "perkiraan biaya di atas batas mitra, belum ada bukti tanah"),
]


def test_each_rule_on_the_card_in_the_list_and_at_an_old_button(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    budi = stage.budi
    for rule, why in RULES:
        rules(stage)
        assert "akan dicadangkan" in open_card(budi, code)
        old = budi.last.data("✅ Klaim")
        rules(stage, **rule)
        budi.presses_data(old, budi.last)
        assert f"{code} tidak sesuai dengan ketentuan mitra: {why}." in budi.toast
        budi.says("/klaim pamulang")
        assert f"{code} · Bambu Apus · prioritas 135 · Rp50.000.000 · ⚠ tidak sesuai" in budi.last.text
        budi.presses(code)
        assert f"⚠ Tidak sesuai untuk Baznas: {why}." in budi.last.text
        assert "✅ Klaim" not in budi.last.buttons
        budi.says(code)
        assert f"⚠ Tidak sesuai untuk Baznas: {why}." in budi.last.text
        budi.presses("🔍 Rumah yang cocok")
        assert "Belum ada rumah yang cocok" in budi.last.text
    assert stage.rows(Claim) == []
    assert stage.left(quota) == (10, 500 * JUTA)


def test_what_is_proven_fits(stage: Stage) -> None:
    stage.quota("Baznas")
    codes = stage.houses(2)
    rules(stage, mustahik=True, land=True, dtsen=True)
    for item in (Item.MUSTAHIK, Item.REGISTERED_POOR):
        answer(stage, codes[0], item, Verdict.YES)
        answer(stage, codes[1], item, Verdict.NO)
    prove(stage, codes[0], "girik")
    prove(stage, codes[1], "none")
    stage.budi.says("/klaim pamulang")
    assert stage.budi.last.text.count("tidak sesuai") == 1
    stage.budi.presses(codes[0])
    stage.budi.presses("✅ Klaim")
    assert stage.state(codes[0]) == "claimed"


def test_where_quotas_differ(stage: Stage) -> None:
    first = stage.quota("DPKPP", scheme=Scheme.MURNI, areas=[SETU])
    second = stage.quota("DPKPP", scheme=Scheme.PERUBAHAN)
    code = stage.houses(1)[0]
    said = open_card(stage.dani, code)
    assert "APBD murni 2026: ⚠ tidak sesuai – di luar kecamatan kuota ini" in said
    assert "APBD perubahan 2026: akan dicadangkan Rp50.000.000" in said
    stage.dani.presses("✅ Klaim")
    assert (stage.left(first)[0], stage.left(second)[0]) == (10, 9), "the only one that it fits is not asked for"


def test_a_quota_of_another_kecamatan(stage: Stage) -> None:
    stage.quota("Baznas", areas=[SETU])
    codes = stage.houses(2)
    stage.budi.says("/klaim pamulang")
    assert stage.budi.last.text.count("⚠ tidak sesuai") == 2
    stage.budi.presses(codes[0])
    assert "⚠ Tidak sesuai untuk Baznas: di luar kecamatan kuota ini." in stage.budi.last.text


def test_a_family_that_is_helped_elsewhere(stage: Stage) -> None:
    stage.quota("Baznas")
    other = stage.quota("PT Contoh Sejahtera")
    codes = stage.houses(2, nik=NIK)
    stage.budi.says("/klaim pamulang")
    assert "tidak sesuai" not in stage.budi.last.text, "each of the two could be taken"
    stage.claimed(codes[0], other, CITRA)
    assert "keluarga yang sama sedang dibantu di rumah lain" in open_card(stage.budi, codes[1])


def test_several_at_once_are_those_that_fit(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.houses(2, estimate=70 * JUTA, roof=5, floor=5)
    codes = stage.houses(3)
    rules(stage, most=60 * JUTA)
    stage.budi.says("/klaim 4 pamulang")
    assert "hanya 3 rumah yang menunggu di sana dan sesuai" in stage.budi.last.text
    stage.budi.presses("Lihat 3 rumah yang cukup")
    stage.budi.presses("Klaim semua (3)")
    assert [stage.state(code) for code in codes] == ["claimed"] * 3
    assert len(stage.rows(House)) == 5
