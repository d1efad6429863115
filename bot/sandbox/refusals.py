"""Refusals for a time: whoever sends is told to wait, everyone or one chat; and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import too_many
from bot.sandbox.fields import Json

EVERYONE = None


class Refusals:
    """Orders to refuse, by time, and the count of all 429s that were answered to sends."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[Any, float] = {}  # chat, or EVERYONE
        self.given: Counter[Any] = Counter()

    def order(self, seconds: float, chat_id: int | None = EVERYONE) -> None:
        """Refuse from now on, for so many seconds."""
        self._until[chat_id] = self._clock() + seconds

    def check(self, chat_id: Any) -> None:
        """Let a send pass, or not.

        Raises:
            ApiError: 429 with the seconds that are left.

        """
        if not self._until:
            return
        now = self._clock()
        self._until = {whom: until for whom, until in self._until.items() if until > now}
        until = max(self._until.get(whom, now) for whom in (EVERYONE, chat_id))
        if until > now:
            raise too_many(until - now)

    def told(self) -> Json:
        """Answer how many refusals were given, in all and by chat."""
        by_chat = {str(chat_id): count for chat_id, count in self.given.items()}
        return {"refused": self.given.total(), "refused_by_chat": by_chat}
