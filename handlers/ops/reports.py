"""News of the machinery for admins, in private and short; and the two answers to a post of unknown fate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session
from telegram.ext import BaseHandler

from handlers.claims.buttons import Family
from handlers.groups.card import back_to
from handlers.groups.words import moment_in_words
from handlers.kit.buttons import Button, Press, Rows
from handlers.kit.endpoint import press
from handlers.kit.policy import members
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request, news, send
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, texts
from handlers.people.opening import OpenHouse
from storage import groups, houses, inbox, outbox, people, scoreboard, shown
from storage.outbox import Outbox, OutboxState
from storage.people import RoleName, by_telegram, holders
from storage.shown import Shown

# A call that fails again and again is reported once in this time; a report that fails never.
_QUIET = timedelta(minutes=10)
_REFUSED = "report.refused"


@dataclass(frozen=True)
class Resend(Button):
    """Send a post again whose fate is unknown."""

    code = "or"
    row_id: int


@dataclass(frozen=True)
class LetBe(Button):
    """Leave such a post as it is."""

    code = "ol"
    row_id: int


def ask_about_unknown(session: Session, runtime: Runtime, now: datetime, row: Outbox) -> None:
    """Nobody knows whether a message arrived that must not come twice: whoever can see it looks and decides.

    For a group these are the admins (decision 3); for a private chat the person. A picture beside a text is not worth
    the question.
    """
    if _is_picture(row):
        return
    row_id, tried = row.id or 0, row.created_at

    def rows(words: Texts) -> Rows:
        return [[Press(words.label("ops.button.resend"), Resend(row_id)),
                 Press(words.label("ops.button.let_be"), LetBe(row_id))]]

    if row.chat_id < 0:
        # Of a scoreboard that is there already nobody knows the message: it could never be edited.
        board = row.slot == scoreboard.SLOT
        tell_admins(session, now, "scoreboard.unknown" if board else "ops.unknown",
                    (lambda words: [rows(words)[0][:1]]) if board else rows, group=_group_title(session, row.chat_id),
                     moment=lambda words: moment_in_words(tried, runtime, words.locale))
        return
    person = by_telegram(session, row.chat_id)
    if person is None or person.unreachable_at is not None:
        return
    words, family = texts(person.locale), shown.of_call(session, row_id)
    if family is None:
        text, ways = words.t("ops.unknown.yours", moment=moment_in_words(tried, runtime, words.locale)), rows(words)
    elif family.edit_id is not None:  # the right to see it has ended meanwhile
        text, ways = words.t("shown.delete"), []
    else:
        code = houses.get(session, family.house_id).code
        text, ways = words.t("ops.unknown.family", code=code), [[_show_again(words, family, code)]]
    send(session, row.chat_id, text, now, ways)


def _show_again(words: Texts, family: Shown, code: str) -> Press:
    """Asks for the data anew: the right to it is looked at again, and the read is recorded again."""
    if family.claim_id is not None:
        return Press(words.label("progres.button.family"), Family(family.claim_id))
    return Press(words.label("verify.button.open", code=code), OpenHouse(family.house_id))


def report_parked(
    session: Session, runtime: Runtime, now: datetime, inbox_id: int, update: dict[str, Any] | None, problem: str
) -> None:
    """An update was set aside after it failed several times. ``problem`` names the kind of error only.

    Whoever wrote it in a private chat is told too: their message had no effect.
    """
    tell_admins(session, now, "ops.parked", number=inbox_id, problem=problem,
                 moment=lambda words: moment_in_words(now, runtime, words.locale))
    writer = by_telegram(session, inbox.chat_key(update)) if update else None
    if writer is not None and writer.telegram_id is not None and writer.unreachable_at is None:
        send(session, writer.telegram_id, texts(writer.locale).t("ops.parked.yours"), now)


def report_refused(session: Session, runtime: Runtime, now: datetime, row: Outbox, problem: str) -> None:
    """A call was given up although its chat is alive.

    Without its picture a digest still says everything, and a group that takes no pictures would be reported daily: only
    whoever asked for one hears that there is none.
    """
    if _is_picture(row):
        if (row.slot or "").startswith(outbox.ASKED):
            below = {"reply_parameters": outbox.params_of(session, row).get("reply_parameters")}
            send(session, row.chat_id, _texts_of(session, row.chat_id).t("digest.picture.refused"), now,
                 extra=below if below["reply_parameters"] else None)
        return
    if row.slot != _REFUSED:
        tell_admins(session, now, "ops.refused", slot=_REFUSED, number=row.id or 0, problem=problem,
                     moment=lambda words: moment_in_words(now, runtime, words.locale))


def _is_picture(row: Outbox) -> bool:
    return (row.slot or "").startswith(outbox.PICTURE)


def _texts_of(session: Session, chat_id: int) -> Texts:
    reader = groups.by_chat(session, chat_id) if chat_id < 0 else by_telegram(session, chat_id)
    return texts(reader.locale if reader else "")


def report_dead(session: Session, runtime: Runtime, now: datetime, row: Outbox, problem: str) -> None:
    """A chat is gone: what waits for it is given up; a group counts as left and admins hear it, a person as
    unreachable until they write again.
    """
    outbox.drop_waiting(session, row.chat_id, now, problem)
    if row.chat_id > 0:
        person = by_telegram(session, row.chat_id)
        if person is not None:
            people.set_reachable(session, person, now, reachable=False)
        return
    group = groups.by_chat(session, row.chat_id)
    if group is not None and group.left_at is None:
        groups.left(session, row.chat_id, now)
        tell_admins(session, now, "group.removed", title=group.title)


def report_topic_gone(session: Session, now: datetime, row: Outbox, topic_id: int) -> None:
    """A forum topic was deleted or closed. Its digests go to the general topic from now on; the admins hear it once."""
    group = groups.by_chat(session, row.chat_id)
    if group is None or not groups.topic_gone(session, group.id or 0, topic_id, now):
        return
    number = group.id or 0
    name = groups.topic_name(session, number, topic_id)
    tell_admins(session, now, "ops.topic_gone", lambda words: back_to(words, number), title=group.title,
                topic=lambda words: name or words.label("group.topic.number", number=str(topic_id)))


def tell_admins(
    session: Session, now: datetime, key: str, rows: Callable[[Texts], Rows] | None = None, slot: str | None = None,
    quiet: timedelta = _QUIET, **values: Any,
) -> None:
    """To each admin in their language; a value may be a function of the texts. In a ``slot``: once in ``quiet``."""
    for admin in holders(session, RoleName.ADMIN):
        if slot and admin.telegram_id and outbox.recent(session, admin.telegram_id, slot, now - quiet):
            continue
        news(session, admin, key, now, rows, slot=slot, **values)


def _group_title(session: Session, chat_id: int) -> str:
    group = groups.by_chat(session, chat_id)
    return group.title if group else str(chat_id)


def on_resend(request: Request) -> None:
    """An admin saw that a group's post is missing, a person that a message of theirs is. The first press counts."""
    button = request.button
    assert isinstance(button, Resend)
    row = request.session.get(Outbox, button.row_id)
    if row is not None and row.chat_id != request.chat_id and not (row.chat_id < 0 and request.me.has(RoleName.ADMIN)):
        raise Refusal("refuse.role")
    if row is None or row.state != OutboxState.UNKNOWN or not row.params:
        request.edit(request.t("ops.settled"))
        return
    sent = outbox.resend(request.session, button.row_id, request.now)
    request.edit(request.t("ops.resent" if sent else "ops.settled"))


def on_let_be(request: Request) -> None:
    """It stays as it is."""
    request.edit(request.t("ops.left"))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(Resend, on_resend, allow=members()),
    press(LetBe, on_let_be, allow=members()),
]
