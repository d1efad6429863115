"""What happened, numbered in order, for those who look on: the last happenings only."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from bot.sandbox.fields import Json

KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened."""

    number: int
    kind: str
    told: Json | Callable[[], Json]

    @property
    def data(self) -> Json:
        """What there is to tell, ready for JSON."""
        return self.told() if callable(self.told) else self.told


class Feed:
    """The last happenings, numbered without gaps.

    Numbers begin at the milliseconds of the Unix epoch, so that those of an earlier run, which a
    page may still hold, are older than all of this one.
    """

    def __init__(self, notify: Callable[[], None], kept: int = KEPT) -> None:
        self.begun = time.time_ns() // 1_000_000
        self.number = self.begun  # of the last one
        self.endings = 0  # how often those who look on were sent away
        self._last: deque[Happening] = deque(maxlen=kept)
        self._notify = notify

    def tell(self, kind: str, data: Json | Callable[[], Json]) -> None:
        """Add a happening and wake those who wait.

        `data` is not changed afterwards. A function is asked each time someone looks: what is
        dear to make costs nothing as long as nobody does.
        """
        self.number += 1
        self._last.append(Happening(self.number, kind, data))
        self._notify()

    def since(self, number: int, most: int = KEPT) -> list[Happening] | None:
        """Return what came after that number (0: from the first), oldest first.

        None when it cannot be told without a gap: too much has happened, or the number is of
        another run.
        """
        number = number or self.begun
        oldest = self.number - len(self._last)
        if not oldest <= number <= self.number:
            return None
        return list(islice(self._last, number - oldest, number - oldest + most))

    def end(self) -> None:
        """Send away those who look on (the sandbox stops)."""
        self.endings += 1
        self._notify()
