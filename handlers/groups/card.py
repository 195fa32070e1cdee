"""The card with which an admin sets a group's schedule; each press says exactly what it sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from babel import Locale
from markupsafe import Markup
from sqlmodel import Session

from handlers.digest.when import KIND, next_due
from handlers.groups.words import hour_in_words, moment_in_words, schedule_in_words, weekday_in_words
from handlers.kit.buttons import Button, Press, Rows, grid
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join, languages
from storage import digests, groups
from storage.groups import ChatGroup, Rhythm, Schedule

HOURS = range(6, 21)


class Setting(StrEnum):
    """What a press on the card sets."""

    ACTIVE = "active"
    RHYTHM = "rhythm"
    WEEKDAY = "weekday"
    HOUR = "hour"
    LOCALE = "locale"


@dataclass(frozen=True)
class SetGroup(Button):
    """Set one thing of a group's schedule to a value; pressed twice it is the same."""

    code = "dg"
    group_id: int
    what: Setting
    value: str


@dataclass(frozen=True)
class OpenGroup(Button):
    """A group's card."""

    code = "do"
    group_id: int


@dataclass(frozen=True)
class ListGroups(Button):
    """The list of groups behind one of them; 0 for its beginning."""

    code = "dl"
    after: int


def card(session: Session, runtime: Runtime, words: Texts, group: ChatGroup, now: datetime) -> tuple[Markup, Rows]:
    """A group's schedule in plain words, and the buttons that change it, in an admin's language."""
    schedule = groups.schedule_of(session, group.id or 0, now)
    said = schedule_in_words(schedule, runtime, words)
    if schedule.active:
        due = next_for(session, runtime, schedule, now)
        state = words.t("group.on", schedule=said, next=moment_in_words(due, runtime, words.locale))
    else:
        state = words.t("group.off", schedule=said)
    return join([words.t("group.title", title=group.title), state]), _buttons(words, group, schedule)


def next_for(session: Session, runtime: Runtime, schedule: Schedule, now: datetime) -> datetime:
    """When the next digest really comes: a date that has had its digest gets no second one."""
    due = next_due(schedule, now, runtime.zone)
    while digests.exists(session, schedule.group_id, KIND, due.astimezone(runtime.zone).date()):
        due = next_due(schedule, due, runtime.zone)
    return due


def _buttons(words: Texts, group: ChatGroup, schedule: Schedule) -> Rows:
    number = group.id or 0

    def one(label: str, what: Setting, value: str, *, chosen: bool = False) -> Press:
        return Press(f"✓ {label}" if chosen else label, SetGroup(number, what, value))

    rows: Rows = [[one(words.label("group.button.off" if schedule.active else "group.button.on"), Setting.ACTIVE,
                       str(int(not schedule.active)))]]
    rows.append([one(words.label(f"group.button.{rhythm.value}"), Setting.RHYTHM, rhythm.value,
                     chosen=schedule.rhythm == rhythm) for rhythm in (Rhythm.WEEKLY, Rhythm.DAILY)])
    if schedule.rhythm == Rhythm.WEEKLY:
        rows += grid([one(weekday_in_words(day, words.locale), Setting.WEEKDAY, str(day),
                          chosen=schedule.weekday == day) for day in range(7)], 4)
    rows += grid([one(hour_in_words(hour, words.locale), Setting.HOUR, str(hour), chosen=schedule.hour == hour)
                  for hour in HOURS], 5)
    rows.append([one(str(Locale.parse(locale).get_display_name(locale)), Setting.LOCALE, locale,
                     chosen=group.locale == locale) for locale in languages()])
    rows.append([Press(words.label("group.button.all"), ListGroups(0))])
    return rows
