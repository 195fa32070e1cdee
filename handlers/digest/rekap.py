"""The numbers at once (/rekap), and the public button under a digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.digest.places import lines_by_place
from handlers.digest.render import render
from handlers.digest.sheet import LINES, Numbers, Sheet, pre
from handlers.groups.membership import arrived, is_open, revive, title_of
from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit import format as fmt
from handlers.kit.buttons import Button, Press, Rows
from handlers.kit.endpoint import command, press
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request, send
from handlers.kit.texts import Texts, join, texts
from storage import digests, groups, outbox, regions
from storage.groups import ChatGroup

# Within this time the same is not shown twice in a chat.
QUIET = timedelta(seconds=60)
_SHOWN, _SAID = "rekap", "rekap.again"


@dataclass(frozen=True)
class Unclaimed(Button):
    """Under a digest, for anyone there: the houses without a partner, and what they would cost."""

    code = "du"


def buttons(words: Texts, numbers: Numbers) -> Rows:
    """What stands under a digest; nothing where nothing is open."""
    return [[Press(words.label("digest.button.unclaimed"), Unclaimed())]] if numbers["open"] else []


def on_rekap(request: Request) -> None:
    """``/rekap``: members in private; in a group that an admin let the bot into, anybody there."""
    if request.private:
        if request.member is None:
            request.turn_away()
            return
        _show(request, request.texts, None)
        return
    group = groups.by_chat(request.session, request.chat_id)
    if group is None:
        # The update that told of the bot's arrival never came: Telegram keeps them for a day only.
        group = arrived(request, title_of(request))
        if request.member is None:
            return
    elif group.left_at is not None:
        revive(request, group)
    words = texts(group.locale)
    if request.member is None and not is_open(request, group):
        _once(request, words, "digest.not_yet")
    elif outbox.recent(request.session, request.chat_id, _SHOWN, request.now - QUIET):
        _once(request, words, "digest.just_shown")
    else:
        _show(request, words, group)


def _once(request: Request, words: Texts, key: str) -> None:
    """A line to somebody in a group, at most one a minute."""
    if not outbox.recent(request.session, request.chat_id, _SAID, request.now - QUIET):
        request.say(words.t(key), slot=_SAID, reply=True)


def _show(request: Request, words: Texts, group: ChatGroup | None) -> None:
    session, now = request.session, request.now
    last = digests.last_run(session, group.id or 0) if group else None
    sheet = Sheet(
        numbers=digests.count(session, request.today.year), texts=words,
        title=words.t("digest.title.now", moment=moment_in_words(now, request.runtime, words.locale)),
        places={one.code: one for one in regions.all_kecamatan(session)},
        compares=last is not None, previous=last.numbers if last else None,
        previous_day=day_in_words(last.local_date, words.locale) if last else "",
    )
    send(session, request.chat_id, render(sheet), now, buttons(words, sheet.numbers), slot=_SHOWN)


def on_unclaimed(request: Request) -> None:
    """One message under the digest; the digest itself never changes. A second press opens no second one."""
    group = None if request.private else groups.by_chat(request.session, request.chat_id)
    if request.member is None if request.private else group is None:
        request.toast(request.label("refuse.unknown_person"), alert=True)
        return
    words = texts(group.locale) if group else request.texts
    slot = f"unclaimed.{request.message.message_id if request.message else 0}"
    if outbox.recent(request.session, request.chat_id, slot, request.now - QUIET):
        request.toast(request.label("digest.detail.open"))
        return
    found = digests.unclaimed(request.session)
    if not found:
        request.toast(request.label("digest.detail.none"), alert=True)
        return
    extra = {"reply_parameters": {"message_id": request.message.message_id, "allow_sending_without_reply": True}} \
        if request.message else {}
    send(request.session, request.chat_id, _detail(request, words, found), request.now, slot=slot, extra=extra)


def _detail(request: Request, words: Texts, found: dict[str, tuple[int, int]]) -> Markup:
    places = {one.code: one for one in regions.all_kecamatan(request.session)}
    rows = lines_by_place(places, {code: list(row) for code, row in found.items()}, LINES,
                          lambda n: words.label("digest.others", n=n), words.label("digest.total"))
    shown = [[name, fmt.number(houses, words.locale), fmt.money_short(cost, words.locale)]
             for name, (houses, cost) in rows]
    headers = [words.label(f"digest.{name}") for name in ("kecamatan", "houses", "cost")]
    houses, cost = (sum(column) for column in zip(*found.values(), strict=True))
    lines = [
        words.t("digest.detail", moment=moment_in_words(request.now, request.runtime, words.locale)),
        pre(shown, headers, "lrr"),
        words.t("digest.detail.cost", houses=fmt.number(houses, words.locale), cost=fmt.money(cost, words.locale),
                n=houses),
    ]
    if fmt.is_rounded(*(row[1] for _, row in rows)):
        lines.append(Markup("<i>{}</i>").format(words.label("note.rounded")))
    return join(lines)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["rekap", "recap"], on_rekap, allow=anyone(Where.ANYWHERE)),
    press(Unclaimed, on_unclaimed, allow=anyone(Where.ANYWHERE)),
]
