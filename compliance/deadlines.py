"""From a requirement and a period to days: the deadline, its grace, and the reminder steps.

All dates are in the unit's zone. A deadline itself never moves; steps and grace follow the calendar
of working days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.calendar import WorkingDays, on_or_after, on_or_before, plus
from compliance.catalogue import Catalogue, Requirement
from compliance.periods import Period

ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which something missing is spoken of.

    ``code`` is the distance to the deadline in calendar days before any move (``-7``, ``0``,
    ``+1``) or ``escalate``; ``on`` is the working day it falls on.
    """

    code: str
    on: date


@dataclass(frozen=True, slots=True)
class Deadline:
    """The days of one requirement in one period.

    ``begins`` is the first reminder step, where ``due_soon`` begins. ``confirmed`` is false when
    any day between the first and the last of them is not covered by a published holiday notice.
    """

    due_on: date
    grace_ends: date
    begins: date
    confirmed: bool


def due_on(requirement: Requirement, period: Period) -> date:
    """Give the deadline: the requirement's own day in the period's year, else its last day."""
    if requirement.due is None:
        return period.end
    month, day = requirement.due
    return date(period.year, month, day)


def grace_ends(due: date, days: WorkingDays, grace: int) -> date:
    """Give the last day on which an entry is in time: ``grace`` working days after the deadline."""
    return plus(days, due, grace)


def steps(
    catalogue: Catalogue, requirement: Requirement, period: Period, days: WorkingDays
) -> tuple[Step, ...]:
    """List the reminder steps in order of time; several may fall on one day.

    A step up to the deadline moves to the working day on or before it, a later one to the working
    day on or after it, and later ones end with the recording grace. The steps of a yearly
    requirement due in January begin in the year before.
    """
    due = due_on(requirement, period)
    reminders = catalogue.reminders
    found = [
        Step(f"-{n}" if n else "0", on_or_before(days, due - timedelta(days=n)))
        for n in reminders.before[requirement.cadence]
    ]
    found.extend(_after(catalogue, due, days))
    found.append(Step(ESCALATE, plus(days, due, reminders.escalate_after_working_days)))
    return tuple(sorted(found, key=lambda step: step.on))


def _after(catalogue: Catalogue, due: date, days: WorkingDays) -> Iterator[Step]:
    last = grace_ends(due, days, catalogue.recording_grace)
    n = catalogue.reminders.after_first
    while (on := on_or_after(days, due + timedelta(days=n))) <= last:
        yield Step(f"+{n}", on)
        n += catalogue.reminders.after_every


def deadline(
    catalogue: Catalogue, requirement: Requirement, period: Period, days: WorkingDays
) -> Deadline:
    """Give the days that decide the requirement's state in the period."""
    due = due_on(requirement, period)
    ends = grace_ends(due, days, catalogue.recording_grace)
    all_steps = steps(catalogue, requirement, period, days)
    begins = all_steps[0].on
    last = max(ends, all_steps[-1].on)
    return Deadline(due, ends, begins, _confirmed(days, begins, last))


def _confirmed(days: WorkingDays, first: date, last: date) -> bool:
    span = (last - first).days + 1
    return all(days.is_confirmed(first + timedelta(days=n)) for n in range(span))
