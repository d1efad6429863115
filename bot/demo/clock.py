"""The demo's clock: it stands still until somebody moves it, and only forward."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.demo.refusal import RefusedError

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = time(9, 0)
FARTHEST = timedelta(days=400)
HOUR = timedelta(hours=1)
_STEP = re.compile(r"\+\s*(\d{1,4})\s*([mhdw])", re.ASCII | re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class MovableClock:
    """A clock for the sandbox and the bot alike."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        """Answer the present moment of the demo, in UTC."""
        return self.now

    @property
    def local(self) -> datetime:
        """Answer it in the organisation's zone."""
        return self.now.astimezone(ZONE)


def local(moment: datetime) -> datetime:
    """Take a moment written without a zone as the organisation's."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def stops(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Answer every full hour on the way, 09:00 among them, and the end itself."""
    at = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    while at < end:
        yield at
        at += HOUR
    yield end.astimezone(UTC)


def mornings(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Answer every 09:00 between two moments, the end included."""
    at = datetime.combine(begin.astimezone(ZONE).date(), MORNING, ZONE)
    while at <= end:
        if at > begin:
            yield at
        at += timedelta(days=1)


def read_move(typed: str, now: datetime) -> datetime:
    """Read where the clock is to go: ``+90m``, ``+1h``, ``+1d``, or a date with or without a time.

    ``RefusedError`` for anything else, a moment that is past, or one more than 400 days ahead.
    """
    step = _STEP.fullmatch(typed)
    if step is not None:
        to = now + timedelta(**{_UNITS[step[2].lower()]: int(step[1])})
    else:
        to = local(_moment(typed))
    if to <= now:
        raise RefusedError("past")
    if to > now + FARTHEST:
        raise RefusedError("too_far")
    return to


def _moment(typed: str) -> datetime:
    """Read ``2026-12-24 09:00``; a date alone is its morning."""
    try:
        if len(typed) == len("2026-12-24"):
            return datetime.combine(date.fromisoformat(typed), MORNING)
        return datetime.fromisoformat(typed)
    except ValueError as error:
        raise RefusedError("no_moment") from error
