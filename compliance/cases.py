"""Cases: what runs from a day of its own, such as a committee's term or someone's probation.

A case is kept apart from the calendar's periods: it has its own first day, deadline and excuse.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count, pairwise, takewhile, zip_longest

from compliance.catalogue import Catalogue
from compliance.facts import UnitFacts
from compliance.ledger_index import LedgerIndex
from compliance.people import Member, Stage
from compliance.periods import Interval, months_after
from compliance.requirement import Clock, ClockStart, Requirement
from compliance.states import Reason

_DAY = timedelta(days=1)
_ON_THE_WAY = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE, Stage.PROBATIONARY, Stage.FULL)


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a requirement's clock for one subject, from the start of ``span`` to its end.

    Its end is the deadline. Records of ``kinds`` count for it (of ``papers``: each paper once). A
    ``closing`` case is done by a record held later, too, but late: from ``counts_from`` on (None:
    its own first day) until ``next_on``, when the next one begins. ``closed_on`` is when the roster
    itself says that it is done. ``most_on`` is the longest it may be open at all. ``note`` is to be
    told of it however it stands.
    """

    subject: UnitFacts | Member
    span: Interval
    kinds: tuple[str, ...]
    papers: tuple[str, ...] = ()
    closing: bool = True
    counts_from: date | None = None
    next_on: date | None = None
    closed_on: date | None = None
    most_on: date | None = None
    excuse: Reason | None = None
    note: Reason | None = None

    @property
    def due_on(self) -> date:
        """Answer the deadline."""
        return self.span.end

    @property
    def required(self) -> int:
        """Answer how much is wanted: every paper of a list, else one record."""
        return len(self.papers) or 1

    def takes(self, held_on: date) -> bool:
        """Tell whether a record held on the day counts for this case."""
        if self.papers:
            return True  # a paper is on file from whatever day on
        if not self.closing:
            return self.span.contains(held_on)
        since = self.counts_from or self.span.start
        return since <= held_on and (self.next_on is None or held_on <= self.next_on)


@dataclass(frozen=True, slots=True)
class _Asked:
    catalogue: Catalogue
    requirement: Requirement
    clock: Clock
    unit: UnitFacts
    ledger: LedgerIndex
    first: date
    last: date


def cases_of(
    catalogue: Catalogue,
    requirement: Requirement,
    unit: UnitFacts,
    ledger: LedgerIndex,
    *,
    first: date,
    last: date,
) -> Iterator[Case]:
    """Find the cases with a day in [first, last], and those due before that are not closed yet.

    Nothing is found for a requirement without a clock.
    """
    if requirement.clock is None:
        return
    asked = _Asked(catalogue, requirement, requirement.clock, unit, ledger, first, last)
    for case in _STARTS[requirement.clock.starts](asked):
        if case.span.overlaps(first, last) or _still_open(asked, case, first):
            yield case


def _still_open(asked: _Asked, case: Case, first: date) -> bool:
    """Tell whether a case that was due before the first day was not closed by then."""
    if not case.closing or case.papers or case.due_on >= first or case.excuse is not None:
        return False
    closed = case.closed_on is not None and case.closed_on < first
    held = asked.ledger.held(case.kinds, case.subject)
    return not closed and not any(r.held_on < first and case.takes(r.held_on) for r in held)


def no_case(requirement: Requirement, unit: UnitFacts) -> Reason:
    """Say why nothing runs: nobody is concerned, or the roster lacks the day it would run from."""
    clock = requirement.clock
    if clock is None or clock.starts is ClockStart.ELECTION:
        return Reason("no_election")
    if clock.starts is ClockStart.LETTER:
        return Reason("no_transfers")
    code, stages = _CONCERNED[clock.starts]
    concerned = sum(member.stage in stages for member in unit.members)
    return Reason("no_start_date", {"count": concerned}) if concerned else Reason(code)


_CONCERNED: Mapping[ClockStart, tuple[str, tuple[Stage, ...]]] = {
    ClockStart.ACTIVIST: ("no_activists", (Stage.ACTIVIST, Stage.CANDIDATE)),
    ClockStart.ADMISSION: ("no_probationary", (Stage.PROBATIONARY,)),
    ClockStart.STAGE: (
        "no_candidates",
        (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE, Stage.PROBATIONARY),
    ),
}


def _terms(asked: _Asked) -> Iterator[Case]:
    """Run a term from each election to the next (支部工作条例: 每届任期3年)."""
    kinds = asked.clock.closing
    days = sorted({r.held_on for r in asked.ledger.held(kinds, asked.unit)})
    for day, following in zip_longest(days, days[1:]):
        span = Interval(day, months_after(day, asked.clock.months))
        yield Case(asked.unit, span, kinds, counts_from=day + _DAY, next_on=following)


