from datetime import date

import pytest

from compliance.sealing import is_sealed

GRACE_ENDS = date(2028, 1, 6)


@pytest.mark.parametrize(
    ("assessed_on", "today", "sealed"),
    [
        ("2027-12-10", "2027-12-10", False),  # the year still runs
        ("2027-12-10", "2027-12-31", False),
        ("2027-12-10", "2028-01-01", False),  # its last days may still be entered
        ("2027-12-10", "2028-01-06", False),
        ("2027-12-10", "2028-01-07", True),
        ("2027-12-31", "2028-01-07", True),
        ("2028-01-02", "2028-01-02", True),  # a final one seals at once
        ("2028-02-01", "2028-02-01", True),
        ("2028-02-01", "2031-05-01", True),
    ],
)
def test_an_assessed_year_is_sealed_once_it_is_over(
    assessed_on: str, today: str, sealed: bool
) -> None:
    days = date.fromisoformat(assessed_on), GRACE_ENDS, date.fromisoformat(today)
    assert is_sealed(2027, *days) is sealed
