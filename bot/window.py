"""The last look before a call: never more in a second than allowed, however late some began."""

from collections import deque

from storage.pace import Limits

# So much longer than a second: calls do not travel all equally fast.
SECOND = 1.01


class Window:
    """Remembers when the last calls really began, in seconds of a monotonic clock.

    Moments are reserved evenly apart, but a process may wake late: a call that slips into the
    second of the later ones would be one too many for a server that counts strictly.
    """

    def __init__(self, limits: Limits) -> None:
        self._begun: deque[float] = deque(maxlen=max(1, int(limits.per_second)))

    def wait(self, now: float) -> float:
        """Answer for how many seconds no call may begin yet; a negative number for none."""
        full = len(self._begun) == self._begun.maxlen
        return self._begun[0] + SECOND - now if full else 0.0

    def note(self, now: float) -> None:
        """Note that a call begins."""
        self._begun.append(now)
