"""An answer and what became of a photo, at the same moment and in two processes: neither is lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from handlers.kit.then import Sent
from handlers.registration.fetched import on_fetched
from storage.outbox import Outbox
from storage.store import Store
from tests.builders import PATIENCE
from tests.handlers.house_steps import answers, fill, surveyor
from tests.world import World


@pytest.mark.parametrize("first", ["the person", "the photo"])
def test_neither_is_lost(world: World, first: str) -> None:
    sari = surveyor(world)
    fill(sari, until="occupants")
    other = Store(world.store.url, world.store.vault)

    def bad_photo(session: Session) -> None:
        row = session.exec(select(Outbox).where(Outbox.method == "getFile")).one()
        on_fetched(Sent(session, world.now, row, {"problem": "too_small"}))

    slow, fast = (world.store, lambda: other.run(bad_photo)) if first == "the person" else (
        other, lambda: sari.says("6"))
    thread = threading.Thread(target=fast)
    began: list[int] = []

    def overtake(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        """The slow one has read the answers and is about to write them."""
        if sql.startswith("UPDATE draft") and not began:
            began.append(1)
            thread.start()
            thread.join(0.5)

    event.listen(slow.engine, "before_cursor_execute", overtake)
    try:
        if first == "the person":
            sari.says("6")
        else:
            other.run(bad_photo)
    finally:
        event.remove(slow.engine, "before_cursor_execute", overtake)
    thread.join(PATIENCE)
    assert not thread.is_alive()
    other.close()
    assert began
    kept = answers(world, sari) or {}
    assert kept.get("occupants") == 6
    assert "photos" not in kept
