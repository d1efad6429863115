"""Holding: who may not be written to for a while because the server refused."""

from dataclasses import dataclass, field

from bot.outcome import Retry
from storage.pace import EVERYONE


@dataclass(slots=True)
class Holding:
    """Tells one chat's refusal from one that is meant for all: the server does not say which.

    A second chat that is refused, while nothing to a third went well since the first was, means
    that everyone has to wait. Moments are seconds of a monotonic clock.
    """

    until: float = 0.0
    _untold: dict[int, float] = field(default_factory=dict)
    _suspect: int | None = None
    _suspect_since: float = 0.0

    @property
    def untold(self) -> bool:
        """Tell whether other replicas have yet to hear of a refusal."""
        return bool(self._untold)

    def held(self, now: float) -> bool:
        """Tell whether nothing may be sent to anyone now."""
        return now < self.until

    def stop(self) -> None:
        """Let nothing more be sent: what has not begun is given back."""
        self.until = float("inf")

    def refused(self, chat_id: int, retry: Retry, now: float) -> None:
        """Note that a call was refused, and may be made again later."""
        everyone = retry.everyone
        if retry.refused:
            everyone = self._suspect not in {None, chat_id}
            self._suspect, self._suspect_since = chat_id, now
        whom = EVERYONE if everyone else chat_id
        self._untold[whom] = max(self._untold.get(whom, 0.0), retry.seconds)
        if everyone:
            self.until = max(self.until, now + retry.seconds)

    def went_well(self, begun_at: float) -> None:
        """Note that a call, begun at that moment, was carried out."""
        if begun_at > self._suspect_since:
            self._suspect = None

    def tell(self) -> dict[int, float]:
        """Answer the seconds to hold each chat for, and count them as told to the others."""
        told, self._untold = self._untold, {}
        return told

    def untell(self, holds: dict[int, float]) -> None:
        """Take back that others were told: the database failed."""
        self._untold = holds | self._untold
