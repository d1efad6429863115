"""Periods of the calendar: months, quarters, half-years and years.

All dates are calendar dates in the zone of the unit that is asked about.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache, total_ordering


class Cadence(StrEnum):
    """How often a requirement comes round."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Count of months in one period: 1, 3, 6 or 12."""
        return _MONTHS[self]


_MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.QUARTERLY: 3,
    Cadence.HALF_YEARLY: 6,
    Cadence.YEARLY: 12,
}
_SUFFIX = {Cadence.QUARTERLY: "-Q{}", Cadence.HALF_YEARLY: "-H{}", Cadence.YEARLY: ""}
KEPT = 1024
_CODE = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """The ``index``-th (from 1) period of ``cadence`` in ``year``.

    ``start`` is its first day, ``end`` its last, which still belongs to it; ``code`` is its written
    form, which ``parse`` reads. Ordered by first day; of two that begin together the shorter comes
    first.
    Raises ValueError when the year has no such period.
    """

    cadence: Cadence
    year: int
    index: int
    start: date = field(init=False, repr=False, compare=False)
    end: date = field(init=False, repr=False, compare=False)
    code: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.index <= 12 // self.cadence.months):
            raise ValueError(f"no {self.cadence} period {self.index} in the year {self.year}")
        last = self.index * self.cadence.months
        first = last - self.cadence.months + 1
        # Set once, as a frozen class must: they are asked for far more often than periods are made.
        object.__setattr__(self, "start", date(self.year, first, 1))
        object.__setattr__(self, "end", date(self.year, last, monthrange(self.year, last)[1]))
        number = _SUFFIX.get(self.cadence, "-{:02}").format(self.index)
        object.__setattr__(self, "code", f"{self.year:04}{number}")

    def __hash__(self) -> int:
        return hash(self.code)  # a text keeps its hash; periods are looked up all the time

    def __lt__(self, other: "Period") -> bool:
        return (self.start, self.end) < (other.start, other.end)

    @classmethod
    def of(cls, cadence: Cadence, day: date) -> "Period":
        """Find the period that holds the day."""
        return _period(cadence, day.year, (day.month - 1) // cadence.months + 1)

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Read ``2026``, ``2026-H1``, ``2026-Q3`` or ``2026-11``; ValueError for anything else."""
        return _parsed(code)

    def contains(self, day: date) -> bool:
        """Tell whether the day lies in the period."""
        return self.start <= day <= self.end

    def overlaps(self, first: date, last: date) -> bool:
        """Tell whether any day from ``first`` to ``last``, both included, lies in the period."""
        return first <= last and self.start <= last and first <= self.end

    def previous(self) -> "Period":
        """Give the period of the same cadence just before; ValueError before the year 1."""
        if self.index > 1:
            return _period(self.cadence, self.year, self.index - 1)
        return _period(self.cadence, self.year - 1, 12 // self.cadence.months)

    def next(self) -> "Period":
        """Give the period of the same cadence just after; ValueError after the year 9999."""
        if self.index < 12 // self.cadence.months:
            return _period(self.cadence, self.year, self.index + 1)
        return _period(self.cadence, self.year + 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A case's own days, from ``start`` to ``end``, both included; ``code`` is ISO 8601's form.

    Raises ValueError when it would end before it starts.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"an interval cannot end on {self.end}, before {self.start}")

    @property
    def code(self) -> str:
        """Give the written form, ``2026-03-01/2026-08-31``, which ``span_of`` reads."""
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def year(self) -> int:
        """Give the year in which it ends."""
        return self.end.year

    def contains(self, day: date) -> bool:
        """Tell whether the day lies in the interval."""
        return self.start <= day <= self.end

    def overlaps(self, first: date, last: date) -> bool:
        """Tell whether any day from ``first`` to ``last``, both included, lies in the interval."""
        return first <= last and self.start <= last and first <= self.end


Span = Period | Interval


def span_of(code: str) -> Span:
    """Read the code of a period or of a case's interval; ValueError for anything else."""
    first, slash, last = code.partition("/")
    if not slash:
        return Period.parse(code)
    return Interval(date.fromisoformat(first), date.fromisoformat(last))


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the month's last day where it has none such.

    A year after 29 February is 28 February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# The periods of a few years are spoken of all the time: each is made once.
_period = lru_cache(maxsize=KEPT)(Period)


@lru_cache(maxsize=KEPT)
def _parsed(code: str) -> Period:
    match = _CODE.fullmatch(code)
    if match is None:
        raise ValueError(f"not a period: {code!r}")
    year, half, quarter, month = match.groups()
    if half:
        return Period(Cadence.HALF_YEARLY, int(year), int(half))
    if quarter:
        return Period(Cadence.QUARTERLY, int(year), int(quarter))
    if month:
        return Period(Cadence.MONTHLY, int(year), int(month))
    return Period(Cadence.YEARLY, int(year), 1)


def periods_between(cadence: Cadence, first: date, last: date) -> tuple[Period, ...]:
    """List every period that has a day in [first, last], oldest first; none if last < first."""
    if last < first:
        return ()
    found = [Period.of(cadence, first)]
    while found[-1].end < last:
        found.append(found[-1].next())
    return tuple(found)
