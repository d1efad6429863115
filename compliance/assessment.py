"""The assessment: every requirement, subject and period of a unit, and how each stands.

Pure: the same facts, day and calendar give the same findings. This is the door of the room; the
names a caller needs can be had from here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from compliance.applicability import (
    Subject,
    binds_other_units,
    kind_of,
    lifetime_reason,
    no_subject,
    not_in_force,
    subjects_of,
    waived,
    why_not,
)
from compliance.calendar import WorkingDays
from compliance.cases import Case, cases_of, no_case
from compliance.catalogue import Catalogue, Requirement, Versions, Wanted
from compliance.counting import Tally, tally_case, tally_payments, tally_records, tally_scores
from compliance.deadlines import Deadline, deadline, due_on
from compliance.derived import parts_of, summed, tally_materials, wanted_materials
from compliance.facts import Group, Held, Ledger, Paid, Score, UnitFacts, Waiver
from compliance.ledger_index import LedgerIndex
from compliance.moved import credited
from compliance.people import Member
from compliance.periods import Cadence, Interval, Period, Span, periods_between
from compliance.requirement import SCORED, Evidence
from compliance.states import (
    ADVISORY,
    ENOUGH,
    FAILING,
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
    rules: Versions,
    unit: UnitFacts,
    ledger: Ledger,
    wanted: Wanted,
    *,
    on: date,
    days: WorkingDays,
    any_member: bool = False,
) -> Iterator[Finding]:
    """Find how the unit stands on a day in just the periods of the requirements asked about.

    In the order asked, by subject, then by period; otherwise as ``assess_unit`` does. What is not
    the requirement's own, such as the grace, comes from the version of ``rules`` in force on the
    period's first day, or on that on which a case began.
    ``any_member``: of members it is only asked whether any is behind. Of a requirement that binds
    each of them nothing more is found in a period once one of them lacks something.
    """
    counting = replace(ledger, paid=credited(unit.members, ledger.paid))
    question = _Question(rules, unit, LedgerIndex(counting), on, days)
    for requirement, periods in wanted:
        enough = any_member and requirement.per_person
        yield from question.about(requirement, periods, until_open=enough)


@dataclass(frozen=True, slots=True)
class _Item:
    requirement: Requirement
    subject: Subject
    period: Span
    limits: Deadline
    required: int


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked; ``found`` are answers that others rest on, so that they are found once."""

    rules: Versions
    unit: UnitFacts
    ledger: LedgerIndex
    on: date
    days: WorkingDays
    found: dict[tuple[str, tuple[Period, ...]], tuple[Finding, ...]] = field(default_factory=dict)

    def about(
        self, requirement: Requirement, periods: tuple[Period, ...], *, until_open: bool
    ) -> Iterable[Finding]:
        """Find what there is to say of one requirement; of a period perhaps until one is open."""
        if reason := binds_other_units(requirement, self.unit):
            return (self._unbound(requirement, periods, reason),)
        if requirement.clock is not None:
            return self._cases(requirement, periods)
        if requirement.derived_from:
            return [self._derived(self._item(requirement, self.unit, p)) for p in periods]
        if requirement.evidence is Evidence.MATERIALS:
            return [self._filed(requirement, period) for period in periods]
        if requirement.per_person:
            return self._periods(requirement, periods, until_open=until_open)
        asked = requirement.code, periods
        if asked not in self.found:
            self.found[asked] = tuple(self._periods(requirement, periods, until_open=False))
        return self.found[asked]

    def _periods(
        self, requirement: Requirement, periods: tuple[Period, ...], *, until_open: bool
    ) -> Iterator[Finding]:
        subjects = subjects_of(requirement, self.unit, periods)
        first = next(subjects, None)
        if first is None:
            yield self._unbound(requirement, periods, no_subject(requirement))
            return
        dated = [(period, self._limits(requirement, period)) for period in periods]
        for subject in chain((first,), subjects):
            if not dated:
                return
            held = self._held(requirement, subject)
            for period, limits in tuple(dated):
                item = _Item(requirement, subject, period, limits, requirement.count)
                finding = self._judge(item, held.get(period.start, ()))
                yield finding
                if until_open and finding.state not in SETTLED:
                    dated.remove((period, limits))

    def _held(self, requirement: Requirement, subject: Subject) -> Mapping[date, list[Held]]:
        """Answer the subject's records of the requirement, by the first day of their period."""
        found: dict[date, list[Held]] = {}
        for record in self.ledger.held(requirement.kinds, subject):
            period = Period.of(requirement.cadence, record.held_on)
            found.setdefault(period.start, []).append(record)
        return found

    def _unbound(
        self, requirement: Requirement, periods: tuple[Period, ...], reason: Reason
    ) -> Finding:
        """Show a requirement that binds nobody here once, in the period of the day asked about.

        That the unit is too young is only said of what will bind it one day.
        """
        nearest = next((p for p in periods if self.on <= p.end), periods[-1])
        item = self._item(requirement, self.unit, nearest)
        if binds_other_units(requirement, self.unit) is None:
            reason = lifetime_reason(self.unit, nearest) or reason
        return self._finding(item, Tally(), State.NOT_APPLICABLE, reason)

    def _item(self, requirement: Requirement, subject: Subject, period: Period) -> _Item:
        limits = self._limits(requirement, period)
        return _Item(requirement, subject, period, limits, requirement.count)

    def _limits(self, requirement: Requirement, period: Period) -> Deadline:
        due = due_on(requirement, period)
        return deadline(self.rules.on(period.start), requirement, due, self.days)

    def _judge(self, item: _Item, held: Sequence[Held]) -> Finding:
        """Let what was done speak first, then what excuses, then the clock."""
        return self._settled(item, self._tally(item, held))

    def _settled(self, item: _Item, tally: Tally) -> Finding:
        requirement, period = item.requirement, item.period
        state = state_by_count(item.required, tally.done, tally.in_time, item.limits, self.on)
        if state in ENOUGH and tally.records:
            return self._finding(item, tally, state, None)
        excuse = why_not(requirement, self.unit, item.subject, period, self.on)
        return self._unmet(item, tally, state, excuse)

    def _unmet(self, item: _Item, tally: Tally, state: State, excuse: Reason | None) -> Finding:
        """Let what excuses speak before the clock; what is only advisory is never red."""
        if excuse is not None:
            return self._finding(item, tally, State.NOT_APPLICABLE, excuse)
        if reason := self._waived(item):
            return self._finding(item, tally, State.WAIVED, reason)
        if item.requirement.advisory and state in FAILING:
            return self._finding(item, tally, State.OPEN, Reason(ADVISORY))
        return self._finding(item, tally, state, tally.shortfall)

    def _tally(self, item: _Item, held: Sequence[Held]) -> Tally:
        requirement, subject = item.requirement, item.subject
        grace_ends = item.limits.grace_ends
        if requirement.evidence is Evidence.RECORDS:
            return tally_records(requirement, held, grace_ends, self.on)
        if requirement.evidence is Evidence.PAYMENTS and isinstance(subject, Member):
            due = self.ledger.due(self.rules.on(item.period.start).dues, subject, item.period)
            paid = self.ledger.paid(subject, item.period)
            return tally_payments(due, paid, grace_ends, self.on)
        return tally_scores(self._scores(item), grace_ends)

    def _filed(self, requirement: Requirement, period: Period) -> Finding:
        """Find which of the papers to have are there."""
        rules = self.rules.on(period.start)
        wanted = wanted_materials(rules, self.unit, min(period.end, self.on))
        item = replace(self._item(requirement, self.unit, period), required=len(wanted))
        ends = item.limits.grace_ends
        tally = tally_materials(wanted, self.unit, self.ledger, period, grace_ends=ends, on=self.on)
        return self._settled(item, tally)

    def _scores(self, item: _Item) -> Sequence[Score]:
        if item.requirement.kind not in SCORED:
            return ()
        return self.ledger.scores(item.requirement.code, item.period.year, self.on)

    def _waived(self, item: _Item) -> Reason | None:
        waivers, due = self.ledger.waivers, item.limits.due_on
        return waived(waivers, item.requirement, item.subject.id, due, self.on)

    def _cases(self, requirement: Requirement, periods: tuple[Period, ...]) -> Iterable[Finding]:
        """Judge the cases that have begun by the day asked about."""
        first, last = periods[0].start, periods[-1].end
        rules = self.rules.on(self.on)
        found = cases_of(rules, requirement, self.unit, self.ledger, first=first, last=last)
        cases = [case for case in found if case.span.start <= self.on]
        if not cases:
            return (self._unbound(requirement, periods, no_case(requirement, self.unit)),)
        return [self._judge_case(requirement, case) for case in cases]

    def _judge_case(self, requirement: Requirement, case: Case) -> Finding:
        limits = deadline(self.rules.on(case.span.start), requirement, case.due_on, self.days)
        if case.most_on is not None:
            limits = replace(limits, closes_on=max(limits.grace_ends, case.most_on))
        item = _Item(requirement, case.subject, case.span, limits, case.required)
        held = self.ledger.held(case.kinds, case.subject)
        tally = tally_case(case, held, limits.grace_ends, self.on)
        state = state_by_count(item.required, tally.done, tally.in_time, limits, self.on)
        if state in ENOUGH:
            return self._finding(item, tally, state, tally.late or case.note)
        # What is to be closed by a day binds whoever is there on that day.
        bound = Interval(case.due_on, case.due_on) if case.closing else case.span
        excuse = (
            case.excuse or not_in_force(requirement, case.span) or lifetime_reason(self.unit, bound)
        )
        told = replace(tally, shortfall=tally.shortfall or case.note)
        return self._unmet(item, told, state, excuse)

    def _derived(self, item: _Item) -> Finding:
        """Sum up what a derived requirement rests on, in the periods that have begun by the day."""
        excuse = why_not(item.requirement, self.unit, self.unit, item.period, self.on)
        if excuse is not None:
            return self._finding(item, Tally(), State.NOT_APPLICABLE, excuse)
        done, bound, state, reason = summed(self._parts(item))
        summed_up, tally = replace(item, required=bound), Tally(done=done, shortfall=reason)
        if state in ENOUGH:
            return self._finding(summed_up, tally, state, None)
        return self._unmet(summed_up, tally, state, None)

    def _parts(self, item: _Item) -> Iterator[Finding]:
        parts = parts_of(self.rules, item.requirement, item.period, self.on)
        for requirement, periods in parts:
            yield from self.about(requirement, periods, until_open=False)

    def _finding(self, item: _Item, tally: Tally, state: State, reason: Reason | None) -> Finding:
        limits, scores = item.limits, self._scores(item)
        if reason is None and tally.elsewhere is not None:
            reason = Reason("paid_elsewhere", {"places": tally.elsewhere.places})
        return Finding(
            requirement=item.requirement,
            subject_kind=kind_of(item.subject),
            subject_id=item.subject.id,
            subject=item.subject.name,
            period=item.period,
            due_on=limits.due_on,
            grace_ends=limits.grace_ends,
            begins=limits.begins,
            required=item.required,
            done=tally.done,
            state=state,
            reason=reason,
            records=tally.records,
            confirmed=limits.confirmed,
            due=tally.due,
            paid=tally.paid,
            score=scores[-1] if scores else None,
            elsewhere=tally.elsewhere,
        )
