"""Days reckoned from year, month, day and weekday; what cannot be, or is to come, is doubted."""

from contextlib import suppress
from datetime import date, timedelta

from handlers.grammar import doubt
from handlers.grammar.doubt import Doubt

FIRST_YEAR = 1921  # no branch is older
MOST_YEARS_AHEAD = 100  # nobody asks what lies further ahead, and the calendar ends somewhere


def compose(year: int, month: int, day: int) -> date:
    """Give the date, or ``Doubt('impossible_date')``."""
    if year >= FIRST_YEAR:
        with suppress(ValueError):
            return date(year, month, day)
    raise Doubt("impossible_date", year=year, month=month, day=day)


def past(found: date, today: date, suggest: date | None = None) -> date:
    """Give the day if it is not still to come; else ``Doubt``, with the suggested one offered."""
    if found > today:
        offers = () if suggest is None else (doubt.on(suggest),)
        raise Doubt("future_date", offers, date=found, suggest=suggest)
    return found


def either_of(*readings: date) -> Doubt:
    """Answer the doubt which of the days was meant."""
    return Doubt("ambiguous_date", tuple(doubt.on(day) for day in readings), readings=readings)


def this_year(month: int, day: int, today: date) -> date:
    """Give the day of this year; one still to come is doubted, with last year's suggested."""
    suggest = None
    with suppress(Doubt):
        suggest = compose(today.year - 1, month, day)
    return past(compose(today.year, month, day), today, suggest)


def month_before(today: date, months: int) -> tuple[int, int]:
    """Year and month so many months before today's (negative: after)."""
    index = today.year * 12 + today.month - 1 - months
    return index // 12, index % 12 + 1


def in_week(today: date, weeks: int, weekday: int) -> date:
    """Give the weekday (0 is Monday) of the week so many weeks from today's."""
    return today + timedelta(days=7 * weeks + weekday - today.weekday())


def bare_weekday(weekday: int, today: date) -> date:
    """Give the latest such day before today; today's own weekday is doubted."""
    back = (today.weekday() - weekday) % 7
    if back == 0:
        raise either_of(today, today - timedelta(days=7))
    return today - timedelta(days=back)
