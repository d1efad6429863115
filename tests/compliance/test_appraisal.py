"""Item 15's guide: as a rule not above a third are found excellent."""

import pytest

from compliance.appraisal import Grade, too_many_excellent


@pytest.mark.parametrize(
    ("excellent", "others", "too_many"),
    [(0, 0, False), (1, 2, False), (1, 1, True), (1, 0, True), (3, 6, False), (4, 6, True)],
)
def test_more_than_a_third_found_excellent_is_too_many(
    excellent: int, others: int, too_many: bool
) -> None:
    grades = [Grade.EXCELLENT] * excellent + [Grade.GOOD] * others
    assert too_many_excellent(grades) is too_many
