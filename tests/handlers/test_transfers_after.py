"""What is left of a house for whoever held it before, and of a request when its claim ends."""

from __future__ import annotations

from sqlmodel import Session, col, select, update

from storage import claims, outbox, shown
from storage.outbox import Outbox, OutboxState
from storage.requests import Answer
from tests.builders import JUTA, VERA, person
from tests.handlers.stage import Stage, report
from tests.handlers.transfer_steps import ask_for, refer, requests


def test_an_old_button_shows_the_one_before_no_photos(stage: Stage, code: str) -> None:
    """They may show the family; whoever gave the house away sees its work no more."""
    quota = stage.quota("DPKPP")
    report(stage.budi, code)
    photos = next(one for one in reversed(stage.budi.seen) if any("Foto" in label for label in one.buttons))
    stage.budi.presses("Foto", on=photos)
    assert stage.budi.last.method == "sendPhoto"
    refer(stage.budi, code, "DPKPP")
    stage.dani.presses("Terima")
    stage.dani.presses("Ya, dengan")
    assert stage.left(quota)[0] == 9
    before = len(stage.budi.seen)
    stage.budi.presses("Foto", on=photos)
    assert "sudah berakhir" in stage.budi.toast
    assert len(stage.budi.seen) == before


def test_a_picture_that_still_waits_is_not_sent_to_the_one_before(stage: Stage, code: str) -> None:
    """A chat may have to wait for hours; meanwhile the house is another partner's."""
    stage.quota("DPKPP")
    report(stage.budi, code)
    refer(stage.budi, code, "DPKPP")
    stage.budi.says(code)
    stage.budi.presses("Foto")
    before = sum(one.method == "sendPhoto" for one in stage.budi.seen)

    def wait(session: Session) -> None:
        session.exec(update(Outbox).where(col(Outbox.method) == "sendPhoto").values(state=OutboxState.PENDING))
        call = session.exec(select(Outbox).where(col(Outbox.method) == "sendPhoto")).one()
        made = shown.note(session, stage.house_id(session, code), person(session, VERA).id or 0, call.chat_id,
                          outbox.enqueue(session, VERA.telegram_id, "sendPhoto", {"chat_id": VERA.telegram_id},
                                         stage.world.now).id or 0, stage.world.now)
        shown.close(session, made, stage.world.now)

    stage.dani.presses("Terima")
    stage.store.run(wait)
    stage.dani.presses("Ya, dengan")
    assert sum(one.method == "sendPhoto" for one in stage.budi.seen) == before == 1
    rows = [one for one in stage.rows(Outbox) if one.method == "sendPhoto"]
    assert [(one.state, one.problem) for one in rows] == [(OutboxState.DEAD, "withdrawn"), (OutboxState.SENT, None)], \
        "a verifier may see the house as before"
def test_a_house_that_lacks_money_can_be_asked_for_as_well(stage: Stage) -> None:
    code = stage.houses(1, estimate=60 * JUTA)[0]
    stage.claimed(code, stage.quota("Baznas", house_ceiling=20 * JUTA))
    stage.quota("DPKPP")
    stage.dani.says(code)
    assert "Belum tertutup: Rp40.000.000" in stage.dani.last.text
    assert "Danai rumah ini" in str(stage.dani.last.buttons)
    ask_for(stage.dani, code)
    assert [row.state for row in requests(stage)] == [Answer.PENDING]
    stage.dani.says(code)
    stage.dani.presses("Lihat permintaan alih")
    stage.budi.says("/danai")
    stage.budi.presses(code)
    assert "alih" not in str(stage.budi.last.buttons), "its own house"


def test_released_while_the_request_waits(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    asked, number = stage.budi.last, stage.held(code).id or 0
    stage.store.run(lambda session: claims.release(session, number, "lain", stage.world.now, by=None))
    stage.budi.presses("Terima", on=asked)
    assert "tidak berlaku lagi" in stage.budi.toast
    assert f"klaim Baznas atas {code} sudah berakhir" in asked.text
    stage.dani.presses("Tarik permintaan")
    assert "tidak berlaku lagi" in stage.dani.toast
    assert stage.state(code) == "eligible"


def test_whoever_asked_hears_that_the_house_is_free(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("Tukang Pak Rahmat sakit")
    stage.budi.presses("Ya, lepas klaim")
    assert f"Permintaan pengalihan {code} berakhir: Baznas tidak lagi memegang rumah itu" in stage.dani.last.text
    assert "Rahmat" not in stage.dani.all_text()
    stage.dani.presses("Kuota dan kecamatan")
    assert "1 rumah belum ada mitra" in stage.dani.last.text
