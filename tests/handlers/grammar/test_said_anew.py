"""What is answered about who came takes the place of what was said of the same."""

import pytest

from handlers.grammar import (
    Turnout,
    Unreadable,
    read_meeting,
    turned_round,
    with_turnout,
    without,
)

from .conftest import CONTEXT


@pytest.mark.parametrize(
    ("said", "answer", "left"),
    [
        ("支委会 今天 20/18", "应到20 实到18", "支委会 今天 "),
        ("支委会 今天 20/18", "18/20", "支委会 今天 "),
        ("支委会 今天 20/18", "实到17", "支委会 今天 应到18"),
        ("支委会 今天 20/18", "应到21", "支委会 今天 实到20"),
        ("支委会 今天 应到6 实到4 缺席:王五", "实到5", "支委会 今天 应到6 缺席:王五"),
        ("支委会 今天 应到6 实到4 缺席:王五", "缺席:王五、赵六", "支委会 今天 应到6 实到4 "),
        ("支委会 今天 应到6 实到4 缺席:王五", "全到", "支委会 今天 应到6 "),
        ("支委会 今天 应到6 实到4 缺席1人:王五", "缺席:王五、赵六", "支委会 今天 应到6 实到4 "),
        ("支委会 今天 应到6 缺席2人:王五", "缺席1人", "支委会 今天 应到6 缺席:王五"),
        ("支委会 今天 应到6 缺席2人(王五)", "缺席:无", "支委会 今天 应到6 "),
        ("支委会 今天 应到6 王五请假 缺席2人", "缺席:王五", "支委会 今天 应到6  "),
        ("支委会 今天 除王五外全到 应到6 实到6", "缺席:无", "支委会 今天  应到6 实到6"),
        ("支委会 今天 6人全部参加 缺席:王五", "缺席:无", "支委会 今天 实到6 "),
        ("支委会 今天 6人全部参加 缺席:王五", "应到7", "支委会 今天 6人全部参加 缺席:王五"),
        ("应到6 议题:应到的都到", "三楼会议室", "应到6 议题:应到的都到"),
        # the whole message again
        ("支委会 今天 应到6 实到4 缺席:王五", "支委会 今天 应到6 实到5 缺席:王五", ""),
        ("支委会 今天 20/18", "党课 昨天 18/20 三楼会议室", ""),
        ("支委会 今天 20/18 议题:甲", "支委会 今天 18/20", "支委会 今天  议题:甲"),
        ("#12 实到4", "应到5 实到4", "#12 "),
        ("#12 实到4", "应到5", "#12 实到4"),
    ],
)
def test_only_what_is_said_anew_makes_way(said: str, answer: str, left: str) -> None:
    assert without(said, answer, CONTEXT) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("支委会 今天 20/18", "支委会 今天 应到20实到18"),
        ("支委会 今天 应到18 实到20", "支委会 今天 应到20 实到18"),
        ("支委会 今天 应到20 实到18", None),
        ("支委会 今天 实到18", None),
    ],
)
def test_two_numbers_are_turned_round(said: str, left: str | None) -> None:
    assert turned_round(said, CONTEXT) == left


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("实到4", "实到4\n应到5"),
        ("地点:三楼", "地点:三楼\n应到5\n实到4"),
        ("应到6 实到4", "应到5 实到4"),
    ],
)
def test_a_correction_is_given_two_numbers(said: str, whole: str) -> None:
    assert with_turnout(said, Turnout(4, 5), CONTEXT) == whole


@pytest.mark.parametrize(
    "said",
    [
        "支委会 今天 全到 应到8实到7 缺席:王五",
        "支委会 今天 全到 缺席:王五",
        "支委会 今天 6人全部参加 缺席:王五",
        "支委会 今天 全到 缺席2人",
        "支委会 今天 缺席2人(王五)",
        "支委会 今天 应到8 缺席2人:张三、李四、王五",
    ],
)
def test_every_answer_that_is_offered_can_be_read(said: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_meeting(said, CONTEXT)
    for choice in refusal.value.problems[0].choices:
        read_meeting(choice.said, CONTEXT)
