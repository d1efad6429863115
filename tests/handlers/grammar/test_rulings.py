"""Waivers and scores as superiors type them."""

from datetime import date
from decimal import Decimal

import pytest

from compliance.catalogue import default
from handlers.grammar import RULING_CODES, Context, Unreadable
from handlers.grammar.scores import only_year, read_finish, read_scores
from handlers.grammar.waiving import read_waiver

from .conftest import TODAY

KNOWN = default().requirements
NAMES = ("张三", "李四", "李四", "钱七")
CONTEXT = Context(TODAY, NAMES, tuple(default().record_kinds), ("第一小组", "第二小组"))

# What is typed, the reason aside → requirement, group or person, first and last day.
WAIVERS = {
    "支委会 2026年11月": ("committee_meeting", None, "2026-11-01", "2026-11-30"),
    "支部委员会 11月": ("committee_meeting", None, "2026-11-01", "2026-11-30"),
    "committee_meeting 11月": ("committee_meeting", None, "2026-11-01", "2026-11-30"),
    "committee meeting Nov 2026": ("committee_meeting", None, "2026-11-01", "2026-11-30"),
    "委员会 本月": ("committee_meeting", None, "2026-11-01", "2026-11-30"),
    "支委会 2026年11月 至 2027年1月": ("committee_meeting", None, "2026-11-01", "2027-01-31"),
    "支委会 11月至1月": ("committee_meeting", None, "2026-11-01", "2027-01-31"),
    "支委会 2026年11月—2027年1月": ("committee_meeting", None, "2026-11-01", "2027-01-31"),
    "党课 三季度": ("party_lecture", None, "2026-07-01", "2026-09-30"),
    "党课 下半年": ("party_lecture", None, "2026-07-01", "2026-12-31"),
    "党课 2026年": ("party_lecture", None, "2026-01-01", "2026-12-31"),
    "党课 2026年 至 2028年": ("party_lecture", None, "2026-01-01", "2028-12-31"),
    "学习 至 2026-12-31": ("study", None, TODAY.isoformat(), "2026-12-31"),
    "学习 截至12月31日": ("study", None, TODAY.isoformat(), "2026-12-31"),
    "学习 到1月31日": ("study", None, TODAY.isoformat(), "2027-01-31"),
    "study until 2026-12-31": ("study", None, TODAY.isoformat(), "2026-12-31"),
    "学习 2026-11-01 至 2026-12-31": ("study", None, "2026-11-01", "2026-12-31"),
    "学习 11月1日至1月31日": ("study", None, "2026-11-01", "2027-01-31"),
    "学习 2026年10月 至 2026-12-31": ("study", None, "2026-10-01", "2026-12-31"),
    "第11项 12月": ("study", None, "2026-12-01", "2026-12-31"),
    "11项 12月": ("study", None, "2026-12-01", "2026-12-31"),
    "item 11 12月": ("study", None, "2026-12-01", "2026-12-31"),
    "党小组会 第一小组 11月": ("group_meeting", "第一小组", "2026-11-01", "2026-11-30"),
    "党小组会 11月": ("group_meeting", None, "2026-11-01", "2026-11-30"),
    "党费 张三 2026年": ("dues", "张三", "2026-01-01", "2026-12-31"),
    "个人汇报 钱七 2026年": ("member_report", "钱七", "2026-01-01", "2026-12-31"),
    "创新 2026年": ("innovation", None, "2026-01-01", "2026-12-31"),
}


@pytest.mark.parametrize(("typed", "wanted"), WAIVERS.items())
def test_a_waiver_is_read(typed: str, wanted: tuple[str, str | None, str, str]) -> None:
    read = read_waiver(f"{typed} 原因:集中抗洪,\n至12月1日 ABC", CONTEXT, KNOWN)

    assert read.requirement.code == wanted[0]
    assert (read.group or read.person) == wanted[1]
    assert (read.first.isoformat(), read.last.isoformat()) == wanted[2:]
    assert read.reason == "集中抗洪,\n至12月1日 ABC"  # as it was typed, to the end


UNREADABLE = {
    "支委会 11月": {"no_grounds"},
    "支委会 11月 原因:": {"no_grounds"},
    "支委会 原因:抗洪": {"no_end"},
    "11月 原因:抗洪": {"no_requirement"},
    "原因:抗洪": {"no_requirement", "no_end"},
    "": {"no_requirement", "no_end", "no_grounds"},
    "第12项 11月 原因:抗洪": {"which_requirement"},
    "第99项 11月 原因:抗洪": {"unknown_requirement"},
    "工作计画 2026年 原因:抗洪": {"unknown_requirement"},
    "第8项 2026年 原因:抗洪": {"derived"},
    "记录 2026年 原因:抗洪": {"unknown_requirement"},
    "考核 2026年 原因:太忙": {"own_duty"},
    "支委会 2026年至2029年 原因:抗洪": {"too_long_waived"},
    "支委会 至 2029-11-24 原因:抗洪": {"too_long_waived"},
    "支委会 2026-12-31 至 2026-11-01 原因:抗洪": {"ends_before"},
    "支委会 2026年12月 至 2026-11-01 原因:抗洪": {"ends_before"},
    "支委会 2027年 至 2026年 原因:抗洪": {"ends_before"},
    "支委会 至2月30日 原因:抗洪": {"impossible_date"},
    "支委会 13月 原因:抗洪": {"bad_month"},
    "支委会 9月 11月 原因:抗洪": {"bad_month"},
    "支委会 11月30日 原因:抗洪": {"not_understood"},
    "支委会 11月 抗洪去了 原因:抗洪": {"not_understood"},
    "党费 张散 11月 原因:特困": {"unknown_name"},
    "党费 李四 11月 原因:特困": {"ambiguous_name"},
    "党费 张三 钱七 11月 原因:特困": {"one_at_a_time"},
    "支委会 张三 11月 原因:抗洪": {"not_of_subject"},
    "支委会 第一小组 11月 原因:抗洪": {"not_of_subject"},
    "党费 第一小组 11月 原因:抗洪": {"not_of_subject"},
    "党小组会 张三 11月 原因:抗洪": {"not_of_subject"},
    "党小组会 第三小组 11月 原因:抗洪": {"unknown_group"},
}


