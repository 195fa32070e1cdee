"""Failures on demand: what a network, an overloaded Telegram or a person's block does to a call."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.sandbox.errors import ApiError, bad_request, forbidden, too_many_requests

Kind = Literal["429", "500", "timeout", "drop_before", "drop_after", "blocked", "forbidden", "no_photos",
               "bad_json"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(eq=False)
class Fault:
    """A failure that waits for matching calls; `hits` counts those it has spoilt.

    429, 500, blocked, forbidden, no_photos: refused, not done. timeout: not done, never answered. drop_before:
    connection closed, not done. drop_after: done, connection closed. bad_json: done, the answer is an HTML error page.
    """

    kind: Kind
    method: str | None  # None: any method except getUpdates
    times: int | None  # None: until removed
    chat: int | None
    retry_after: int
    hits: int = 0

    def refusal(self) -> ApiError | None:
        """What is answered instead, for the kinds that are an answer."""
        if self.kind == "429":
            return too_many_requests(self.retry_after)
        if self.kind == "500":
            return ApiError(500, "Internal Server Error")
        if self.kind == "blocked":
            return forbidden("bot was blocked by the user")
        if self.kind == "forbidden":
            return forbidden("bot was kicked from the supergroup chat")
        if self.kind == "no_photos":
            return bad_request("not enough rights to send photos to the chat")
        return None


class Faults:
    """The faults that wait, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, kind: Kind, method: str | None, times: int | None, chat: int | None, retry_after: int) -> Fault:
        """Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; one of {', '.join(KINDS)}")
        fault = Fault(kind, method.lower() if method else None, times, chat, retry_after)
        self.waiting.append(fault)
        return fault

    def take(self, method: str, chat: str) -> Fault | None:
        """The fault for this call, counted; `chat` is the chat_id parameter as text, "" without one."""
        for fault in self.waiting:
            if fault.method is None and method.lower() == "getupdates":
                continue
            if fault.method not in (None, method.lower()) or (fault.chat is not None and str(fault.chat) != chat):
                continue
            fault.hits += 1
            if fault.times is not None and fault.hits >= fault.times:
                self.waiting.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        """Removes all."""
        self.waiting.clear()
