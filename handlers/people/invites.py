"""Letting people in (/undang): a one-time link with its QR picture, and taking an unused one back."""

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
from handlers.people.asking import Start, ask_role, newest_invite
from handlers.people.links import invite_url
from handlers.people.roles import resolve
from storage import invites, people
from storage.invites import VALID_DAYS, Invite
from storage.people import Person, RoleName

PAGE = 8


@dataclass(frozen=True)
class Waiting(Button):
    """The invitations that nobody has used yet, with an id above ``after``."""

    code = "pw"
    after: int


@dataclass(frozen=True)
class TakeBack(Button):
    """End an unused invitation. ``listed`` 1: pressed on the list."""

    code = "px"
    invite_id: int
    listed: int


def on_invite(request: Request) -> None:
    """Whom to invite?"""
    text, rows = ask_role(request)
    rows.pop()  # nothing lies before the first question
    if invites.waiting(request.session, request.now, limit=1):
        rows.append([Press(request.label("invite.button.waiting"), Waiting(0))])
    request.edit(text, rows)


def make_invite(
    request: Request, version: int, role: RoleName, *, partner_id: int | None = None, areas: list[str] | None = None
) -> None:
    """Write the invitation and show its link and picture."""
    if _made_before(request, version):
        return
    made = invites.create(request.session, request.now, by=request.me.id, role=role, partner_id=partner_id,
                          areas=areas)
    shown = resolve(request.session, [(role, partner_id, areas or [])])[0].full(request.texts)
    _show(request, *made, request.t("invite.made", role=shown), request.t("invite.qr", role=shown))


def make_move(request: Request, version: int, person: Person) -> None:
    """A link that moves a person with all roles to the Telegram account that opens it."""
    if _made_before(request, version):
        return
    made = invites.create(request.session, request.now, by=request.me.id, moves_person_id=person.id)
    _show(request, *made, request.t("invite.made_move", name=person.name),
          request.t("invite.qr_move", name=person.name))


def _made_before(request: Request, version: int) -> bool:
    """A double tap, or a card from before another invitation: it must not make a second one unseen."""
    if newest_invite(request) == version:
        return False
    request.toast(request.label("invite.made_before"), alert=True)
    return True


def _show(request: Request, invite: Invite, token: str, title: Markup, caption: Markup) -> None:
    url = invite_url(request.runtime.bot_username, token)
    link = request.t("invite.link", url=url, until=_until(request, invite), days=VALID_DAYS)
    request.edit(join([title, link, request.t("invite.forward")], "\n\n"), [
        [Press(request.label("invite.button.back"), TakeBack(invite.id or 0, 0)),
         Press(request.label("invite.button.again"), Start())],
    ])
    request.photo({"_qr": url}, join([caption, link], "\n\n"))


def _until(request: Request, invite: Invite) -> str:
    return fmt.date_time(invite.expires_at, request.runtime.zone, request.runtime.zone_label, request.locale)


def on_waiting(request: Request) -> None:
    """The unused invitations, each to be taken back."""
    button = request.button
    assert isinstance(button, Waiting)
    text, rows = _list(request, button.after)
    request.edit(text, rows)


def _list(request: Request, after: int) -> tuple[Markup, Rows]:
    found = invites.waiting(request.session, request.now, after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    wanted = [(one.role, one.partner_id, one.areas.split()) for one in shown if one.role is not None]
    named = iter(resolve(request.session, wanted))
    moving = people.names_of(request.session, {one.moves_person_id for one in shown if one.moves_person_id})
    lines = []
    for number, one in enumerate(shown, 1):
        what = request.label("invite.for_move", name=moving.get(one.moves_person_id or 0, "–")) \
            if one.role is None else next(named).shown(request.texts)
        lines.append(request.t("invite.line", number=number, what=what, until=_until(request, one)))
    rows = grid([Press(request.label("invite.button.back_one", number=number), TakeBack(one.id or 0, 1))
                 for number, one in enumerate(shown, 1)])
    rows += turn(request, Waiting(0) if after else None, Waiting(shown[-1].id or 0) if len(found) > PAGE else None)
    rows.append([Press(request.label("invite.button.again"), Start())])
    title = request.t("invite.waiting" if shown else "invite.none_waiting")
    return join([title, join(lines)], "\n\n") if lines else title, rows


def on_take_back(request: Request) -> None:
    """End an unused invitation; one that was used or has ended says so."""
    button = request.button
    assert isinstance(button, TakeBack)
    invites.revoke(request.session, button.invite_id, request.now, by=request.me.id)
    request.toast(request.label("invite.taken_back"))
    if button.listed:
        text, rows = _list(request, 0)
        request.edit(text, rows)
    else:
        request.edit(request.t("invite.taken_back.card"), [[Press(request.label("invite.button.again"), Start())]])


_ADMIN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["undang", "invite"], on_invite, allow=_ADMIN),
    press(Start, on_invite, allow=_ADMIN),
    press(Waiting, on_waiting, allow=_ADMIN),
    press(TakeBack, on_take_back, allow=_ADMIN),
]
