"""Deciding, without any storage: which steps have fallen due, and how each is settled."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime

from compliance.assessment import State, Wanted
from compliance.catalogue import Requirement, SubjectKind
from compliance.periods import Period
from compliance.policy import Policy
from compliance.summary import Line
from reminders.agenda import Agenda, Hours, agenda, of_case, span, years_around
from storage.pauses import Rest
from storage.queues import ReminderOutcome
from storage.reminding import StepKey

__all__ = ["Hours", "Question", "Settled", "decide", "next_step_at", "undecided"]


@dataclass(frozen=True, slots=True)
class Question:
    """For whom reminders are planned: one unit, one chat, at one moment.

    ``escalating`` asks for what a superior's chat hears of a unit below, else for what the unit's
    own chat hears. ``planned_through`` is the last moment that was planned for, None at first.
    ``put_off`` are the pauses of single requirements that are running.
    """

    policy: Policy
    hours: Hours
    unit_id: int
    escalating: bool
    now: datetime
    planned_through: datetime | None
    put_off: tuple[Rest, ...] = ()

    @property
    def today(self) -> date:
        """Answer today's date in the unit's zone."""
        return self.hours.day_of(self.now)

    @property
    def span(self) -> tuple[date, date]:
        """Answer the days that the periods to look at overlap."""
        return span(self.hours, self.now, self.planned_through)

    @property
    def agenda(self) -> Agenda:
        """Answer what has fallen due."""
        return agenda(
            self.policy, self.hours, self.now, self.planned_through, escalating=self.escalating
        )

    def puts_off(self, line: Line) -> bool:
        """Tell whether a line is left for later: its requirement is put off, and not past its day.

        Whatever was put off, what is due meanwhile is told of all the same.
        """
        return is_put_off(line, self.put_off)

    def fallen(self, line: Line) -> tuple[str, ...]:
        """Answer the codes of a line's steps that have fallen due, in order of time."""
        if line.requirement.clock is None:
            return self.agenda.fallen.get((line.requirement.code, line.period.code), ())
        return self._of_case(line)[0]

    def following(self, line: Line) -> datetime | None:
        """Answer when the next step of a case's line falls due."""
        return self._of_case(line)[1]

    def _of_case(self, line: Line) -> tuple[tuple[str, ...], datetime | None]:
        return of_case(
            self.policy,
            self.hours,
            line,
            self.now,
            self.planned_through,
            escalating=self.escalating,
        )

    @property
    def cases(self) -> Wanted:
        """Ask about all cases: which there are is only known once the unit is looked at."""
        years = years_around(self.hours, self.now)
        asked = self.policy.only(lambda r: r.clock is not None)
        return asked.wanted(years[0].start, years[-1].end)


@dataclass(frozen=True, slots=True)
class Settled:
    """A step and how it is settled; ``due_on`` is the deadline that it leads to."""

    key: StepKey
    outcome: ReminderOutcome
    due_on: date


def is_put_off(line: Line, put_off: Iterable[Rest]) -> bool:
    """Tell whether the line's requirement is put off until a day before its deadline."""
    return any(
        rest.requirement == line.requirement.code and line.due_on > rest.until_on
        for rest in put_off
    )


def undecided(question: Question, already: Set[StepKey]) -> Wanted:
    """Answer what must be looked at to decide: where a step has fallen due and is not settled."""
    found = question.agenda

    def is_open(requirement: Requirement, period: Period) -> bool:
        # Which groups a unit has is not known here: what binds each of them is always looked at.
        return requirement.subject is SubjectKind.PARTY_GROUP or any(
            StepKey(question.unit_id, requirement.code, 0, period.code, step) not in already
            for step in found.fallen[requirement.code, period.code]
        )

    wanted = (
        (requirement, tuple(period for period in periods if is_open(requirement, period)))
        for requirement, periods in found.wanted
    )
    return [(requirement, periods) for requirement, periods in wanted if periods]


def decide(question: Question, lines: Iterable[Line], already: Set[StepKey]) -> Iterator[Settled]:
    """Settle every step of the lines that has fallen due and is not settled yet.

    Of the steps of one line only the latest is told, and only if something is missing; the
    earlier ones were passed over. Nothing is settled for a line that does not bind the unit.
    """
    for line in lines:
        if line.state is State.NOT_APPLICABLE or question.puts_off(line):
            continue
        due = question.fallen(line)
        for step in due:
            key = _key(question, line, step)
            if key not in already:
                outcome = _outcome(question, line, latest=step == due[-1])
                yield Settled(key, outcome, line.due_on)


def _key(question: Question, line: Line, step: str) -> StepKey:
    return StepKey(question.unit_id, line.requirement.code, line.subject_id, line.period.code, step)


def _outcome(question: Question, line: Line, *, latest: bool) -> ReminderOutcome:
    if not line.missing:
        return ReminderOutcome.SILENT
    # A branch hears nothing more once its grace is over; a superior hears of what was missed.
    heard = question.escalating or question.today <= line.grace_ends
    return ReminderOutcome.SENT if latest and heard else ReminderOutcome.SKIPPED


def next_step_at(question: Question, lines: Iterable[Line]) -> datetime | None:
    """Answer the first moment after now at which any step could fall due, also of a case."""
    of_cases = [question.following(line) for line in lines if line.requirement.clock is not None]
    wakes = (rest.ends for rest in question.put_off)
    moments = [at for at in (question.agenda.next_step_at, *of_cases, *wakes) if at is not None]
    return min(moments, default=None)
