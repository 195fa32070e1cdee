"""``/topik`` in a forum topic: an admin chooses, in private, which of the group's digests go there.

Bots cannot list a forum's topics, so the command is written in the topic that is meant.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler, MessageHandler, filters

from handlers.digest.access import once
from handlers.groups.buttons import ListGroups, ToTopic
from handlers.groups.card import back_to, in_short
from handlers.groups.manage import found_of
from handlers.groups.membership import here
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import command, endpoint, press
from handlers.kit.policy import Where, anyone, only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request, send
from handlers.kit.texts import texts
from storage import groups
from storage.groups import ChatGroup
from storage.people import RoleName

_GENERAL = 0
_SAID = "topic.said"


def on_topic(request: Request) -> None:
    """The choice goes to the admin in private; the group reads one short line, at most one a minute."""
    if request.private:
        request.say(request.t("topic.how"), [[Press(request.label("group.button.all"), ListGroups(0))]])
        return
    group, _ = here(request)
    words, chat = texts(group.locale), request.update.effective_chat
    if request.topic is None and not (chat and chat.is_forum):
        once(request, words, "topic.no_forum", slot=_SAID)
        return
    topic = request.topic or _GENERAL
    if topic != _GENERAL:
        groups.seen_topic(request.session, group.id or 0, topic, _name_in(request))
    once(request, words, "topic.in_private", slot=_SAID)
    text, rows = _card(request, group, topic)
    send(request.session, request.user_id, text, request.now, rows, slot="topic")


def _name_in(request: Request) -> str | None:
    """The topic's name: what is no reply to somebody carries the message with which its topic was made."""
    first = request.message.reply_to_message if request.message else None
    made = first.forum_topic_created if first else None
    return made.name if made else None


def _card(request: Request, group: ChatGroup, topic: int) -> tuple[Markup, Rows]:
    number, words = group.id or 0, request.texts
    found = groups.schedules_of(request.session, number)
    if not found:
        return words.t("topic.none", title=group.title), back_to(words, number)
    name = groups.topic_name(request.session, number, topic) if topic else words.label("group.topic.general")
    said = name or words.label("group.topic.number", number=str(topic))
    rows: Rows = []
    for place, one in enumerate(found, 1):
        label = f"{place}. {in_short(request.session, words, one)}"
        rows.append([Press(f"✓ {label}" if (one.topic_id or _GENERAL) == topic else label,
                           ToTopic(number, one.id or 0, topic))])
    return words.t("topic.which", title=group.title, topic=said), [*rows, *back_to(words, number)]


def on_to_topic(request: Request) -> None:
    """A digest goes to that topic from now on."""
    button = request.button
    assert isinstance(button, ToTopic)
    found = found_of(request, button.group_id, button.schedule_id)
    if found is None:
        return
    group, schedule = found
    wanted, name = button.topic or None, None
    if wanted is not None:
        name = groups.topic_name(request.session, button.group_id, wanted)
        if name is None:
            raise Refusal("refuse.old_button")
    if schedule.topic_id != wanted:
        groups.set_schedule(request.session, schedule, request.now, by=request.me.id, topic_id=wanted,
                            topic=name or None)
    request.toast(request.label("topic.toast"))
    request.edit(*_card(request, group, button.topic))


def on_topic_renamed(request: Request) -> None:
    """A topic has another name; only those that somebody named to the bot are kept."""
    message, group = request.message, groups.by_chat(request.session, request.chat_id)
    edited = message.forum_topic_edited if message else None
    if group is not None and edited is not None and edited.name and request.topic is not None:
        groups.rename_topic(request.session, group.id or 0, request.topic, edited.name, request.now)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["topik", "topic"], on_topic, allow=only(RoleName.ADMIN, where=Where.ANYWHERE)),
    press(ToTopic, on_to_topic, allow=only(RoleName.ADMIN)),
    MessageHandler(filters.StatusUpdate.FORUM_TOPIC_EDITED, endpoint(on_topic_renamed, allow=anyone(Where.GROUP))),
]
