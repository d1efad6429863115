"""A table in one test says as much as a test for each row."""

import pytest

from tests.rows import check_each


def check(row: tuple[int, int]) -> None:
    number, square = row
    assert number**2 == square


def test_rows_that_hold_are_silent() -> None:
    check_each([(2, 4), (3, 9)], check)


def test_every_row_that_misses_is_named_with_what_came() -> None:
    with pytest.raises(pytest.fail.Exception) as failure:
        check_each([(2, 5), (3, 9), (4, 15)], check, lambda row: f"the square of {row[0]}")
    told = str(failure.value)
    assert "2 of 3 rows miss" in told
    assert "the square of 2\n  AssertionError: assert (2 ** 2) == 5" in told
    assert "the square of 4" in told
    assert "the square of 3" not in told


def test_an_error_and_an_exception_that_does_not_come_are_misses() -> None:
    def wrong(row: str) -> None:
        with pytest.raises(ValueError, match="no"):
            int(row)

    with pytest.raises(pytest.fail.Exception, match="2 of 2") as failure:
        check_each(["3", "x"], wrong)
    assert "DID NOT RAISE" in str(failure.value)


def test_a_table_without_rows_is_a_miss() -> None:
    with pytest.raises(AssertionError, match="no row"):
        check_each([], check)
