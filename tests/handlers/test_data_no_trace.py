"""After an erasure no trace of the family is left in any table or file, however many places it stood in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from handlers.data.erase import forget_family
from handlers.registration.buttons import NamePhotos, PhotosOf, Round
from storage import drafts, inbox, outbox
from storage.claims import Claim
from storage.drafts import Draft
from storage.erasing import Reason
from storage.houses import HouseState
from storage.inbox import Inbox
from storage.outbox import Outbox, OutboxState
from storage.photos import Photo, PhotoPurpose
from storage.progress import Progress
from storage.tables import METADATA
from tests.builders import NOW, SARI, history, person
from tests.handlers.data_steps import ADDRESS, FAMILY_CARD, MASKED, NAME, NIK, PHONE, erases, made
from tests.handlers.house_steps import register
from tests.handlers.stage import Stage, report
from tests.world import Seen

CANARIES = (NAME, ADDRESS, NIK, FAMILY_CARD, PHONE.removeprefix("+"))


def everything_stored(stage: Stage) -> bytes:
    """Every byte of the SQLite file, or every value of every table."""
    if stage.store.sqlite:
        with stage.store.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = Path(stage.store.url.removeprefix("sqlite:///"))
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob(path.name + "*")))

    def dump(session: Session) -> bytes:
        parts = []
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)):
                parts += [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                          for value in row]
        return b"\n".join(parts)

    return stage.store.run(dump)


def found(stage: Stage) -> list[str]:
    stored = everything_stored(stage)
    return [canary for canary in CANARIES if canary.encode() in stored]


def worked_on(stage: Stage) -> str:
    """A house whose family stands in notes, reports, reasons, drafts, messages and documents."""
    code = made(stage, HouseState.ELIGIBLE)
    stage.claimed(code, stage.quota("Baznas"))
    report(stage.budi, code, note=f"{NAME} pindah sementara ke {ADDRESS}")
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says(f"{NAME} menolak, telepon {PHONE}")
    stage.budi.presses("Ya, lepas")
    stage.vera.says(f"/data {code}")
    stage.vera.presses("Unduh PDF")
    stage.admin.says(f"/data {code}")
    stage.admin.presses("PDF lengkap")
    stage.admin.says("permintaan tertulis keluarga")
    return code


def test_no_trace_is_left(stage: Stage) -> None:
    code = worked_on(stage)
    assert NAME in found(stage)
    progressed, claim = stage.rows(Progress)[0], stage.rows(Claim)[0]
    assert NAME in (progressed.note or "")
    assert NAME in (claim.end_reason or "")
    erases(stage.admin, code)
    assert found(stage) == []
    assert (stage.rows(Progress)[0].note, stage.rows(Progress)[0].physical) == (None, progressed.physical)
    assert (stage.rows(Claim)[0].end_reason, stage.rows(Claim)[0].state) == (None, claim.state)
    sealed = stage.store.run(lambda session: [
        outbox.params_of(session, row) for row in session.exec(select(Outbox)) if row.params])
    assert MASKED not in str(sealed)
    assert NIK not in str(sealed)


def test_the_history_says_what_happened_without_a_name(stage: Stage) -> None:
    code = worked_on(stage)
    erases(stage.admin, code)
    kinds = stage.store.run(lambda session: [
        event.kind for event in history(session, stage.house_id(session, code))])
    assert kinds[:2] == ["data.erased", "house.withdrawn"]


def test_the_quota_is_as_it_was(stage: Stage) -> None:
    code = made(stage, HouseState.HANDED_OVER)
    before = stage.store.run(lambda session: session.execute(text("SELECT * FROM quota")).all())
    erases(stage.admin, code)
    assert stage.store.run(lambda session: session.execute(text("SELECT * FROM quota")).all()) == before


def test_words_that_are_kept_sealed_go_at_once_too(stage: Stage) -> None:
    """What the surveyor typed and was answered lies sealed for some days: not a family's that was erased."""
    sari, vera = stage.sari, stage.vera
    code = register(sari, head_name=lambda _: sari.says(NAME), nik=lambda _: sari.says(NIK),
                    address=lambda _: sari.says(ADDRESS)).code
    vera.says(code)
    vera.presses("Kembalikan")
    vera.presses("Alamat")
    vera.says(f"{NAME} tidak di rumah")
    assert {NAME, NIK, ADDRESS} <= set(unsealed(stage))
    before = len(stage.budi.seen)
    erases(stage.admin, code)
    assert unsealed(stage) == []
    for reader in (sari, vera):
        assert f"Data keluarga rumah {code} sudah dihapus" in reader.last.text
        assert "mohon dihapus dari chat" in reader.last.text
    assert len(stage.budi.seen) == before, "who had nothing of it is left in peace"
    assert not any("mohon dihapus dari chat" in one.text for one in stage.admin.seen)


def unsealed(stage: Stage) -> list[str]:
    """What of the family stands in updates, calls and drafts, opened."""
    def read(session: Session) -> str:
        parts: list[Any] = [outbox.params_of(session, row) for row in session.exec(select(Outbox)) if row.params]
        parts += [inbox.read(session, row) for row in session.exec(select(Inbox)) if row.body]
        parts += [drafts.read(session, row) for row in session.exec(select(Draft))]
        return str(parts)

    kept = stage.store.run(read)
    return [canary for canary in CANARIES if canary in kept]


def test_a_picture_that_is_leafed_through_is_not_sent_either(
    stage: Stage, monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = made(stage)
    stage.photographed(code, None, None)
    number = stage.house(code).id or 0
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.sari.presses_data(NamePhotos(PhotosOf.HOUSE, number, 0, Round.UNNAMED).pack(), Seen(1, stage.sari.id))
    stage.store.run(lambda session: forget_family(session, number, stage.world.now, by=None, reason=Reason.FAMILY))
    stage.world.deliver()
    assert [row.state for row in stage.rows(Outbox) if row.method == "sendPhoto"] == [OutboxState.DEAD]


@pytest.mark.parametrize("pictures", [1, 2])
def test_pictures_that_still_wait_are_not_sent(stage: Stage, monkeypatch: pytest.MonkeyPatch, pictures: int) -> None:
    code = made(stage)
    number = stage.house(code).id or 0

    def add(session: Session) -> None:
        for place in range(pictures):
            session.add(Photo(person_id=person(session, SARI).id or 0, chat_id=1, house_id=number, received_at=NOW,
                              purpose=PhotoPurpose.REGISTRATION, file_id=f"f{place}", file_unique_id=f"u{place}"))

    stage.store.run(add)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.vera.says(code)
    stage.store.run(lambda session: forget_family(session, number, stage.world.now, by=None, reason=Reason.FAMILY))
    stage.world.deliver()
    method = "sendPhoto" if pictures == 1 else "sendMediaGroup"
    assert [row.state for row in stage.rows(Outbox) if row.method == method] == [OutboxState.DEAD]
    assert method not in [one for one, _ in stage.world.calls]
