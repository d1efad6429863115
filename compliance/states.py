"""The state of a requirement in a period, and the finding that carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compliance.deadlines import Deadline
from compliance.facts import Score
from compliance.periods import Span
from compliance.requirement import ARTICLES, Requirement, SubjectKind


class State(StrEnum):
    """How a requirement stands in a period (目录, 状态)."""

    MET = "met"  # 达标
    MET_LATE = "met_late"  # 补记达标
    OPEN = "open"  # 进行中
    DUE_SOON = "due_soon"  # 临期
    OVERDUE = "overdue"  # 逾期
    MISSED = "missed"  # 未达标
    WAIVED = "waived"  # 免除
    NOT_APPLICABLE = "not_applicable"  # 不适用


SEVERITY = (
    State.MISSED,
    State.OVERDUE,
    State.DUE_SOON,
    State.OPEN,
    State.MET_LATE,
    State.MET,
    State.WAIVED,
    State.NOT_APPLICABLE,
)
# Tuples: a state is found in them by identity, sooner than its hash is reckoned.
ENOUGH = (State.MET, State.MET_LATE)
EXCUSED = (State.WAIVED, State.NOT_APPLICABLE)
SETTLED = (*ENOUGH, *EXCUSED)
FAILING = (State.MISSED, State.OVERDUE)
# The reason of what is only advisory and was not done by its deadline: it stays open, never red.
ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a finding is as it is: a code that templates put into words, and the values they need."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was paid for a month in other branches: their names, and how many yuan in all."""

    places: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """How one requirement stands for one subject in one period, or in one case.

    ``due_on``, ``grace_ends`` and ``begins`` (the first reminder step) are days in the unit's zone;
    ``confirmed`` is false when they rest on a guessed calendar. ``done`` counts everything held in
    the period, late entries too. ``subject_id`` is the id of the unit, group or member that
    ``subject_kind`` tells (the unit when there is nobody to bind). ``records`` are the
    numbers of the entries that count. For dues, ``due`` and ``paid`` are yuan;
    ``due`` is None when the roster gives no basis, and ``elsewhere`` is what counts too and is
    money of other branches. ``score`` is what the superior gave for the
    year, of a requirement that is scored.
    """

    requirement: Requirement
    subject_kind: SubjectKind
    subject_id: int
    subject: str
    period: Span
    due_on: date
    grace_ends: date
    begins: date
    required: int
    done: int
    state: State
    reason: Reason | None
    records: tuple[int, ...]
    confirmed: bool
    due: Decimal | None = None
    paid: Decimal = Decimal(0)
    score: Score | None = None
    elsewhere: Elsewhere | None = None

    @property
    def failing(self) -> bool:
        """Tell whether the deadline has passed without enough; never for what is only advisory."""
        return self.state in FAILING

    @property
    def lapsed(self) -> bool:
        """Tell whether it is only advisory and its deadline has passed without enough."""
        return is_lapsed(self.reason)


def is_lapsed(reason: Reason | None) -> bool:
    """Tell by its reason whether something is only advisory and was not done in time."""
    return reason is not None and reason.code == ADVISORY


def state_by_count(required: int, done: int, in_time: int, deadline: Deadline, on: date) -> State:
    """Decide the state by what was done and, short of it, by the clock.

    ``done`` counts everything held in the period, ``in_time`` what of it was entered within the
    recording grace.
    """
    if in_time >= required:
        return State.MET
    if done >= required:
        return State.MET_LATE
    if on <= deadline.due_on:
        return State.DUE_SOON if on >= deadline.begins else State.OPEN
    return State.OVERDUE if on <= deadline.closes_on else State.MISSED


def failing_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort the failing ones first, then by severity, deadline and place in the policy."""
    return tuple(sorted(findings, key=_urgency))


def _urgency(finding: Finding) -> tuple[bool, int, date, int]:
    return (
        not finding.failing,
        SEVERITY.index(finding.state),
        finding.due_on,
        ARTICLES.index(finding.requirement.article),
    )
