"""From a requirement and a period to days: the deadline, its grace, and the reminder steps.

All dates are in the unit's zone. A deadline itself never moves; steps and grace follow the calendar
of working days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from compliance.calendar import WorkingDays, on_or_after, on_or_before, plus
from compliance.catalogue import Catalogue, Reminders, Requirement
from compliance.periods import Period

ESCALATE = "escalate"
# So far around a period's deadline something may happen: the longest step before it and the longest
# recording grace after it that a catalogue may have (see ``catalogue_file``), moved by holidays.
REACH_BEFORE, REACH_AFTER = timedelta(days=62), timedelta(days=40)
# Every unit asks for the same few hundred days of a catalogue's periods: they are reckoned once.
KEPT = 1024


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which something missing is spoken of.

    ``code`` is the distance to the deadline in calendar days before any move (``-7``, ``0``,
    ``+1``) or ``escalate``; ``on`` is the working day it falls on.
    """

    code: str
    on: date


class Hearer(StrEnum):
    """Whose chat a step is told in."""

    OWN = "own"
    SUPERIOR = "superior"


def hearer_of(requirement: Requirement, code: str) -> Hearer | None:
    """Tell whose chat hears of a step, by its code; None when nobody does.

    What is the superior's to do the superior hears of as a branch does of its own, and it is not
    escalated. What is advisory is not urged once its deadline has passed.
    """
    if requirement.advisory and (code == ESCALATE or code.startswith("+")):
        return None
    if code == ESCALATE:
        return None if requirement.by_superior else Hearer.SUPERIOR
    return Hearer.SUPERIOR if requirement.by_superior else Hearer.OWN


@dataclass(frozen=True, slots=True)
class Deadline:
    """The days of one requirement in one period.

    ``begins`` is the first reminder step, where ``due_soon`` begins. ``closes_on`` is the last day
    on which something late is overdue and not yet missed. ``confirmed`` is false when any day
    between the first and the last of them is not covered by a published holiday notice.
    """

    due_on: date
    grace_ends: date
    begins: date
    closes_on: date
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
    catalogue: Catalogue, requirement: Requirement, due: date, days: WorkingDays
) -> tuple[Step, ...]:
    """List the reminder steps around a deadline in order of time; several may fall on one day.

    A step up to the deadline moves to the working day on or before it, a later one to the working
    day on or after it, and later ones end with the recording grace. The steps of a yearly
    requirement due in January begin in the year before.
    """
    return _around(catalogue, requirement, due, days)[0]


def deadline(
    catalogue: Catalogue, requirement: Requirement, due: date, days: WorkingDays
) -> Deadline:
    """Give the days that decide the requirement's state around a deadline."""
    return _around(catalogue, requirement, due, days)[1]


def _around(
    catalogue: Catalogue, requirement: Requirement, due: date, days: WorkingDays
) -> tuple[tuple[Step, ...], Deadline]:
    before = requirement.steps or catalogue.reminders.before[requirement.cadence]
    return _reckon(catalogue.reminders, catalogue.recording_grace, before, due, days)


@lru_cache(maxsize=KEPT)
def _reckon(
    reminders: Reminders, grace: int, before: tuple[int, ...], due: date, days: WorkingDays
) -> tuple[tuple[Step, ...], Deadline]:
    """Reckon the steps around a deadline and what decides the state: they rest on nothing else."""
    ends = grace_ends(due, days, grace)
    found = [
        Step(f"-{n}" if n else "0", on_or_before(days, due - timedelta(days=n))) for n in before
    ]
    found.extend(_after(reminders, due, ends, days))
    found.append(Step(ESCALATE, plus(days, due, reminders.escalate_after_working_days)))
    found.sort(key=lambda step: step.on)
    begins, last = found[0].on, max(ends, found[-1].on)
    return tuple(found), Deadline(due, ends, begins, ends, _confirmed(days, begins, last))


def _after(reminders: Reminders, due: date, ends: date, days: WorkingDays) -> Iterator[Step]:
    n = reminders.after_first
    while (on := on_or_after(days, due + timedelta(days=n))) <= ends:
        yield Step(f"+{n}", on)
        n += reminders.after_every


def _confirmed(days: WorkingDays, first: date, last: date) -> bool:
    span = (last - first).days + 1
    return all(days.is_confirmed(first + timedelta(days=n)) for n in range(span))
