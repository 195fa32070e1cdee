"""Families on screens: shown to staff and reps, and the steps that end the right to see them."""

from __future__ import annotations

from sqlmodel import Session

from handlers import ops
from handlers.people.members import TakeRole
from storage import outbox, people
from storage.outbox import Delivery, Outbox, OutboxState
from storage.shown import Shown
from tests.builders import PAMULANG, Known, make_house
from tests.handlers.stage import Stage
from tests.world import Actor, Seen

WITHDRAWN = "Data keluarga di pesan ini sudah ditarik."
REPLACED = "Pesan ini sudah diganti dengan pesan yang lebih baru di bawah."


def registered(stage: Stage, kecamatan: str = PAMULANG) -> str:
    return stage.store.run(lambda session: make_house(session, kecamatan).code)


def opened(actor: Actor, code: str) -> Seen:
    """The house, opened by its code."""
    actor.says(code)
    return actor.card


def live(stage: Stage) -> int:
    return len([row for row in stage.rows(Shown) if row.closed_at is None])


def role_of(stage: Stage, known: Known, partner_id: int | None = None) -> int:
    """Somebody's first role, or that of a partner."""
    def find(session: Session) -> int:
        person = people.by_telegram(session, known.telegram_id)
        assert person is not None
        return next(role.id or 0 for role in people.roles_of(session, person.id or 0)
                    if partner_id in (None, role.partner_id))

    return stage.store.run(find)


def take_role(stage: Stage, known: Known) -> None:
    """The admin ends somebody's first role."""
    stage.admin.presses_data(TakeRole(role_of(stage, known), 1).pack(), Seen(1, stage.admin.id))


def family(stage: Stage, rep: Actor | None = None) -> tuple[str, Seen]:
    """A claimed house, and the message that shows its family to the rep."""
    rep = rep or stage.budi
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    rep.says(code)
    rep.presses("Lihat data" if rep is stage.budi else "family's data")
    assert "Contoh 1" in rep.last.text
    return code, rep.last


def release(stage: Stage, code: str) -> None:
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("tidak jadi dikerjakan")
    stage.budi.presses("Ya, lepas")


def lose_last(stage: Stage) -> None:
    """Of what was shown last nobody knows whether it arrived; whoever can see it is asked."""
    number = stage.rows(Shown)[-1].outbox_id
    stage.store.run(lambda session: lose(session, number, stage))


def lose(session: Session, number: int, stage: Stage) -> None:
    row = session.get(Outbox, number)
    assert row is not None
    assert row.delivery == Delivery.AT_MOST_ONCE, "a copy without a known place could not be emptied"
    outbox.mark_sending(session, [number])
    outbox.settle(session, number, OutboxState.UNKNOWN, stage.world.now, problem="ReadTimeout")
    ops.ask_about_unknown(session, stage.world.runtime, stage.world.now, row)
