"""Somebody else's things, and an eye on what happens to them: shared by the tests of forged presses
(test_forged_pressed) and of forged words (test_forged_words). Both are made from ROUTES: what is new is tried as soon
as it has a route.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any, get_type_hints

from sqlalchemy import event
from sqlmodel import Session, col, select
from telegram.ext import CallbackQueryHandler

from handlers.kit.buttons import Button
from handlers.kit.policy import Policy
from handlers.routes import ROUTES
from handlers.transfers.buttons import AskFor
from storage import (
    baskets,
    cofunding,
    deadlines,
    digests,
    drafts,
    groups,
    houses,
    invites,
    outbox,
    people,
    progress,
    selections,
    transfers,
    visits,
)
from storage.claims import Claim
from storage.contributions import Contribution
from storage.drafts import Draft
from storage.houses import House, HouseState
from storage.invites import Invite
from storage.outbox import Delivery, Outbox, OutboxState
from storage.partners import Quota
from storage.people import Role, RoleName
from storage.requests import Extension, Transfer
from storage.selections import Selection
from storage.tables import METADATA
from storage.visits import Visit
from tests.builders import (
    BUDI,
    CITRA,
    JUTA,
    NOW,
    PAMULANG,
    SARI,
    SETU,
    VERA,
    YEAR,
    approve,
    build,
    claim,
    make_house,
    make_quota,
    partner,
    person,
)
from tests.handlers.stage import Stage
from tests.world import Actor

SECRET = "Keluarga Rahasia"
BUTTONS: list[tuple[type[Button], Policy]] = [
    (route.callback.button, route.callback.policy)  # type: ignore[attr-defined]
    for route in ROUTES if isinstance(route, CallbackQueryHandler) and route.pattern is not None
]
# What an admin has no part in although the role may press such a button.
PRIVATE = {"draft_id", "basket_id", "selection_id", "row_id"}
OBJECTS = PRIVATE | {"house_id", "claim_id", "quota_id", "partner_id", "person_id", "role_id", "invite_id", "group_id",
                     "contribution_id", "transfer_id", "extension_id", "run_id", "other_run_id", "visit_id",
                     "schedule_id"}
# Any partner may begin to ask for another's house: the draft of it is the presser's own.
MAY_BEGIN = {AskFor}
# Written by every update, whoever sends it.
BOOKKEEPING = {"inbox", "outbox", "lease"}


def make_scene(session: Session) -> None:
    """Houses in each state, in Pamulang, by Sari, with Baznas; drafts, a basket, an invite, a group with a digest, a
    lost call, a visit; one that DPKPP leads and Baznas adds to."""
    budi, vera, sari = (person(session, one).id or 0 for one in (BUDI, VERA, SARI))
    quota = make_quota(session, "Baznas", 50, 5_000 * JUTA)
    make_quota(session, "PT Contoh Sejahtera", 50, 5_000 * JUTA)
    dpkpp = make_quota(session, "DPKPP", 50, 5_000 * JUTA)

    def house() -> House:
        return make_house(session, PAMULANG, head_name=SECRET, address=SECRET)

    house()
    houses.move(session, house().id or 0, HouseState.REGISTERED, HouseState.RETURNED, NOW, by=vera, note="kabur",
                verifier_id=vera)
    waiting = approve(session, house())
    held = claim(session, approve(session, house()), quota)
    transfers.ask(session, held.id or 0, dpkpp.id or 0, SECRET, NOW, by=None)
    deadlines.ask(session, held.id or 0, NOW + timedelta(days=99), SECRET, NOW, by=budi)
    for percent in (30, 60):
        made = claim(session, approve(session, house()), quota)
        progress.report(session, made.id or 0, percent, NOW, by=budi)
    progress.report_finished(session, made.id or 0, NOW, by=budi)
    build(session, claim(session, approve(session, house()), quota))
    theirs = make_quota(session, "DPKPP", 50, 5_000 * JUTA, house_ceiling=20 * JUTA)
    shared = claim(session, approve(session, house()), theirs)
    cofunding.join(session, shared.id or 0, quota.id or 0, 30 * JUTA, NOW, by=budi)
    draft, _ = drafts.open_draft(session, sari, SARI.telegram_id, "house", NOW)
    draft.asking = "kelurahan"
    drafts.write(session, draft, {"consent": "yes", "head_name": SECRET, "kecamatan": PAMULANG}, NOW)
    baskets.make(session, budi, quota.id or 0, [waiting.id or 0], 50 * JUTA, NOW, wanted=1, area=None)
    selections.make(session, vera, "several", [(1, 1)], NOW, walk=f"o{PAMULANG}")
    houses.get(session, waiting.id or 0).recheck_at = NOW
    invites.create(session, NOW, by=None, role=RoleName.SURVEYOR)
    group = groups.joined(session, -1_002_000_000_001, "Forum", NOW, by=None).id or 0
    kind = groups.schedule_of(session, group, NOW).kind
    digests.start_run(session, group, kind, NOW.date(), NOW, NOW, digests.count(session, YEAR) | {"number": 1})
    visits.plan(session, PAMULANG, NOW.date() + timedelta(days=9), "Balai warga", NOW, NOW.date(), by=vera)
    row = outbox.enqueue(session, BUDI.telegram_id, "sendMessage", {"chat_id": BUDI.telegram_id, "text": SECRET}, NOW,
                         delivery=Delivery.AT_MOST_ONCE)
    outbox.mark_sending(session, [row.id or 0])
    outbox.settle(session, row.id or 0, OutboxState.UNKNOWN, NOW)


class Things:
    """What the presses name: rows that belong to others, as they are."""

    def __init__(self, session: Session) -> None:
        def every(table: Any, *where: Any) -> list[Any]:
            return list(session.exec(select(table).where(*where).order_by(table.id)))

        self.versions: dict[str, dict[int, int]] = {
            name: {row.id: row.version for row in every(table)}
            for name, table in (("house_id", House), ("claim_id", Claim), ("draft_id", Draft),
                                ("visit_id", Visit))
        }
        baznas = partner(session).id or 0
        mine = person(session, BUDI).id or 0
        self.ids: dict[str, list[int]] = {
            **{name: list(found) for name, found in self.versions.items()},
            "quota_id": [one.id for one in every(Quota, Quota.partner_id == baznas)],
            "partner_id": [baznas],
            "person_id": [mine],
            "role_id": [one.id for one in every(Role, Role.person_id == mine)],
            "invite_id": [one.id for one in every(Invite)],
            "group_id": [one.id for one in every(groups.ChatGroup)],
            "schedule_id": [one.id for one in every(groups.Schedule)],
            "contribution_id": [one.id for one in every(Contribution)],
            "basket_id": [one.id for one in every(baskets.Basket)],
            "selection_id": [one.id for one in every(Selection)],
            "transfer_id": [one.id for one in every(Transfer)],
            "extension_id": [one.id for one in every(Extension)],
            "run_id": [one.id for one in every(digests.DigestRun)],
            "other_run_id": [one.id for one in every(digests.DigestRun)],
            "row_id": [one.id for one in every(Outbox, Outbox.state == OutboxState.UNKNOWN)],
        }

    def presses(self, kind: type[Button]) -> Iterator[Button]:
        """This kind of button with each of these things, in each of its other meanings."""
        fields, hints = [one.name for one in dataclasses.fields(kind)], get_type_hints(kind)
        for values in itertools.product(*(self._values(name, hints[name]) for name in fields)):
            made = dict(zip(fields, values, strict=True))
            named = next((self.versions[name][made[name]] for name in ("claim_id", "house_id", "draft_id", "visit_id")
                          if name in made), 0)
            yield kind(**made | ({"version": named} if "version" in made else {}))

    def _values(self, name: str, kind: Any) -> list[Any]:
        if name in self.ids:
            return self.ids[name]
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return list(kind)
        known: dict[str, list[Any]] = {
            "sure": [0, 1], "done": [0, 1], "key": ["kelurahan", "-"], "value": ["36.74.06.1001"],
            "kecamatan": [PAMULANG], "area": [PAMULANG, "-"], "locale": ["en"], "turn": [-1, 0],
            "walk": [f"n{PAMULANG}"], "source": ["-", "baznas"],
        }
        return known.get(name, [1] if kind is int else ["x"])


def _rows(session: Session, presser: int, own: bool) -> dict[str, Any]:
    """All rows that the presser has no business with. ``own``: the button names nobody's things, so what comes of it,
    a draft, a basket, another language or news turned off, is the presser's own."""
    found: dict[str, Any] = {}
    for table in METADATA.sorted_tables:
        if table.name not in BOOKKEEPING:
            query = select(table).order_by(*table.primary_key)
            if table.name == "person":
                query = query.where(table.c.id != presser)
            if table.name in ("draft", "basket", "personal_off") and own:
                query = query.where(table.c.person_id != presser)
            if table.name == "event" and own:
                query = query.where(table.c.actor_id.is_distinct_from(presser))
            found[table.name] = session.execute(query).all()
    return found


