"""What holds of every assessment, whatever the facts."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

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
from compliance.catalogue import default
from compliance.people import DuesBasis, Member, Stage
from compliance.periods import Cadence, Period
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import branch

CATALOGUE = default()
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
BASES = (DuesBasis(None, "在职", base=Decimal(6000)),)
UNIT = branch(
    groups=(Group(1, "一组"), Group(2, "二组", founded=date(2026, 5, 6))),
    members=(
        Member(1, "张三", Stage.FULL, bases=BASES),
        Member(2, "李四", Stage.FULL),
        Member(3, "王五", Stage.PROBATIONARY, admitted_on=date(2026, 6, 1), bases=BASES),
    ),
)
year = st.dates(FIRST - timedelta(days=20), LAST + timedelta(days=20))


@st.composite
def records(draw: st.DrawFn) -> Held:
    held_on = draw(year)
    kinds = draw(st.sets(st.sampled_from(list(CATALOGUE.record_kinds)), min_size=1, max_size=3))
    entered = [(kind, held_on + timedelta(days=draw(st.integers(0, 60)))) for kind in sorted(kinds)]
    group = draw(st.sampled_from([None, 1, 2]))
    return Held(draw(st.integers(1, 10**6)), tuple(entered), held_on, group)


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
ledgers = st.builds(
    Ledger,
    held=st.lists(records(), max_size=6, unique_by=lambda r: r.number).map(tuple),
    paid=st.lists(payments, max_size=6, unique_by=lambda p: p.number).map(tuple),
    waivers=st.lists(waivers, max_size=2).map(tuple),
)


def assess(ledger: Ledger, on: date) -> tuple[Finding, ...]:
    return assess_unit(CATALOGUE, UNIT, ledger, first=FIRST, last=LAST, on=on, days=NOTICE)


def rank(finding: Finding) -> int:
    """From worst to best; excused lies between what is missing and what is done."""
    order = [State.MISSED, State.OVERDUE, State.DUE_SOON, State.OPEN]
    order += [State.NOT_APPLICABLE, State.WAIVED, State.MET_LATE, State.MET]
    return order.index(finding.state)


def never_worse(before: Ledger, after: Ledger, on: date) -> bool:
    pairs = zip(assess(before, on), assess(after, on), strict=True)
    return all(rank(old) <= rank(new) and old.done <= new.done for old, new in pairs)


few: Callable[..., Callable[..., None]] = settings(max_examples=40, deadline=None)


@few
@given(ledgers, records(), year)
def test_adding_a_record_never_makes_a_state_worse(ledger: Ledger, new: Held, on: date) -> None:
    more = Ledger((*ledger.held, Held(0, new.kinds, new.held_on, new.group_id)), ledger.paid)
    assert never_worse(Ledger(ledger.held, ledger.paid), more, on)


@few
@given(ledgers, payments, year)
def test_adding_a_payment_never_makes_a_state_worse(ledger: Ledger, new: Paid, on: date) -> None:
    more = Ledger(ledger.held, (*ledger.paid, new), ledger.waivers)
    assert never_worse(ledger, more, on)


@few
@given(ledgers, year)
def test_a_record_counts_for_one_period_of_a_requirement(ledger: Ledger, on: date) -> None:
    used = Counter(
        (finding.requirement.code, number)
        for finding in assess(ledger, on)
        for number in finding.records
    )
    assert not used or max(used.values()) == 1


@few
@given(ledgers, year)
def test_a_finding_agrees_with_itself(ledger: Ledger, on: date) -> None:
    for finding in assess(ledger, on):
        enough = finding.done >= finding.required
        assert finding.period.contains(finding.due_on)
        assert finding.begins <= finding.due_on < finding.grace_ends
        if finding.state in (State.MET, State.MET_LATE):
            assert enough
        elif finding.state in (State.WAIVED, State.NOT_APPLICABLE):
            assert finding.reason is not None
        else:
            assert not enough
            assert finding.failing is (on > finding.due_on)


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
    severities = [SEVERITY.index(f.state) for f in ordered]
    assert severities == sorted(severities)


def test_every_state_has_its_severity() -> None:
    assert sorted(SEVERITY) == sorted(State)
