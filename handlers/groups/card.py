"""The cards on which an admin sets a group's digests: the group's, and each digest's in several parts."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup
from sqlmodel import Session

from handlers.digest.sections import SECTIONS
from handlers.digest.when import next_due, next_three
from handlers.groups.buttons import AddSchedule, ListGroups, OpenGroup, OpenSchedule, Part, SpeakGroup
from handlers.groups.parts import keyboard_of
from handlers.groups.words import (
    day_in_words,
    hour_in_words,
    language_in_words,
    moment_in_words,
    schedule_in_words,
    topic_in_words,
    weekdays_in_words,
)
from handlers.kit.buttons import Press, Rows
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join, languages
from handlers.scoreboard.switch import row as board_row
from storage import digests, groups, regions, scoreboard
from storage.groups import ChatGroup, Rhythm, Schedule

# More digests than these in one group nobody reads.
MOST = 8


def group_card(
    session: Session, runtime: Runtime, words: Texts, group: ChatGroup, now: datetime
) -> tuple[Markup, Rows]:
    """A group's digests, each in plain words, and the way to each of them."""
    number, found = group.id or 0, groups.schedules_of(session, group.id or 0)
    names = _kecamatan(session) if any(one.kecamatan_code for one in found) else {}
    lines = [words.t("group.title", title=group.title), words.t("group.has" if found else "group.has.none")]
    rows: Rows = []
    for place, one in enumerate(found, 1):
        said = schedule_in_words(one, runtime, words)
        about = [names[one.kecamatan_code]] if one.kecamatan_code else []
        about += [topic_in_words(one, words)] if one.topic_id is not None else []
        state = "off" if not one.active else "paused" if _paused(one, runtime, now) else "on"
        lines.append(words.t(f"group.line.{state}", place=str(place), schedule=" · ".join([_upper(said), *about])))
        rows.append([Press(f"{place}. {_short(words, one, about)}", OpenSchedule(number, one.id or 0, Part.MAIN))])
    if len(found) < MOST:
        rows.append([Press(words.label("group.button.add"), AddSchedule(number, len(found)))])
    rows.append([Press(_chosen(language_in_words(locale, locale), group.locale == locale), SpeakGroup(number, locale))
                 for locale in languages()])
    rows.append(board_row(words, scoreboard.of_group(session, number), group))
    rows.append([Press(words.label("group.button.all"), ListGroups(0))])
    return join([*lines, words.t("group.language", language=language_in_words(group.locale, words.locale))]), rows


def digest_card(
    session: Session, runtime: Runtime, words: Texts, group: ChatGroup, schedule: Schedule, now: datetime,
    part: Part = Part.MAIN,
) -> tuple[Markup, Rows]:
    """A digest in plain words with its next three dates, and the buttons of one part, in an admin's language."""
    names = _kecamatan(session) if schedule.kecamatan_code or part == Part.AREA else {}
    said = schedule_in_words(schedule, runtime, words)
    if not schedule.active:
        state = words.t("group.off", schedule=said)
    elif schedule.paused_until is not None and _paused(schedule, runtime, now):
        state = words.t("group.paused", schedule=said, day=day_in_words(schedule.paused_until, words.locale))
    else:
        state = words.t("group.on", schedule=said)
    dates = [Markup("• {}").format(moment_in_words(one, runtime, words.locale))
             for one in coming(session, runtime, schedule, now)]
    lines = [words.t("group.title", title=group.title), state,
             words.t("group.next" if schedule.active else "group.next.off"), *dates,
             *_contents(words, group, schedule, names)]
    if part != Part.MAIN:
        lines += [Markup(), words.t(f"group.part.{part.value}")]
    return join(lines), keyboard_of(words, group, schedule, part, names, now.astimezone(runtime.zone).date())


def in_short(session: Session, words: Texts, schedule: Schedule) -> str:
    """What tells a digest from the group's others, for a button."""
    code = schedule.kecamatan_code
    return _short(words, schedule, [_kecamatan(session)[code]] if code else [])


def _short(words: Texts, schedule: Schedule, about: list[str]) -> str:
    return " · ".join([words.label(f"group.button.{schedule.rhythm.value}"),
                       hour_in_words(schedule.hour, words.locale), *about])


def coming(session: Session, runtime: Runtime, schedule: Schedule, now: datetime) -> list[datetime]:
    """When the next three digests really come: a date that has had its own gets no second one."""
    today = now.astimezone(runtime.zone).date()
    first = next_due(schedule, max(now, schedule.since), runtime.zone)
    runs = digests.ahead(session, schedule.group_id, schedule.kind, today, first)
    return next_three(schedule, now, runtime.zone, lambda day, due: digests.covers(runs, day, due))


def _paused(schedule: Schedule, runtime: Runtime, now: datetime) -> bool:
    return schedule.paused_until is not None and now.astimezone(runtime.zone).date() < schedule.paused_until


def _contents(words: Texts, group: ChatGroup, schedule: Schedule, names: dict[str, str]) -> list[Markup]:
    """What is not as usual comes on a line of its own."""
    area = names[schedule.kecamatan_code] if schedule.kecamatan_code else words.label("group.area.city")
    language = language_in_words(schedule.locale or group.locale, words.locale)
    picture = words.label("group.picture.on" if schedule.picture else "group.picture.off")
    lines = [words.t("group.contents", area=area, language=language, picture=picture)]
    if off := [section.__name__ for section in SECTIONS if section.__name__ in schedule.off]:
        lines.append(words.t("group.without", sections=", ".join(words.label(f"digest.section.{one}") for one in off)))
    if schedule.quiet:
        kind = "daily" if schedule.rhythm == Rhythm.DAILY else "other"
        lines.append(words.t(f"group.quiet.{kind}", days=weekdays_in_words(schedule.quiet, words.locale)))
    if schedule.topic_id is not None:
        lines.append(words.t("group.topic", topic=topic_in_words(schedule, words)))
    return lines


def _kecamatan(session: Session) -> dict[str, str]:
    return {one.code: one.name for one in regions.all_kecamatan(session)}


def gone(words: Texts) -> tuple[Markup, Rows]:
    """What a card says of a group that the bot is not in any more."""
    return words.t("group.gone"), [[Press(words.label("group.button.all"), ListGroups(0))]]


def back_to(words: Texts, group_id: int) -> Rows:
    """The way to a group's card."""
    return [[Press(words.label("group.button.group"), OpenGroup(group_id))]]


def _chosen(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _upper(said: str) -> str:
    return said[:1].upper() + said[1:]
