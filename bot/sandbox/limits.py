"""Telegram's rate limits, as its FAQ states them: 30 messages a second, one a second in a chat, 20 a minute in a group.

A chat may burst to 5 before its one a second is enforced.
"""

import math
import time
from collections.abc import Callable

from bot.sandbox.errors import too_many_requests


class Bucket:
    """Holds up to `size` tokens, refilled at `rate` a second."""

    def __init__(self, size: float, rate: float, now: float) -> None:
        self.size, self.rate, self.tokens, self.at = size, rate, size, now

    def wait(self, cost: float, now: float) -> float:
        """Seconds until `cost` tokens are there; 0 when they are. Takes none."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (min(cost, self.size) - self.tokens) / self.rate)


class Limits:
    """The three limits together; does nothing unless `strict`."""

    def __init__(self, strict: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.strict = strict
        self.clock = clock
        self.everyone = Bucket(30, 30, clock())
        self.chats: dict[int, Bucket] = {}
        self.groups: dict[int, Bucket] = {}

    def spend(self, chat_id: int, *, group: bool, cost: int = 1) -> None:
        """Counts `cost` messages to a chat. Raises ApiError 429 with the seconds to wait, counting nothing."""
        if not self.strict:
            return
        now = self.clock()
        buckets = [self.everyone, self.chats.setdefault(chat_id, Bucket(5, 1, now))]
        if group:
            buckets.append(self.groups.setdefault(chat_id, Bucket(20, 20 / 60, now)))
        wait = max(bucket.wait(cost, now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for bucket in buckets:
            bucket.tokens -= cost
