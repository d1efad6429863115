"""The rules of one unit through time: dated versions of the catalogue, and which one judges what.

A period is judged by the version in force on its first day: a rule never binds a period that began
before it. A version that gives a requirement another cadence takes effect for it on the first day,
its own date or later, that begins a period in both cadences; until then the rule before goes on. So
each day from the first period on lies in just one period of a requirement (see decision 15).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from compliance.assessment import wanted_between
from compliance.catalogue import Catalogue, Requirement, Wanted
from compliance.periods import Cadence, Period

# The years of the rulebooks that are asked about at the same time.
KEPT = 512
_Judged = tuple[Requirement, Period]


@dataclass(frozen=True, slots=True, eq=False)  # as a catalogue, by identity
class Rulebook:
    """Versions of the catalogue, oldest first: the first holds always, each other from its date.

    Raises ValueError for none, and for dates that do not rise.
    """

    versions: tuple[Catalogue, ...]

    def __post_init__(self) -> None:
        dates = [version.holds_from or date.min for version in self.versions[1:]]
        if not self.versions or dates != sorted(set(dates)):
            raise ValueError("a rulebook's versions must rise by their dates")

    def on(self, day: date) -> Catalogue:
        """Give the version in force on a day.

        That of a period's first day decides its grace and reminders, that of the day asked about
        the weights.
        """
        found = self.versions[0]
        for version in self.versions[1:]:
            if version.holds_from is not None and version.holds_from <= day:
                found = version
        return found

    def wanted(self, first: date, last: date) -> Wanted:
        """Ask about every requirement, in every period with a day in [first, last].

        In the policy's order. A requirement that changed stands once for each of its versions,
        with the periods that this version judges; only one that runs in cases stands once, in its
        last version: a case may cross a new year, and is to be found once.
        """
        if len(self.versions) == 1:
            return wanted_between(self.versions[0], first, last)
        codes = dict.fromkeys(r.code for version in self.versions for r in version.requirements)
        return list(self._wanted(codes, first, last))

    def periods_of(self, codes: Collection[str], first: date, last: date) -> Wanted:
        """Ask about some requirements as ``wanted`` does about all."""
        return list(self._wanted(codes, first, last))

    def _wanted(
        self, codes: Iterable[str], first: date, last: date
    ) -> Iterator[tuple[Requirement, tuple[Period, ...]]]:
        years = [_year(self, year) for year in range(first.year, last.year + 1)]
        for code in codes:
            judged = [
                pair
                for year in years
                for pair in year.get(code, ())
                if pair[1].overlaps(first, last)
            ]
            if judged and judged[-1][0].clock is not None:
                yield judged[-1][0], tuple(period for _, period in judged)
                continue
            for requirement, pairs in groupby(judged, key=itemgetter(0)):
                yield requirement, tuple(period for _, period in pairs)

    def takes_effect(self, code: str, cadence: Cadence, day: date) -> date:
        """Give the first day, ``day`` or later, on which a requirement can take on a cadence.

        KeyError when the requirement is not asked about from that day on.
        """
        for year in (day.year, day.year + 1):
            for _, period in _year(self, year).get(code, ()):
                begins = Period.of(cadence, period.start).start == period.start
                if begins and period.start >= day:
                    return period.start
        raise KeyError(f"{code!r} is not asked about from {day} on")


@lru_cache(maxsize=KEPT)
def _year(book: Rulebook, year: int) -> Mapping[str, tuple[_Judged, ...]]:
    """Judge the periods of a year by requirement; none of them reaches into another year."""
    codes = dict.fromkeys(r.code for version in book.versions for r in version.requirements)
    return {code: tuple(_judged(book, code, year)) for code in codes}


def _judged(book: Rulebook, code: str, year: int) -> Iterator[_Judged]:
    """Go from period to period: each is followed by the one that begins on the day after it."""
    running: Requirement | None = None
    month = 1
    while month <= 12:
        begins = date(year, month, 1)
        asked = book.on(begins).find(code)
        if asked is None or Period.of(asked.cadence, begins).start == begins:
            running = asked
        if running is None:
            month += 1
            continue
        period = Period.of(running.cadence, begins)
        yield running, period
        month += period.cadence.months
