"""Who may see the city's numbers: members in private; in a group that an admin let the bot into, anybody there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers.groups.membership import here, is_open
from handlers.kit.buttons import Rows
from handlers.kit.request import Request
from handlers.kit.texts import Texts, texts
from storage import groups, outbox
from storage.groups import ChatGroup

# Within this time the same is not shown twice in a chat.
QUIET = timedelta(seconds=60)
# More new messages than these a group does not get within that time, whoever asks: Telegram allows 20 calls a minute,
# and a digest must not wait behind what somebody has asked for in fun.
CROWD = 10
_SAID = "rekap.again"

Admitted = tuple[Texts, ChatGroup | None]


def admitted(request: Request) -> Admitted | None:
    """Whoever typed a command may see them: in which language, and in which group. None: they were told that not."""
    if request.private:
        if request.member is None:
            request.turn_away()
            return None
        return request.texts, None
    group, known = here(request)
    if not known and request.member is None:
        return None
    words = texts(group.locale)
    if request.member is None and not is_open(request, group):
        once(request, words, "digest.not_yet")
        return None
    if crowded(request):
        once(request, words, "digest.crowd")
        return None
    return words, group


def crowded(request: Request) -> bool:
    """Whether a group has just got so many answers that it gets no other one for now."""
    return not request.private and \
        outbox.answers(request.session, request.chat_id, request.now - QUIET) >= CROWD


def pressed(request: Request) -> Admitted | None:
    """The same for whoever pressed a button, perhaps a forged one."""
    if request.private and request.member is not None:
        return request.texts, None
    group = None if request.private else groups.by_chat(request.session, request.chat_id)
    if group is not None and group.left_at is None and (request.member is not None or is_open(request, group)):
        if crowded(request):
            request.toast(request.label("digest.crowd"), alert=True)
            return None
        return texts(group.locale), group
    request.toast(request.label("refuse.unknown_person"), alert=True)
    return None


def once(
    request: Request, words: Texts, key: str, *, slot: str = _SAID, values: Mapping[str, Any] | None = None,
    rows: Rows | None = None,
) -> None:
    """A line to somebody; in a group at most one a minute."""
    if request.private or not outbox.recent(request.session, request.chat_id, slot, request.now - QUIET):
        request.say(words.t(key, **(values or {})), rows or [], slot=slot, reply=not request.private)
