"""What founds a unit: labels and values, on a line or on several; what is wrong is told."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar.setting_up import FIELDS, MOST_GROUPS, Setup, labels_of, read_setup
from handlers.grammar.setup_written import field_line, group_names, write_setup

TODAY = date(2026, 11, 25)
ONE_LINE = (
    "名称:第一支部 类型:党支部 上级:机关党总支 成立:2020-01-01 党小组:2 提醒:9:00 语言:中文 书记:我"
)
ENGLISH = (
    "name: First Branch, kind: branch, superior: none, founded: 2020.1.1, groups: none, "
    "remind: 9:30, language: English, secretary: someone else"
)


def wrong(said: str) -> list[tuple[str, str, str]]:
    return [(each.field, each.code, each.read) for each in read_setup(said, TODAY)[1]]


def test_a_whole_line_is_read() -> None:
    setup, misread = read_setup(ONE_LINE, TODAY)

    assert misread == ()
    assert setup == Setup(
        setup.given,
        name="第一支部",
        kind="branch",
        superior="机关党总支",
        founded=date(2020, 1, 1),
        groups=2,
        remind=time(9),
        own=True,
    )
    assert setup.given == set(FIELDS) - {"bind", "size", "committee"}


def test_english_is_read_as_well() -> None:
    setup, misread = read_setup(ENGLISH, TODAY)

    assert misread == ()
    assert (setup.name, setup.kind, setup.superior) == ("First Branch", "branch", "")
    assert (setup.remind, setup.language, setup.own) == (time(9, 30), "en", False)


VALUES: list[tuple[str, str, object]] = [
    ("成立:2020年1月5日", "founded", date(2020, 1, 5)),
    ("成立:２０２０－０１－０５", "founded", date(2020, 1, 5)),
    ("成立:20200105", "founded", date(2020, 1, 5)),
    ("成立:不清楚", "founded", None),
    ("成立:2026-11-25", "founded", TODAY),
    ("人数:十二人", "size", 12),
    ("正式党员:12名", "size", 12),
    ("人数:跳过", "size", None),
    ("党小组:无", "groups", ()),
    ("党小组:0", "groups", ()),
    ("党小组:三个", "groups", 3),
    ("党小组:东组、西组 东组", "groups", ("东组", "西组")),
    ("支委会:设", "committee", True),
    ("支委会:不设", "committee", False),
    ("提醒:9点半", "remind", time(9, 30)),
    ("提醒:9时", "remind", time(9)),
    ("提醒:上午9点", "remind", time(9)),
    ("提醒:下午5点半", "remind", time(17, 30)),
    ("提醒:中午12点", "remind", time(12)),
    ("提醒:晚上8点", "remind", time(20)),
    ("类型:支部", "kind", "branch"),
    ("绑定:第一支部", "bind", "第一支部"),
    ("书记:本人", "own", True),
    ("第一支部", "name", "第一支部"),
    ("上级:没有", "superior", ""),
]


@pytest.mark.parametrize(("said", "code", "value"), VALUES, ids=str)
def test_a_value_is_read(said: str, code: str, value: object) -> None:
    setup, misread = read_setup(said, TODAY)

    assert misread == ()
    assert setup.given == {code}
    assert getattr(setup, code) == value


WRONG: list[tuple[str, str, str, str]] = [
    ("成立:2026-11-26", "founded", "future_day", "2026-11-26"),
    ("成立:2026年2月30日", "founded", "impossible_day", "2026年2月30日"),
    ("成立:2月30日", "founded", "no_day", "2月30日"),
    ("成立:1900-01-01", "founded", "impossible_day", "1900-01-01"),
    ("成立:", "founded", "no_day", ""),
    ("名称:第一支部,2020年成立", "name", "no_name", "第一支部,2020年成立"),
    ("提醒:25:00", "remind", "no_hour", "25:00"),
    ("提醒:9:75", "remind", "no_hour", "9:75"),
    ("提醒:很早", "remind", "no_hour", "很早"),
    ("人数:99999", "size", "no_size", "99999"),
    ("党小组:31", "groups", "many_groups", "31"),
    ("党小组:!!", "groups", "no_groups", "!!"),
    ("类型:俱乐部", "kind", "no_kind", "俱乐部"),
    ("语言:法文", "language", "no_language", "法文"),
    ("书记:张三", "own", "no_secretary", "张三"),
    ("支委会:也许", "committee", "no_committee", "也许"),
    ("名称:123", "name", "no_name", "123"),
    ("名称:无", "name", "no_name", "无"),
    ("名称:" + "长" * 41, "name", "too_long", "长" * 41),
    ("名称:一\n二", "", "unread", "二"),
    ("名称:一 名称:二", "name", "twice", "二"),
    ("你好 名称:一", "", "unread", "你好"),
]


@pytest.mark.parametrize(("said", "code", "why", "read"), WRONG, ids=lambda each: str(each)[:20])
def test_what_cannot_be_taken_is_told_and_left_out(
    said: str, code: str, why: str, read: str
) -> None:
    assert (code, why, read) in wrong(said)
    assert code not in read_setup(said, TODAY)[0].given


def test_a_field_said_three_times_is_not_taken_by_the_third() -> None:
    assert "name" not in read_setup("名称:一 名称:二 名称:三", TODAY)[0].given


def test_labels_are_found_where_a_word_begins() -> None:
    assert labels_of("名称:一,上级:二") == {"name", "superior"}
    assert labels_of("我的名称:一") == set()


names = st.text(st.sampled_from("一二支部AB<>&'\" "), min_size=1, max_size=20).map(
    lambda name: f"某{' '.join(name.split())}"
)
setups = st.builds(
    Setup,
    given=st.frozensets(st.sampled_from([each for each in FIELDS if each != "bind"])),
    name=names,
    kind=st.sampled_from(["branch", "general_branch", "leading_group", "party_group"]),
    superior=st.just("") | names,
    founded=st.none() | st.dates(date(1921, 7, 1), TODAY),
    size=st.none() | st.integers(1, 9999),
    groups=st.integers(1, MOST_GROUPS) | st.just(()) | st.just(("东组", "西组")),
    committee=st.booleans(),
    remind=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    language=st.sampled_from(["zh", "en"]),
    own=st.booleans(),
)


@given(setups)
def test_what_is_written_is_read_as_it_was_meant(setup: Setup) -> None:
    said = Setup()
    for code in setup.given:
        said = said.saying(code, getattr(setup, code))

    assert read_setup(write_setup(said), TODAY) == (said, ())


@given(st.text(max_size=200))
def test_nothing_typed_is_too_much_for_it(typed: str) -> None:
    setup, _ = read_setup(typed, TODAY)

    assert len(setup.name) <= 40
    assert "\n" not in setup.name
    assert read_setup(write_setup(setup), TODAY)[0] == setup


def test_groups_are_numbered_in_the_language_of_the_unit() -> None:
    counted = Setup().saying("groups", 21)

    assert group_names(counted)[0] == "第一小组"
    assert group_names(counted)[9:11] == ("第十小组", "第十一小组")
    assert group_names(counted)[19:] == ("第二十小组", "第二十一小组")
    assert group_names(counted.saying("language", "en"))[:2] == ("Group 1", "Group 2")
    assert group_names(Setup().saying("groups", ("东组",))) == ("东组",)


def test_a_field_is_written_with_its_label() -> None:
    assert field_line("name", "第一支部") == "名称:第一支部"
