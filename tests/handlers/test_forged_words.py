"""Every command there is, and whatever else can be sent, by people who have no right to what they name: one polite
answer to each, and nothing of anybody else's changes.

The commands and the kinds of messages come from ROUTES, so a new one is tried as soon as it has a route.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlmodel import select
from telegram import Update
from telegram.ext import CommandHandler, MessageHandler

from handlers.kit.policy import Policy, Where
from handlers.kit.texts import texts
from handlers.routes import ROUTES
from storage.houses import House
from storage.people import RoleName
from tests.handlers.house_steps import answers
from tests.handlers.sheet_steps import sheet
from tests.handlers.stage import Stage
from tests.handlers.test_forged import SECRET, Eye, make_scene, nobody
from tests.world import Actor

ROLES = {"unknown": None, "admin": RoleName.ADMIN, "surveyor": RoleName.SURVEYOR, "verifier": RoleName.VERIFIER,
         "rep": RoleName.PARTNER}
COMMANDS: list[tuple[str, Policy]] = sorted(
    {(name, route.callback.policy) for route in ROUTES if isinstance(route, CommandHandler)  # type: ignore[attr-defined]
     for name in route.commands}, key=lambda one: one[0])
JUNK = ("<b>&amp;", "-1 'x' 99999999999999999999")
REFUSALS = ("refuse.unknown_person", "refuse.role", "refuse.only_group", "refuse.only_private")


def admits(policy: Policy, role: RoleName | None) -> bool:
    if policy.where == Where.GROUP:
        return False
    return not policy.known or (role is not None and (policy.roles is None or role in policy.roles))


def foreign(stage: Stage) -> list[str]:
    """A house that waits for a verifier, one that waits for a partner, one that Baznas has."""
    found = dict(stage.store.run(lambda session: session.exec(select(House.state, House.code)).all()))
    return [found[state] for state in ("registered", "eligible", "in_progress")]


def empty_hands(actor: Actor) -> None:
    """No form of one's own lies open, or it would take the next words."""
    for _ in range(3):
        if answers(actor.world, actor) is None:
            return
        actor.says("/batal")
        if "Ya, hapus" in actor.last.buttons:
            actor.presses("Ya, hapus", actor.last)
    raise AssertionError("a form that cannot be closed")


def pictures(name: str) -> dict[str, Any]:
    size = {"file_id": name, "file_unique_id": name, "width": 1280, "height": 960, "file_size": 200_000}
    return {"photo": [size]}


def messages(codes: list[str]) -> list[dict[str, Any]]:
    """Whatever is a message, as it is where no form is open."""
    file = {"file_id": "d", "file_unique_id": "d"}
    return [
        *({"text": code} for code in codes), *({"text": text} for text in (*JUNK, "ya", SECRET, sheet(head=""))),
        *({"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 10}]}
          for text in ("/tidakada1", f"/tidakada1 {codes[0]}")),
        pictures("p1"), pictures("p2") | {"caption": codes[0]},
        {"document": file | {"mime_type": "image/jpeg", "file_name": "x.jpg", "file_size": 9}},
        {"document": file | {"mime_type": "application/pdf", "file_name": "x.pdf", "file_size": 9}},
        {"location": {"latitude": -6.34, "longitude": 106.73}},
        {"voice": file | {"duration": 3}}, {"contact": {"phone_number": "+620000", "first_name": "x"}},
        {"sticker": file | {"width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}},
    ]


def commanded(actor: Actor, name: str, codes: list[str], eye: Eye) -> list[str]:
    """Each command bare, with these houses and with junk; what was wrong with what became of it."""
    wrong, polite = list[str](), {texts(locale).label(key) for key in REFUSALS for locale in ("id", "en")}
    for command, policy in COMMANDS:
        may = admits(policy, ROLES[name])
        # An admin may see any house, so its code is nobody else's for them.
        for words in ("", *(codes if name != "admin" or not may else []), *JUNK):
            typed, before = f"/{command} {words}".strip(), len(actor.seen)
            changed = eye.changed(partial(actor.says, typed), own=may)
            new = [one.text for one in actor.seen[before:]]
            if changed or len(new) != 1 or (not may and new[0] not in polite):
                wrong.append(f"{typed}: changed {changed}, said {new}")
            if may and name != "unknown":
                empty_hands(actor)
    return wrong


def sent(actor: Actor, name: str, codes: list[str], eye: Eye) -> list[str]:
    """Each other message, and each text edited into a house's code."""
    wrong = list[str]()
    for content in messages(codes if name != "admin" else ["PML-9998", "PML-9999"]):
        before = len(actor.seen)
        changed = eye.changed(partial(actor.sends, **content), own=True)
        if changed or len(actor.seen) != before + 1:
            wrong.append(f"{content}: changed {changed}, said {[one.text for one in actor.seen[before:]]}")
        if name != "unknown":
            empty_hands(actor)
    texts_sent = [number for (chat, number), one in actor.world.sent.items()
                  if chat == actor.id and "text" in one and "entities" not in one]
    for number in texts_sent:
        before = len(actor.seen)
        changed = eye.changed(partial(actor.edits, number, codes[1]), own=True)
        if changed or len(actor.seen) > before + 1:
            wrong.append(f"edited to {codes[1]}: changed {changed}, said {actor.last.text}")
    return wrong


@pytest.mark.parametrize("name", ROLES)
def test_nothing_that_is_sent_gives_a_right(stage: Stage, name: str) -> None:
    stage.store.run(make_scene)
    actor, codes = nobody(stage, name), foreign(stage)
    eye = Eye(stage, actor)
    assert [*commanded(actor, name, codes, eye), *sent(actor, name, codes, eye)] == []
    assert len(COMMANDS) > 20
    assert SECRET not in actor.all_text()


def test_every_kind_of_message_that_a_route_takes_was_tried(stage: Stage) -> None:
    sent = [dict(stage.sari._message(), **content) for content in messages(["PML-0001"])]
    updates = [Update.de_json({"update_id": 1, "message": one}, stage.world.app.bot) for one in sent]
    updates += [Update.de_json({"update_id": 1, "edited_message": one | {"edit_date": 1}}, stage.world.app.bot)
                for one in sent]
    left = [route for route in ROUTES if isinstance(route, MessageHandler)
            and route.callback.policy.where != Where.GROUP  # type: ignore[attr-defined]
            and not any(route.check_update(update) for update in updates)]
    assert left == [], "add a message to messages()"