def _transfers(asked: _Asked) -> Iterator[Case]:
    """Run from each transfer letter's date (介绍信): 30 days, and 90 at the most.

    Who has arrived at a unit of the same tree needs no receipt: both rosters tell.
    """
    for member in asked.unit.members:
        if member.letter_on is not None:
            due = member.letter_on + timedelta(days=asked.clock.days)
            most = member.letter_on + timedelta(days=asked.clock.most_days)
            span = Interval(member.letter_on, due)
            arrived = member.arrived_on
            yield Case(member, span, asked.clock.closing, closed_on=arrived, most_on=most)


def _activists(asked: _Asked) -> Iterator[Case]:
    """Review an activist every half-year until the admission (发展党员工作细则第十条).

    One who became a candidate before a year was over is told of (第十二条): it decides nothing.
    """
    for member in asked.unit.members:
        if member.activist_on is None or _long_full(member, asked.first):
            continue
        reviews = list(_reviews(asked, member, member.activist_on, member.admitted_on))
        earliest = months_after(member.activist_on, asked.clock.least)
        on = member.candidate_on
        if on is not None and on < earliest:
            early = Reason("stage_too_early", {"on": on, "earliest": earliest})
            reviews = _noted(reviews, on, early)
        yield from reviews


def _noted(reviews: list[Case], on: date, note: Reason) -> list[Case]:
    """Add a note to the last review that had begun by the day; what is left may be no review."""
    begun = sum(case.span.start <= on for case in reviews)
    return [
        replace(case, note=note) if place == begun else case
        for place, case in enumerate(reviews, start=1)
    ]


def _probations(asked: _Asked) -> Iterator[Case]:
    """Review a probationary member every half-year, and decide at the end (党章第七条).

    Of a full member whose conversion has no day nothing is known, and nothing runs.
    """
    for member in asked.unit.members:
        begun = member.admitted_on
        if begun is None or not member.is_member(asked.last) or _long_full(member, asked.first):
            continue
        due = max(months_after(begun, asked.clock.months), member.probation_until or begun)
        yield from _reviews(asked, member, begun, min(due, member.full_on or due))
        closing = Case(
            member,
            Interval(begun, due),
            asked.clock.closing,
            closed_on=member.full_on,
            excuse=_gone(member, due),
        )
        yield closing


def _long_full(member: Member, first: date) -> bool:
    """Tell whether a full member became one before a day, or one does not know when."""
    if member.stage is not Stage.FULL:
        return False
    return member.full_on is None or member.full_on < first


def _reviews(asked: _Asked, member: Member, begun: date, until: date | None) -> Iterator[Case]:
    """Divide the time from one day to another (None: on and on) into reviews.

    What is left at the end and is shorter than a whole interval is no review of its own.
    """
    kinds = tuple(k for k in asked.requirement.kinds if k not in asked.clock.closing)
    starts = (months_after(begun, n * asked.clock.every) for n in count())
    whole = takewhile(
        lambda days: days[0] <= asked.last and (until is None or days[1] <= until),
        pairwise(starts),
    )
    for start, following in whole:
        span = Interval(start, following - _DAY)
        yield Case(member, span, kinds, closing=False, excuse=_gone(member, span.end))


def _papers(asked: _Asked) -> Iterator[Case]:
    """Want the papers of each stage by the day on which it was reached (第17项)."""
    for member in asked.unit.members:
        if _long_full(member, asked.first):
            continue
        since: date | None = None
        for stage in _ON_THE_WAY:
            on, papers = member.stage_on(stage), asked.catalogue.checklists.get(stage, ())
            if on is None or not papers:
                continue
            span = Interval(min(since or on, on), on)
            excuse = _gone(member, on)
            yield Case(member, span, asked.requirement.kinds, papers=papers, excuse=excuse)
            since = on


def _gone(member: Member, due: date) -> Reason | None:
    """Excuse a case of someone who had left, or had not come yet, on the day it was due."""
    if member.left_on is not None and member.left_on <= due:
        return Reason("left", {"left_on": member.left_on})
    if member.joined_on is not None and member.joined_on > due:
        return Reason("joined_later", {"joined_on": member.joined_on})
    return None


_STARTS: Mapping[ClockStart, Callable[[_Asked], Iterator[Case]]] = {
    ClockStart.ELECTION: _terms,
    ClockStart.LETTER: _transfers,
    ClockStart.ACTIVIST: _activists,
    ClockStart.ADMISSION: _probations,
    ClockStart.STAGE: _papers,
}
