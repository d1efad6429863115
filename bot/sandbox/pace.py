"""Telegram's limits on sending, counted in two ways: 30/s in all, 1/s per chat, 20/min per group.

Telegram does not say how it counts. `bucket` lets bursts pass, `window` never does: a bot that
neither refuses meets no limit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from typing import Any, Literal

from bot.sandbox.errors import too_many

Limits = Literal["bucket", "window"]
Kind = Literal["overall", "chat", "group"]
Key = tuple[Kind, Hashable]

_BUCKETS: dict[Kind, tuple[float, float]] = {  # tokens per second, burst
    "overall": (30.0, 30.0),
    "chat": (1.0, 3.0),  # "short bursts" are let pass
    "group": (20 / 60, 20.0),
}
_WINDOWS: dict[Kind, tuple[int, float]] = {  # at most so many, in any so many seconds
    "overall": (30, 1.0),
    # Two calls that left a second apart may arrive a little closer: that is no burst.
    "chat": (1, 0.9),
    "group": (20, 60.0),
}
PACED = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendMediaGroup",
        "editMessageText",
        "editMessageReplyMarkup",
    }
)


class Pace(ABC):
    """Counts sends; answers 429 with `retry_after` beyond the limits."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def spend(self, chat_id: Any) -> None:
        """Count one send wherever it counts.

        Raises:
            ApiError: 429; nothing is counted then.

        """
        now = self._clock()
        keys: list[Key] = [("overall", None), ("chat", chat_id)]
        if isinstance(chat_id, int) and chat_id < 0:
            keys.append(("group", chat_id))
        wait = max(self._wait(key, now) for key in keys)
        if wait > 0:
            raise too_many(wait)
        for key in keys:
            self._count(key, now)

    @abstractmethod
    def _wait(self, key: Key, now: float) -> float:
        """Answer in how many seconds one more may be sent; not above 0: now."""

    @abstractmethod
    def _count(self, key: Key, now: float) -> None:
        """Count one."""


class Buckets(Pace):
    """Token buckets: what was not sent may be sent later, at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._buckets: dict[Key, tuple[float, float]] = {}  # tokens, at what time

    def _wait(self, key: Key, now: float) -> float:
        return (1 - self._tokens(key, now)) / _BUCKETS[key[0]][0]

    def _count(self, key: Key, now: float) -> None:
        self._buckets[key] = self._tokens(key, now) - 1, now

    def _tokens(self, key: Key, now: float) -> float:
        rate, burst = _BUCKETS[key[0]]
        tokens, at = self._buckets.get(key, (burst, now))
        return min(burst, tokens + (now - at) * rate)


class Windows(Pace):
    """Sliding windows: no stretch of time, wherever it begins, holds more than the limit."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._sent: defaultdict[Key, deque[float]] = defaultdict(deque)

    def _wait(self, key: Key, now: float) -> float:
        most, seconds = _WINDOWS[key[0]]
        sent = self._sent[key]
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        return sent[0] + seconds - now if len(sent) >= most else 0.0

    def _count(self, key: Key, now: float) -> None:
        self._sent[key].append(now)


COUNTING: dict[Limits, type[Pace]] = {"bucket": Buckets, "window": Windows}
