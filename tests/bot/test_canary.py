"""A family's NIK, card and telephone are nowhere to be read after a whole run: in no file, column, log or message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot.sandbox import SandboxThread
from storage import households
from storage.households import Household
from storage.store import Store
from storage.vault import Vault
from tests.bot.canary import (
    CARD,
    GROUPED,
    NAME,
    NIK,
    PHONE,
    Cast,
    is_built,
    is_judged,
    registers,
    types_them_where_they_do_not_belong,
)
from tests.bot.rig import UnlimitedBotProcess

# The telephone is kept with +62 in front.
NUMBERS = (NIK, GROUPED, CARD, PHONE.removeprefix("0"))


@pytest.mark.long
def test_no_number_of_the_family_is_left_anywhere(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    settings = {"database": new_url(), "keys": key_text, "log_level": "DEBUG"}
    store = Store(settings["database"], Vault.from_text(key_text))
    logs: list[str] = []
    with SandboxThread() as box:
        cast = Cast(box.sandbox, store)
        with UnlimitedBotProcess(box.sandbox, tmp_path, **settings) as process:
            types_them_where_they_do_not_belong(cast)
            box.sandbox.fault("sendMessage", "500", times=1, chat=cast.sari.id)
            registers(cast)
            is_judged(cast)
            process.kill()  # what it had in its hands stays as it is
            process.lease_runs_out()
        logs += process.output
        with UnlimitedBotProcess(box.sandbox, tmp_path, **settings) as process:
            is_built(cast)
            assert process.terminate() == 0
        logs += process.output
        # What somebody else wrote, and it answers to, is not its own.
        group = " ".join(str({name: part for name, part in one.to_api().items() if name != "reply_to_message"})
                         for one in cast.group.messages if one.sender.id == box.sandbox.world.bot.id)
        said = [json.dumps(one.params, default=str, ensure_ascii=False) for one in box.sandbox.calls
                if one.method != "getUpdates"]
    assert len(logs) > 20
    kept = store.run(_kept)
    columns = list(store.run(_columns))
    store.close()
    assert kept == (NIK, CARD, "+62" + PHONE.removeprefix("0")), "it was there to be found"
    assert len(columns) > 100
    assert len(said) > 100
    found = {
        "logs": _seen(logs, NAME), "group": _seen([group], NAME), "columns": _seen(columns, NAME),
        "files": [name for name, data in _files(tmp_path) if _in(data.decode("latin-1")) or _in(name)],
        "messages": [one for one in said if NIK in one or GROUPED in one or CARD in one],
    }
    assert not any(found.values()), found


def _in(words: str, *more: str) -> bool:
    return any(one in words or one.encode().hex() in words for one in (*NUMBERS, *more))


def _seen(lines: list[str], *more: str) -> list[str]:
    return [line for line in lines if _in(line, *more)]


def _kept(session: Session) -> tuple[str, str | None, str | None]:
    """What is held, unsealed."""
    family = session.exec(select(Household)).one()
    return (households.nik_of(session, family), households.family_card_of(session, family),
            households.phone_of(session, family))


def _columns(session: Session) -> Iterator[str]:
    """Each row of each table that the database knows, as text."""
    known = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if session.get_bind().dialect.name == "postgresql":
        known = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    for table in sorted(session.execute(text(known)).scalars()):
        for row in session.execute(text(f'SELECT * FROM "{table}"')).mappings():
            values = {name: bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                      for name, value in row.items() if (table, name) != ("household", "head_name")}
            yield f"{table}: {values}"


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of the data folder: database, its log, photos, key."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
