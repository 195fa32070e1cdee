"""The way in (/start): a greeting, an invitation, or a link to a house."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit import protected
from handlers.kit.endpoint import command
from handlers.kit.parse_text import clean
from handlers.kit.policy import anyone
from handlers.kit.request import Request
from handlers.kit.texts import join, texts
from handlers.people import opening
from handlers.people.help import overview
from handlers.people.menus import forget_menu, update_menu
from handlers.people.roles import Post, posts
from storage import drafts, invites, meta, outbox, people, shown
from storage.invites import Invite
from storage.people import Person, RoleName

NAME_LENGTH = 64


def on_start(request: Request) -> None:
    """Known people are greeted with what they can do; a stranger without an invitation learns nothing."""
    payload = request.text.partition(" ")[2].strip()
    code = opening.code_in(payload) if payload else None
    if payload and code is None:
        _enter(request, payload)
    elif request.member is None:
        request.turn_away()
    elif code is not None:
        opening.open_by_code(request, code)
    else:
        hello = request.t("start.hello", name=request.me.person.name, city=_city(request))
        request.say(join([hello, overview(request, request.me.id)], "\n\n"))


def _city(request: Request) -> str:
    return meta.get(request.session, "city_name") or ""


def _enter(request: Request, token: str) -> None:
    """Use an invitation. What is wrong with one (``rule.invite…``) is answered by the endpoint."""
    session, now = request.session, request.now
    invite = invites.find(session, token)
    before = session.get(Person, invite.moves_person_id) if invite and invite.moves_person_id else None
    old_account = before.telegram_id if before else None
    person, role, invite = invites.redeem(session, token, request.user_id, _name(request), request.locale, now)
    if role is None:
        _moved(request, person, old_account)
        post = None
    else:
        post = posts(session, [role])[0]
        request.say(join([
            request.t("start.joined", name=person.name, role=post.full(request.texts), city=_city(request)),
            overview(request, person.id or 0),
        ], "\n\n"))
    update_menu(session, person, now)
    _tell_inviter(request, invite, person, post)


def _moved(request: Request, person: Person, old_account: int | None) -> None:
    """Open forms follow to the new account; the old one hears of it and gets nothing more."""
    session, now = request.session, request.now
    request.texts = texts(person.locale)
    drafts.follow(session, person.id or 0, request.user_id)
    if old_account is not None and old_account != request.user_id:
        outbox.drop_waiting(session, old_account, now, "moved")
        protected.withdraw(session, shown.of_chat(session, old_account), now)
        ghost = Person(telegram_id=old_account, name=person.name, locale=person.locale, created_at=now)
        request.tell(ghost, "start.moved_away")
        forget_menu(session, old_account, now)
    request.say(join([request.t("start.moved", name=person.name), overview(request, person.id or 0)], "\n\n"))


def _tell_inviter(request: Request, invite: Invite, person: Person, post: Post | None) -> None:
    """Who made the link learns who used it; a link of the program itself (``bedah admin-link``) is news to admins."""
    for admin in people.holders(request.session, RoleName.ADMIN):
        if admin.id == person.id or invite.created_by not in (None, admin.id):
            continue
        if post is None:
            request.tell(admin, "invite.news.moved", name=person.name)
        else:
            request.tell(admin, "invite.news.used", name=person.name, role=post.shown)


def _name(request: Request) -> str:
    """The name that Telegram shows, on one line and without signs that cannot be seen."""
    user = request.update.effective_user
    name = clean(user.full_name) if user else ""
    return name[:NAME_LENGTH].strip() or "–"


ROUTES: list[BaseHandler[Any, Any, Any]] = [command("start", on_start, allow=anyone())]
