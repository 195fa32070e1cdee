"""The bot comes into a group, is removed from it, and follows it when it becomes a supergroup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from telegram import ChatMember, ChatMemberUpdated
from telegram.ext import BaseHandler, ChatMemberHandler, MessageHandler, filters

from handlers.groups.card import digest_card
from handlers.kit import protected
from handlers.kit.endpoint import endpoint
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request, send
from handlers.kit.texts import join, texts
from storage import groups, outbox, people, rerouting, scoreboard
from storage.groups import ChatGroup
from storage.people import Person, RoleName, by_telegram, holders

# Somebody who adds and removes the bot all day is reported once.
_TOLD_AGAIN = timedelta(days=1)


def on_my_chat_member(request: Request) -> None:
    """What the bot is in a chat has changed."""
    change = request.update.my_chat_member
    if change is None:
        return
    was, inside = _inside(change.old_chat_member), _inside(change.new_chat_member)
    if request.private:
        _reachable(request, inside)
    elif change.chat.type in ("group", "supergroup"):
        if inside:
            _came(request, change, back=not was)
        elif was:
            _went(request)


def _inside(member: ChatMember) -> bool:
    return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER) or \
        getattr(member, "is_member", False)


def _reachable(request: Request, inside: bool) -> None:
    """A person blocked the bot, or took it back."""
    person = by_telegram(request.session, request.user_id)
    if person is not None:
        people.set_reachable(request.session, person, request.now, reachable=inside)
    if inside:
        protected.finish(request.session, request.chat_id, request.now)
    else:
        outbox.drop_waiting(request.session, request.chat_id, request.now, "blocked")


def _came(request: Request, change: ChatMemberUpdated, *, back: bool) -> None:
    """``back`` False: the bot was in there all the time and only its rights have changed."""
    known = groups.by_chat(request.session, request.chat_id)
    if known is not None and known.left_at is None:  # a group that moved here came with its schedule
        scoreboard.look_soon(request.session, known.id or 0)
        return
    if known is not None and not back:
        revive(request, known)
    else:
        arrived(request, change.chat.title or "")


def revive(request: Request, group: ChatGroup) -> None:
    """The bot can write in a group again that was given up: its schedule goes on from now."""
    groups.joined(request.session, group.chat_id, group.title, request.now, by=group.added_by)


def arrived(request: Request, title: str) -> ChatGroup:
    """The bot is in a group. An admin is asked for the schedule; of anybody else's group all admins are told."""
    session, member = request.session, request.member
    group = groups.joined(session, request.chat_id, title, request.now, by=member.id if member else None)
    words = texts(group.locale)
    if member is not None and member.has(RoleName.ADMIN):
        request.say(words.t("group.greeting"))
        _ask(request, member.person, group, "group.added")
        return group
    was_on = groups.has_active(session, group.id or 0)
    for schedule in groups.schedules_of(session, group.id or 0):
        if schedule.active:
            groups.set_schedule(session, schedule, request.now, by=None, active=False)
    request.say(words.t("group.greeting.waits"))
    who = request.update.effective_user
    slot = f"stranger.{group.id}"
    for admin in holders(session, RoleName.ADMIN):
        if was_on or not outbox.recent(session, admin.telegram_id or 0, slot, request.now - _TOLD_AGAIN):
            _ask(request, admin, group, "group.added_by", slot, by=who.full_name if who else "")
    return group


def _ask(request: Request, admin: Person, group: ChatGroup, key: str, slot: str | None = None, **values: str) -> None:
    """The card of the group's first digest, in private, in the admin's language."""
    if admin.telegram_id is None or admin.unreachable_at is not None:
        return
    words = texts(admin.locale)
    schedule = groups.schedule_of(request.session, group.id or 0, request.now)
    text, rows = digest_card(request.session, request.runtime, words, group, schedule, request.now)
    asked = words.t(key, title=group.title, **values)
    send(request.session, admin.telegram_id, join([asked, text], "\n\n"), request.now, rows, slot=slot,
         priority=outbox.NEWS)


def _went(request: Request) -> None:
    """The bot was removed: the schedule sleeps, and what waits for the group is given up."""
    group = groups.by_chat(request.session, request.chat_id)
    if group is None or group.left_at is not None:
        return
    by = request.member.id if request.member else None
    groups.left(request.session, request.chat_id, request.now, by=by)
    outbox.drop_waiting(request.session, request.chat_id, request.now, "removed")
    request.tell_all(RoleName.ADMIN, "group.removed", title=group.title)


def on_migrated(request: Request) -> None:
    """A group became a supergroup. Both chats say so, in any order, and perhaps again."""
    message = request.update.message
    if message is None:
        return
    if message.migrate_to_chat_id is not None:
        move(request, request.chat_id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        move(request, message.migrate_from_chat_id, request.chat_id)


def move(request: Request, old: int, new: int) -> None:
    """The group, its schedule and what waits for it go to the new id."""
    groups.migrated(request.session, old, new, request.now)
    rerouting.migrate(request.session, old, new)


def on_title(request: Request) -> None:
    """The group has another title."""
    message = request.update.message
    if message is not None and message.new_chat_title:
        by = request.member.id if request.member else None
        groups.renamed(request.session, request.chat_id, message.new_chat_title, request.now, by=by)


def here(request: Request) -> tuple[ChatGroup, bool]:
    """The group in which somebody writes, and whether it was known: the update that told of the bot's arrival may never
    have come, because Telegram keeps them for a day only."""
    group = groups.by_chat(request.session, request.chat_id)
    if group is None:
        return arrived(request, title_of(request)), False
    if group.left_at is not None:
        revive(request, group)
    return group, True


def is_open(request: Request, group: ChatGroup) -> bool:
    """Whether an admin let the bot speak here: added it, or turned a digest on."""
    if groups.has_active(request.session, group.id or 0):
        return True
    return group.added_by in {person.id for person in holders(request.session, RoleName.ADMIN)}


def title_of(request: Request) -> str:
    """The chat's title as the update tells it."""
    chat = request.update.effective_chat
    return (chat.title if chat else None) or ""


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    ChatMemberHandler(endpoint(on_my_chat_member, allow=anyone(Where.ANYWHERE)), ChatMemberHandler.MY_CHAT_MEMBER),
    MessageHandler(filters.StatusUpdate.MIGRATE, endpoint(on_migrated, allow=anyone(Where.GROUP))),
    MessageHandler(filters.StatusUpdate.NEW_CHAT_TITLE, endpoint(on_title, allow=anyone(Where.GROUP))),
]