def _lost(session: Session) -> Any:
    return session.exec(select(Outbox.id, Outbox.state).where(col(Outbox.state) == OutboxState.UNKNOWN)).all()


class Eye:
    """Sees which tables a step changes. Rows are read again only when a statement was sent that may have written to
    them: whatever is neither a look, nor the frame of a transaction, nor bookkeeping."""

    _HARMLESS = re.compile(
        r"\s*(?:(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA)\b|"
        rf"(?:INSERT INTO|UPDATE|DELETE FROM) \"?(?:{'|'.join(sorted(BOOKKEEPING))})\b)", re.IGNORECASE)

    _CALL = re.compile(r"\b(?:UPDATE|DELETE FROM) \"?outbox\b", re.IGNORECASE)

    def __init__(self, stage: Stage, actor: Actor) -> None:
        self.store, self.written, self.called = stage.store, False, False
        self.presser = self.store.run(lambda session: getattr(people.by_telegram(session, actor.id), "id", 0))
        self.rows: dict[bool, dict[str, Any]] = {}
        self.lost = self.store.run(_lost)
        event.listen(self.store.engine, "before_cursor_execute", self._note)

    def _note(self, *call: Any) -> None:
        self.written = self.written or not self._HARMLESS.match(call[2])
        self.called = self.called or self._CALL.search(call[2]) is not None

    def _read(self, own: bool) -> dict[str, Any]:
        return self.store.run(lambda session: _rows(session, self.presser, own))

    def changed(self, step: Callable[[], object], own: bool) -> list[str]:
        """The tables that ``step`` changes. ``own``: what becomes of the presser's own drafts does not count."""
        before = self.rows.get(own) or self._read(own)
        self.rows[own], self.written, self.called = before, False, False
        step()
        changed = []
        if self.called:
            lost, self.lost = self.lost, self.store.run(_lost)
            changed = ["lost"] if lost != self.lost else []
        if self.written:
            self.rows = {own: self._read(own)}
            changed += [table for table in before if before[table] != self.rows[own][table]]
        return changed


