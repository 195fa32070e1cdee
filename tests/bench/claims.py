"""Claims 158 houses in one transaction, in cities of several sizes; prints how long it takes, and what the clock needs.

``python -m tests.bench.claims --houses 264 --houses 100000 --database sqlite --database postgres``
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlmodel import Session

from storage import claims, deadlines, houses, partners
from storage.houses import HouseState
from storage.partners import FundSource
from storage.rules import DEFAULTS
from storage.store import Store
from storage.vault import Vault
from tests.bench.city import database, fill, prepared

BASKET = 158
"""What the city's budget paid for in the story that the product starts from."""

ROUNDS = 7


def _quota(session: Session) -> int:
    now = datetime.now(UTC)
    agency = partners.add_partner(session, "DPKPP (contoh)", FundSource.APBD, now, by=None)
    return partners.add_quota(session, agency.id or 0, now.year, BASKET, BASKET * 75_000_000, now, by=None).id or 0


class Watch:
    """How long units take, and how many statements they send."""

    def __init__(self, store: Store) -> None:
        self.store, self.sent = store, 0
        event.listen(store.engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.sent += 1

    def run(self, unit: Callable[[Session], Any]) -> tuple[float, int, Any]:
        """Milliseconds with the commit, statements, and what the unit gave."""
        self.sent, began = 0, time.perf_counter()
        given = self.store.run(unit)
        return (time.perf_counter() - began) * 1000, self.sent, given


def measure(kind: str, size: int, out: Table) -> None:
    """One database, one size: claim and release a basket several times; then one look of the clock at its claims."""
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        store = prepared(url, Vault.fresh()[0])
        fill(store, size)
        quota = store.run(_quota)
        watch, took, back, statements = Watch(store), [], [], 0
        for _ in range(ROUNDS):
            now = datetime.now(UTC)
            wanted = [house.id or 0 for house in
                      store.run(lambda session: houses.waiting(session, HouseState.ELIGIBLE, limit=BASKET))]
            ms, statements, made = watch.run(
                lambda session, wanted=wanted, now=now: claims.claim_houses(session, wanted, quota, now, by=None))
            assert len(made) == BASKET
            took.append(ms)
            numbers = [claim.id or 0 for claim in made]
            ms, _, _ = watch.run(lambda session, numbers=numbers, now=now: [
                claims.release(session, number, "ukur", now, by=None) for number in numbers])
            back.append(ms)
        watch.run(lambda session: claims.claim_houses(session, wanted, quota, now, by=None))
        missed = now + DEFAULTS.begin + timedelta(days=1)
        late, _, found = watch.run(lambda session: deadlines.mark_overdue(session, missed, missed, DEFAULTS))
        assert len(found) == BASKET
        out.add_row(kind, f"{size:,}", f"{statistics.median(took):.0f} ms", f"{max(took):.0f} ms", str(statements),
                    f"{statistics.median(back):.0f} ms", f"{late:.0f} ms")
        store.close()


def main(
    size: Annotated[list[int], typer.Option("--houses")] = [264, 100_000],  # noqa: B006
    kind: Annotated[list[str], typer.Option("--database")] = ["sqlite", "postgres"],  # noqa: B006
) -> None:
    """Print a table of figures."""
    out = Table(title=f"{BASKET} houses claimed in one transaction, {ROUNDS} times")
    for name in ("database", "houses", "claimed, median", "most", "statements", "released one by one", "all overdue"):
        out.add_column(name, justify="left" if name == "database" else "right")
    for one in kind:
        for number in size:
            measure(one, number, out)
    Console(width=120).print(out)


if __name__ == "__main__":
    typer.run(main)
