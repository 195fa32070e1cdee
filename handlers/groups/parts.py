"""The keyboards of a digest's card, a part each, so that none is a wall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from handlers.digest.sections import SECTIONS
from handlers.groups.buttons import NONE, DropSchedule, OpenGroup, OpenSchedule, Part, SetSchedule, Setting
from handlers.groups.words import LAST_DAY, day_in_words, hour_in_words, language_in_words, weekday_in_words
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.texts import Texts, languages
from storage.groups import ChatGroup, Rhythm, Schedule

HOURS = range(6, 21)
MONTH_DAYS = (1, 5, 10, 15, 20, 25, LAST_DAY)
PAUSES = (7, 14)
# What can be left out: a digest always has its headline.
OPTIONAL = tuple(section.__name__ for section in SECTIONS[1:])


class _Keyboard:
    """Makes the buttons of one digest."""

    def __init__(self, words: Texts, group: ChatGroup, schedule: Schedule) -> None:
        self.words, self.group, self.schedule = words, group, schedule

    def one(self, label: str, what: Setting, value: str, *, chosen: bool = False) -> Press:
        """A button that sets something."""
        to = SetSchedule(self.group.id or 0, self.schedule.id or 0, what, value)
        return Press(f"✓ {label}" if chosen else label, to)

    def toggle(self, label: str, what: Setting, which: object, *, chosen: bool) -> Press:
        """A button that puts one of several in, or takes it out."""
        return self.one(label, what, f"{which}.{int(not chosen)}", chosen=chosen)

    def to(self, key: str, part: Part) -> Press:
        """A button that leads to a part of the card."""
        return Press(self.words.label(key), OpenSchedule(self.group.id or 0, self.schedule.id or 0, part))

    def weekdays(self, what: Setting, bits: int) -> Rows:
        """The seven of them, as toggles."""
        return grid([self.toggle(weekday_in_words(day, self.words.locale), what, day, chosen=bool(bits >> day & 1))
                     for day in range(7)], 3)


def keyboard_of(
    words: Texts, group: ChatGroup, schedule: Schedule, part: Part, names: Mapping[str, str], today: date
) -> Rows:
    """The buttons of a part. ``names``: kecamatan by code, for the choice among them."""
    made = _Keyboard(words, group, schedule)
    match part:
        case Part.MAIN:
            return _main(made)
        case Part.DAYS:
            rows = _days(made)
        case Part.HOUR:
            rows = grid([made.one(hour_in_words(hour, words.locale), Setting.HOUR, str(hour),
                                  chosen=schedule.hour == hour) for hour in HOURS], 4)
        case Part.QUIET:
            rows = made.weekdays(Setting.QUIET, schedule.quiet)
        case Part.PAUSE:
            rows = _pauses(made, today)
        case Part.CONTENT:
            rows = _content(made)
        case Part.AREA:
            areas = {NONE: words.label("group.button.city"), **names}
            rows = grid([made.one(name, Setting.AREA, code, chosen=(schedule.kecamatan_code or NONE) == code)
                         for code, name in areas.items()])
        case Part.LOCALE:
            spoken = {NONE: words.label("group.button.as_group"),
                      **{one: language_in_words(one, one) for one in languages()}}
            rows = grid([made.one(name, Setting.LOCALE, code, chosen=(schedule.locale or NONE) == code)
                         for code, name in spoken.items()])
        case Part.DROP:
            drop = DropSchedule(group.id or 0, schedule.id or 0, schedule.stamp)
            rows = [[Press(words.label("group.button.drop.yes"), drop)]]
    return [*rows, [made.to("group.button.back", Part.MAIN)]]


def _main(made: _Keyboard) -> Rows:
    words, schedule = made.words, made.schedule
    rows: Rows = [[made.one(words.label("group.button.off" if schedule.active else "group.button.on"), Setting.ACTIVE,
                            str(int(not schedule.active)))],
                  [made.to("group.button.days", Part.DAYS), made.to("group.button.hour", Part.HOUR)],
                  [made.to("group.button.quiet", Part.QUIET), made.to("group.button.pause", Part.PAUSE)],
                  [made.to("group.button.content", Part.CONTENT), made.to("group.button.area", Part.AREA)],
                  [made.to("group.button.locale", Part.LOCALE), made.to("group.button.drop", Part.DROP)]]
    if schedule.topic_id is not None:
        rows.append([made.one(words.label("group.button.general"), Setting.TOPIC, NONE)])
    rows.append([Press(words.label("group.button.group"), OpenGroup(made.group.id or 0))])
    return rows


def _days(made: _Keyboard) -> Rows:
    words, schedule = made.words, made.schedule
    rows = grid([made.one(words.label(f"group.button.{rhythm.value}"), Setting.RHYTHM, rhythm.value,
                          chosen=schedule.rhythm == rhythm) for rhythm in Rhythm])
    if schedule.rhythm == Rhythm.WEEKLY:
        rows += made.weekdays(Setting.WEEKDAY, schedule.weekdays)
    elif schedule.rhythm != Rhythm.DAILY:
        rows += grid([made.one(words.label("group.button.last") if day == LAST_DAY else str(day), Setting.MONTH_DAY,
                               str(day), chosen=schedule.month_day == day) for day in MONTH_DAYS], 4)
    return rows


def _pauses(made: _Keyboard, today: date) -> Rows:
    rows: Rows = []
    for days in PAUSES:
        until = today + timedelta(days=days)
        label = made.words.label("group.button.until", n=days // 7, day=day_in_words(until, made.words.locale))
        rows.append([made.one(label, Setting.PAUSE, until.isoformat(), chosen=made.schedule.paused_until == until)])
    if made.schedule.paused_until is not None and made.schedule.paused_until > today:
        rows.append([made.one(made.words.label("group.button.resume"), Setting.PAUSE, NONE)])
    return rows


def _content(made: _Keyboard) -> Rows:
    words, schedule = made.words, made.schedule
    picture = made.one(words.label("group.button.picture"), Setting.PICTURE, str(int(not schedule.picture)),
                       chosen=schedule.picture)
    return [[picture], *grid([made.toggle(words.label(f"digest.section.{name}"), Setting.SECTION, name,
                                          chosen=name not in schedule.off) for name in OPTIONAL])]
