"""Every button there is, pressed with the ids of somebody else's things by people who have no right to them: each
press gets an answer, none changes a row or shows a family.

The presses are made from ROUTES, so a new button is tried as soon as it has a route.
"""

from __future__ import annotations

import dataclasses
from functools import partial

import pytest

from handlers.kit.buttons import Button
from handlers.kit.policy import Policy
from storage.people import RoleName
from tests.handlers.stage import Stage
from tests.handlers.test_forged import BUTTONS, MAY_BEGIN, OBJECTS, PRIVATE, SECRET, Eye, Things
from tests.handlers.test_seen_by_role import Watch, families, without_right

PEOPLE = ("stranger", "surveyor of the same kecamatan", "surveyor of another", "verifier of another", "dismissed",
          "rep of another partner", "surveyor and rep", "admin")


def _exempt(kind: type[Button], policy: Policy, name: str) -> bool:
    """An admin may do what the route allows them, except with what is somebody's own."""
    fields = {one.name for one in dataclasses.fields(kind)}
    return name == "admin" and (policy.roles is None or RoleName.ADMIN in policy.roles) and not fields & PRIVATE


@pytest.mark.parametrize("name", PEOPLE)
def test_forged_presses_change_nothing_and_show_nobody(stage: Stage, name: str) -> None:
    stage.store.run(families)
    everybody = without_right(stage) | {"admin": stage.admin}
    assert tuple(everybody) == PEOPLE
    actor = everybody[name]
    actor.says("/bantuan")
    card = actor.card
    things, eye, watch = stage.store.run(Things), Eye(stage, actor), Watch(actor)
    wrong, tried = list[str](), 0
    for kind, policy in BUTTONS:
        if _exempt(kind, policy, name):
            continue
        own = kind in MAY_BEGIN or not {one.name for one in dataclasses.fields(kind)} & OBJECTS
        for button in things.presses(kind):
            tried += 1
            calls = len(stage.world.calls)
            changed = eye.changed(partial(actor.presses_data, button.pack(), card), own)
            answered = any(params.get("text") for _, params in stage.world.calls[calls:])
            watch.look(str(button))
            if changed or not answered:
                wrong.append(f"{button}: changed {changed}" if changed else f"{button}: no answer")
    assert wrong == []
    assert tried > 100
    assert watch.count > 100
    assert watch.told == []
    assert SECRET not in actor.all_text() + str(actor.toasts)
