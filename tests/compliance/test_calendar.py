from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendar import WorkingDays, on_or_after, on_or_before, plus
from tests.compliance.calendars import GUESS, NOTICE
from tests.compliance.samples import day

calendars = st.sampled_from([GUESS, NOTICE])
dates = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("2026-11-18", "2026-11-18", "2026-11-18"),  # a Wednesday
        ("2026-11-21", "2026-11-20", "2026-11-23"),  # a Saturday
        ("2026-02-14", "2026-02-14", "2026-02-14"),  # a make-up Saturday
        ("2026-02-18", "2026-02-14", "2026-02-24"),  # Spring Festival
        ("2026-10-03", "2026-09-30", "2026-10-08"),  # National Day
        ("2026-10-10", "2026-10-10", "2026-10-10"),  # its make-up Saturday
        ("2024-02-29", "2024-02-29", "2024-02-29"),  # a leap day
        ("2026-01-01", "2025-12-31", "2026-01-04"),  # New Year, with a make-up Sunday
        ("2027-02-06", "2027-02-05", "2027-02-08"),  # no notice: Spring Festival is not known
    ],
)
def test_a_day_moves_to_the_nearest_working_day(asked: str, before: str, after: str) -> None:
    assert on_or_before(NOTICE, day(asked)) == day(before)
    assert on_or_after(NOTICE, day(asked)) == day(after)


@pytest.mark.parametrize(
    ("asked", "n", "expected"),
    [
        ("2026-11-18", 0, "2026-11-18"),
        ("2026-11-21", 0, "2026-11-21"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-01-31", 3, "2026-02-04"),
        ("2026-02-13", 2, "2026-02-24"),
    ],
)
def test_the_nth_working_day_after(asked: str, n: int, expected: str) -> None:
    assert plus(NOTICE, day(asked), n) == day(expected)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        plus(GUESS, day("2026-11-18"), -1)


def test_a_guess_is_never_confirmed() -> None:
    assert not GUESS.is_confirmed(day("2026-11-18"))
    assert NOTICE.is_confirmed(day("2026-12-31"))
    assert not NOTICE.is_confirmed(day("2027-01-01"))


@given(calendars, dates, st.integers(0, 12))
def test_counting_on_passes_exactly_n_working_days(days: WorkingDays, start: date, n: int) -> None:
    end = plus(days, start, n)
    passed = [date.fromordinal(o) for o in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(map(days.is_working, passed)) == n
    assert not passed or days.is_working(end)


@given(calendars, dates)
def test_nothing_between_a_day_and_its_working_day_is_one(days: WorkingDays, asked: date) -> None:
    before, after = on_or_before(days, asked), on_or_after(days, asked)
    assert before <= asked <= after
    assert days.is_working(before)
    assert days.is_working(after)
    between = range(before.toordinal() + 1, after.toordinal())
    assert not any(days.is_working(date.fromordinal(o)) for o in between)
