"""Which digest a public button speaks of, and who may see what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.digest.access import crowded
from handlers.groups.membership import is_open
from handlers.kit.request import Request
from handlers.kit.texts import Texts, texts
from storage import groups
from storage.digests import DigestRun


@dataclass(frozen=True)
class Opened:
    """What was pressed on. ``run``: the digest, None for numbers of now; ``under``: the message with the digest."""

    run: DigestRun | None
    words: Texts
    under: int

    @property
    def run_id(self) -> int:
        """For the next buttons."""
        return self.run.id or 0 if self.run else 0

    def reply(self, request: Request) -> dict[str, Any]:
        """What a message needs to come under the digest, in its forum topic."""
        below = {"message_id": self.under, "allow_sending_without_reply": True}
        return request.in_topic | ({"reply_parameters": below} if self.under else {})


def opened(request: Request, run_id: int, under: int) -> Opened | None:
    """The digest behind a press; None once it was answered that there is nothing to see.

    In a group that an admin let the bot into anybody may look, at digests of this group only; in private members, at
    all of them.
    """
    session = request.session
    group = None if request.private else groups.by_chat(session, request.chat_id)
    if request.member is None if request.private else group is None:
        request.toast(request.label("refuse.unknown_person"), alert=True)
        return None
    if group is not None and group.left_at is not None:
        request.toast(request.label("digest.list.left"), alert=True)
        return None
    if group is not None and request.member is None and not is_open(request, group):
        request.toast(request.label("digest.not_yet"), alert=True)
        return None
    if crowded(request):
        request.toast(request.label("digest.crowd"), alert=True)
        return None
    run = session.get(DigestRun, run_id) if run_id else None
    if run_id and (run is None or (group is not None and run.group_id != group.id)):
        request.toast(request.label("digest.list.elsewhere"), alert=True)
        return None
    locale = request.locale if group is None else groups.locale_of(session, group, run.kind) if run else group.locale
    return Opened(run, texts(locale), below(request, under))


def below(request: Request, under: int) -> int:
    """The message that a button names; the one pressed on where it names none, or one that Telegram would never give:
    that is made up, and a reply to it would be refused."""
    pressed = request.message.message_id if request.message else 0
    return under if 0 < under < 2**31 else pressed
