"""Taking rosters in bulk: whom a row means, what was true before, and whole organisations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from compliance.people import DuesBasis, Stage
from storage import roster, roster_history
from storage.database import transaction
from storage.imports import taking
from storage.imports.placing import Path, place
from storage.imports.rows import RosterRow
from storage.imports.taking import Undecided, chunks, take_chunk, take_places
from storage.ledger import Audit
from storage.people import Person, PersonWas
from storage.units import Unit
from tests.storage.samples import a_person, a_unit, day, said

ON = date(2026, 3, 5)


def row(name: str, group: str | None = None, **more: object) -> RosterRow:
    return RosterRow({"name": name, **more}, group, None)


def there(name: str, branch: str, general: str | None = None) -> RosterRow:
    return RosterRow({"name": name}, "第一小组", None, general_branch=general, branch=branch)


def take(session: Session, unit: Unit, *rows: RosterRow) -> taking.Tally:
    return take_chunk(session, unit, rows, said(), ON)


def names(session: Session, unit: Unit) -> list[str]:
    query = select(Person.name).where(Person.unit_id == unit.key).order_by(col(Person.id))
    return list(session.exec(query))


def test_two_of_one_name_are_told_apart_and_found_again(session: Session) -> None:
    unit = a_unit(session)
    first = row("张伟", "第一小组", sex="男", born="1990-05")
    second = row("张伟", "第二小组", sex="女", born="1985年1月")
    assert take(session, unit, first, second).added == 2
    assert names(session, unit) == ["张伟A", "张伟B"]
    # In another order, and without what was said before: each is found by what is left.
    again = take(session, unit, row("张伟", born="1985-01"), row("张伟", born="1990年05月"))
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    moved = take(session, unit, row("张伟", "第三小组", sex="女"), row("李四"))
    assert (moved.added, moved.changed) == (1, 1)
    assert names(session, unit) == ["张伟A", "张伟B", "李四"]
    assert take(session, unit, row("张伟A", mark="A", education="本科")).changed == 1
    with pytest.raises(Undecided):
        take(session, unit, row("张伟", education="大专"))


def test_who_was_there_before_gets_a_mark_when_another_comes(session: Session) -> None:
    unit = a_unit(session)
    old = a_person(session, unit, "张伟")
    old.born = "1990-05"
    session.add(old)
    done = take(session, unit, row("张伟", born="1990-05"), row("张伟", born="1985-01"))
    assert (done.added, done.changed) == (1, 1)
    assert names(session, unit) == ["张伟A", "张伟B"]
    was = session.exec(select(PersonWas)).one()
    assert (was.person_id, was.name, was.until_on) == (old.id, "张伟", ON)


def test_one_who_came_when_a_namesake_had_left_is_somebody_else(session: Session) -> None:
    unit = a_unit(session)
    a_person(session, unit, "张伟", left_on=day("2020-01-01"))
    assert take(session, unit, row("张伟", joined_on=day("2024-01-01"))).added == 1
    assert names(session, unit) == ["张伟", "张伟"]


def test_what_was_true_before_is_kept_with_the_audit(session: Session) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "张三", stage=Stage.PROBATIONARY)
    newer = row("张三", "第一小组", stage=Stage.FULL, education="本科")
    basis = DuesBasis(None, "employed", None)
    take(session, unit, replace(newer, basis=basis), row("李四"))
    was = session.exec(select(PersonWas)).one()
    assert (was.person_id, was.stage, was.group_id) == (person.id, Stage.PROBATIONARY, None)
    # Once more on the same day: what was so until today stays as it was noted.
    take(session, unit, row("张三", "第二小组"))
    assert [each.group_id for each in session.exec(select(PersonWas))] == [None]
    session.refresh(unit)
    assert unit.revision == 2


def stages(session: Session, unit: Unit, *on: str) -> list[Stage]:
    (member,) = roster.members(session, unit.key)
    return [member.as_of(day(each)).stage for each in on]


def test_a_corrected_stage_holds_from_its_own_date(session: Session) -> None:
    unit = a_unit(session)
    a_person(session, unit, "张三", stage=Stage.PROBATIONARY)
    full = row("张三", "第一小组", stage=Stage.FULL, full_on=day("2025-06-01"))
    take(session, unit, full)
    full_since = stages(session, unit, "2025-05-31", "2025-06-01", "2026-03-05")
    assert full_since == [Stage.PROBATIONARY, Stage.FULL, Stage.FULL]
    # The group has no date: until today it was none.
    rows = session.exec(select(PersonWas).order_by(col(PersonWas.until_on))).all()
    assert [(each.until_on, each.group_id) for each in rows] == [
        (day("2025-06-01"), None),
        (ON, None),
    ]
    assert take(session, unit, full).same == 1


def test_each_stage_on_the_way_holds_from_its_own_date(session: Session) -> None:
    unit = a_unit(session)
    a_person(session, unit, "张三", stage=Stage.APPLICANT, joined_on=day("2020-01-01"))
    admitted, full = day("2023-06-01"), day("2024-06-01")
    take(session, unit, row("张三", stage=Stage.FULL, admitted_on=admitted, full_on=full))
    assert stages(session, unit, "2023-05-31", "2023-06-01", "2024-05-31", "2024-06-01") == [
        Stage.APPLICANT,
        Stage.PROBATIONARY,
        Stage.PROBATIONARY,
        Stage.FULL,
    ]


@pytest.mark.parametrize("full_on", ["2026-03-05", "2026-04-01", None])
def test_a_stage_without_an_earlier_date_holds_from_today(
    session: Session, full_on: str | None
) -> None:
    unit = a_unit(session)
    a_person(session, unit, "张三", stage=Stage.PROBATIONARY)
    dated = None if full_on is None else day(full_on)
    take(session, unit, row("张三", stage=Stage.FULL, full_on=dated))
    assert [each.until_on for each in session.exec(select(PersonWas))] == [ON]


def test_a_stage_that_was_corrected_otherwise_since_is_the_one_of_the_row(
    session: Session,
) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "张三")
    stage = {"stage": Stage.ACTIVIST}
    roster_history.change(session, person, stage, day("2025-12-01"), said())
    session.flush()
    full = row("张三", stage=Stage.FULL, full_on=day("2020-01-01"))
    take(session, unit, full)
    assert stages(session, unit, "2019-12-31", "2026-03-05") == [Stage.FULL, Stage.FULL]
    assert take(session, unit, full).same == 1


def test_every_change_leaves_an_audit_row(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)
        person = a_person(session, unit, "张三")
        take(session, unit, row("张三", education="本科"), row("李四"))
    with transaction(engine) as session:
        take(session, unit, row("张三", education="本科"))
        take(session, unit, row("李四", "第一小组"))
    with transaction(engine) as session:
        group = session.exec(select(Audit.after).where(Audit.action == "unit_add")).one()
        assert json.loads(group or "")["unit"][0]["name"] == "第一小组"
        imported = select(Audit).where(Audit.action == "roster_import").order_by(col(Audit.id))
        audit = session.exec(imported).first()
        assert audit is not None
        before, after = json.loads(audit.before or ""), json.loads(audit.after or "")
        assert before == {"person": [{"id": person.id, "education": "…"}]}  # that it was, not what
        assert after["person"][1] == {"id": person.id, "education": "…"}
        assert after["person"][0]["name"] == "李四"


def test_a_whole_organisation_is_founded_from_one_file(session: Session) -> None:
    top = a_unit(session, "党委", "leading_group", founded=day("2020-01-01"))
    old = a_unit(session, "一总支", "general_branch", top)
    branch = a_unit(session, "甲支部", parent=old)
    rows = [
        there("张三", "甲支部", "一总支"),
        there("李四", "乙支部", "一总支"),
        there("王五", "乙支部", "二总支"),
        there("赵六", "直属支部"),
        there("钱七", "党委"),
    ]
    assert place(session, top, rows).founded == (
        Path("二总支", None),
        Path("一总支", "乙支部"),
        Path("二总支", "乙支部"),
        Path(None, "直属支部"),
    )
    done = take(session, top, *rows)
    assert (done.added, done.units) == (5, ["乙支部", "乙支部", "直属支部"])
    kinds = session.exec(select(Unit.kind, func.count()).group_by(Unit.kind)).all()
    assert dict(kinds) == {"leading_group": 1, "general_branch": 2, "branch": 4, "party_group": 5}
    assert names(session, branch) == ["张三"]
    assert names(session, top) == ["钱七"]
    second = session.exec(select(Unit).where(Unit.name == "二总支")).one()
    assert (second.parent_id, second.founded) == (top.id, day("2020-01-01"))
    assert take(session, top, *rows).same == 5


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([there("张三", "新支部"), row("李四")], "roster_no_branch"),
        ([there("张三", "甲支部")], "roster_places_alike"),
        ([there("张三", "甲支部", "甲支部")], "roster_no_such_general"),
    ],
)
def test_rows_without_a_certain_place_are_not_taken(
    session: Session, rows: list[RosterRow], code: str
) -> None:
    top = a_unit(session, "党委", "leading_group")
    for name in ("一总支", "二总支"):
        a_unit(session, "甲支部", parent=a_unit(session, name, "general_branch", top))
    assert {each.code for each in place(session, top, rows).misplaced} == {code}
    with pytest.raises(Undecided):
        take(session, top, *rows)


def test_a_branch_takes_only_its_own(session: Session) -> None:
    above = a_unit(session, "一总支", "general_branch")
    unit = a_unit(session, "甲支部", parent=above)
    assert place(session, unit, [there("张三", "甲支部", "一总支")]).misplaced == ()
    for wrong in (there("张三", "乙支部"), there("张三", "甲支部", "二总支")):
        assert [each.code for each in place(session, unit, [wrong]).misplaced] == [
            "roster_elsewhere"
        ]


def test_no_unit_is_cut_in_two(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "CHUNK", 3)
    top = a_unit(session, "党委", "leading_group")
    order = "甲乙甲丙乙丁甲"
    rows = [there(f"党员{n}", name) for n, name in enumerate(order)]
    found = chunks(session, top, rows)
    assert [[each.branch for each in chunk] for chunk in found] == [
        ["甲", "甲", "甲"],
        ["乙", "乙", "丙"],
        ["丁"],
    ]
    done = [take(session, top, *chunk) for chunk in found]
    assert [each.added for each in done] == [3, 3, 1]
    take_places(session, top, place(session, top, rows).places, said(), ON)
    assert session.exec(select(func.count()).select_from(Person)).one() == 7


def test_who_is_not_in_the_file_stays(session: Session) -> None:
    unit = a_unit(session)
    a_person(session, unit, "李四")
    take(session, unit, row("张三"))
    assert roster.names_on(session, unit.key, ON) == ("李四", "张三")
