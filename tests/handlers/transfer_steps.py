"""Steps with which reps ask for houses, refer them, and the clock passes requests on."""

from __future__ import annotations

from handlers.deadlines import clock
from storage.requests import Transfer
from tests.handlers.stage import Stage
from tests.world import Actor

REASON = "Rusak berat, perlu bangun baru"


def ask_for(rep: Actor, code: str) -> None:
    """A rep (who reads Indonesian) asks for a house of another partner."""
    rep.says(code)
    rep.presses("Minta alih")
    rep.says(REASON)
    rep.presses("Ya, kirim")


def refer(rep: Actor, code: str, partner: str) -> None:
    """The holder offers its house to another partner."""
    rep.says(code)
    rep.presses("Rujuk ke mitra lain")
    rep.presses(partner)
    rep.says(REASON)
    rep.presses("Ya, kirim")


def requests(stage: Stage) -> list[Transfer]:
    return sorted(stage.rows(Transfer), key=lambda row: row.id or 0)


def tick(stage: Stage, *names: str) -> int:
    """The clock looks once, at all of it or at some."""
    found = names or ("remind_deadlines", "mark_overdue", "expire_claims", "escalate_transfers", "remind_wishes",
                      "turn_of_year")
    done = sum(stage.store.run(lambda session, name=name: getattr(clock, name)(
        session, stage.world.runtime, stage.world.now)) for name in found)
    stage.world.deliver()
    return done
