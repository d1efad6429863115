"""The assessment: every requirement, subject and period of a unit, and how each stands.

Pure: the same facts, day and calendar give the same findings. This is the door of the room; the
names a caller needs can be had from here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from compliance.applicability import (
    Subject,
    kind_of,
    lifetime_reason,
    no_subject,
    subjects_of,
    waived,
    why_not,
)
from compliance.calendar import WorkingDays
from compliance.catalogue import Catalogue, Requirement
from compliance.counting import Tally, tally_payments, tally_records
from compliance.deadlines import Deadline, deadline
from compliance.dues import amount_due
from compliance.facts import Group, Held, Ledger, Paid, UnitFacts, Waiver
from compliance.ledger_index import LedgerIndex
from compliance.people import Member
from compliance.periods import Cadence, Period, periods_between
from compliance.requirement import Evidence, SubjectKind
from compliance.states import (
    ENOUGH,
    SETTLED,
    SEVERITY,
    Finding,
    Reason,
    State,
    failing_first,
    state_by_count,
)

__all__ = [
    "SETTLED",
    "SEVERITY",
    "Finding",
    "Group",
    "Held",
    "Ledger",
    "Paid",
    "Reason",
    "State",
    "UnitFacts",
    "Waiver",
    "Wanted",
    "assess",
    "assess_unit",
    "failing_first",
    "wanted_between",
]


# Requirements, each with the periods that are asked about, oldest first.
Wanted = Sequence[tuple[Requirement, tuple[Period, ...]]]


def assess_unit(
    catalogue: Catalogue,
    unit: UnitFacts,
    ledger: Ledger,
    *,
    first: date,
    last: date,
    on: date,
    days: WorkingDays,
) -> tuple[Finding, ...]:
    """Find how the unit stands on the day ``on``, in every period with a day in [first, last].

    In the catalogue's order, then by subject, then by period. A requirement that binds nobody in
    the unit shows once, in the period of ``on`` (or the nearest one asked about). Dates are in the
    unit's zone. Nothing is found when ``last`` is before ``first``.
    """
    wanted = wanted_between(catalogue, first, last)
    return tuple(assess(catalogue, unit, ledger, wanted, on=on, days=days))


def wanted_between(catalogue: Catalogue, first: date, last: date) -> Wanted:
    """Ask about every requirement, in every period with a day in [first, last]."""
    if last < first:
        return ()
    periods = {cadence: periods_between(cadence, first, last) for cadence in Cadence}
    return [(requirement, periods[requirement.cadence]) for requirement in catalogue.requirements]


def assess(
    catalogue: Catalogue,
    unit: UnitFacts,
    ledger: Ledger,
    wanted: Wanted,
    *,
    on: date,
    days: WorkingDays,
    any_member: bool = False,
) -> Iterator[Finding]:
    """Find how the unit stands on a day in just the periods of the requirements asked about.

    In the order asked, by subject, then by period; otherwise as ``assess_unit`` does.
    ``any_member``: of members it is only asked whether any is behind. Of a requirement that binds
    each of them nothing more is found in a period once one of them lacks something.
    """
    question = _Question(catalogue, unit, LedgerIndex(ledger), on, days)
    for requirement, periods in wanted:
        enough = any_member and requirement.subject is SubjectKind.MEMBER
        yield from question.about(requirement, periods, until_open=enough)


@dataclass(frozen=True, slots=True)
class _Case:
    requirement: Requirement
    subject: Subject
    period: Period
    limits: Deadline


@dataclass(frozen=True, slots=True)
class _Question:
    catalogue: Catalogue
    unit: UnitFacts
    ledger: LedgerIndex
    on: date
    days: WorkingDays

    def about(
        self, requirement: Requirement, periods: tuple[Period, ...], *, until_open: bool
    ) -> Iterator[Finding]:
        """Find what there is to say of one requirement; of a period perhaps until one is open."""
        subjects = subjects_of(requirement, self.unit, periods)
        first = next(subjects, None)
        if first is None:
            nearest = next((p for p in periods if self.on <= p.end), periods[-1])
            case = _Case(requirement, self.unit, nearest, self._limits(requirement, nearest))
            reason = lifetime_reason(self.unit, nearest) or no_subject(requirement)
            yield _finding(case, Tally(), State.NOT_APPLICABLE, reason)
            return
        dated = [(period, self._limits(requirement, period)) for period in periods]
        for subject in chain((first,), subjects):
            if not dated:
                return
            for period, limits in tuple(dated):
                finding = self._judge(_Case(requirement, subject, period, limits))
                yield finding
                if until_open and finding.state not in SETTLED:
                    dated.remove((period, limits))

    def _limits(self, requirement: Requirement, period: Period) -> Deadline:
        return deadline(self.catalogue, requirement, period, self.days)

    def _judge(self, case: _Case) -> Finding:
        """Let what was done speak first, then what excuses, then the clock."""
        tally = self._tally(case)
        done, in_time = tally.done, tally.in_time
        state = state_by_count(case.requirement.count, done, in_time, case.limits, self.on)
        if state in ENOUGH and tally.records:
            return _finding(case, tally, state, None)
        if reason := why_not(case.requirement, self.unit, case.subject, case.period, self.on):
            return _finding(case, tally, State.NOT_APPLICABLE, reason)
        if reason := self._waived(case):
            return _finding(case, tally, State.WAIVED, reason)
        return _finding(case, tally, state, tally.shortfall)

    def _tally(self, case: _Case) -> Tally:
        grace_ends = case.limits.grace_ends
        if case.requirement.evidence is Evidence.PAYMENTS and isinstance(case.subject, Member):
            due = amount_due(self.catalogue.dues, case.subject.basis_on(case.period.end))
            paid = self.ledger.paid(case.subject, case.period)
            return tally_payments(due, paid, grace_ends, self.on)
        held = self.ledger.held(case.requirement, case.subject)
        return tally_records(case.requirement, held, case.period, grace_ends, self.on)

    def _waived(self, case: _Case) -> Reason | None:
        waivers, due = self.ledger.waivers, case.limits.due_on
        return waived(waivers, case.requirement, case.subject.id, due, self.on)


def _finding(case: _Case, tally: Tally, state: State, reason: Reason | None) -> Finding:
    return Finding(
        requirement=case.requirement,
        subject_kind=kind_of(case.subject),
        subject_id=case.subject.id,
        subject=case.subject.name,
        period=case.period,
        due_on=case.limits.due_on,
        grace_ends=case.limits.grace_ends,
        begins=case.limits.begins,
        required=case.requirement.count,
        done=tally.done,
        state=state,
        reason=reason,
        records=tally.records,
        confirmed=case.limits.confirmed,
        due=tally.due,
        paid=tally.paid,
    )
