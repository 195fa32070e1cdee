"""Telegram's limits, kept before a call is made (decision 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.outbox import BOT_LANE


@dataclass
class _Bucket:
    """Refills at ``rate`` a second up to ``size``."""

    rate: float
    size: float
    left: float
    at: float

    def refill(self, now: float) -> float:
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        return self.left


# Calls a second and burst. Telegram: 30/s over all; one a second in a chat, with short bursts; 20 a minute in a group.
# Each burst is one below Telegram's: calls arrive a little closer together or further apart than they leave.
ALL = (29.0, 29.0)
PRIVATE = (1.0, 4.0)
GROUP = (20 / 60, 4.0)


class Limits:
    """Token buckets, one for all and one a chat. Times are monotonic seconds."""

    def __init__(self, clock: Callable[[], float], *, enabled: bool = True) -> None:
        self._clock = clock
        self._enabled = enabled
        self._all = _Bucket(*ALL, ALL[1], clock())
        self._chats: dict[int, _Bucket] = {}

    def room(self) -> int:
        """How many calls may go out now."""
        return int(self._all.refill(self._clock())) if self._enabled else 1000

    def take(self, chat_id: int) -> None:
        """A call to a chat goes out."""
        if not self._enabled:
            return
        now = self._clock()
        self._all.refill(now)
        self._all.left -= 1
        if chat_id <= BOT_LANE:
            return
        bucket = self._bucket(chat_id, now)
        bucket.refill(now)
        bucket.left -= 1

    def exhausted(self) -> list[int]:
        """Chats that must wait; full buckets are forgotten on the way."""
        now = self._clock()
        waiting = []
        for chat_id, bucket in list(self._chats.items()):
            left = bucket.refill(now)
            if left >= bucket.size:
                del self._chats[chat_id]
            elif left < 1:
                waiting.append(chat_id)
        return waiting

    def next_room(self) -> float:
        """Seconds until some waiting chat, or the whole, may go on."""
        delays = [(1 - bucket.left) / bucket.rate for bucket in self._chats.values() if bucket.left < 1]
        if self._all.left < 1:
            delays.append((1 - self._all.left) / self._all.rate)
        return max(0.01, min(delays, default=1.0))

    def _bucket(self, chat_id: int, now: float) -> _Bucket:
        rate, size = GROUP if chat_id < 0 else PRIVATE
        return self._chats.setdefault(chat_id, _Bucket(rate, size, size, now))
