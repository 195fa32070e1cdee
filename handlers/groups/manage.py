"""``/grup``: an admin sees the groups and sets when each reads its digest."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.groups.card import HOURS, ListGroups, OpenGroup, SetGroup, Setting, card
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import command, press
from handlers.kit.pages import turn
from handlers.kit.policy import only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import languages
from storage import groups
from storage.groups import ChatGroup, Rhythm
from storage.people import RoleName

_PAGE = 8
_ADMIN = only(RoleName.ADMIN)


def on_groups(request: Request) -> None:
    """The list of groups, each a button to its schedule."""
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
    _show(request, button.group_id)


def on_set(request: Request) -> None:
    """One thing of the schedule is set. Only what really changes is written: ``since`` starts anew with it."""
    button = request.button
    assert isinstance(button, SetGroup)
    group = _group(request, button.group_id)
    if group is not None:
        _set(request, group, button.what, button.value)
    _show(request, button.group_id)


def _set(request: Request, group: ChatGroup, what: Setting, value: str) -> None:
    if what == Setting.LOCALE:
        if value not in languages():
            raise Refusal("refuse.old_button")
        groups.speak(request.session, group, value, request.now, by=request.me.id)
        return
    schedule = groups.schedule_of(request.session, group.id or 0, request.now)
    wanted = _value(what, value)
    if getattr(schedule, what.value) != wanted:
        groups.set_schedule(request.session, schedule, request.now, by=request.me.id, **{what.value: wanted})
        if what == Setting.ACTIVE:
            request.toast(request.label("group.toast.on" if wanted else "group.toast.off"))


def _value(what: Setting, value: str) -> Any:
    """A button's value as the schedule keeps it; a forged one is refused."""
    try:
        wanted: Any = Rhythm(value) if what == Setting.RHYTHM else int(value)
    except ValueError:
        raise Refusal("refuse.old_button") from None
    allowed = {Setting.ACTIVE: (0, 1), Setting.RHYTHM: tuple(Rhythm), Setting.WEEKDAY: range(7), Setting.HOUR: HOURS}
    if wanted not in allowed[what]:
        raise Refusal("refuse.old_button")
    return bool(wanted) if what == Setting.ACTIVE else wanted


def _group(request: Request, group_id: int) -> ChatGroup | None:
    group = request.session.get(ChatGroup, group_id)
    return group if group is not None and group.left_at is None else None


def _show(request: Request, group_id: int) -> None:
    group = _group(request, group_id)
    if group is None:
        request.edit(request.t("group.gone"), [[Press(request.label("group.button.all"), ListGroups(0))]])
        return
    request.edit(*card(request.session, request.runtime, request.texts, group, request.now))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["grup", "groups"], on_groups, allow=_ADMIN),
    press(ListGroups, on_list, allow=_ADMIN),
    press(OpenGroup, on_open, allow=_ADMIN),
    press(SetGroup, on_set, allow=_ADMIN),
]
