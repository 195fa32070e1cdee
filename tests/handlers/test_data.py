"""/data KODE: everything that is held about a household, for those who may see it, and as a document."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from handlers.data.buttons import Erase, FullPdf, Held, HoldOff, Pdf
from storage import checklist, houses, people
from storage.checklist import Item, Verdict
from storage.events import Event
from storage.houses import House, HouseState
from storage.outbox import Outbox
from storage.people import RoleName
from storage.shown import Shown
from tests.builders import NOW, PAMULANG, SARI, SETU, VERA, person
from tests.handlers.data_steps import (
    ADDRESS,
    FAMILY_CARD,
    MASKED,
    MASKED_CARD,
    NAME,
    NIK,
    PHONE,
    made,
    me,
)
from tests.handlers.shown_steps import live, lose_last, take_role
from tests.handlers.stage import Stage
from tests.world import Actor, Seen


def reads(stage: Stage) -> list[Event]:
    return stage.events("read.household")


def documents(stage: Stage) -> list[dict[str, Any]]:
    return [params for method, params in stage.world.calls if method == "sendDocument"]


def drawn(stage: Stage) -> str:
    """The newest document, as text."""
    document = documents(stage)[-1]["document"]["_pdf"]
    return "\n".join(f"{label}: {value}" for section in document["sections"] for label, value in section["rows"])


def test_an_admin_sees_everything_that_is_held(stage: Stage) -> None:
    code = made(stage)
    stage.vera.says(code)  # somebody read it before
    stage.admin.says(f"/data {code}")
    card = stage.admin.card
    for part in (code, NAME, MASKED, MASKED_CARD, PHONE, ADDRESS, "RT 003/RW 001", "-6.340000, 106.730000",
                 "lansia: 1", "Girik", "90 m²", "2009", "4 Rusak berat", "Seng", "7,5 m",
                 "Tanah sah: ya", "surat atas nama", "Belum dibantu 10 tahun: tidak", "2 Maret 2026 09.00 WIB, Sari",
                 "pemberitahuan versi 2026-11", "Foto rumah: 0", "Perbaikan data: 2", "Dibaca 1 kali",
                 "Vera (Verifikator", "selama rumah ini dalam program", "10 tahun", "1 tahun"):
        assert part.casefold() in card.text.casefold(), part
    assert card.params["protect_content"] is True
    assert NIK not in card.html
    assert FAMILY_CARD not in card.html
    assert card.buttons == ["Unduh PDF", "PDF lengkap", "Betulkan", "Hapus data"]
    assert live(stage) == 2, "what was shown is remembered, so that it can be emptied"
    assert [event.data.get("shown") for event in reads(stage)][-1] == stage.rows(Shown)[-1].outbox_id


def test_each_look_takes_the_place_of_the_one_before(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    first = stage.admin.card
    stage.admin.says(f"/data {code}")
    assert NAME not in first.text
    assert "Dibaca 1 kali" in stage.admin.card.text
    assert "Asih (Admin" in stage.admin.card.text
    assert live(stage) == 1


def test_the_code_is_read_generously(stage: Stage) -> None:
    code = made(stage)
    for typed in (f"/data {code.lower()}", f"/data  {code.replace('-', ' ')}", f"/data {code.replace('-00', '')}"):
        stage.admin.says(typed)
        assert NAME in stage.admin.card.text, typed


def test_without_a_code_it_is_asked_for(stage: Stage) -> None:
    stage.admin.says("/data")
    assert "/data PML-0042" in stage.admin.card.text


@pytest.mark.parametrize("typed", ["/data rumah bu Ani", "/data <b>PML</b>", "/data " + "9" * 4000])
def test_something_else_is_no_code(stage: Stage, typed: str) -> None:
    stage.admin.says(typed)
    assert "PML-0042" in stage.admin.card.text
    assert reads(stage) == []


def test_another_area_is_answered_as_a_house_that_is_not_there(stage: Stage) -> None:
    code = made(stage)
    wati = stage.world.actor("Wati", 7_100_000_090, RoleName.VERIFIER, areas=[SETU])
    wati.says(f"/data {code}")
    missing = wati.card.text.replace(code, "PML-9999")
    wati.says("/data PML-9999")
    assert wati.card.text == missing
    for button in (Held, Pdf):
        wati.presses_data(button(stage.house(code).id or 0).pack(), Seen(1, wati.id))
        assert "tidak ditemukan" in wati.toast
    assert reads(stage) == []
    assert documents(stage) == []


def test_a_verifier_of_the_area_sees_it_but_changes_nothing(stage: Stage) -> None:
    code = made(stage)
    wati = stage.world.actor("Wati", 7_100_000_090, RoleName.VERIFIER, areas=[PAMULANG])
    wati.says(f"/data {code}")
    assert NAME in wati.card.text
    assert wati.card.buttons == ["Unduh PDF"]
    number = stage.house(code).id or 0
    for button in (Erase(number), FullPdf(number), HoldOff(number, 1)):
        wati.presses_data(button.pack(), wati.card)
        assert "bukan untuk peran" in wati.toast or "peran" in wati.toast
    assert stage.state(code) == "registered"


@pytest.mark.parametrize("who", ["sari", "budi"])
def test_no_other_role_has_it(stage: Stage, who: str) -> None:
    code = made(stage)
    actor: Actor = getattr(stage, who)
    actor.says(f"/data {code}")
    assert NAME not in actor.all_text()
    actor.presses_data(Held(stage.house(code).id or 0).pack(), Seen(1, actor.id))
    assert NAME not in actor.all_text()
    assert reads(stage) == []


def test_a_lost_role_empties_the_card(stage: Stage) -> None:
    code = made(stage)
    stage.vera.says(f"/data {code}")
    card = stage.vera.card
    take_role(stage, VERA)
    assert NAME not in card.text


def test_html_in_a_name_is_text(stage: Stage) -> None:
    code = made(stage, head_name="<b>Bu</b> & Ani", address="Jl. <i>Miring</i>")
    stage.admin.says(f"/data {code}")
    assert "<b>Bu</b> & Ani" in stage.admin.card.text


def test_the_longest_of_everything_fits(stage: Stage) -> None:
    code = made(stage, head_name="N" * 100, address="A" * 200)

    def fill(session: Session) -> None:
        house = houses.by_code(session, code)
        assert house is not None
        house.note = "&" * 1000
        session.add(house)
        for item in Item:
            checklist.put(session, house.id or 0, item, Verdict.UNKNOWN, NOW, by=person(session, VERA).id or 0,
                          note="<" * 300)
        for number in range(10):
            reader = people.add_person(session, 7_200_000_000 + number, "P" * 128, "id", NOW)
            people.grant(session, reader, RoleName.VERIFIER, NOW, by=None)
            session.add(Event(at=NOW, kind="read.household", actor_id=reader.id, house_id=house.id, data={}))

    stage.store.run(fill)
    stage.admin.says(f"/data {code}")
    assert "Dibaca 10 kali" in stage.admin.card.text
    stage.admin.presses("Unduh PDF")
    assert "<" * 300 in drawn(stage)


def test_the_document_is_masked(stage: Stage) -> None:
    code = made(stage)
    stage.vera.says(f"/data {code}")
    stage.vera.presses("Unduh PDF")
    (sent,) = documents(stage)
    text = drawn(stage)
    assert sent["document"]["filename"] == f"data-{code}.pdf"
    assert "protect_content" not in sent
    assert "diteruskan" in sent["caption"]
    for part in (NAME, MASKED, MASKED_CARD, PHONE, ADDRESS, f"{NAME} lama → {NAME}", "3674********0099"):
        assert part in text, part
    assert NIK not in str(sent)
    assert FAMILY_CARD not in str(sent)
    (event,) = stage.events("data.export")
    assert event.data == {"full": False}
    assert stage.rows(Outbox)[-1].delivery == "at_most_once"
    assert stage.vera.toast == "PDF sedang dikirim."


def test_a_double_tap_sends_one_document(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    card = stage.admin.card
    stage.admin.presses("Unduh PDF", card)
    stage.admin.presses("Unduh PDF", card)
    assert len(documents(stage)) == 1
    stage.world.passes(minutes=1)
    stage.admin.presses("Unduh PDF", card)
    assert len(documents(stage)) == 2


def test_the_full_document_needs_a_reason(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("PDF lengkap")
    assert "jangan tulis nama" in stage.admin.card.text
    for wrong in ("?", "x" * 201, f"diminta {NAME.upper()}", "untuk NIK 3674 0641 0780 0077"):
        stage.admin.says(wrong)
        assert "Alasan" in stage.admin.card.text
    assert documents(stage) == []
    stage.admin.says("permintaan tertulis keluarga")
    text = drawn(stage)
    assert NIK in text
    assert FAMILY_CARD in text
    (event,) = stage.events("data.export")
    assert event.data == {"full": True, "reason": "permintaan tertulis keluarga"}
    stage.admin.says(f"/data {code}")
    assert "Asih (Admin), mengunduh PDF" in stage.admin.card.text


def test_a_document_of_unknown_fate_is_not_sent_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.admin.presses("Unduh PDF")
    lose_last(stage)
    stage.world.deliver()
    assert documents(stage) == []
    assert "Kirim ulang" not in stage.admin.card.buttons
    assert code in stage.admin.card.text


def test_the_correction_form_opens_from_the_card(stage: Stage) -> None:
    code = made(stage, HouseState.RETURNED)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("Betulkan")
    assert "Betulkan" not in stage.admin.last.buttons
    assert NAME in stage.admin.last.text


def test_reading_it_is_counted_by_person(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    house: House = stage.house(code)
    (event,) = reads(stage)
    assert (event.house_id, event.actor_id) == (house.id, stage.store.run(lambda session: me(session, stage.admin)))
    assert SARI.name not in str(event.data)
