"""What an admin changes about a member: roles, kecamatan, the Telegram account. The member is told."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit import protected
from handlers.kit.buttons import Press
from handlers.kit.endpoint import press
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.people.asking import Card, ChangeAreas, areas_in, ask_areas, ask_role, newest_invite
from handlers.people.invites import make_move
from handlers.people.members import MoreRole, Move, TakeRole, show_card
from handlers.people.menus import update_menu
from handlers.people.roles import posts
from storage import invites, people, shown
from storage.people import Person, Role, RoleName


def give_role(
    request: Request, person: Person, name: RoleName, *, partner_id: int | None = None, areas: list[str] | None = None
) -> None:
    """Give a member one more role; one that is there already stays as it is."""
    person_id = person.id or 0
    held = {role.id for role in people.roles_of(request.session, person_id)}
    role = people.grant(request.session, person, name, request.now, by=request.me.id, partner_id=partner_id,
                        areas=areas)
    if role.id in held:
        request.toast(request.label("member.has_role"), alert=True)
    else:
        request.toast(request.label("member.given"))
        _tell(request, person, "member.news.given", role)
        update_menu(request.session, person, request.now)
    show_card(request, person_id)


def on_more_role(request: Request) -> None:
    """Which other role?"""
    button = request.button
    assert isinstance(button, MoreRole)
    text, rows = ask_role(request, button.person_id)
    request.edit(text, rows)


def on_take_role(request: Request) -> None:
    """End a role, after one question. The next press of its holder already finds it gone."""
    button = request.button
    assert isinstance(button, TakeRole)
    found = _in_force(request, button.role_id)
    if found is None:
        return
    role, person = found
    post = posts(request.session, [role])[0]
    if not button.sure:
        question = request.t("member.take.sure", name=person.name, role=post.full(request.texts))
        request.edit(question, [[
            Press(request.label("member.button.take_sure"), TakeRole(button.role_id, 1)),
            Press(request.label("form.button.back"), Card(role.person_id)),
        ]])
        return
    people.revoke(request.session, button.role_id, request.now, by=request.me.id)
    if role.name == RoleName.ADMIN:
        invites.end_made_by(request.session, role.person_id, request.now)
    _withdraw_lost(request, role.person_id)
    request.toast(request.label("member.taken"))
    _tell(request, person, "member.news.taken", role)
    update_menu(request.session, person, request.now)
    if person.id == request.me.id and role.name == RoleName.ADMIN:
        # Who gave up being an admin sees no card any more.
        request.edit(request.t("member.taken_own"))
    else:
        show_card(request, role.person_id)


def on_change_areas(request: Request) -> None:
    """Turn kecamatan of a role on and off, then keep them."""
    button = request.button
    assert isinstance(button, ChangeAreas)
    found = _in_force(request, button.role_id)
    if found is None:
        return
    role, person = found
    if not button.done:
        text, rows = ask_areas(request, role.name, button.chosen,
                               lambda chosen, done: ChangeAreas(button.role_id, chosen, done), role.person_id)
        request.edit(text, rows)
        return
    areas = areas_in(request, button.chosen)
    if set(areas) != people.areas_of(request.session, [button.role_id]).get(button.role_id, set()):
        people.change_areas(request.session, button.role_id, areas, request.now, by=request.me.id)
        _withdraw_lost(request, role.person_id)
        _tell(request, person, "member.news.areas", role)
    request.toast(request.label("member.areas_kept"))
    show_card(request, role.person_id)


def _withdraw_lost(request: Request, person_id: int) -> None:
    """What the member was shown and may not see any more is emptied."""
    protected.withdraw(request.session, shown.lost(request.session, person_id), request.now)


def on_move(request: Request) -> None:
    """Explain, then make the link for a member's new Telegram account."""
    button = request.button
    assert isinstance(button, Move)
    person = request.session.get(Person, button.person_id)
    if person is None:
        request.toast(request.label("refuse.old_button"), alert=True)
    elif button.sure:
        make_move(request, button.version, person)
    else:
        request.edit(request.t("member.move.sure", name=person.name), [[
            Press(request.label("member.button.move_sure"), Move(button.person_id, newest_invite(request), 1)),
            Press(request.label("form.button.back"), Card(button.person_id)),
        ]])


def _in_force(request: Request, role_id: int) -> tuple[Role, Person] | None:
    """The role behind a button; one that has ended answers with its holder's card as it is now."""
    role = request.session.get(Role, role_id)
    person = request.session.get(Person, role.person_id) if role else None
    if role is None or person is None:
        request.toast(request.label("refuse.old_button"), alert=True)
        return None
    if role.revoked_at is not None:
        request.toast(request.label("rule.role.gone"), alert=True)
        show_card(request, role.person_id)
        return None
    return role, person


def _tell(request: Request, person: Person, key: str, role: Role) -> None:
    if person.id != request.me.id:
        request.tell(person, key, role=posts(request.session, [role])[0].full)


_ADMIN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(MoreRole, on_more_role, allow=_ADMIN),
    press(TakeRole, on_take_role, allow=_ADMIN),
    press(ChangeAreas, on_change_areas, allow=_ADMIN),
    press(Move, on_move, allow=_ADMIN),
]
