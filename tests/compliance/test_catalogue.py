from pathlib import Path

import pytest

from compliance.access import Role
from compliance.catalogue import Evidence, SubjectKind, default
from compliance.people import Stage
from compliance.periods import Cadence
from compliance.requirement import Clock, ClockStart

CATALOGUE = default()
POLICY = Path(__file__).parents[3] / "shared" / "policy" / "党建工作目标考核制度.txt"

# code, item, kind, cadence, subject, recorder, deadline, what it rests on
EXPECTED = """
responsibility       二 M yearly      branch        secretary    01-31 责任书
committee_term       二 P yearly      branch        secretary    case  换届选举
decisions            1  Q yearly      branch        supervisor   end   scores
annual_plan          2  C yearly      branch        secretary    01-31 工作计划
innovation           3  Q yearly      branch        supervisor   end   scores
leadership           4  Q yearly      branch        supervisor   end   scores
thought_analysis     5  C half-yearly branch        publicity    end   思想分析
education_plan       5  M yearly      branch        publicity    01-31 教育计划
members_rights       6  D yearly      branch        secretary    end   requirements
vanguard             7  Q yearly      branch        supervisor   end   scores
three_meetings       8  D yearly      branch        secretary    end   requirements
integrity_education  9  M half-yearly branch        discipline   end   廉政教育
dues                 10 C monthly     member        organisation end   payments
transfers            10 P yearly      member        organisation case  转接回执
floating_members     10 C half-yearly member        organisation end   流动党员联系
study                11 C monthly     branch        publicity    end   学习,主题党日
group_meeting        12 C monthly     party_group   group_leader end   党小组会
committee_meeting    12 C monthly     branch        organisation end   支委会
general_meeting      12 C quarterly   branch        organisation end   党员大会
party_lecture        12 C quarterly   branch        publicity    end   党课
democratic_life      13 C yearly      leading_group secretary    end   民主生活会
organisational_life  14 C half-yearly branch        organisation end   组织生活会
democratic_appraisal 15 C yearly      branch        organisation end   民主评议
report_to_superior   16 C quarterly   branch        secretary    end   工作汇报
report_to_members    16 C quarterly   branch        secretary    end   报告工作
member_report        16 C yearly      member        organisation end   个人汇报
admission_files      17 P yearly      person        organisation case  发展材料
records_complete     18 D yearly      branch        secretary    end   materials
development_plan     19 M yearly      branch        organisation 01-31 发展计划
activist_review      20 P yearly      person        organisation case  培养考察
probation            21 P yearly      person        organisation case  预备期考察,转正
ideology_analysis    22 C half-yearly branch        publicity    end   意识形态分析
opinions             23 M half-yearly branch        publicity    end   征求意见
caring               24 Q yearly      branch        supervisor   end   scores
annual_assessment    四 C yearly      superior      supervisor   end   考核
"""
# The clocks of the cases: from what day, how long, at most, every so many months.
CLOCKS = {
    "committee_term": Clock(ClockStart.ELECTION, months=36, closing=("换届选举",)),
    "transfers": Clock(ClockStart.LETTER, days=30, most_days=90, closing=("转接回执",)),
    "admission_files": Clock(ClockStart.STAGE),
    "activist_review": Clock(ClockStart.ACTIVIST, every=6, least=12),
    "probation": Clock(ClockStart.ADMISSION, months=12, every=6, closing=("转正",)),
}
# Item 四: blocks of the yearly assessment, as the catalogue's description weighs them.
BLOCKS = {
    "组织领导": 12,
    "三会一课与组织生活": 28,
    "教育管理与评议": 12,
    "党费与组织关系": 12,
    "发展党员": 12,
    "思想政治": 10,
    "党风廉政": 8,
    "纪实台账": 6,
}


