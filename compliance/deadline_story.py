"""How a deadline came about: its rule, the days that moved its grace, and where its steps fell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compliance.calendar import WorkingDays
from compliance.catalogue import Versions
from compliance.deadlines import ESCALATE, Step, steps
from compliance.states import Finding

_DAY = timedelta(days=1)


class DueRule(StrEnum):
    """Where a deadline comes from."""

    PERIOD_END = "period_end"  # the last day of the period
    FIXED = "fixed"  # the requirement's own day of the year
    CASE = "case"  # so long after the day on which a case began


@dataclass(frozen=True, slots=True)
class MovedStep:
    """A reminder step; ``nominal`` is its day before the move to a working day.

    An escalation counts working days from the deadline, and so has no other day (None).
    """

    code: str
    nominal: date | None
    on: date

    @property
    def moved(self) -> bool:
        """Tell whether it fell on a day of rest and was moved."""
        return self.nominal is not None and self.nominal != self.on


@dataclass(frozen=True, slots=True)
class DeadlineStory:
    """The days of a finding, and why they are what they are; all in the unit's zone.

    ``grace`` working days after ``due_on`` end on ``grace_ends``; ``off`` are the runs of days in
    between that did not count (first and last day of each), ``made_up`` the Saturdays and Sundays
    that did. ``unconfirmed`` are the years whose holiday notice is not known.
    """

    due_on: date
    rule: DueRule
    grace: int
    grace_ends: date
    off: tuple[tuple[date, date], ...]
    made_up: tuple[date, ...]
    steps: tuple[MovedStep, ...]
    unconfirmed: tuple[int, ...]


def deadline_story(rules: Versions, finding: Finding, days: WorkingDays) -> DeadlineStory:
    """Tell how the deadline of a finding, its grace and its reminder steps came about."""
    catalogue = rules.on(finding.period.start)
    due, ends = finding.due_on, finding.grace_ends
    after = _days(due + _DAY, ends)
    found = steps(catalogue, finding.requirement, due, days)
    first, last = min(finding.begins, due), max(ends, found[-1].on)
    return DeadlineStory(
        due_on=due,
        rule=_rule(finding),
        grace=catalogue.recording_grace,
        grace_ends=ends,
        off=_runs(day for day in after if not days.is_working(day)),
        made_up=tuple(day for day in after if day.isoweekday() > 5 and days.is_working(day)),
        steps=tuple(_moved(step, due) for step in found),
        unconfirmed=tuple(sorted({d.year for d in _days(first, last) if not days.is_confirmed(d)})),
    )


def _rule(finding: Finding) -> DueRule:
    requirement = finding.requirement
    if requirement.clock is not None:
        return DueRule.CASE
    return DueRule.PERIOD_END if requirement.due is None else DueRule.FIXED


def _moved(step: Step, due: date) -> MovedStep:
    nominal = None if step.code == ESCALATE else due + timedelta(days=int(step.code))
    return MovedStep(step.code, nominal, step.on)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _runs(days: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """Gather days, in order of time, into runs without a gap."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] + _DAY == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return tuple(runs)
