"""The weekly overview: on a weekday of its choice a superior hears how all units below stand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from reminders.agenda import Hours
from storage.queues import ReminderOutcome
from storage.reminding import WEEKLY, Settlement, StepKey
from storage.units import Unit

_WEEK = timedelta(days=7)


def settle(
    unit: Unit, hours: Hours, chat_id: int, now: datetime, planned_through: datetime | None
) -> Iterator[Settlement]:
    """Settle the overview that has fallen due since the last planning; of several the latest."""
    if unit.weekly_on is None or planned_through is None:
        return
    day = _last_day(unit.weekly_on, hours, now)
    if planned_through < hours.at(day) <= now:
        key = StepKey(unit.key, WEEKLY, 0, week_of(day), WEEKLY)
        yield Settlement(key, ReminderOutcome.SENT, chat_id, hours.day_of(now))


def next_at(unit: Unit, hours: Hours, now: datetime) -> datetime | None:
    """Answer when the next overview falls due; None where none is wanted."""
    if unit.weekly_on is None:
        return None
    return hours.at(_last_day(unit.weekly_on, hours, now) + _WEEK)


def _last_day(weekday: int, hours: Hours, now: datetime) -> date:
    """Answer the last such day of the week whose moment has come."""
    today = hours.day_of(now)
    day = today - timedelta(days=(today.isoweekday() - weekday) % 7)
    return day if hours.at(day) <= now else day - _WEEK


def week_of(day: date) -> str:
    """Answer the week of a day by ISO 8601: ``2026-W48``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
