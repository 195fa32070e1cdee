"""The people of the programme (/anggota): a list by name, and a card for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.kit import format as fmt
from handlers.kit.buttons import Button, Press, Rows, grid
from handlers.kit.endpoint import command, press
from handlers.kit.pages import turn
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.people.asking import Card, ChangeAreas, Start, bits_of
from handlers.people.roles import LIMITABLE, Post, posts
from storage import people
from storage.people import Person, RoleName

PAGE = 8
ROLES_ON_A_LINE = 3


@dataclass(frozen=True)
class Members(Button):
    """The list, after one person (0: from the start)."""

    code = "pm"
    after: int


@dataclass(frozen=True)
class TakeRole(Button):
    """End a role of a member; ``sure`` 0 asks first."""

    code = "pk"
    role_id: int
    sure: int


@dataclass(frozen=True)
class MoreRole(Button):
    """Another role for a member."""

    code = "pn"
    person_id: int


@dataclass(frozen=True)
class Move(Button):
    """A link for a member's new Telegram account; ``sure`` 0 explains first. ``version`` as in an invitation."""

    code = "pv"
    person_id: int
    version: int
    sure: int


def on_members(request: Request) -> None:
    """The list from its start, or one page of it."""
    after = request.button.after if isinstance(request.button, Members) else 0
    found = people.page(request.session, after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    held = people.roles_of_all(request.session, [one.id or 0 for one in shown])
    every = [role for roles in held.values() for role in roles]
    named = dict(zip([role.id for role in every], posts(request.session, every), strict=True))
    lines = [_line(request, number, one, [named[role.id] for role in held.get(one.id or 0, [])])
             for number, one in enumerate(shown, 1)]
    rows = grid([Press(f"{number}. {one.name}", Card(one.id or 0)) for number, one in enumerate(shown, 1)])
    rows += turn(request, Members(0) if after else None, Members(shown[-1].id or 0) if len(found) > PAGE else None)
    rows.append([Press(request.label("member.button.invite"), Start())])
    request.edit(join([request.t("member.list"), join(lines)], "\n\n"), rows)


def _line(request: Request, number: int, person: Person, roles: list[Post]) -> Markup:
    shown = "; ".join(one.shown(request.texts) for one in roles[:ROLES_ON_A_LINE])
    more = f" +{len(roles) - ROLES_ON_A_LINE}" if len(roles) > ROLES_ON_A_LINE else ""
    return request.t("member.line", number=number, name=person.name, roles=shown + more)


def on_card(request: Request) -> None:
    """One person's card."""
    button = request.button
    assert isinstance(button, Card)
    show_card(request, button.person_id)


def show_card(request: Request, person_id: int) -> None:
    """Who this is, and what an admin can do about it."""
    person = request.session.get(Person, person_id)
    if person is None:
        request.toast(request.label("refuse.old_button"), alert=True)
        return
    roles = people.roles_of(request.session, person_id)
    named = posts(request.session, roles)
    since = fmt.date(person.created_at.astimezone(request.runtime.zone).date(), request.locale)
    parts = [request.t("member.card", name=person.name, since=since)]
    parts.append(join([request.t("member.role_line", role=one.full(request.texts)) for one in named])
                 if named else request.t("member.no_roles"))
    if person.unreachable_at is not None:
        parts.append(request.t("member.unreachable"))
    limits = people.areas_of(request.session, [role.id or 0 for role in roles])
    rows: Rows = []
    for role, one in zip(roles, named, strict=True):
        number, title = role.id or 0, one.title(request.texts)
        row: list[Any] = [Press(request.label("member.button.take", role=title), TakeRole(number, 0))]
        if role.name in LIMITABLE:
            change = ChangeAreas(number, bits_of(request, limits.get(number, set())), 0)
            row.append(Press(request.label("member.button.areas"), change))
        rows.append(row)
    rows.append([Press(request.label("member.button.more"), MoreRole(person_id)),
                 Press(request.label("member.button.move"), Move(person_id, 0, 0))])
    rows.append([Press(request.label("member.button.list"), Members(0))])
    request.edit(join(parts, "\n\n"), rows)


_ADMIN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["anggota", "members"], on_members, allow=_ADMIN),
    press(Members, on_members, allow=_ADMIN),
    press(Card, on_card, allow=_ADMIN),
]
