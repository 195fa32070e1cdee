"""Screens that ask which role, for which partner, in which kecamatan: for an invitation and for a member alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from handlers.kit.buttons import Button, Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.people.roles import Post
from storage import invites, partners, people, regions
from storage.people import RoleName

PAGE = 10
NOBODY = 0
"""Instead of a person's id: the role goes into an invitation."""


@dataclass(frozen=True)
class PickRole(Button):
    """A role for a person, or for an invitation. ``version``: the admin's newest invite when this was shown."""

    code = "pr"
    person_id: int
    role: RoleName
    version: int
    sure: int


@dataclass(frozen=True)
class PickPartner(Button):
    """The partner whose rep somebody is to be."""

    code = "pp"
    person_id: int
    partner_id: int
    version: int


@dataclass(frozen=True)
class PartnerPage(Button):
    """More partners, by name, after one of them."""

    code = "pq"
    person_id: int
    after: int
    version: int


@dataclass(frozen=True)
class InviteAreas(Button):
    """Kecamatan of an invitation. ``chosen``: one bit for each kecamatan of the city in the order of their codes."""

    code = "pi"
    role: RoleName
    chosen: int
    version: int
    done: int


@dataclass(frozen=True)
class GrantAreas(Button):
    """Kecamatan of a role that a member is to get."""

    code = "pg"
    person_id: int
    role: RoleName
    chosen: int
    done: int


@dataclass(frozen=True)
class ChangeAreas(Button):
    """Kecamatan of a role that a member has."""

    code = "pc"
    role_id: int
    chosen: int
    done: int


@dataclass(frozen=True)
class Start(Button):
    """From the beginning: who is to be invited?"""

    code = "ps"


@dataclass(frozen=True)
class Card(Button):
    """A member's card."""

    code = "po"
    person_id: int


def newest_invite(request: Request) -> int:
    """What a button carries that makes an invitation: a second press finds that one was made."""
    return invites.last_id(request.session, request.me.id)


def ask_role(request: Request, person_id: int = NOBODY) -> tuple[Markup, Rows]:
    """Which role? A member is offered only what they do not have."""
    held = {role.name for role in people.roles_of(request.session, person_id) if role.name != RoleName.PARTNER}
    version = newest_invite(request)
    presses = [Press(request.label(f"role.{name}.one"), PickRole(person_id, name, version, 0))
               for name in RoleName if name not in held]
    return request.t("people.ask_role"), [*grid(presses), [_out(request, person_id)]]


def ask_sure(request: Request, button: PickRole) -> tuple[Markup, Rows]:
    """An admin can let in and send away anybody: one question before that."""
    sure = PickRole(button.person_id, button.role, button.version, 1)
    return request.t("people.ask_admin"), [
        [Press(request.label("people.button.sure_admin"), sure)], [_out(request, button.person_id)],
    ]


def ask_partner(request: Request, person_id: int, version: int, after: int = 0) -> tuple[Markup, Rows]:
    """Which partner? By name, a page at a time."""
    found = partners.page(request.session, after=after, limit=PAGE + 1)
    if not found:
        return request.t("people.no_partner"), [[_out(request, person_id)]]
    rows = grid([Press(one.name, PickPartner(person_id, one.id or 0, version)) for one in found[:PAGE]], 1)
    rows += turn(request, PartnerPage(person_id, 0, version) if after else None,
                 PartnerPage(person_id, found[PAGE - 1].id or 0, version) if len(found) > PAGE else None)
    return request.t("people.ask_partner"), [*rows, [_out(request, person_id)]]


def ask_areas(
    request: Request, role: RoleName, chosen: int, make: Callable[[int, int], Button], person_id: int = NOBODY
) -> tuple[Markup, Rows]:
    """Which kecamatan? Each press turns one on or off; none means the whole city. ``make(chosen, done)``."""
    every = _places(request)
    presses = [
        Press(("✓ " if chosen >> bit & 1 else "") + place.name, make(chosen ^ (1 << bit), 0))
        for bit, place in enumerate(every)
    ]
    number = len(areas_in(request, chosen))
    label = request.label("people.button.areas", n=number) if number else request.label("people.button.whole_city")
    text = request.t("people.ask_areas", role=Post(role).title(request.texts))
    return text, [*grid(presses), [Press(label, make(chosen, 1))], [_out(request, person_id)]]


def areas_in(request: Request, chosen: int) -> list[str]:
    """The kecamatan codes behind a button's bits; all of them are the same as none: the whole city."""
    every = _places(request)
    codes = [place.code for bit, place in enumerate(every) if chosen >> bit & 1]
    return [] if len(codes) == len(every) else codes


def bits_of(request: Request, areas: set[str]) -> int:
    """The bits of some kecamatan codes."""
    return sum(1 << bit for bit, place in enumerate(_places(request)) if place.code in areas)


def _places(request: Request) -> list[regions.Kecamatan]:
    # The kecamatan are written once, on the first start: a bit always means the same one.
    return sorted(regions.all_kecamatan(request.session), key=lambda place: place.code)


def _out(request: Request, person_id: int) -> Press:
    return Press(request.label("form.button.back"), Card(person_id) if person_id != NOBODY else Start())