def nobody(stage: Stage, name: str) -> Actor:
    return {
        "unknown": lambda: stage.world.actor("Tetangga", 7_100_000_050),
        "admin": lambda: stage.admin,
        "surveyor": lambda: stage.world.actor("Tono", 7_100_000_051, RoleName.SURVEYOR, areas=[SETU]),
        "verifier": lambda: stage.world.actor("Wati", 7_100_000_052, RoleName.VERIFIER, areas=[SETU]),
        "rep": lambda: stage.actor(CITRA),
    }[name]()


def test_a_change_would_be_seen(stage: Stage) -> None:
    """Or those tests would prove nothing."""
    stage.store.run(make_scene)
    tono = nobody(stage, "surveyor")
    eye = Eye(stage, tono)
    assert "draft" in eye.changed(partial(tono.says, "/daftar"), own=False)
    assert eye.changed(partial(tono.says, "/daftar"), own=True) == [], "one's own"
    assert "house" in eye.changed(lambda: (stage.vera.says("/verifikasi"), stage.vera.presses("Rumah baru")), own=True)
    assert eye.changed(partial(stage.vera.says, "/bantuan"), own=False) == []
    (lost,) = stage.store.run(Things).ids["row_id"]
    assert eye.changed(lambda: stage.store.run(lambda session: outbox.resend(session, lost, NOW)), own=True) == ["lost"]
