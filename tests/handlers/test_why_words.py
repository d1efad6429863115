"""What a reader of /why is told in both languages, and what not."""

from __future__ import annotations

import pytest

from compliance.access import Role
from compliance.overlay import read
from compliance.people import Stage
from handlers.records.recording import meeting
from handlers.rulings.waiving import waive
from handlers.telling.explaining import why
from storage.rulemaking import load_overlay
from tests.handlers.office import Office
from tests.reminders.world import renderer
from tests.storage.samples import POLICY, a_person, day, moment, said

REMOVED = """
version = "厂-2"
holds_from = 2026-07-01

[[requirements]]
code = "development_plan"
basis = "厂"
removed = true

[[requirements]]
code = "activist_review"
basis = "厂"
weight = 6
"""


def shown(office: Office, asked: str, locale: str = "zh", now: str = "2026-11-25 10:00") -> str:
    return renderer().plain_text(office.ask(why, asked, now=moment(now)), locale)


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        (
            "zh",
            [
                "2027年:➖ 不适用",
                "本单位的规则在这一周期没有这一项:状态和考核都不算它,也不提醒",
            ],
        ),
        (
            "en",
            [
                "2027: ➖ Not applicable",
                (
                    "this unit's rules do not ask for it in this period: neither the status nor "
                    "the assessment counts it, and there are no reminders"
                ),
            ],
        ),
    ],
)
def test_of_what_the_rules_took_away_nothing_more_is_said(
    office: Office, locale: str, told: list[str]
) -> None:
    load_overlay(office.session, POLICY, office.first, read("厂-2.toml", REMOVED), said())
    _, *rest = shown(office, "发展计划 2027年", locale, "2027-11-25 10:00").splitlines()

    assert rest == told
    assert "未达标" in shown(office, "发展计划 2026年", now="2027-02-25 10:00")


def test_what_is_done_has_no_step_to_come(office: Office) -> None:
    office.ask(meeting, "学习 11月20日", now=moment("2026-11-20 10:00"))

    assert "已办完,不再提醒" in shown(office, "学习 11月")
    assert "还没到" not in shown(office, "学习 11月")
    assert "done: no more reminders" in shown(office, "学习 11月", "en")
    assert "还没到" in shown(office, "学习 12月")


def test_what_is_waived_has_no_step_to_come(office: Office) -> None:
    superior = office.appoint(Role.SUPERVISOR, office.general)
    office.ask(
        waive, "第一支部 学习 2026年11月 原因:抗洪", actor=superior, now=moment("2026-11-20 10:00")
    )

    assert "已免除,不再提醒" in shown(office, "学习 11月")
    assert "还没到" not in shown(office, "学习 11月")
    assert "waived: no more reminders" in shown(office, "学习 11月", "en")


def test_what_is_derived_counts_periods_and_not_records(office: Office) -> None:
    """Four assemblies in one quarter meet that quarter alone."""
    for on in ("1月5日", "1月12日", "2月5日", "3月5日", "3月25日"):
        office.ask(meeting, f"党员大会 2026年{on}", now=moment("2026-03-31 10:00"))

    assert "支部党员大会 1/4 还差:二至四季度" in shown(office, "三会一课")
    assert "党小组会 第一小组 0/11" in shown(office, "三会一课").replace("(", " ")


def test_a_case_of_one_day_says_it_once(office: Office) -> None:
    """Its papers are wanted on the very day on which someone became a candidate."""
    someone = a_person(office.session, office.first, "周八", stage=Stage.CANDIDATE)
    someone.candidate_on = day("2026-03-10")
    office.session.flush()
    text = shown(office, "发展材料")

    assert "03-10 周二当天办" in text
    assert "从03-10" not in text
    assert "For 03-10 Tue alone" in shown(office, "发展材料", "en")
