"""``/grup``: an admin sees the groups, and sets which digests each reads and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from telegram.ext import BaseHandler

from handlers.deadlines.words import midnight
from handlers.digest.when import latest_due
from handlers.groups.buttons import (
    AddSchedule,
    DropSchedule,
    ListGroups,
    OpenGroup,
    OpenSchedule,
    Part,
    SetGroup,
    SetSchedule,
    Setting,
    SpeakGroup,
)
from handlers.groups.card import MOST, digest_card, gone, group_card
from handlers.groups.setting import PART_OF, wanted
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import command, press
from handlers.kit.pages import turn
from handlers.kit.policy import only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import languages
from storage import digests, groups
from storage.groups import ChatGroup, Schedule
from storage.people import RoleName

_PAGE = 8
_ADMIN = only(RoleName.ADMIN)


def on_groups(request: Request) -> None:
    """The list of groups, each a button to its digests."""
    _show_list(request, 0)


def on_list(request: Request) -> None:
    """A page of the list."""
    button = request.button
    assert isinstance(button, ListGroups)
    _show_list(request, button.after)


def _show_list(request: Request, after: int) -> None:
    found = groups.page(request.session, after=after, limit=_PAGE + 1)
    if not found:
        request.edit(request.t("group.list.none", username=request.runtime.bot_username))
        return
    rows: Rows = [[Press(one.title or str(one.chat_id), OpenGroup(one.id or 0))] for one in found[:_PAGE]]
    turns = turn(request, ListGroups(0) if after else None,
                 ListGroups(found[_PAGE - 1].id or 0) if len(found) > _PAGE else None)
    request.edit(request.t("group.list"), [*rows, *turns])


def on_open(request: Request) -> None:
    """A group's card."""
    button = request.button
    assert isinstance(button, OpenGroup)
    group = group_of(request, button.group_id)
    if group is not None:
        _show_group(request, group)


def on_set_group(request: Request) -> None:
    """An old card's button: what it would have set may be another digest's today, so it only opens what there is."""
    button = request.button
    assert isinstance(button, SetGroup)
    group = group_of(request, button.group_id)
    if group is not None:
        request.toast(request.label("group.toast.old"))
        _show_group(request, group)


def on_speak(request: Request) -> None:
    """The group is spoken to in another language."""
    button = request.button
    assert isinstance(button, SpeakGroup)
    group = group_of(request, button.group_id)
    if group is None:
        return
    if button.locale not in languages():
        raise Refusal("refuse.old_button")
    groups.speak(request.session, group, button.locale, request.now, by=request.me.id)
    _show_group(request, group)


def on_add(request: Request) -> None:
    """One more digest, off until the admin turns it on. A card that shows another number than there are adds none."""
    button = request.button
    assert isinstance(button, AddSchedule)
    group = group_of(request, button.group_id)
    if group is None:
        return
    if not 0 <= button.shown < MOST:
        raise Refusal("refuse.old_button")
    made = groups.add_beside(request.session, button.group_id, request.now, shown=button.shown, by=request.me.id)
    if made is None:
        _show_group(request, group)
    else:
        _show(request, group, made, Part.MAIN)


def on_schedule(request: Request) -> None:
    """A part of a digest's card."""
    button = request.button
    assert isinstance(button, OpenSchedule)
    found = found_of(request, button.group_id, button.schedule_id)
    if found is not None:
        _show(request, *found, button.part)


def on_set(request: Request) -> None:
    """One thing of a digest is set. Only what really changes is written: ``since`` starts anew with other times."""
    button = request.button
    assert isinstance(button, SetSchedule)
    found = found_of(request, button.group_id, button.schedule_id)
    if found is None:
        return
    group, schedule = found
    values = wanted(request, schedule, button.what, button.value)
    if any(getattr(schedule, name) != value for name, value in values.items()):
        since = _owed(request, schedule) if groups.WHEN & set(values) else None
        groups.set_schedule(request.session, schedule, request.now, by=request.me.id, since=since, **values)
        if button.what == Setting.ACTIVE:
            request.toast(request.label("group.toast.on" if schedule.active else "group.toast.off"))
    _show(request, group, schedule, PART_OF[button.what])


def _owed(request: Request, schedule: Schedule) -> datetime | None:
    """Since when other times count, where a digest has come due and was not made yet (by the next tick, or after an
    outage): since the beginning of its date, so that it comes if they name that date, too."""
    session, now, zone = request.session, request.now, request.runtime.zone
    due = latest_due(schedule, now, zone) if schedule.active else None
    if due is None or due <= schedule.since:
        return None
    day = due.astimezone(zone).date()
    if digests.made_for(session, schedule.group_id, schedule.kind, day, due, now):
        return None
    return max(schedule.since, midnight(due, zone) - timedelta(seconds=1))  # a digest of midnight is due after that


def on_drop(request: Request) -> None:
    """The digest is deleted; the group's others stay. One that was changed since it was shown is shown anew instead."""
    button = request.button
    assert isinstance(button, DropSchedule)
    found = found_of(request, button.group_id, button.schedule_id)
    if found is None:
        return
    group, schedule = found
    if button.stamp != schedule.stamp:
        request.toast(request.label("group.toast.changed"), alert=True)
        _show(request, group, schedule, Part.DROP)
        return
    groups.drop_schedule(request.session, schedule, request.now, by=request.me.id)
    request.toast(request.label("group.toast.dropped"))
    _show_group(request, group)


def group_of(request: Request, group_id: int) -> ChatGroup | None:
    """The group that a button names; None, said on the card, when the bot is not in it any more."""
    group = request.session.get(ChatGroup, group_id)
    if group is None or group.left_at is not None:
        request.edit(*gone(request.texts))
        return None
    return group


def found_of(request: Request, group_id: int, schedule_id: int) -> tuple[ChatGroup, Schedule] | None:
    """A group and a digest of it; None when either is gone, and the card says what there is now."""
    group = group_of(request, group_id)
    if group is None:
        return None
    schedule = groups.schedule_for_update(request.session, schedule_id)
    if schedule is None or schedule.group_id != group_id:
        request.toast(request.label("group.schedule.gone"), alert=True)
        _show_group(request, group)
        return None
    return group, schedule


def _show_group(request: Request, group: ChatGroup) -> None:
    request.edit(*group_card(request.session, request.runtime, request.texts, group, request.now))


def _show(request: Request, group: ChatGroup, schedule: Schedule, part: Part) -> None:
    request.edit(*digest_card(request.session, request.runtime, request.texts, group, schedule, request.now, part))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["grup", "groups"], on_groups, allow=_ADMIN),
    press(ListGroups, on_list, allow=_ADMIN),
    press(OpenGroup, on_open, allow=_ADMIN),
    press(SetGroup, on_set_group, allow=_ADMIN),
    press(SpeakGroup, on_speak, allow=_ADMIN),
    press(AddSchedule, on_add, allow=_ADMIN),
    press(OpenSchedule, on_schedule, allow=_ADMIN),
    press(SetSchedule, on_set, allow=_ADMIN),
    press(DropSchedule, on_drop, allow=_ADMIN),
]
