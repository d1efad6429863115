from datetime import date

import pytest

from handlers.grammar import Absence, Changes, Unreadable, read_changes

from .conftest import CONTEXT


def test_only_what_is_said_is_given() -> None:
    assert read_changes("实到19", CONTEXT) == Changes(given=frozenset({"present"}), present=19)


def test_a_correction_needs_neither_kind_nor_date_nor_group() -> None:
    changes = read_changes("党小组会 地点:四楼", CONTEXT)
    assert changes.given == {"kinds", "place"}


def test_what_follows_from_the_correction_alone_is_given_too() -> None:
    changes = read_changes("应到5 缺席:李四(病假) 11月20日", CONTEXT)
    assert changes.given == {"expected", "present", "absences", "held_on"}
    assert changes.present == 4
    assert changes.absences == (Absence("李四", "病假"),)
    assert changes.held_on == date(2026, 11, 20)


def test_nobody_absent_is_said_by_a_word() -> None:
    changes = read_changes("缺席:无", CONTEXT)
    assert changes.given == {"absences"}
    assert changes.absences == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "nothing_said"),
        ("实到19 应到18", "present_over_expected"),
        ("实到0 缺席2人:王五、赵六", "nobody_there"),
        ("嗯嗯", "not_understood"),
    ],
)
def test_a_correction_that_cannot_be_taken_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_changes(typed, CONTEXT)
    assert code in [problem.code for problem in refusal.value.problems]


def test_a_number_of_nought_is_said() -> None:
    changes = read_changes("应到5 有表决权0", CONTEXT)
    assert changes.given == {"expected", "voting"}
    assert changes.voting == 0
