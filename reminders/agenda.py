"""What falls due when: the same for every unit with the same hours, and so reckoned once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from compliance.calendar import WorkingDays, on_or_after
from compliance.catalogue import Catalogue, Requirement, Wanted
from compliance.deadlines import (
    REACH_AFTER,
    REACH_BEFORE,
    Hearer,
    Step,
    deadline,
    due_on,
    hearer_of,
    steps,
)
from compliance.periods import Cadence, Period, periods_between
from compliance.policy import Policy
from compliance.summary import Line
from storage import quiet

# Units that were planned for last at the same moment share an agenda; a tick meets few of them.
KEPT = 64


@dataclass(frozen=True, slots=True)
class Hours:
    """A unit's clock: its zone, when it is reminded, and when it is left in peace."""

    zone: ZoneInfo
    remind_at: time
    quiet_from: time
    quiet_until: time

    def falls_due(self, step: Step) -> datetime:
        """Answer the moment at which a step falls due."""
        return self.at(step.on)

    def at(self, day: date) -> datetime:
        """Answer the moment of a day at which the unit is reminded."""
        return datetime.combine(day, self.remind_at, self.zone)

    def day_of(self, moment: datetime) -> date:
        """Answer the date of a moment by this clock."""
        return moment.astimezone(self.zone).date()

    def on_workday(self, moment: datetime, days: WorkingDays) -> datetime:
        """Answer the moment, or when the unit is reminded on the next working day."""
        day = self.day_of(moment)
        works_on = on_or_after(days, day)
        return moment if works_on == day else self.deliver_at(self.at(works_on))

    def deliver_at(self, now: datetime) -> datetime:
        """Answer when a message may be delivered: now, or when the quiet hours end."""
        return quiet.ends(self.zone, self.quiet_from, self.quiet_until, now)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What has fallen due by a moment, and when the next step does.

    ``fallen`` are the codes of the steps to settle, in order of time, by the codes of requirement
    and period; ``wanted`` are the same requirements and periods. ``begins`` is the day of the first
    of those steps. ``next_step_at`` is the first moment after now at which any could fall due.
    """

    wanted: Wanted
    fallen: Mapping[tuple[str, str], tuple[str, ...]]
    begins: date
    next_step_at: datetime | None


@lru_cache(maxsize=KEPT)
def agenda(
    policy: Policy,
    hours: Hours,
    now: datetime,
    planned_through: datetime | None,
    *,
    escalating: bool,
) -> Agenda:
    """Reckon the steps that a chat hears of around a moment; it rests on nothing else.

    A period whose grace is over is closed: of its steps only those after the last planning count.
    """
    heard = _Heard(policy, hours, now, planned_through, escalating)
    fallen: dict[tuple[str, str], tuple[str, ...]] = {}
    wanted: dict[Requirement, tuple[Period, ...]] = {}
    begins, following = hours.day_of(now), []
    for requirement, period in _around(policy, *span(hours, now, planned_through)):
        rules, due_day = policy.on(period.start), due_on(requirement, period)
        due, later = heard.around(rules, requirement, due_day)
        following.extend(later)
        if due:
            fallen[requirement.code, period.code] = tuple(step.code for step in due)
            wanted[requirement] = *wanted.get(requirement, ()), period
            begins = min(begins, due[0].on)
    return Agenda(tuple(wanted.items()), fallen, begins, min(following, default=None))


@dataclass(frozen=True, slots=True)
class _Heard:
    """Whose steps count, and at which moment."""

    policy: Policy
    hours: Hours
    now: datetime
    planned_through: datetime | None
    escalating: bool

    @property
    def _today(self) -> date:
        return self.hours.day_of(self.now)

    def around(
        self, rules: Catalogue, requirement: Requirement, due: date
    ) -> tuple[list[Step], list[datetime]]:
        """Answer the steps around a deadline that have fallen due, and when the others will.

        When the grace is over, of its steps only those after the last planning count.
        """
        ends = deadline(rules, requirement, due, self.policy.days).grace_ends
        live = self._today <= ends
        fallen, following = [], []
        for step in self._steps(rules, requirement, due):
            at = self.hours.falls_due(step)
            if at > self.now:
                following.append(at)
            elif live or (self.planned_through is not None and at > self.planned_through):
                fallen.append(step)
        return fallen, following

    def _steps(self, rules: Catalogue, requirement: Requirement, due: date) -> list[Step]:
        """Answer the steps that the chat hears of, in order of time."""
        hearer = Hearer.SUPERIOR if self.escalating else Hearer.OWN
        found = steps(rules, requirement, due, self.policy.days)
        return [step for step in found if hearer_of(requirement, step.code) is hearer]


def of_case(
    policy: Policy,
    hours: Hours,
    line: Line,
    now: datetime,
    planned_through: datetime | None,
    *,
    escalating: bool,
) -> tuple[tuple[str, ...], datetime | None]:
    """Answer the codes of a case's steps that have fallen due, and when its next one does.

    A case has a deadline of its own, so no agenda can tell beforehand.
    """
    heard = _Heard(policy, hours, now, planned_through, escalating)
    rules = policy.on(line.period.start)
    fallen, following = heard.around(rules, line.requirement, line.due_on)
    return tuple(step.code for step in fallen), min(following, default=None)


def years_around(hours: Hours, now: datetime) -> tuple[Period, ...]:
    """Answer the years in which the cases to look at have a day."""
    return periods_between(Cadence.YEARLY, *span(hours, now, None))


def span(hours: Hours, now: datetime, planned_through: datetime | None) -> tuple[date, date]:
    """Answer the days that the periods to look at overlap."""
    since = now
    if planned_through is not None and planned_through <= now:
        since = planned_through
    first, last = (hours.day_of(moment) for moment in (since, now))
    return first - REACH_AFTER, last + REACH_BEFORE


def _around(policy: Policy, first: date, last: date) -> Iterator[tuple[Requirement, Period]]:
    """Answer what has periods of the calendar and is for anyone to do."""
    for requirement, periods in policy.wanted(first, last):
        if requirement.reminded and requirement.clock is None:
            for period in periods:
                yield requirement, period
