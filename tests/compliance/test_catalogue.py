from pathlib import Path

import pytest

from compliance.access import Role
from compliance.catalogue import Evidence, SubjectKind, default
from compliance.periods import Cadence

CATALOGUE = default()
POLICY = Path(__file__).parents[3] / "shared" / "policy" / "党建工作目标考核制度.txt"

# code, item, kind, cadence, subject, recorder, deadline, record kinds
EXPECTED = """
annual_plan          2  C yearly      branch      secretary    01-31 工作计划
thought_analysis     5  C half-yearly branch      publicity    end   思想分析
education_plan       5  M yearly      branch      publicity    01-31 教育计划
integrity_education  9  M half-yearly branch      discipline   end   廉政教育
dues                 10 C monthly     member      organisation end   -
study                11 C monthly     branch      publicity    end   学习,主题党日
group_meeting        12 C monthly     party_group group_leader end   党小组会
committee_meeting    12 C monthly     branch      organisation end   支委会
general_meeting      12 C quarterly   branch      organisation end   党员大会
party_lecture        12 C quarterly   branch      publicity    end   党课
organisational_life  14 C half-yearly branch      organisation end   组织生活会
democratic_appraisal 15 C yearly      branch      organisation end   民主评议
report_to_superior   16 C quarterly   branch      secretary    end   工作汇报
report_to_members    16 C quarterly   branch      secretary    end   报告工作
development_plan     19 M yearly      branch      organisation 01-31 发展计划
ideology_analysis    22 C half-yearly branch      publicity    end   意识形态分析
"""


def test_the_catalogue_says_what_the_policy_asks_for_in_its_order() -> None:
    found = [
        (
            r.code,
            r.article,
            r.kind,
            r.cadence,
            r.subject,
            r.recorder,
            "{:02}-{:02}".format(*r.due) if r.due else "end",
            ",".join(r.kinds) or "-",
        )
        for r in CATALOGUE.requirements
    ]
    assert found == [tuple(line.split()) for line in EXPECTED.strip().splitlines()]


def test_everything_is_asked_once_a_period() -> None:
    assert {r.count for r in CATALOGUE.requirements} == {1}


def test_only_the_committee_meeting_needs_a_committee_and_only_dues_are_paid() -> None:
    assert [r.code for r in CATALOGUE.requirements if r.needs_committee] == ["committee_meeting"]
    paid = [r.code for r in CATALOGUE.requirements if r.evidence is Evidence.PAYMENTS]
    assert paid == ["dues"]
    assert not any(r.advisory for r in CATALOGUE.requirements)


def test_every_clause_is_in_the_policy_word_for_word() -> None:
    if not POLICY.exists():
        pytest.skip("the policy text is not beside this repository")
    policy = POLICY.read_text(encoding="utf-8")
    for requirement in CATALOGUE.requirements:
        (line,) = (text for text in policy.splitlines() if requirement.clause in text)
        assert line.startswith(f"{requirement.article}.")


def test_every_record_kind_counts_for_something() -> None:
    for name, kind in CATALOGUE.record_kinds.items():
        assert kind.name == name
        assert kind.title_en
        assert CATALOGUE.satisfied_by(name)


def test_titles_differ_from_one_another_in_both_languages() -> None:
    count = len(CATALOGUE.requirements)
    assert len({r.title for r in CATALOGUE.requirements}) == count
    assert len({r.title_en for r in CATALOGUE.requirements}) == count
    assert all(r.title_en.isascii() for r in CATALOGUE.requirements)


def test_attendance_makes_sense_for_meetings_only() -> None:
    without = {name for name, kind in CATALOGUE.record_kinds.items() if not kind.meeting}
    assert without == {
        "工作汇报",
        "工作计划",
        "教育计划",
        "发展计划",
        "思想分析",
        "意识形态分析",
    }


def test_a_themed_party_day_counts_as_study() -> None:
    assert [r.code for r in CATALOGUE.satisfied_by("主题党日")] == ["study"]
    assert CATALOGUE.satisfied_by("聚餐") == ()


def test_a_requirement_is_found_by_its_code() -> None:
    assert CATALOGUE.requirement("group_meeting").subject is SubjectKind.PARTY_GROUP
    assert CATALOGUE.requirement("group_meeting").recorder is Role.GROUP_LEADER
    with pytest.raises(KeyError, match="no requirement 'nonsense'"):
        CATALOGUE.requirement("nonsense")


def test_reminders_count_down_longer_for_rarer_things() -> None:
    reminders = CATALOGUE.reminders
    assert reminders.before == {
        Cadence.MONTHLY: (7, 3, 1, 0),
        Cadence.QUARTERLY: (14, 7, 3, 1, 0),
        Cadence.HALF_YEARLY: (30, 14, 7, 3, 1, 0),
        Cadence.YEARLY: (60, 30, 14, 7, 3, 1, 0),
    }
    after = (reminders.after_first, reminders.after_every, reminders.escalate_after_working_days)
    assert after == (1, 7, 3)
    assert CATALOGUE.recording_grace == 3


def test_what_is_unusual_about_a_payment_is_asked_about() -> None:
    assert CATALOGUE.dues.ask_above == 1000
    assert CATALOGUE.dues.ask_months_back == 6


def test_the_catalogue_is_read_once() -> None:
    assert default() is CATALOGUE
