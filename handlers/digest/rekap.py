"""The numbers at once (/rekap)."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.digest import pictures
from handlers.digest.access import QUIET, admitted, once
from handlers.digest.asked import show_asked
from handlers.digest.detail import buttons
from handlers.digest.posted import made_on
from handlers.digest.render import render
from handlers.digest.sheet import Sheet
from handlers.digest.snapshots import compare_row
from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit.endpoint import command
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request, send
from handlers.kit.texts import Texts
from storage import digests, outbox, regions
from storage.groups import ChatGroup

_SHOWN = "rekap"


def on_rekap(request: Request) -> None:
    """``/rekap``: the numbers at once; with a month or a day behind it, those that were posted then."""
    found = admitted(request)
    asked = request.text.split(maxsplit=1)[1:]
    if found is None:
        return
    if asked:
        show_asked(request, found, asked[0])
    elif found[1] and outbox.recent(request.session, request.chat_id, _SHOWN, request.now - QUIET):
        once(request, found[0], "digest.just_shown")
    else:
        _show(request, *found)


def _show(request: Request, words: Texts, group: ChatGroup | None) -> None:
    session, now = request.session, request.now
    last = digests.last_run(session, group.id or 0) if group else None
    sheet = Sheet(
        numbers=digests.count(session, request.today.year), texts=words,
        title=words.t("digest.title.now", moment=moment_in_words(now, request.runtime, words.locale)),
        places={one.code: one for one in regions.all_kecamatan(session)},
        compares=last is not None, previous=last.numbers if last else None,
        previous_day=day_in_words(made_on(request.runtime, last), words.locale) if last else "",
    )
    rows = [*buttons(words, sheet.numbers), *compare_row(words)]
    send(session, request.chat_id, render(sheet), now, rows, slot=_SHOWN, extra=request.in_topic)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    *pictures.ROUTES,
    command(["rekap", "recap"], on_rekap, allow=anyone(Where.ANYWHERE)),
]
