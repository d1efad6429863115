"""Working days as the State Council's holiday notices set them."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import chinese_calendar

from compliance.holiday_notice import Notice


class ChineseHolidays:
    """The calendar of the ``chinesecalendar`` library, 2004 to the last year it was told of.

    Over it lie the notices that were loaded: one makes known the whole of its year, and the days it
    names in the December before. The library refuses years it does not know. Those are read as
    Monday to Friday and reported as unconfirmed, never guessed as if they were known.
    """

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        self._named: dict[date, bool] = {}
        self._years: set[int] = set()
        for notice in sorted(notices, key=lambda notice: notice.year):
            self._years.add(notice.year)
            self._named |= dict.fromkeys(notice.days_off, False)
            self._named |= dict.fromkeys(notice.working_days, True)

    def is_working(self, day: date) -> bool:
        """Tell whether people work that day, make-up Saturdays included."""
        named = self._named.get(day)
        if named is not None:
            return named
        return day.isoweekday() <= 5 if day.year in self._years else _is_working(day)

    def is_confirmed(self, day: date) -> bool:
        """Tell whether a published notice covers the day."""
        return day.year in self._years or _known(day.year)


@lru_cache(maxsize=4096)
def _is_working(day: date) -> bool:
    return chinese_calendar.is_workday(day) if _known(day.year) else day.isoweekday() <= 5


@lru_cache
def _known(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
