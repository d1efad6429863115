from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.periods import (
    Cadence,
    Interval,
    Period,
    months_after,
    periods_between,
    span_of,
)
from tests.compliance.samples import day

cadences = st.sampled_from(list(Cadence))
days = st.dates(date(2, 1, 1), date(9998, 12, 31))
periods = st.builds(Period.of, cadences, days)


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q3", "2026-07-01", "2026-09-30"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("2100-02", "2100-02-01", "2100-02-28"),
    ],
)
def test_a_code_names_its_first_and_last_day(code: str, start: str, end: str) -> None:
    period = Period.parse(code)
    assert (period.start, period.end, period.code) == (day(start), day(end), code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "26",
        "2026-",
        "2026-0",
        "2026-00",
        "2026-13",
        "2026-1",
        "2026-H0",
        "2026-H3",
        "2026-Q0",
        "2026-Q5",
        "2026-q1",
        "2026-11-01",
        " 2026",
        "2026\n",
        "２０２６",
        "0000",
    ],
)
def test_anything_else_is_no_period(code: str) -> None:
    with pytest.raises(ValueError, match=r"not a period|no .* period"):
        Period.parse(code)


@pytest.mark.parametrize(
    ("cadence", "index"),
    [
        (Cadence.MONTHLY, 0),
        (Cadence.MONTHLY, 13),
        (Cadence.QUARTERLY, 5),
        (Cadence.HALF_YEARLY, 3),
        (Cadence.YEARLY, 2),
    ],
)
def test_a_year_has_only_so_many_periods(cadence: Cadence, index: int) -> None:
    with pytest.raises(ValueError, match=r"no .* period"):
        Period(cadence, 2026, index)


@given(periods)
def test_a_code_reads_back_as_the_same_period(period: Period) -> None:
    assert Period.parse(period.code) == period


@given(cadences, days)
def test_every_day_lies_in_the_period_of_it_and_in_no_neighbour(cadence: Cadence, on: date) -> None:
    period = Period.of(cadence, on)
    assert period.contains(on)
    assert not period.previous().contains(on)
    assert not period.next().contains(on)


@given(periods)
def test_neighbours_touch_and_lead_back(period: Period) -> None:
    assert period.next().previous() == period
    assert period.previous().next() == period
    assert period.next().start == period.end + timedelta(days=1)
    assert period.previous() < period < period.next()


@given(cadences, st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 1500))
def test_periods_between_partition_the_days(cadence: Cadence, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = periods_between(cadence, first, last)
    assert found[0].contains(first)
    assert found[-1].contains(last)
    assert all(a.next() == b for a, b in pairwise(found))
    assert all(period.overlaps(first, last) for period in found)
    assert not found[0].previous().overlaps(first, last)
    assert not found[-1].next().overlaps(first, last)


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert periods_between(Cadence.MONTHLY, day("2026-02-01"), day("2026-01-31")) == ()
    assert not Period.parse("2026-01").overlaps(day("2026-01-20"), day("2026-01-10"))


def test_the_calendar_has_two_ends() -> None:
    with pytest.raises(ValueError, match="no yearly period"):
        Period.parse("0001").previous()
    with pytest.raises(ValueError, match="no monthly period"):
        Period.parse("9999-12").next()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-02", "2026-03"),
        ("2025-12", "2026-01"),
        ("2026-Q3", "2026-Q4"),
        ("2025-Q4", "2026-Q1"),
        ("2025-H2", "2026-H1"),
        ("2025", "2026"),
    ],
)
def test_neighbours_across_the_years_end(before: str, after: str) -> None:
    assert Period.parse(after).previous().code == before
    assert Period.parse(before).next().code == after


def test_of_two_that_begin_together_the_shorter_comes_first() -> None:
    codes = ["2026", "2026-02", "2026-H1", "2026-Q1", "2026-01", "2025"]
    ordered = sorted(map(Period.parse, codes))
    assert [p.code for p in ordered] == ["2025", "2026-01", "2026-Q1", "2026-H1", "2026", "2026-02"]


def test_an_intervals_ends_belong_to_it() -> None:
    span = Interval(day("2026-03-10"), day("2026-09-09"))
    assert (span.code, span.year) == ("2026-03-10/2026-09-09", 2026)
    for on, inside in [
        ("2026-03-09", False),
        ("2026-03-10", True),
        ("2026-09-09", True),
        ("2026-09-10", False),
    ]:
        assert span.contains(day(on)) is inside
        assert span.overlaps(day(on), day(on)) is inside
    assert span.overlaps(day("2026-01-01"), day("2026-12-31"))
    assert not span.overlaps(day("2026-06-01"), day("2026-05-01"))
    assert Interval(span.start, span.start).contains(span.start)
    with pytest.raises(ValueError, match="before 2026-03-10"):
        Interval(day("2026-03-10"), day("2026-03-09"))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2026-12-31", 0, "2026-12-31"),
        ("2025-12-31", 36, "2028-12-31"),
    ],
)
def test_the_same_day_months_later(start: str, months: int, end: str) -> None:
    assert months_after(day(start), months) == day(end)


@given(days, st.integers(0, 3000))
def test_the_code_of_a_span_leads_back_to_it(start: date, length: int) -> None:
    span = Interval(start, min(start + timedelta(days=length), date(9999, 12, 31)))
    assert span_of(span.code) == span
    month = Period.of(Cadence.MONTHLY, start)
    assert span_of(month.code) == month


@pytest.mark.parametrize("code", ["2026-03-10/", "/2026-03-10", "2026/2027", "x", "2026-13"])
def test_what_is_no_span_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"not a period|Invalid isoformat"):
        span_of(code)
