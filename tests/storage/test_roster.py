"""The roster: a file brings people up to date, founds groups once and dates what dues rest on."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Engine
from sqlmodel import Session, select

from compliance.people import DuesBasis, Stage
from storage import roster
from storage.database import snapshot, transaction
from storage.imports.rows import Imported, RosterRow
from storage.people import DuesBasisRow, Person
from storage.units import Unit
from tests.storage.samples import a_person, a_unit, day, said


def row(
    name: str,
    group: str | None = None,
    wage: int | None = None,
    stage: Stage = Stage.FULL,
    education: str | None = None,
    left_on: date | None = None,
) -> RosterRow:
    said = {"name": name, "stage": stage, "education": education, "left_on": left_on}
    known = {field: value for field, value in said.items() if value is not None}
    basis = None if wage is None else DuesBasis(None, "employed", Decimal(wage))
    return RosterRow({**known, "floating": False}, group, basis)


def take(session: Session, unit: Unit, *rows: RosterRow, on: str = "2026-03-05") -> Imported:
    return roster.take_rows(session, unit, list(rows), day(on))


def everything(session: Session) -> list[list[dict[str, object]]]:
    return [
        [each.model_dump() for each in session.exec(select(table))]
        for table in (Unit, Person, DuesBasisRow)
    ]


def test_a_first_file_adds_everyone(session: Session) -> None:
    unit = a_unit(session, founded=day("2020-01-01"))
    taken = take(session, unit, row("张三", "第一小组", 4000), row("李四", "第二小组"))
    assert taken == Imported(2, 0, ("第一小组", "第二小组"))
    first, second = roster.rosters(session, [unit.key], bases=True)[unit.key]
    groups = roster.groups(session, unit.key)
    assert [first.group_id, second.group_id] == [group.id for group in groups]
    assert [group.founded for group in groups] == [day("2020-01-01")] * 2
    assert first.bases == (DuesBasis(None, "employed", Decimal("4000.00")),)
    assert second.bases == ()


def test_a_group_is_founded_once(session: Session) -> None:
    unit = a_unit(session)
    other = a_unit(session, "第二支部")
    assert take(session, unit, row("张三", "第一小组"), row("李四", "第一小组")).groups == (
        "第一小组",
    )
    assert take(session, unit, row("王五", "第一小组")).groups == ()
    assert take(session, other, row("张三", "第一小组")).groups == ("第一小组",)
    assert len(roster.groups(session, unit.key)) == 1


def test_a_file_that_says_nothing_new_changes_nothing(engine: Engine) -> None:
    rows = [("张三", "第一小组", 4000), ("李四", None, None)]
    with transaction(engine) as session:
        unit = a_unit(session)
        take(session, unit, *(row(*each) for each in rows))
    with snapshot(engine) as session:
        before = everything(session)
    with transaction(engine) as session:
        take(session, unit, *(row(*each) for each in rows), on="2026-06-01")
    with snapshot(engine) as session:
        assert everything(session) == before


def test_what_a_newer_file_says_wins_and_what_it_leaves_out_stays(session: Session) -> None:
    unit = a_unit(session)
    first = row("张三", "第一小组", stage=Stage.PROBATIONARY, education="本科")
    assert take(session, unit, first).added == 1
    assert take(session, unit, row("张三", left_on=day("2026-07-01"))) == Imported(0, 1, ())
    (person,) = roster.people_named(session, unit.key, "张三")
    assert (person.stage, person.education) == (Stage.FULL, "本科")
    assert person.left_on == day("2026-07-01")
    assert person.group_id == roster.groups(session, unit.key)[0].id


def test_a_file_without_a_column_leaves_what_it_would_say(session: Session) -> None:
    unit = a_unit(session)
    said = {"name": "张三", "stage": Stage.PROBATIONARY, "floating": True}
    take(session, unit, RosterRow(said, None, DuesBasis(None, "retired", Decimal(4000))))
    newer = RosterRow({"name": "张三"}, None, DuesBasis(None, "", Decimal(6000)))
    take(session, unit, newer, on="2026-05-05")
    (person,) = roster.people_named(session, unit.key, "张三")
    assert (person.stage, person.floating) == (Stage.PROBATIONARY, True)
    (member,) = roster.rosters(session, [unit.key], bases=True)[unit.key]
    assert member.bases[-1] == DuesBasis(day("2026-05-05"), "retired", Decimal("6000.00"))


def test_someone_who_is_moved_to_another_group(session: Session) -> None:
    unit = a_unit(session)
    take(session, unit, row("张三", "第一小组"), row("李四", "第二小组"))
    take(session, unit, row("张三", "第二小组"))
    (person,) = roster.people_named(session, unit.key, "张三")
    assert person.group_id == roster.groups(session, unit.key)[1].id


def test_a_changed_basis_holds_from_the_day_it_was_taken(session: Session) -> None:
    unit = a_unit(session)
    take(session, unit, row("张三", wage=4000), on="2026-01-05")
    take(session, unit, row("张三", wage=6000), on="2026-03-05")
    take(session, unit, row("张三", wage=4000), on="2026-05-05")
    (member,) = roster.rosters(session, [unit.key], bases=True)[unit.key]
    assert [(basis.holds_from, basis.base) for basis in member.bases] == [
        (None, Decimal("4000.00")),
        (day("2026-03-05"), Decimal("6000.00")),
        (day("2026-05-05"), Decimal("4000.00")),
    ]


def test_people_of_another_unit_are_left_alone(session: Session) -> None:
    unit, other = a_unit(session, "第一支部"), a_unit(session, "第二支部")
    a_person(session, other, "张三")
    assert take(session, unit, row("张三")).added == 1
    assert len(roster.people_named(session, other.key, "张三")) == 1


def test_who_is_on_the_roster_on_a_day(session: Session) -> None:
    unit = a_unit(session)
    a_person(session, unit, "张三")
    a_person(session, unit, "李四", joined_on=day("2026-03-05"))
    a_person(session, unit, "王五", left_on=day("2026-03-05"))
    a_person(session, unit, "张三", joined_on=day("2026-03-05"))
    assert sorted(roster.names_on(session, unit.key, day("2026-03-04"))) == ["张三", "王五"]
    assert sorted(roster.names_on(session, unit.key, day("2026-03-05"))) == ["张三", "张三", "李四"]


def test_who_was_made_a_full_member_was_none_before(session: Session) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "张三", stage=Stage.PROBATIONARY)
    roster.make_full(session, person.key, day("2026-03-05"), said("2026-03-09 10:00"))

    assert person.full_on == day("2026-03-05")
    (member,) = roster.members(session, unit.key)
    then = {on: member.as_of(day(on)).stage for on in ("2026-03-04", "2026-03-05")}
    assert list(then.values()) == [Stage.PROBATIONARY, Stage.FULL]
