"""Every button there is, pressed with the ids of somebody else's things by people who have no right to them: each
press gets an answer, none changes a row or shows a family.

The presses are made from ROUTES, so a new button is tried as soon as it has a route.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from sqlmodel import Session, col, select
from telegram.ext import CallbackQueryHandler

from handlers.kit.buttons import Button
from handlers.kit.policy import Policy
from handlers.routes import ROUTES
from storage import baskets, drafts, groups, houses, invites, outbox, people, progress, selections
from storage.claims import Claim
from storage.drafts import Draft
from storage.houses import House, HouseState
from storage.invites import Invite
from storage.outbox import Delivery, Outbox, OutboxState
from storage.partners import Quota
from storage.people import Role, RoleName
from storage.selections import Selection
from storage.tables import METADATA
from tests.builders import (
    BUDI,
    CITRA,
    JUTA,
    NOW,
    PAMULANG,
    SARI,
    SETU,
    VERA,
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
OBJECTS = PRIVATE | {"house_id", "claim_id", "quota_id", "partner_id", "person_id", "role_id", "invite_id", "group_id"}
# Written by every update, whoever sends it.
BOOKKEEPING = {"inbox", "outbox", "lease"}


def make_scene(session: Session) -> None:
    """Houses in each state, in Pamulang, by Sari, with Baznas; drafts, a basket, an invite, a group, a lost call."""
    budi, vera, sari = (person(session, one).id or 0 for one in (BUDI, VERA, SARI))
    quota = make_quota(session, "Baznas", 50, 5_000 * JUTA)
    make_quota(session, "PT Contoh Sejahtera", 50, 5_000 * JUTA)

    def house() -> House:
        return make_house(session, PAMULANG, head_name=SECRET, address=SECRET)

    house()
    houses.move(session, house().id or 0, HouseState.REGISTERED, HouseState.RETURNED, NOW, by=vera, note="kabur",
                verifier_id=vera)
    waiting = approve(session, house())
    claim(session, approve(session, house()), quota)
    for percent in (30, 60):
        made = claim(session, approve(session, house()), quota)
        progress.report(session, made.id or 0, percent, NOW, by=budi)
    progress.report_finished(session, made.id or 0, NOW, by=budi)
    build(session, claim(session, approve(session, house()), quota))
    draft, _ = drafts.open_draft(session, sari, SARI.telegram_id, "house", NOW)
    draft.asking = "kelurahan"
    drafts.write(session, draft, {"consent": "yes", "head_name": SECRET, "kecamatan": PAMULANG}, NOW)
    baskets.make(session, budi, quota.id or 0, [waiting.id or 0], 50 * JUTA, NOW, wanted=1, area=None)
    selections.make(session, vera, "several", [(1, 1)], NOW, walk=f"o{PAMULANG}")
    houses.get(session, waiting.id or 0).recheck_at = NOW
    invites.create(session, NOW, by=None, role=RoleName.SURVEYOR)
    groups.schedule_of(session, groups.joined(session, -1_002_000_000_001, "Forum", NOW, by=None).id or 0, NOW)
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
            for name, table in (("house_id", House), ("claim_id", Claim), ("draft_id", Draft))
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
            "basket_id": [one.id for one in every(baskets.Basket)],
            "selection_id": [one.id for one in every(Selection)],
            "row_id": [one.id for one in every(Outbox, Outbox.state == OutboxState.UNKNOWN)],
        }

    def presses(self, kind: type[Button]) -> Iterator[Button]:
        """This kind of button with each of these things, in each of its other meanings."""
        fields, hints = [one.name for one in dataclasses.fields(kind)], get_type_hints(kind)
        for values in itertools.product(*(self._values(name, hints[name]) for name in fields)):
            made = dict(zip(fields, values, strict=True))
            named = next((self.versions[name][made[name]] for name in ("claim_id", "house_id", "draft_id")
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
            "walk": [f"n{PAMULANG}"],
        }
        return known.get(name, [1] if kind is int else ["x"])


def _rows(session: Session, presser: int, own: bool) -> dict[str, Any]:
    """All rows that the presser has no business with. ``own``: the button names nobody's things, so what comes of it,
    a draft or another language, is the presser's own."""
    found: dict[str, Any] = {}
    for table in METADATA.sorted_tables:
        if table.name not in BOOKKEEPING:
            query = select(table).order_by(*table.primary_key)
            if table.name == "person":
                query = query.where(table.c.id != presser)
            if table.name == "draft" and own:
                query = query.where(table.c.person_id != presser)
            if table.name == "event" and own:
                query = query.where(table.c.actor_id.is_distinct_from(presser))
            found[table.name] = session.execute(query).all()
    lost = select(Outbox.id, Outbox.state).where(col(Outbox.state) == OutboxState.UNKNOWN)
    return found | {"lost": session.exec(lost).all()}


def _exempt(kind: type[Button], policy: Policy, name: str) -> bool:
    """An admin may do what the route allows them, except with what is somebody's own."""
    fields = {one.name for one in dataclasses.fields(kind)}
    return name == "admin" and (policy.roles is None or RoleName.ADMIN in policy.roles) and not fields & PRIVATE


def _nobody(stage: Stage, name: str) -> Actor:
    return {
        "unknown": lambda: stage.world.actor("Tetangga", 7_100_000_050),
        "admin": lambda: stage.admin,
        "surveyor": lambda: stage.world.actor("Tono", 7_100_000_051, RoleName.SURVEYOR, areas=[SETU]),
        "verifier": lambda: stage.world.actor("Wati", 7_100_000_052, RoleName.VERIFIER, areas=[SETU]),
        "rep": lambda: stage.actor(CITRA),
    }[name]()


@pytest.mark.parametrize("name", ["unknown", "admin", "surveyor", "verifier", "rep"])
def test_forged_presses_change_nothing(stage: Stage, name: str) -> None:
    stage.store.run(make_scene)
    actor = _nobody(stage, name)
    actor.says("/bantuan")
    card = actor.card
    presser = stage.store.run(lambda session: getattr(people.by_telegram(session, actor.id), "id", 0))
    things = stage.store.run(Things)
    wrong: list[str] = []
    tried = 0
    for kind, policy in BUTTONS:
        if _exempt(kind, policy, name):
            continue
        own = not {one.name for one in dataclasses.fields(kind)} & OBJECTS
        before = stage.store.run(lambda session, own=own: _rows(session, presser, own))
        for button in things.presses(kind):
            tried += 1
            calls = len(stage.world.calls)
            actor.presses_data(button.pack(), card)
            after = stage.store.run(lambda session, own=own: _rows(session, presser, own))
            changed = [table for table in before if before[table] != after[table]]
            answered = any(params.get("text") for _, params in stage.world.calls[calls:])
            if changed or not answered:
                wrong.append(f"{button}: changed {changed}" if changed else f"{button}: no answer")
            before = after
    assert wrong == []
    assert tried > 100
    assert SECRET not in actor.all_text() + str(actor.toasts)