@pytest.mark.parametrize(("typed", "codes"), UNREADABLE.items())
def test_what_is_wrong_with_a_waiver_is_told(typed: str, codes: set[str]) -> None:
    with pytest.raises(Unreadable) as refused:
        read_waiver(typed, CONTEXT, KNOWN)

    assert {problem.code for problem in refused.value.problems} == codes


SCORES = {
    "创新 85 评语:主题党日有新意": ("innovation", "85", "主题党日有新意"),
    "创新 85 主题党日有新意": ("innovation", "85", "主题党日有新意"),
    "创新85分,主题党日有新意": ("innovation", "85", "主题党日有新意"),
    "围绕中心、活动创新 85.5 评语:好": ("innovation", "85.5", "好"),
    "第3项 85 评语:好": ("innovation", "85", "好"),
    "3项 0 评语:没做": ("innovation", "0", "没做"),
    "第3项100分 评语:好": ("innovation", "100", "好"),
    "item 3 85 comment: Fresh IDEAS": ("innovation", "85", "Fresh IDEAS"),
    "innovation 85 comment: fresh": ("innovation", "85", "fresh"),
    "第5项 80 评语:有计划": ("education_plan", "80", "有计划"),
    "廉政教育 80 评语:经常": ("integrity_education", "80", "经常"),
    "2026年 创新 85 评语:好": ("innovation", "85", "好"),
}


@pytest.mark.parametrize(("typed", "wanted"), SCORES.items())
def test_a_score_is_read(typed: str, wanted: tuple[str, str, str]) -> None:
    (read,) = read_scores(typed, TODAY, KNOWN)

    assert (read.requirement.code, read.points, read.comment) == (
        wanted[0],
        Decimal(wanted[1]),
        wanted[2],
    )
    assert read.year == 2026


def test_several_scores_stand_one_a_line_and_a_year_alone_holds_for_all() -> None:
    said = "2025年\n创新 85 评语:好\n\n第4项 90 评语:团结"
    read = read_scores(said, date(2026, 3, 31), KNOWN)

    assert [(each.requirement.code, each.year) for each in read] == [
        ("innovation", 2025),
        ("leadership", 2025),
    ]


NO_SCORES = {
    "创新 101 评语:好": {"bad_score"},
    "创新 -5 评语:好": {"bad_score"},
    "创新 85.55 评语:好": {"bad_score"},
    "创新 评语:好": {"no_score"},
    "创新 85": {"no_comment"},
    "85 评语:好": {"no_requirement"},
    "创信 85 评语:好": {"unknown_requirement"},
    "支委会 85 评语:好": {"not_scored"},
    "第12项 85 评语:好": {"which_requirement"},
    "创新 85 评语:好\n创新 90 评语:更好": {"scored_twice"},
    "创新 85 评语:好\n第4项 101 评语:好\n第1项 评语:好": {"bad_score", "no_score"},
    "2025年 创新 85 评语:好": {"bad_score_year"},
    "明年 创新 85 评语:好": {"bad_score_year"},
    "外支部 创新 85 评语:好": {"not_understood"},
}


@pytest.mark.parametrize(("typed", "codes"), NO_SCORES.items())
def test_what_is_wrong_with_a_score_is_told(typed: str, codes: set[str]) -> None:
    with pytest.raises(Unreadable) as refused:
        read_scores(typed, TODAY, KNOWN)

    assert {problem.code for problem in refused.value.problems} == codes


@pytest.mark.parametrize(
    ("today", "may"), [("2026-01-01", True), ("2026-03-31", True), ("2026-04-01", False)]
)
def test_last_year_is_scored_until_the_end_of_march(today: str, may: bool) -> None:
    on = date.fromisoformat(today)
    for typed in ("2025年", "去年"):
        if may:
            assert only_year(typed, on) == 2025
        else:
            with pytest.raises(Unreadable):
                only_year(typed, on)


def test_a_finish_is_read_with_its_year() -> None:
    assert read_finish("完成", TODAY) == 2026
    assert read_finish("finish", TODAY) == 2026
    assert read_finish("2025年 完成", date(2026, 2, 1)) == 2025
    assert read_finish("创新 85 评语:完成", TODAY) is None
    assert read_finish("", TODAY) is None


def test_every_problem_of_a_ruling_is_met_in_the_tables() -> None:
    met = {code for codes in (*UNREADABLE.values(), *NO_SCORES.values()) for code in codes}
    assert met >= RULING_CODES
