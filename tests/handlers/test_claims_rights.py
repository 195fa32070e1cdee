"""Who may claim, what they see of a family, and for how long."""

from __future__ import annotations

from sqlmodel import Session

from storage import claims, households
from storage.people import RoleName
from storage.shown import Shown
from tests.builders import BUDI, CITRA, JUTA, PAMULANG
from tests.handlers.stage import Stage, open_card


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


def test_the_phone_is_shown_and_each_read_says_what_was(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    codes = stage.houses(2)
    with_phone(stage, codes[0], "+6281298765432")
    for code in codes:
        stage.claimed(code, quota)
        stage.budi.says(code)
        stage.budi.presses("keluarga")
    first, second = (one.text for one in stage.budi.seen if one.params.get("protect_content"))
    assert "+6281298765432" in first
    assert [event.data["fields"] for event in stage.events("read.household")] == [
        ["head_name", "phone", "address", "pin"], ["head_name", "address", "pin"]]
    assert "Tangkapan layar tidak bisa ditarik kembali" in first, "said once, with the first one"
    assert "Tangkapan layar" not in second


def test_each_rep_is_warned_once(stage: Stage) -> None:
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    for _ in range(2):
        stage.budi.says(code)
        stage.budi.presses("Lihat data keluarga")
        stage.citra.says(code)
        stage.citra.presses("family")
    assert [one.params["text"].count("Tangkapan layar") for one in stage.budi.seen
            if one.params.get("protect_content")] == [1, 0]
    assert [one.params["text"].count("screenshot cannot") for one in stage.citra.seen
            if one.params.get("protect_content")] == [1, 0]


def with_phone(stage: Stage, code: str, phone: str) -> None:
    """The family of a house can be called."""
    def write(session: Session) -> None:
        number = stage.house_id(session, code)
        family = households.of_house(session, number)
        assert family is not None
        households.write(
            session, number, head_name=family.head_name, address=family.address, rt=family.rt, rw=family.rw,
            lat=family.lat, lon=family.lon, nik=households.nik_of(session, family), consent_at=family.consent_at,
            consent_version=family.consent_version, recorded_by=family.recorded_by, phone=phone)

    stage.store.run(write)
