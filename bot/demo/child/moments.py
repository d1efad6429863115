"""Where the clock of the demo may want to go: the next working day, the next deadline."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.demo.child.desk import Desk
from bot.demo.clock import MORNING, ZONE
from compliance.calendar import WorkingDays, on_or_after
from compliance.deadlines import REACH_BEFORE
from compliance.policy import Policy
from compliance.summary import lines
from storage import directory
from storage.standing import findings


def moments(desk: Desk, session: Session) -> dict[str, str | None]:
    """Answer, as ISO, 09:00 of the next working day and of the next day something is due on.

    None where no holiday notice says which day that is, and where all is done.
    """
    policy, now = desk.service.core.policy, desk.clock.local
    deadlines = (morning(day) for day in _due(session, policy, now.date()))
    return {
        "workday": _iso(next_working_morning(policy.days, now)),
        "deadline": _iso(min((at for at in deadlines if at > now), default=None)),
    }


def next_working_morning(days: WorkingDays, now: datetime) -> datetime | None:
    """Answer the first 09:00 ahead on which people work; None where no notice covers the day."""
    today = now.date()
    day = on_or_after(days, today if now < morning(today) else today + timedelta(days=1))
    return morning(day) if days.is_confirmed(day) else None


def morning(day: date) -> datetime:
    """Answer 09:00 of a day in the organisation's zone."""
    return datetime.combine(day, MORNING, ZONE)


def _due(session: Session, policy: Policy, on: date) -> Iterator[date]:
    """Answer the deadlines of all that a branch itself has still to do."""
    for branch in directory.standing(session, ("branch",)):
        found = findings(session, policy, branch, first=on, last=on + REACH_BEFORE, on=on)
        yield from (line.due_on for line in lines(found, branch.key) if line.to_do)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
