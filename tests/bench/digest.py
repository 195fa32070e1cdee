"""Counts, writes, keeps and draws one digest, in cities of several sizes; prints how long each step takes.

``python -m tests.bench.digest --houses 264 --houses 10000 --houses 1000000 --database sqlite --database postgres``
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from markupsafe import Markup
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlmodel import Session

from bot.charts import draw_chart
from handlers.digest.chart import chart
from handlers.digest.render import render
from handlers.digest.sheet import Sheet
from handlers.kit.runtime import Runtime
from handlers.kit.texts import texts
from storage import digests, groups, partners, regions, tally
from storage.partners import FundSource
from storage.vault import Vault
from tests.bench.city import database, fill, prepared
from tests.bench.claims import Watch

ROUNDS = 15
PARTNERS = ((FundSource.APBD, "DPKPP (contoh)"), (FundSource.BAZNAS, "Baznas (contoh)"),
            (FundSource.CSR, "PT Contoh Sejahtera"), (FundSource.CSR, "PT Contoh Makmur"))

# Of ten houses four wait, one or two are in each stage: (id % 10, state of the house, of the claim, turn, physical).
STAGES = ((1, "claimed", "active", 2, 0), (2, "in_progress", "active", 1, 40), (3, "in_progress", "active", 1, 90),
          (4, "finished", "active", 0, 100), (5, "handed_over", "handed_over", 4, 100),
          (6, "handed_over", "handed_over", 4, 100))


def work(session: Session) -> None:
    """Partners hold six houses of ten, by each stage."""
    now = datetime.now(UTC)
    numbers = []
    for source, name in PARTNERS:
        partner = partners.add_partner(session, name, source, now, by=None)
        partners.add_quota(session, partner.id or 0, now.year, 2_000_000, 10**14, now, by=None)
        numbers.append(partner.id or 0)
    for rest, house, claim, turn, physical in STAGES:
        session.execute(text(
            "INSERT INTO claim (house_id, partner_id, state, turn, claimed_at, physical, financial, version, real_cost)"
            f" SELECT id, {numbers[rest % len(numbers)]}, '{claim}', {turn}, registered_at, {physical},"
            f" {physical // 2}, 1, {9_000_000 if turn == 4 else 'NULL'} FROM house WHERE id % 10 = {rest}"))
        session.execute(text(f"UPDATE house SET state = '{house}', version = 2 WHERE id % 10 = {rest}"))


def some_more(session: Session) -> None:
    """What happens between two digests, and is not summed up yet."""
    session.execute(text("UPDATE claim SET physical = 60 WHERE turn = 1 AND id IN "
                         "(SELECT id FROM claim WHERE turn = 1 ORDER BY id LIMIT 400)"))
    session.execute(text("UPDATE house SET estimate = estimate + 1000000 WHERE id IN "
                         "(SELECT id FROM house WHERE state = 'eligible' ORDER BY id LIMIT 400)"))


def timed(step: Callable[[], Any]) -> float:
    """The median of several times, in milliseconds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        step()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def measure(kind: str, size: int, out: Table) -> None:
    """One database, one size."""
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        store = prepared(url, Vault.fresh()[0])
        fill(store, size, families=False)
        store.run(work)
        began = time.perf_counter()
        lines = store.run(tally.fold)
        folding = (time.perf_counter() - began) * 1000
        year = datetime.now(UTC).year
        before = store.run(lambda session: digests.count(session, year), snapshot=True)
        store.run(some_more)
        watch = Watch(store)
        counted: dict[str, Any] = {}

        def count() -> None:
            counted.update(store.run(lambda session: digests.count(session, year), snapshot=True))

        counting = timed(count)
        watch.sent = 0
        count()
        statements = watch.sent
        assert counted["needing"] == size
        places = store.run(lambda session: {one.code: one for one in regions.all_kecamatan(session)})
        sheet = Sheet(counted, texts("id"), Markup("judul"), places, compares=True, previous=before,
                      previous_day="Senin, 2 Maret 2026")
        drawing = timed(lambda: render(sheet))

        def keep(session: Session) -> None:
            now = datetime.now(UTC)
            group = groups.joined(session, -1_002_000_000_001, "Forum", now, by=None)
            digests.start_run(session, group.id or 0, f"s{time.perf_counter_ns() % 10**9}", now.date(), now, now,
                              counted)

        runtime = Runtime(store, lambda: datetime.now(UTC), ZoneInfo("Asia/Jakarta"), "WIB", "36.74", 1, "bot",
                          guard=lambda _session: None, wake=lambda: None, instant=lambda _method, _params: None)
        spec = store.run(lambda session: chart(session, runtime, sheet, datetime.now(UTC)))
        assert spec is not None
        draw_chart(spec)  # the first one reads the fonts
        picture = timed(lambda: draw_chart(spec))
        keeping = timed(lambda: store.run(keep))
        tracemalloc.start()
        count()
        render(sheet)
        memory = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        out.add_row(kind, f"{size:,}", f"{counting:.1f} ms", str(statements), f"{drawing:.1f} ms", f"{keeping:.1f} ms",
                    f"{picture:.0f} ms", f"{memory:.1f} MiB", f"{lines:,} in {folding:.0f} ms")
        store.close()


def main(
    size: Annotated[list[int], typer.Option("--houses")] = [264, 10_000, 1_000_000],  # noqa: B006
    kind: Annotated[list[str], typer.Option("--database")] = ["sqlite", "postgres"],  # noqa: B006
) -> None:
    """Print a table of figures."""
    out = Table(title=f"One digest: the median of {ROUNDS}")
    for name in ("database", "houses", "counted", "statements", "text", "kept", "chart", "memory", "summed up"):
        out.add_column(name, justify="left" if name == "database" else "right")
    for one in kind:
        for number in size:
            measure(one, number, out)
    Console(width=130).print(out)


if __name__ == "__main__":
    typer.run(main)
