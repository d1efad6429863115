"""How a member's dues for a month stand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compliance.assessment import Finding, Ledger, Paid, Reason, State
from compliance.people import DuesBasis, Member, Stage
from tests.compliance.samples import WAGE_6000, assess, branch, day, only, paid

ZHANG = Member(1, "张三", Stage.FULL, bases=(WAGE_6000,))  # owes 90.00 a month


def march(on: str, *payments: Paid, bases: tuple[DuesBasis, ...] = (WAGE_6000,)) -> Finding:
    unit = branch(members=(replace(ZHANG, bases=bases),))
    return only(assess(unit, Ledger(paid=payments), on, period="2026-03"), "dues", "2026-03")


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-03-23", State.OPEN),
        ("2026-03-24", State.DUE_SOON),
        ("2026-03-31", State.DUE_SOON),
        ("2026-04-01", State.OVERDUE),
        ("2026-04-03", State.OVERDUE),
        ("2026-04-04", State.MISSED),
    ],
)
def test_unpaid_dues_are_judged_by_the_clock(on: str, state: State) -> None:
    finding = march(on)
    assert (finding.state, finding.reason, finding.done) == (state, None, 0)
    assert (finding.due, finding.paid) == (Decimal("90.00"), Decimal(0))
    assert (finding.subject, finding.subject_id, finding.required) == ("张三", 1, 1)


@pytest.mark.parametrize(
    ("amount", "entered", "state"),
    [
        ("90", "2026-03-05", State.MET),
        ("90.00", "2026-04-03", State.MET),
        ("90", "2026-04-04", State.MET_LATE),
        ("100", "2026-03-05", State.MET),
        ("90", "2025-12-20", State.MET),  # paid ahead
    ],
)
def test_dues_are_met_by_the_amount_due_and_in_time_by_its_entry(
    amount: str, entered: str, state: State
) -> None:
    finding = march("2026-04-04", paid(4, 1, "2026-03", amount, entered))
    assert (finding.state, finding.reason, finding.done) == (state, None, 1)
    assert (finding.paid, finding.records) == (Decimal(amount), (4,))


def test_a_part_is_not_enough_and_says_what_is_missing() -> None:
    finding = march("2026-04-04", paid(4, 1, "2026-03", "89.99", "2026-03-05"))
    assert (finding.state, finding.done, finding.records) == (State.MISSED, 0, (4,))
    values = {"paid": Decimal("89.99"), "due": Decimal("90.00")}
    assert finding.reason == Reason("partial", values)


@pytest.mark.parametrize(
    ("second", "third", "state"),
    [
        ("2026-04-03", "2026-05-01", State.MET),  # reached before the third came
        ("2026-04-04", "2026-04-04", State.MET_LATE),
    ],
)
def test_parts_add_up_and_the_one_that_reaches_the_amount_decides_the_lateness(
    second: str, third: str, state: State
) -> None:
    parts = (
        paid(9, 1, "2026-03", "10", third),
        paid(5, 1, "2026-03", "50", second),
        paid(4, 1, "2026-03", "40", "2026-03-05"),
    )
    finding = march("2026-05-01", *parts)
    assert (finding.state, finding.done, finding.paid) == (state, 1, Decimal(100))
    assert finding.records == (4, 5, 9)


def test_only_the_months_own_payments_of_that_member_count() -> None:
    others = (paid(1, 1, "2026-02", "90", "2026-03-05"), paid(2, 2, "2026-03", "90", "2026-03-05"))
    finding = march("2026-04-04", *others)
    assert (finding.state, finding.paid, finding.records) == (State.MISSED, Decimal(0), ())


def test_without_a_basis_any_payment_will_do_and_the_gap_is_named() -> None:
    unpaid = march("2026-04-04", bases=())
    assert (unpaid.state, unpaid.reason, unpaid.due) == (State.MISSED, Reason("no_basis"), None)
    done = march("2026-04-04", paid(4, 1, "2026-03", "5", "2026-03-05"), bases=())
    assert (done.state, done.reason, done.due) == (State.MET, None, None)
    nothing = march("2026-04-04", paid(4, 1, "2026-03", "0", "2026-03-05"), bases=())
    assert nothing.state is State.MISSED


def test_who_owes_nothing_has_met_it_without_paying() -> None:
    exempt = DuesBasis(None, "在职", fixed=Decimal(0))
    finding = march("2026-04-04", bases=(exempt,))
    assert (finding.state, finding.due, finding.records) == (State.MET, Decimal("0.00"), ())


def test_owing_nothing_is_no_payment_in_a_month_one_was_not_here() -> None:
    exempt = DuesBasis(None, "在职", fixed=Decimal(0))
    person = Member(1, "张三", Stage.FULL, left_on=day("2026-03-15"), bases=(exempt,))
    findings = assess(branch(members=(person,)), Ledger(), "2026-04-04")
    assert only(findings, "dues", "2026-02").state is State.MET
    assert only(findings, "dues", "2026-03").state is State.NOT_APPLICABLE


def test_the_basis_of_the_months_last_day_holds() -> None:
    raised = DuesBasis(day("2026-03-31"), "在职", base=Decimal(20000))
    assert march("2026-04-04", bases=(WAGE_6000, raised)).due == Decimal("400.00")
    next_month = DuesBasis(day("2026-04-01"), "在职", base=Decimal(20000))
    assert march("2026-04-04", bases=(WAGE_6000, next_month)).due == Decimal("90.00")


@pytest.mark.parametrize(
    ("paid_on", "state"), [("2026-04-04", State.MET), ("2026-04-05", State.MISSED)]
)
def test_a_payment_after_the_day_asked_about_is_not_yet_seen(paid_on: str, state: State) -> None:
    payment = replace(paid(4, 1, "2026-03", "90", "2026-04-01"), paid_on=day(paid_on))
    assert march("2026-04-04", payment).state is state
