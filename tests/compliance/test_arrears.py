"""Unpaid months in a row: which count, which end the row, which are passed over."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.arrears import arrears_of, months_until, newest_closed, told_on
from compliance.catalogue import default
from compliance.periods import Interval, Period
from compliance.requirement import SubjectKind
from compliance.states import Finding, State
from tests.compliance.calendars import NOTICE

DUES = default().requirement("dues")
LETTERS = {
    "x": State.MISSED,
    "p": State.MET,
    "l": State.MET_LATE,
    "w": State.WAIVED,
    "n": State.NOT_APPLICABLE,
}
ON = date(2027, 1, 20)


def finding(month: Period, state: State) -> Finding:
    return Finding(
        requirement=DUES,
        subject_kind=SubjectKind.MEMBER,
        subject_id=1,
        subject="张三",
        period=month,
        due_on=month.end,
        grace_ends=month.next().start.replace(day=4),
        begins=month.start,
        required=1,
        done=0,
        state=state,
        reason=None,
        records=(),
        confirmed=True,
    )


def row(states: str) -> list[Finding]:
    """Findings of the months up to December 2026, the oldest first."""
    known = months_until(Period.parse("2026-12"))
    months = known[len(known) - len(states) :]
    return [finding(m, LETTERS[s]) for m, s in zip(months, states, strict=True)]


@pytest.mark.parametrize(
    ("states", "months"),
    [
        ("p", []),
        ("x", ["2026-12"]),
        ("px", ["2026-12"]),
        ("xxp", []),
        ("xxl", []),
        ("pxxx", ["2026-10", "2026-11", "2026-12"]),
        ("lxx", ["2026-11", "2026-12"]),
        ("xpxx", ["2026-11", "2026-12"]),
        ("pxwx", ["2026-10", "2026-12"]),
        ("pxnnx", ["2026-09", "2026-12"]),
        ("pxxw", ["2026-10", "2026-11"]),
        ("nnx", ["2026-12"]),
        ("www", []),
        ("xxxxxxxxxxxx", [f"2026-{n:02}" for n in range(1, 13)]),
        ("xxxxxxxxxxxxx", ["2025-12", *(f"2026-{n:02}" for n in range(1, 13))]),
        ("xwwwwwwwwwwwx", ["2025-12", "2026-12"]),
        ("xpxxxxxxxxxxx", [f"2026-{n:02}" for n in range(2, 13)]),
    ],
)
def test_the_row_ends_with_the_newest_closed_month(states: str, months: list[str]) -> None:
    oldest = Period.parse("2025-12")
    for findings in (row(states), row(states)[::-1]):
        found = arrears_of(findings, oldest, ON)
        assert ([m.code for m in found.months] if found else []) == months
        assert (found.count if found else 0) == len(months)
        # It may have begun before anyone looks back.
        assert (found is not None and found.at_least) is ("2025-12" in months)


def test_a_month_whose_grace_runs_neither_counts_nor_ends_the_row() -> None:
    for running in (State.MET, State.OVERDUE, State.OPEN):
        findings = [*row("pxx"), finding(Period.parse("2027-01"), running)]
        found = arrears_of(findings, Period.parse("2025-12"), ON)
        assert found is not None
        assert found.count == 2
    assert arrears_of(row("x"), Period.parse("2025-12"), date(2027, 1, 4)) is None


def test_a_case_is_no_month() -> None:
    case = replace(row("x")[0], period=Interval(date(2026, 12, 1), date(2026, 12, 31)))
    assert arrears_of([case], Period.parse("2025-12"), ON) is None


@given(st.text("xplwn", max_size=12))
def test_a_row_holds_just_the_missed_months_since_the_last_that_was_paid(states: str) -> None:
    found = arrears_of(row(states), Period.parse("2025-12"), ON)
    tail = states[max(states.rfind("p"), states.rfind("l")) + 1 :]
    assert (found.count if found else 0) == tail.count("x")


@pytest.mark.parametrize(
    ("month", "told"),
    [
        ("2026-01", "2026-02-05"),  # due Sat 31 January, grace to Wed 4 February
        ("2026-02", "2026-03-05"),  # Sat 28 February is a make-up working day
        ("2026-04", "2026-05-09"),  # over the May holiday; Sat 9 May is worked
        ("2026-09", "2026-10-12"),  # over the National Day holiday; Sat 10 October is worked
        ("2026-11", "2026-12-04"),
        ("2026-12", "2027-01-06"),
    ],
)
def test_it_is_told_on_the_working_day_after_the_grace_has_ended(month: str, told: str) -> None:
    assert told_on(Period.parse(month), NOTICE, default()) == date.fromisoformat(told)


@pytest.mark.parametrize(
    ("on", "month"),
    [
        ("2026-12-03", "2026-10"),
        ("2026-12-04", "2026-11"),
        ("2026-12-31", "2026-11"),
        ("2027-01-05", "2026-11"),
    ],
)
def test_a_month_is_closed_the_day_after_its_grace(on: str, month: str) -> None:
    assert newest_closed(date.fromisoformat(on), NOTICE, default()).code == month


def test_a_year_and_a_month_are_looked_at() -> None:
    months = [month.code for month in months_until(Period.parse("2026-02"))]
    assert months == ["2025-02", *(f"2025-{n:02}" for n in range(3, 13)), "2026-01", "2026-02"]
