"""Pictures in the chat: the chart before a digest, and the public buttons that open a chart or a map under it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from telegram.ext import BaseHandler

from handlers.digest.atlas import atlas
from handlers.digest.chart import Spec, chart
from handlers.digest.opened import opened
from handlers.digest.render import size
from handlers.digest.sections import headline
from handlers.digest.sheet import Numbers, Sheet
from handlers.groups.words import moment_in_words
from handlers.kit.buttons import Button, Press, Rows
from handlers.kit.endpoint import press
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from storage import digests, outbox, regions
from storage.digests import DigestRun
from storage.outbox import Delivery

log = logging.getLogger("bedah.digest")

# Telegram's limit for the words under a picture, in UTF-16 units.
CAPTION = 1024
# Within this time the same picture does not come twice under a digest.
_QUIET = timedelta(seconds=60)
# Kelurahan that are named as missing on a map; the others are counted.
_NAMED = 8


class Kind(StrEnum):
    """What is drawn."""

    CHART = "c"
    MAP = "m"


@dataclass(frozen=True)
class Draw(Button):
    """Under a digest, for anyone there: a picture of its numbers. ``run_id`` 0: of those of the moment (/rekap)."""

    code = "dp"
    kind: Kind
    run_id: int


def rows(words: Texts, numbers: Numbers, run_id: int) -> Rows:
    """The buttons for pictures; none where there is nothing to draw. A digest has had its chart."""
    if not numbers["needing"]:
        return []
    kinds = [Kind.MAP] if run_id else [Kind.CHART, Kind.MAP]
    return [[Press(words.label(f"digest.button.{kind.name.lower()}"), Draw(kind, run_id)) for kind in kinds]]


def before(
    session: Session, runtime: Runtime, chat_id: int, sheet: Sheet, run: DigestRun, extra: dict[str, Any] | None = None,
) -> None:
    """The chart that goes before a digest's text, with the headline below it; none in a city without houses.

    Drawn at delivery. What becomes of it never touches the text, which waits right behind it and says everything.
    """
    try:
        spec = chart(session, runtime, sheet, run.made_at)
    except DBAPIError:
        raise
    except Exception as error:  # numbers of another version, say
        log.error("the chart of run %s failed: %s", run.id, type(error).__name__)
        return
    if spec is not None:
        caption = join([sheet.title, headline(sheet)], "\n\n")
        _send(session, chat_id, {"_chart": spec, "filename": "rekap.png"},
              caption if size(caption) <= CAPTION else sheet.title, run.made_at, f"{outbox.PICTURE}{run.id}",
              outbox.NEWS, extra or {})


def _send(session: Session, chat_id: int, picture: Spec, caption: Markup, now: datetime, slot: str, priority: int,
          extra: dict[str, Any]) -> None:
    params = {"chat_id": chat_id, "photo": picture, "caption": str(caption), "parse_mode": "HTML", **extra}
    outbox.enqueue(session, chat_id, "sendPhoto", params, now, slot=slot, delivery=Delivery.AT_MOST_ONCE,
                   priority=priority)


def on_draw(request: Request) -> None:
    """One picture below the digest; the digest itself never changes. A second press soon after brings no second one."""
    button, session, now = request.button, request.session, request.now
    assert isinstance(button, Draw)
    at = opened(request, button.run_id, 0)
    if at is None:
        return
    slot = f"{outbox.ASKED}{button.kind}.{at.under}"
    if outbox.recent(session, request.chat_id, slot, now - _QUIET):
        request.toast(request.label("digest.picture.open"))
        return
    numbers = at.run.numbers if at.run else digests.count(session, request.today.year)
    sheet = Sheet(numbers=numbers, texts=at.words, title=Markup(),
                  places={one.code: one for one in regions.all_kecamatan(session)})
    made = _chart if button.kind == Kind.CHART else _map
    found = made(request, sheet, at.run.made_at if at.run else now)
    if found is None:
        request.toast(request.label(f"digest.{button.kind.name.lower()}.none"), alert=True)
        return
    _send(session, request.chat_id, *found, now, slot, outbox.ANSWER, at.reply(request))
    request.toast(request.label("digest.picture.coming"))


def _chart(request: Request, sheet: Sheet, made_at: datetime) -> tuple[Spec, Markup] | None:
    spec = chart(request.session, request.runtime, sheet, made_at)
    if spec is None:
        return None
    return {"_chart": spec, "filename": "rekap.png"}, _caption(request, sheet, made_at, "digest.chart.caption")


def _map(request: Request, sheet: Sheet, made_at: datetime) -> tuple[Spec, Markup] | None:
    found = atlas(request.session, request.runtime, sheet, made_at)
    if found is None:
        return None
    caption = _caption(request, sheet, made_at, "digest.map.caption")
    full = join([caption, *_missing(sheet, found.missing)], "\n\n")
    return {"_map": found.spec, "filename": "peta.png"}, full if size(full) <= CAPTION else caption


def _caption(request: Request, sheet: Sheet, made_at: datetime, key: str) -> Markup:
    moment = moment_in_words(made_at, request.runtime, sheet.texts.locale)
    return join([sheet.t(key, moment=moment), headline(sheet)], "\n\n")


def _missing(sheet: Sheet, missing: dict[str, int]) -> list[Markup]:
    """Which kelurahan have no place on the map, so that its figures and those below it still add up."""
    if not missing:
        return []
    largest = sorted(missing, key=lambda name: (-missing[name], name))
    told = [f"{name} {sheet.figure(missing[name])}" for name in largest[:_NAMED]]
    if len(largest) > _NAMED:
        rest = largest[_NAMED:]
        told.append(f"{sheet.label('digest.others', n=len(rest))} {sheet.figure(sum(missing[one] for one in rest))}")
    houses = sum(missing.values())
    return [sheet.t("digest.map.missing", houses=sheet.figure(houses), n=houses, places=", ".join(told))]


ROUTES: list[BaseHandler[Any, Any, Any]] = [press(Draw, on_draw, allow=anyone(Where.ANYWHERE))]
