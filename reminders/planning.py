"""Deciding, without any storage: which steps have fallen due, and how each is settled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from compliance.assessment import State
from compliance.catalogue import Requirement
from compliance.deadlines import ESCALATE, Step, steps
from compliance.periods import Period, periods_between
from compliance.policy import Policy
from compliance.summary import Line
from storage.queues import ReminderOutcome
from storage.reminding import StepKey

# The first step of a yearly requirement comes 60 days before its deadline; a recording grace of
# three working days ends well within 40 days after one, whatever holidays lie between.
DAYS_BEFORE = 62
DAYS_AFTER = 40


@dataclass(frozen=True, slots=True)
class Hours:
    """A unit's clock: its zone, when it is reminded, and when it is left in peace."""

    zone: ZoneInfo
    remind_at: time
    quiet_from: time
    quiet_until: time

    def falls_due(self, step: Step) -> datetime:
        """Answer the moment at which a step falls due."""
        return datetime.combine(step.on, self.remind_at, self.zone)

    def deliver_at(self, now: datetime) -> datetime:
        """Answer when a message may be delivered: now, or when the quiet hours end."""
        local = now.astimezone(self.zone)
        at = local.time()
        overnight = self.quiet_from > self.quiet_until
        evening = at >= self.quiet_from
        morning = at < self.quiet_until
        if not ((evening or morning) if overnight else (evening and morning)):
            return now
        day = local.date() + timedelta(days=1 if overnight and evening else 0)
        return datetime.combine(day, self.quiet_until, self.zone)


@dataclass(frozen=True, slots=True)
class Question:
    """For whom reminders are planned: one unit, one chat, at one moment.

    ``escalating`` asks for what a superior's chat hears of a unit below, else for what the unit's
    own chat hears. ``planned_through`` is the last moment that was planned for, None at first.
    """

    policy: Policy
    hours: Hours
    unit_id: int
    escalating: bool
    now: datetime
    planned_through: datetime | None

    @property
    def today(self) -> date:
        """Answer today's date in the unit's zone."""
        return self.now.astimezone(self.hours.zone).date()

    @property
    def span(self) -> tuple[date, date]:
        """Answer the days that the periods to look at overlap."""
        since = self.today
        if self.planned_through is not None and self.planned_through <= self.now:
            since = self.planned_through.astimezone(self.hours.zone).date()
        return since - timedelta(days=DAYS_AFTER), self.today + timedelta(days=DAYS_BEFORE)

    def steps(self, requirement: Requirement, period: Period) -> list[Step]:
        """Answer the steps that this chat hears of, in order of time."""
        found = steps(self.policy.catalogue, requirement, period, self.policy.days)
        return [step for step in found if (step.code == ESCALATE) == self.escalating]


@dataclass(frozen=True, slots=True)
class Settled:
    """A step and how it is settled."""

    key: StepKey
    outcome: ReminderOutcome


def decide(
    question: Question, lines: Iterable[Line], already: frozenset[StepKey]
) -> Iterator[Settled]:
    """Settle every step that has fallen due and is not settled yet.

    Of the steps of one line only the latest is told, and only if something is missing; the
    earlier ones were passed over. Nothing is settled for a line that does not bind the unit.
    """
    for line in lines:
        if line.state is State.NOT_APPLICABLE:
            continue
        keyed = [(step, _key(question, line, step)) for step in _due_steps(question, line)]
        fresh = [key for step, key in keyed if key not in already]
        latest = keyed[-1][1] if keyed else None
        for key in fresh:
            yield Settled(key, _outcome(question, line, latest=key == latest))


def _due_steps(question: Question, line: Line) -> list[Step]:
    """Answer the steps up to now, but none from before the first planning of a closed period."""
    since = question.planned_through
    live = question.today <= line.grace_ends
    due = []
    for step in question.steps(line.requirement, line.period):
        at = question.hours.falls_due(step)
        if at <= question.now and (live or (since is not None and at > since)):
            due.append(step)
    return due


def _key(question: Question, line: Line, step: Step) -> StepKey:
    return StepKey(
        question.unit_id,
        line.requirement.code,
        line.subject_id,
        line.period.code,
        step.code,
    )


def _outcome(question: Question, line: Line, *, latest: bool) -> ReminderOutcome:
    if not line.missing:
        return ReminderOutcome.SILENT
    # A branch hears nothing more once its grace is over; a superior hears of what was missed.
    heard = question.escalating or question.today <= line.grace_ends
    return ReminderOutcome.SENT if latest and heard else ReminderOutcome.SKIPPED


def next_step_at(question: Question) -> datetime | None:
    """Answer the first moment after now at which any step could fall due."""
    first, last = question.span
    moments = (
        question.hours.falls_due(step)
        for requirement in question.policy.catalogue.requirements
        for period in periods_between(requirement.cadence, first, last)
        for step in question.steps(requirement, period)
    )
    return min((at for at in moments if at > question.now), default=None)
