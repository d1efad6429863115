"""The calendars the tests are read by."""

from datetime import date
from functools import cache

import chinese_calendar

from compliance.calendar import MondayToFriday


@cache  # the library searches all its holidays for every answer
def _is_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


class StateCouncil:
    """Working days after the holiday notices, Monday to Friday for the years without one."""

    def is_working(self, day: date) -> bool:
        if self.is_confirmed(day):
            return _is_workday(day)
        return MondayToFriday().is_working(day)

    def is_confirmed(self, day: date) -> bool:
        return 2004 <= day.year <= 2026


NOTICE = StateCouncil()
GUESS = MondayToFriday()
