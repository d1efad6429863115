"""Items 17 and 18: the papers of admission, and the papers of the branch."""

from dataclasses import replace

import pytest

from compliance.assessment import Held
from compliance.catalogue import Material
from compliance.people import Member, Stage, Was
from tests.compliance.articles.standing import BY_YEAR_END, CATALOGUE, findings, stands
from tests.compliance.samples import branch, day, full_members, held, person, waiver

APPLIED = ("入党申请书", "谈话记录")
CONFIRMED = ("推荐意见", "积极分子备案", "培养考察登记表")


def filed(number: int, on: str, *papers: str, entered: str | None = None, about: int = 1) -> Held:
    return held(number, "发展材料", on, entered, about=(about,), papers=papers)


def on_the_way(stage: Stage = Stage.ACTIVIST, **dates: str) -> Member:
    return person(1, "钱七", stage, **dates)


ACTIVIST = on_the_way(applied_on="2025-11-10", activist_on="2026-05-31")


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-05-21", "open"),
        ("2026-05-22", "due_soon"),  # seven days before, a Sunday's on the Friday
        ("2026-05-31", "due_soon"),
        ("2026-06-01", "overdue"),
        ("2026-06-03", "overdue"),
        ("2026-06-04", "missed"),
    ],
)
def test_admission_files_of_a_stage_are_wanted_by_its_day(on: str, state: str) -> None:
    (found,) = stands("admission_files", on, unit=branch(members=(ACTIVIST,)))
    assert found == f"2026-05-31 {state} papers_missing"


@pytest.mark.parametrize(
    ("records", "expected", "missing"),
    [
        ([filed(1, "2026-05-31", *CONFIRMED, entered="2026-06-03")], "met", ()),
        ([filed(1, "2026-05-31", *CONFIRMED, entered="2026-06-04")], "met_late", ()),
        ([filed(1, "2026-06-01", *CONFIRMED)], "met_late", ()),
        ([filed(1, "2024-01-01", *CONFIRMED)], "met", ()),  # on file from whatever day on
        ([filed(1, "2026-05-01", *CONFIRMED[:2])], "missed papers_missing", CONFIRMED[2:]),
        (
            [filed(1, "2026-05-01", *CONFIRMED[:2]), filed(2, "2026-05-02", *CONFIRMED[1:])],
            "met",
            (),
        ),
        ([filed(1, "2026-05-01", *CONFIRMED, about=2)], "missed papers_missing", CONFIRMED),
        ([filed(1, "2026-05-01", *APPLIED, "别的")], "missed papers_missing", CONFIRMED),
        (
            [held(1, "培养考察", "2026-05-01", about=(1,), papers=CONFIRMED)],
            "missed papers_missing",
            CONFIRMED,
        ),
    ],
)
def test_admission_files_are_complete_when_each_paper_is_there(
    records: list[Held], expected: str, missing: tuple[str, ...]
) -> None:
    unit = branch(members=(ACTIVIST,))
    (found,) = findings("admission_files", "2026-07-01", *records, unit=unit)
    assert (found.required, found.done) == (3, 3 - len(missing))
    assert stands("admission_files", "2026-07-01", *records, unit=unit) == [
        f"2026-05-31 {expected}"
    ]
    assert (found.reason.values["papers"] if found.reason else ()) == missing


def test_admission_files_are_asked_for_at_each_stage() -> None:
    dates = {
        "applied_on": "2026-01-05",
        "activist_on": "2026-03-02",
        "candidate_on": "2026-06-01",
        "admitted_on": "2026-09-01",
    }
    unit = branch(members=(on_the_way(Stage.PROBATIONARY, **dates),))
    found = findings("admission_files", "2026-12-31", filed(1, "2026-01-05", *APPLIED), unit=unit)
    assert [(f.period.code, f.state, f.required) for f in found] == [
        ("2026-01-05/2026-01-05", "met", 2),
        ("2026-01-05/2026-03-02", "missed", 3),
        ("2026-03-02/2026-06-01", "missed", 3),
        ("2026-06-01/2026-09-01", "missed", 4),
    ]


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (on_the_way(applied_on="2024-02-29"), ["2026-12-31 not_applicable no_start_date"]),
        (on_the_way(), ["2026-12-31 not_applicable no_start_date"]),  # the roster has no day
        (person(1, "张三", Stage.FULL), ["2026-12-31 not_applicable no_candidates"]),
        (
            on_the_way(applied_on="2026-05-04", left_on="2026-05-04"),
            ["2026-05-04 not_applicable left"],
        ),
        (
            on_the_way(applied_on="2026-05-04", left_on="2026-05-05"),
            ["2026-05-04 missed papers_missing"],
        ),
        (
            on_the_way(applied_on="2026-05-04", joined_on="2026-06-01"),
            ["2026-05-04 not_applicable joined_later"],
        ),
        (  # of the year's stages only: the ones before are history
            person(1, "张三", Stage.FULL, admitted_on="2024-02-29", full_on="2026-02-28"),
            ["2026-02-28 missed papers_missing"],
        ),
    ],
)
def test_admission_files_of_people_who_come_and_go(member: Member, expected: list[str]) -> None:
    assert stands("admission_files", "2026-12-31", unit=branch(members=(member,))) == expected


