"""What holds of every assessment, whatever the facts."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.assessment import (
    SEVERITY,
    Finding,
    Group,
    Held,
    Ledger,
    Paid,
    State,
    Waiver,
    assess_unit,
    failing_first,
)
from compliance.cases import cases_of
from compliance.catalogue import default
from compliance.facts import Score
from compliance.ledger_index import LedgerIndex
from compliance.people import DuesBasis, Member, Stage
from compliance.periods import Cadence, Interval, Period, months_after, periods_between
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import away, branch, person

CATALOGUE = default()
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
BASES = (DuesBasis(None, "在职", base=Decimal(6000)),)
PROBATIONER = person(
    3, "王五", Stage.PROBATIONARY, activist_on="2024-11-30", admitted_on="2026-06-01"
)
UNIT = branch(
    groups=(Group(1, "一组"), Group(2, "二组", founded=date(2026, 5, 6))),
    members=(
        Member(1, "张三", Stage.FULL, bases=BASES),
        away(2, "李四", letter_on="2026-03-15"),
        replace(PROBATIONER, bases=BASES),
        person(4, "钱七", Stage.ACTIVIST, applied_on="2025-12-10", activist_on="2026-02-28"),
    ),
)
PAPERS = [paper for papers in CATALOGUE.checklists.values() for paper in papers]
year = st.dates(FIRST - timedelta(days=20), LAST + timedelta(days=20))


def in_order(given: Iterable[Score]) -> tuple[Score, ...]:
    """As the superior gave them, one after the other."""
    return tuple(sorted(given, key=lambda score: score.scored_on))


@st.composite
def records(draw: st.DrawFn) -> Held:
    held_on = draw(year)
    kinds = draw(st.sets(st.sampled_from(list(CATALOGUE.record_kinds)), min_size=1, max_size=3))
    entered = [(kind, held_on + timedelta(days=draw(st.integers(0, 60)))) for kind in sorted(kinds)]
    group = draw(st.sampled_from([None, 1, 2]))
    about = draw(st.lists(st.integers(1, 4), max_size=3, unique=True))
    papers = draw(st.lists(st.sampled_from(PAPERS), max_size=6, unique=True))
    number = draw(st.integers(1, 10**6))
    return Held(number, tuple(entered), held_on, group, tuple(about), tuple(papers))


payments = st.builds(
    Paid,
    number=st.integers(10**6, 10**7),
    member_id=st.integers(1, 3),
    month=st.builds(Period.of, st.just(Cadence.MONTHLY), year),
    amount=st.decimals(Decimal("0.01"), 120, places=2),
    entered_on=year,
)
waivers = st.builds(
    Waiver,
    requirement=st.sampled_from([r.code for r in CATALOGUE.requirements]),
    subject_id=st.sampled_from([None, 1, 2, 900]),
    first=year,
    last=year,
    reason=st.just("集训"),
    granted_on=year,
)
scores = st.builds(
    Score,
    requirement=st.sampled_from([r.code for r in CATALOGUE.requirements if r.by_superior]),
    year=st.sampled_from([2025, 2026]),
    points=st.integers(0, 100).map(Decimal),
    comment=st.just(""),
    scored_on=year,
    number=st.integers(10**7, 10**8),
)
ledgers = st.builds(
    Ledger,
    held=st.lists(records(), max_size=6, unique_by=lambda r: r.number).map(tuple),
    paid=st.lists(payments, max_size=6, unique_by=lambda p: p.number).map(tuple),
    waivers=st.lists(waivers, max_size=2).map(tuple),
    scores=st.lists(scores, max_size=3).map(in_order),
)


def assess(ledger: Ledger, on: date) -> tuple[Finding, ...]:
    return assess_unit(CATALOGUE, UNIT, ledger, first=FIRST, last=LAST, on=on, days=NOTICE)


def rank(finding: Finding) -> int:
    """From worst to best; excused lies between what is missing and what is done.

    A term that an election of earlier ends is as late as the entry of that one, and what is derived
    is late with a part that need not have been done: there late and in time are one.
    """
    order = [State.MISSED, State.OVERDUE, State.DUE_SOON, State.OPEN]
    order += [State.NOT_APPLICABLE, State.WAIVED, State.MET_LATE, State.MET]
    alike = finding.requirement.derived_from or finding.requirement.code == "committee_term"
    late = alike and finding.state is State.MET
    return order.index(State.MET_LATE if late else finding.state)


def by_place(findings: Iterable[Finding]) -> dict[tuple[str, int, str], Finding]:
    return {(f.requirement.code, f.subject_id, f.period.code): f for f in findings}


def enough_of(finding: Finding) -> int:
    return min(finding.done, finding.required)


def never_worse(before: Ledger, after: Ledger, on: date) -> bool:
    """Every finding is still there, and as good; only a term may begin where nobody was elected."""
    old, new = by_place(assess(before, on)), by_place(assess(after, on))
    gone = {code for code, _, _ in old.keys() - new.keys()}
    return gone <= {"committee_term"} and all(
        rank(old[place]) <= rank(new[place]) and enough_of(old[place]) <= enough_of(new[place])
        for place in old.keys() & new.keys()
    )


few: Callable[..., Callable[..., None]] = settings(max_examples=40, deadline=None)


@few
@given(ledgers, records(), year)
def test_adding_a_record_never_makes_a_state_worse(ledger: Ledger, new: Held, on: date) -> None:
    more = replace(ledger, held=(*ledger.held, replace(new, number=0)))
    assert never_worse(ledger, more, on)


@few
@given(ledgers, payments, year)
def test_adding_a_payment_never_makes_a_state_worse(ledger: Ledger, new: Paid, on: date) -> None:
    assert never_worse(ledger, replace(ledger, paid=(*ledger.paid, new)), on)


@few
@given(ledgers, scores, year)
def test_a_score_never_makes_a_state_worse(ledger: Ledger, new: Score, on: date) -> None:
    assert never_worse(ledger, replace(ledger, scores=in_order([*ledger.scores, new])), on)


@few
@given(ledgers, year, st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_findings(ledger: Ledger, on: date, chance: Random) -> None:
    held, paid = list(ledger.held), list(ledger.paid)
    chance.shuffle(held)
    chance.shuffle(paid)
    shuffled = replace(ledger, held=tuple(held), paid=tuple(paid))
    assert assess(ledger, on) == assess(ledger, on) == assess(shuffled, on)


@few
@given(ledgers, year)
def test_every_requirement_shows_in_its_own_periods(ledger: Ledger, on: date) -> None:
    """Each of its subjects in each period of the year, or once where nobody is bound."""
    findings = assess(ledger, on)
    for requirement in CATALOGUE.requirements:
        own = [f for f in findings if f.requirement is requirement]
        periods = periods_between(requirement.cadence, FIRST, LAST)
        if requirement.clock is not None:
            spans = [f.period for f in own]
            assert all(isinstance(span, Interval) or span == periods[-1] for span in spans)
            assert all(f.period.start <= on for f in own if isinstance(f.period, Interval))
        else:
            subjects = dict.fromkeys(f.subject_id for f in own)
            expected = [(subject, period) for subject in subjects for period in periods]
            once = [(UNIT.id, period) for period in periods]
            assert [(f.subject_id, f.period) for f in own] in (expected, *([pair] for pair in once))
        assert own


@few
@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(0, 1500))
def test_reviews_follow_one_another_without_a_gap(begun: date, days: int) -> None:
    """Until the admission, of which they leave less than half a year."""
    admitted = begun + timedelta(days=days)
    one = Member(1, "孙八", Stage.PROBATIONARY, activist_on=begun, admitted_on=admitted)
    unit, index = branch(members=(one,)), LedgerIndex(Ledger())
    activist, probation = map(CATALOGUE.requirement, ("activist_review", "probation"))
    ended = months_after(admitted, 12)
    for requirement, since, until in ((activist, begun, admitted), (probation, admitted, ended)):
        found = cases_of(CATALOGUE, requirement, unit, index, first=since, last=date(2035, 1, 1))
        spans = [case.span for case in found if not case.closing]
        days_of = [since, *(span.end + timedelta(days=1) for span in spans)]
        assert [span.start for span in spans] == days_of[:-1]
        assert days_of[-1] <= until < months_after(since, 6 * (len(spans) + 1))


@few
@given(ledgers, year)
def test_a_record_counts_for_one_period_of_a_requirement(ledger: Ledger, on: date) -> None:
    """For a case once by each of its kinds; a paper on file once for its own stage."""
    kinds = {record.number: {kind for kind, _ in record.kinds} for record in ledger.held}
    papers = {record.number: len(record.materials) for record in ledger.held}
    used = Counter(
        (finding.requirement, finding.requirement.per_person and finding.subject_id, number)
        for finding in assess(ledger, on)
        for number in finding.records
    )
    for (requirement, _, number), times in used.items():
        if requirement.code == "admission_files":
            assert times <= papers[number]
        elif requirement.clock is not None:
            assert times <= len(kinds[number] & set(requirement.kinds))
        else:
            assert times == 1


@few
@given(ledgers, year)
def test_a_finding_agrees_with_itself(ledger: Ledger, on: date) -> None:
    for finding in assess(ledger, on):
        enough = finding.done >= finding.required
        scored = finding.score is None or finding.score.scored_on <= on
        assert finding.period.contains(finding.due_on)
        assert scored
        assert finding.begins <= finding.due_on < finding.grace_ends
        if finding.state in (State.MET, State.MET_LATE):
            assert enough
        elif finding.state in (State.WAIVED, State.NOT_APPLICABLE):
            assert finding.reason is not None
        else:
            assert not enough
            if not finding.requirement.derived_from:  # whose parts have deadlines of their own
                passed = on > finding.due_on and not finding.requirement.advisory
                assert finding.failing is passed


@few
@given(ledgers, year)
def test_dues_add_up_to_what_was_paid(ledger: Ledger, on: date) -> None:
    dues = [f for f in assess(ledger, on) if f.requirement.code == "dues"]
    of_the_year = [p for p in ledger.paid if p.month.year == 2026]
    assert sum(f.paid for f in dues) == sum(p.amount for p in of_the_year)
    assert sorted(n for f in dues for n in f.records) == sorted(p.number for p in of_the_year)


@few
@given(ledgers, year)
def test_failing_first_keeps_everything_and_puts_no_failure_after_a_success(
    ledger: Ledger, on: date
) -> None:
    findings = assess(ledger, on)
    ordered = failing_first(findings)
    assert Counter(map(id, ordered)) == Counter(map(id, findings))
    severities = [(not f.failing, SEVERITY.index(f.state)) for f in ordered]
    assert severities == sorted(severities)


def test_every_state_has_its_severity() -> None:
    assert sorted(SEVERITY) == sorted(State)
