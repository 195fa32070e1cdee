"""What makes a world cheap: nothing is kept for a machine that crashes, no network is made ready, no thread waits, and
a statement that one store has compiled is known to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from storage import store as store_module
from storage.store import Store


class NoNetwork(BaseRequest):
    """Handlers make no calls. The real one reads a file of certificates for each world."""

    @property
    def read_timeout(self) -> float:
        return 0.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_call: Any, **_more: Any) -> tuple[int, bytes]:
        raise AssertionError("a handler called Telegram")


def offline(token: str) -> Application[Any, Any, Any, Any, Any, Any]:
    """The application that dispatches updates, and nothing else."""
    builder = ApplicationBuilder().token(token).updater(None)
    return builder.request(NoNetwork()).get_updates_request(NoNetwork()).build()


_known: dict[str, Engine] = {}


def share_statements() -> None:
    """Let each store from now on take over the compiled statements of those before it. An engine knows only its own,
    and most of a test's time went into compiling them again. All databases of one kind are clones: what the first
    engine found out about its server holds for each."""
    plain = store_module.create_engine

    def sharing(*given: Any, **more: Any) -> Engine:
        engine = plain(*given, **more)
        if first := _known.get(engine.name):
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        else:  # once it has asked its server
            event.listen(engine, "connect", lambda *_connection: _known.setdefault(engine.name, engine))
        return engine

    store_module.create_engine = sharing


def hurry(store: Store) -> None:
    """Let a store run its units where they are asked for, for people who write one after the other, and SQLite not
    wait for the disk: what a crash of this machine loses is of no use to anybody (tests/storage looks at the rest)."""
    async def here(unit: Callable[[Any], Any], **kind: Any) -> Any:
        return store.run(unit, **kind)

    store.do = here  # type: ignore[method-assign]
    if store.sqlite:
        event.listen(store.engine, "connect", _without_waiting)
        store.engine.dispose()


def _without_waiting(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
