"""Telegram's limits on sending, as token buckets: 30/s in all, 1/s per chat, 20/min per group."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import ApiError

OVERALL = (30.0, 30.0)  # tokens per second, burst
CHAT = (1.0, 3.0)  # "short bursts" are let pass
GROUP = (20 / 60, 20.0)
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


class Pace:
    """Counts sends; answers 429 with `retry_after` beyond the limits."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[Any, tuple[float, float]] = {}  # key → tokens, at what time

    def spend(self, chat_id: Any) -> None:
        """Take one send out of every bucket that counts it.

        Raises:
            ApiError: 429; nothing is taken then.

        """
        now = self._clock()
        kinds = {"": OVERALL, chat_id: CHAT}
        if isinstance(chat_id, int) and chat_id < 0:
            kinds["group", chat_id] = GROUP
        left: dict[Any, float] = {}
        for key, (rate, burst) in kinds.items():
            tokens, at = self._buckets.get(key, (burst, now))
            left[key] = min(burst, tokens + (now - at) * rate)
        wait = max((1 - left[key]) / kinds[key][0] for key in kinds)
        if wait > 0:
            seconds = math.ceil(wait)
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for key in kinds:
            self._buckets[key] = (left[key] - 1, now)
