"""Long tables in one test: every row is checked, and all that miss are named at once.

A test for each row costs more than its check: collected by every worker, set up, reported.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

Row = TypeVar("Row")


def check_each(
    rows: Iterable[Row], check: Callable[[Row], None], named: Callable[[Row], object] = str
) -> None:
    """Check every row; fail with the name of each that misses, what was expected and what came."""
    missed: list[str] = []
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007 - counted for the report
        try:
            check(row)
        except (Exception, pytest.fail.Exception) as wrong:
            missed.append(f"{named(row)}\n  {type(wrong).__name__}: {wrong}")
    assert number, "the table has no row"
    if missed:
        pytest.fail("\n".join([f"{len(missed)} of {number} rows miss:", *missed]), pytrace=False)