def test_the_catalogue_says_what_the_policy_asks_for_in_its_order() -> None:
    found = [
        (
            r.code,
            r.article,
            r.kind,
            r.cadence,
            r.subject,
            r.recorder,
            "{:02}-{:02}".format(*r.due) if r.due else "case" if r.clock else "end",
            ",".join(r.kinds) or r.evidence,
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
    assert [r.code for r in CATALOGUE.requirements if r.advisory] == ["opinions"]
    assert [r.code for r in CATALOGUE.requirements if r.floating] == ["floating_members"]


def test_cases_run_by_their_own_clocks() -> None:
    assert {r.code: r.clock for r in CATALOGUE.requirements if r.clock} == CLOCKS
    steps = {r.code: r.steps for r in CATALOGUE.requirements if r.steps}
    assert set(steps) == set(CLOCKS)
    assert [steps["committee_term"][0], steps["transfers"][0]] == [180, 14]
    assert steps["probation"][:2] == (30, 15)
    assert CATALOGUE.elections == ("换届选举",)


def test_items_6_and_8_are_computed_from_others() -> None:
    assert {r.code: r.derived_from for r in CATALOGUE.requirements if r.derived_from} == {
        "members_rights": ("general_meeting", "report_to_members"),
        "three_meetings": (
            "group_meeting",
            "committee_meeting",
            "general_meeting",
            "party_lecture",
        ),
    }


def test_only_the_life_meeting_leaves_the_branch_a_choice() -> None:
    chosen = {r.code: r.cadences for r in CATALOGUE.requirements if r.cadences}
    assert chosen == {"organisational_life": (Cadence.QUARTERLY, Cadence.HALF_YEARLY)}


def test_the_points_of_the_yearly_assessment() -> None:
    assessment = CATALOGUE.assessment
    assert {block.title: block.weight for block in assessment.blocks} == BLOCKS
    assert sum(BLOCKS.values()) == 100
    assert (assessment.good, assessment.basic) == (80, 60)
    unweighed = [r.code for r in CATALOGUE.requirements if not r.weight]
    assert unweighed == ["members_rights", "three_meetings", "democratic_life", "annual_assessment"]


def test_what_is_the_superiors_and_what_is_reminded_of() -> None:
    by_superior = [r.code for r in CATALOGUE.requirements if r.by_superior]
    scored = ["decisions", "innovation", "leadership", "vanguard", "caring"]
    assert by_superior == [*scored, "annual_assessment"]
    silent = [r.code for r in CATALOGUE.requirements if not r.reminded]
    assert sorted(silent) == sorted(
        [*scored, "members_rights", "three_meetings", "records_complete"]
    )


def test_every_clause_is_in_the_policy_word_for_word() -> None:
    if not POLICY.exists():
        pytest.skip("the policy text is not beside this repository")
    policy = POLICY.read_text(encoding="utf-8")
    for requirement in CATALOGUE.requirements:
        (line,) = (text for text in policy.splitlines() if requirement.clause in text)
        assert requirement.article in _headed(policy, line)


def _headed(policy: str, line: str) -> tuple[str, ...]:
    """The number a line of the policy begins with, and the section it stands in."""
    before = policy[: policy.index(line)].splitlines()
    sections = [text for text in before if text[1:2] == "、"]
    return line.partition(".")[0], sections[-1][0]


def test_every_record_kind_counts_for_something() -> None:
    papers = {kind for material in CATALOGUE.materials for kind in material.kinds}
    for name, kind in CATALOGUE.record_kinds.items():
        assert kind.name == name
        assert kind.title_en
        assert CATALOGUE.satisfied_by(name) or name in papers


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
        "责任书",
        "工作总结",
        "规章制度",
        "征求意见",
        "转接回执",
        "流动党员联系",
        "个人汇报",
        "发展材料",
        "培养考察",
        "预备期考察",
        "转正",
        "考核",
    }


def test_what_else_the_kinds_of_records_are() -> None:
    kinds = CATALOGUE.record_kinds.values()
    assert {kind.name for kind in kinds if kind.anonymous} == {
        "思想分析",
        "意识形态分析",
        "征求意见",
    }
    assert {kind.name for kind in kinds if kind.graded} == {"民主评议"}
    assert {kind.name for kind in kinds if kind.voting} == {"支委会", "党员大会", "换届选举"}
    assert {k.name: k.declared_with for k in kinds if k.declared_with} == {"报告工作": "党员大会"}
    about = {kind.name for kind in kinds if kind.people}
    assert about == {
        kind
        for requirement in CATALOGUE.requirements
        if requirement.per_person
        for kind in requirement.kinds
    }


def test_the_papers_of_item_18() -> None:
    assert [material.title for material in CATALOGUE.materials] == [
        "会议记录",
        "党员名册",
        "入党积极分子和重点培养对象名册",
        "组织发展材料",
        "工作计划",
        "工作总结",
        "工作报告",
        "规章制度",
        "党日活动材料",
    ]
    assert list(CATALOGUE.checklists) == list(Stage)


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


def test_only_the_superior_enters_the_yearly_assessment() -> None:
    assert default().superiors_kinds == {"考核"}
