"""The document of a household and the clock of retention through the real program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from storage import events, houses
from storage.houses import HouseState
from tests.bot.players import before_the_start
from tests.bot.rig import BotProcess
from tests.bot.test_documents import text
from tests.builders import make_house

NIK = "3674064107800077"


def _refused_long_ago(session: Session) -> str:
    house = make_house(session, nik=NIK, head_name="Siti Contoh")
    houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.INELIGIBLE,
                datetime.now(UTC) - timedelta(days=5000), by=None)
    return house.code


def test_a_household_is_announced_and_exported(new_url: Callable[[], str], key_text: str, tmp_path: Path) -> None:
    settings = {"database": new_url(), "keys": key_text}
    with before_the_start(settings["database"], key_text, _refused_long_ago) as (store, player, code):
        sandbox = player.sandbox
        with BotProcess(sandbox, tmp_path, **settings) as process:
            process.says("running as")
            player.until(f"Masa simpan habis.*{code}")
            player.begins()
            player.says(f"/data {code}", "sudah diumumkan")
            sent = player.presses("Unduh PDF", "NIK tersamar")
            document = sent.document
            assert document is not None
            assert (document["file_name"], document["mime_type"]) == (f"data-{code}.pdf", "application/pdf")
            assert not sent.protect_content
            pdf = sandbox.world.files.get(document["file_id"]).data
            assert pdf.startswith(b"%PDF-")
            words = text(pdf)
            assert "Siti Contoh" in words
            assert "3674********0077" in words
            assert NIK not in words
            assert process.terminate() == 0
        assert NIK not in "\n".join(process.output)
        count, _newest = store.run(lambda session: events.reads(session, 1))
        assert count == 2