def test_admission_files_may_be_waived() -> None:
    excuse = waiver("admission_files", "2026-05-31", "2026-05-31", subject=1)
    unit = branch(members=(ACTIVIST,))
    found = stands("admission_files", "2026-07-01", unit=unit, waivers=(excuse,))
    assert found == ["2026-05-31 waived waived"]


MEMBERS = full_members(3)
PAPERS = (
    held(1, "党员大会", "2026-03-10"),
    held(2, "工作计划", "2026-01-10"),
    held(3, "工作总结", "2026-12-20"),
    held(4, "工作汇报", "2026-03-30"),
    held(5, "规章制度", "2026-02-01"),
    held(6, "主题党日", "2026-07-01"),
)


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_records_complete_is_looked_at_over_the_year(on: str, state: str) -> None:
    assert stands("records_complete", on, period="2026") == [
        f"2026-12-31 {state} materials_missing"
    ]


def missing(unit_members: tuple[Member, ...], *records: Held, on: str = "2026-12-31") -> list[str]:
    (found,) = findings("records_complete", on, *records, unit=branch(members=unit_members))
    if found.reason is None:
        return []
    materials = found.reason.values["materials"]
    assert isinstance(materials, tuple)
    assert len(materials) == found.required - found.done
    assert all(isinstance(material, Material) for material in materials)
    return [material.code for material in materials]


@pytest.mark.parametrize(
    ("left_out", "expected"),
    list(enumerate(["minutes", "plan", "summary", "report", "rules", "party_day"])),
)
def test_records_complete_wants_each_of_the_papers(left_out: int, expected: str) -> None:
    assert missing(MEMBERS, *PAPERS) == []
    assert missing(MEMBERS, *PAPERS[:left_out], *PAPERS[left_out + 1 :]) == [expected]


@pytest.mark.parametrize(
    ("entered", "on", "state"),
    [
        ("2027-01-05", "2027-01-06", "met"),
        ("2027-01-06", "2027-01-06", "met_late"),
    ],
)
def test_records_complete_is_late_with_its_last_paper(entered: str, on: str, state: str) -> None:
    late = held(3, "工作总结", "2026-12-31", entered)
    records = (*PAPERS[:2], late, *PAPERS[3:])
    unit = branch(members=MEMBERS)
    found = stands("records_complete", on, *records, unit=unit, period="2026")
    assert found == [f"2026-12-31 {state}"]
    assert findings("records_complete", on, *records, unit=unit, period="2026")[0].records == ()


def test_records_complete_takes_no_paper_of_another_year_or_of_a_day_to_come() -> None:
    summary = held(3, "工作总结", "2025-12-31")
    assert missing(MEMBERS, *PAPERS[:2], summary, *PAPERS[3:]) == ["summary"]
    assert missing(MEMBERS, *PAPERS, on="2026-12-19") == ["summary"]


@pytest.mark.parametrize(
    ("people", "records", "expected"),
    [
        ((), (), ["members"]),
        ((person(9, "新人", Stage.PROBATIONARY),), (), ["activists", "admission"]),
        (MEMBERS, (), []),
        (
            (*MEMBERS, person(9, "钱七", Stage.APPLICANT)),
            (),
            ["activists", "admission"],
        ),
        ((*MEMBERS, person(9, "钱七", Stage.ACTIVIST)), (), ["admission"]),
        ((*MEMBERS, person(9, "钱七", Stage.CANDIDATE, left_on="2026-12-31")), (), []),
        (
            (*MEMBERS, person(9, "钱七", Stage.CANDIDATE)),
            (held(7, "培养考察", "2026-06-01", about=(9,)),),
            [],
        ),
    ],
)
def test_records_complete_asks_for_papers_of_admission_where_someone_is_on_the_way(
    people: tuple[Member, ...], records: tuple[Held, ...], expected: list[str]
) -> None:
    assert missing(people, *PAPERS, *records) == expected


def test_records_complete_is_excused_like_any_other() -> None:
    excuse = waiver("records_complete", "2026-12-31", "2026-12-31")
    expected = ["2026-12-31 waived waived"]
    assert stands("records_complete", "2026-12-31", waivers=(excuse,)) == expected
    new = branch(founded="2026-01-02", members=MEMBERS)
    expected = ["2026-12-31 not_applicable founded_in_period"]
    assert stands("records_complete", "2026-12-31", *PAPERS, unit=new) == expected


def test_every_paper_of_a_stage_is_one_of_its_own() -> None:
    papers = [paper for stage in CATALOGUE.checklists.values() for paper in stage]
    assert len(set(papers)) == len(papers)


@pytest.mark.parametrize(
    ("then", "expected"),
    [(Stage.CANDIDATE, ["admission"]), (Stage.PROBATIONARY, ["activists", "admission"])],
)
def test_records_complete_asks_for_what_the_stages_of_then_ask_for(
    then: Stage, expected: list[str]
) -> None:
    """What a past year lacks does not change with the stages that people reach since."""
    before = Was(day("2027-05-01"), "钱七", then, None, floating=False)
    full = person(9, "钱七", Stage.FULL, full_on="2027-05-01")
    assert missing((*MEMBERS, replace(full, was=(before,))), *PAPERS) == expected
    assert missing((*MEMBERS, full), *PAPERS) == []
