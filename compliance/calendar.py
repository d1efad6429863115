"""Working days, as an argument: the policy never knows where the holiday notice comes from."""

from datetime import date, timedelta
from typing import Protocol

_DAY = timedelta(days=1)


class WorkingDays(Protocol):
    """A calendar of working days, after the State Council's yearly holiday notice.

    What it has answered holds for good: what is reckoned by it is kept.
    """

    def __hash__(self) -> int:
        """Tell calendars apart."""
        ...

    def is_working(self, day: date) -> bool:
        """Tell whether people work on the day (a make-up Saturday is a working day)."""
        ...

    def is_confirmed(self, day: date) -> bool:
        """Tell whether a published notice covers the day, rather than a guess."""
        ...


class MondayToFriday:
    """The guess for a year without a notice: weekdays work, and nothing is confirmed."""

    def is_working(self, day: date) -> bool:
        """Tell whether it is Monday to Friday."""
        return day.weekday() < 5

    def is_confirmed(self, day: date) -> bool:
        """Confirm nothing, whatever the day."""
        return False


def on_or_before(days: WorkingDays, day: date) -> date:
    """Give the day itself when it is a working day, else the last working day before it."""
    while not days.is_working(day):
        day -= _DAY
    return day


def on_or_after(days: WorkingDays, day: date) -> date:
    """Give the day itself when it is a working day, else the first working day after it."""
    while not days.is_working(day):
        day += _DAY
    return day


def plus(days: WorkingDays, day: date, n: int) -> date:
    """Give the n-th working day strictly after the day; the day itself when n is 0.

    Raises ValueError for a negative n.
    """
    if n < 0:
        raise ValueError(f"cannot count {n} working days forward")
    for _ in range(n):
        day = on_or_after(days, day + _DAY)
    return day
