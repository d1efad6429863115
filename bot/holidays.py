"""Working days as the State Council's holiday notices set them."""

from datetime import date
from functools import lru_cache

import chinese_calendar


class ChineseHolidays:
    """The calendar of the ``chinesecalendar`` library: 2004 to the last year it was told of.

    It refuses years it does not know. Those are read as Monday to Friday and reported as
    unconfirmed, never guessed as if they were known.
    """

    def is_working(self, day: date) -> bool:
        """Tell whether people work that day, make-up Saturdays included."""
        return _is_working(day)

    def is_confirmed(self, day: date) -> bool:
        """Tell whether a published notice covers the day."""
        return _known(day.year)


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
