"""The steps between "which role?" and the invitation, or the member's new role."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.endpoint import press
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.people.asking import (
    NOBODY,
    GrantAreas,
    InviteAreas,
    PartnerPage,
    PickPartner,
    PickRole,
    areas_in,
    ask_areas,
    ask_partner,
    ask_sure,
)
from handlers.people.changes import give_role
from handlers.people.invites import make_invite
from handlers.people.roles import LIMITABLE
from storage.partners import Partner
from storage.people import Person, RoleName


def on_role(request: Request) -> None:
    """A role was chosen: what must still be known about it?"""
    button = request.button
    assert isinstance(button, PickRole)
    role, person_id, version = button.role, button.person_id, button.version
    if role == RoleName.PARTNER:
        request.edit(*ask_partner(request, person_id, version))
    elif role in LIMITABLE and person_id == NOBODY:
        request.edit(*ask_areas(request, role, 0, lambda chosen, done: InviteAreas(role, chosen, version, done)))
    elif role in LIMITABLE:
        request.edit(*ask_areas(request, role, 0, lambda chosen, done: GrantAreas(person_id, role, chosen, done),
                                person_id))
    elif button.sure:
        _finish(request, person_id, version, role)
    else:
        request.edit(*ask_sure(request, button))


def on_partner_page(request: Request) -> None:
    """More partners to choose from."""
    button = request.button
    assert isinstance(button, PartnerPage)
    request.edit(*ask_partner(request, button.person_id, button.version, button.after))


def on_partner(request: Request) -> None:
    """The partner was chosen; one that was closed meanwhile is not offered any more."""
    button = request.button
    assert isinstance(button, PickPartner)
    partner = request.session.get(Partner, button.partner_id)
    if partner is None or partner.closed_at is not None:
        request.toast(request.label("people.partner_closed"), alert=True)
        request.edit(*ask_partner(request, button.person_id, button.version))
        return
    _finish(request, button.person_id, button.version, RoleName.PARTNER, partner_id=partner.id)


def on_invite_areas(request: Request) -> None:
    """Kecamatan of an invitation."""
    button = request.button
    assert isinstance(button, InviteAreas)
    role, version = button.role, button.version
    if button.done:
        _finish(request, NOBODY, version, role, areas=areas_in(request, button.chosen))
    else:
        request.edit(*ask_areas(request, role, button.chosen,
                                lambda chosen, done: InviteAreas(role, chosen, version, done)))


def on_grant_areas(request: Request) -> None:
    """Kecamatan of a member's new role."""
    button = request.button
    assert isinstance(button, GrantAreas)
    role, person_id = button.role, button.person_id
    if button.done:
        _finish(request, person_id, 0, role, areas=areas_in(request, button.chosen))
    else:
        request.edit(*ask_areas(request, role, button.chosen,
                                lambda chosen, done: GrantAreas(person_id, role, chosen, done), person_id))


def _finish(
    request: Request, person_id: int, version: int, role: RoleName, *,
    partner_id: int | None = None, areas: list[str] | None = None,
) -> None:
    if person_id == NOBODY:
        make_invite(request, version, role, partner_id=partner_id, areas=areas)
        return
    person = request.session.get(Person, person_id)
    if person is None:
        request.toast(request.label("refuse.old_button"), alert=True)
        return
    give_role(request, person, role, partner_id=partner_id, areas=areas)


_ADMIN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(PickRole, on_role, allow=_ADMIN),
    press(PickPartner, on_partner, allow=_ADMIN),
    press(PartnerPage, on_partner_page, allow=_ADMIN),
    press(InviteAreas, on_invite_areas, allow=_ADMIN),
    press(GrantAreas, on_grant_areas, allow=_ADMIN),
]
