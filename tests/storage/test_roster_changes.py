"""A change of the roster is in the audit, and is taken back the same day if nothing rests on it."""

import json
from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from compliance.people import Stage
from storage import directory, roster, roster_changes, roster_history
from storage.database import transaction
from storage.ledger import Audit
from storage.people import DuesBasisRow, Person, PersonWas
from storage.roster_changes import NotTakenBack
from storage.units import Unit
from tests.storage.samples import a_person, a_unit, day, pay, said

TODAY = day("2026-03-05")  # of said()


def change(engine: Engine, unit_id: int, person_id: int, **values: object) -> str:
    with transaction(engine) as session:
        unit, person = directory.unit(session, unit_id), session.get_one(Person, person_id)
        with roster_changes.changing(session, unit, "group", said(), [person]) as making:
            roster_history.change(session, person, values, TODAY, said())
    return making.stamp


def take_back(engine: Engine, unit_id: int, stamp: str, on: date = TODAY) -> list[str]:
    with transaction(engine) as session:
        unit = directory.unit(session, unit_id)
        return roster_changes.take_back(session, unit, stamp, on, said())


def everything(engine: Engine) -> list[Sequence[object]]:
    with transaction(engine) as session:
        people = session.exec(select(Person).order_by(col(Person.id))).all()
        was = session.exec(select(PersonWas)).all()
        return [
            [person.model_dump() for person in people],
            [row.model_dump(exclude={"id"}) for row in was],
        ]


@pytest.fixture
def home(engine: Engine) -> tuple[int, int]:
    """A unit and somebody on its roster."""
    with transaction(engine) as session:
        unit = a_unit(session)
        return unit.key, a_person(session, unit, "张三").key


def test_a_change_tells_what_was_and_what_is(engine: Engine, home: tuple[int, int]) -> None:
    with transaction(engine) as session:
        revision = directory.unit(session, home[0]).revision
    change(engine, *home, floating=True)
    with transaction(engine) as session:
        audit = session.exec(select(Audit)).one()
        assert audit.action == "roster_group"
        (before,), (after,) = (
            json.loads(text or "")["people"] for text in (audit.before, audit.after)
        )
        assert (before["floating"], after["floating"]) == (False, True)
        assert after["was"][0]["until_on"] == "2026-03-05"
        assert directory.unit(session, home[0]).revision == revision + 1


def test_what_is_taken_back_is_as_if_it_had_never_been(
    engine: Engine, home: tuple[int, int]
) -> None:
    first = change(engine, *home, floating=True)
    after_first = everything(engine)
    second = change(engine, *home, stage=Stage.ACTIVIST, name="张三丰")
    with pytest.raises(NotTakenBack, match="newer"):
        take_back(engine, home[0], first)
    assert take_back(engine, home[0], second) == ["张三丰"]
    assert everything(engine) == after_first
    take_back(engine, home[0], first)
    with pytest.raises(NotTakenBack, match="newer"):
        take_back(engine, home[0], first)


def test_a_change_stays_when_its_day_is_over(engine: Engine, home: tuple[int, int]) -> None:
    stamp = change(engine, *home, floating=True)
    with pytest.raises(NotTakenBack, match="late"):
        take_back(engine, home[0], stamp, day("2026-03-06"))


@pytest.mark.parametrize("stamp", ["", "0" * 16])
def test_no_other_change_is_taken_back(engine: Engine, home: tuple[int, int], stamp: str) -> None:
    change(engine, *home, floating=True)
    with pytest.raises(NotTakenBack, match="gone"):
        take_back(engine, home[0], stamp)


def test_a_change_is_that_of_its_unit(engine: Engine, home: tuple[int, int]) -> None:
    stamp = change(engine, *home, floating=True)
    with transaction(engine) as session:
        other = a_unit(session, "第二支部").key
    with pytest.raises(NotTakenBack, match="gone"):
        take_back(engine, other, stamp)


def test_a_change_stays_when_a_payment_rests_on_it(engine: Engine, home: tuple[int, int]) -> None:
    stamp = change(engine, *home, floating=True)
    with transaction(engine) as session:
        person = session.get_one(Person, home[1])
        pay(session, directory.unit(session, home[0]), person, "2026-03", 50)
    with pytest.raises(NotTakenBack, match="used"):
        take_back(engine, home[0], stamp)


def add(engine: Engine, unit_id: int, name: str) -> tuple[int, str]:
    with transaction(engine) as session:
        unit = directory.unit(session, unit_id)
        newcomer = Person(unit_id=unit_id, name=name, joined_on=TODAY)
        with roster_changes.changing(session, unit, "add", said(), []) as making:
            roster_changes.add_person(making, newcomer, TODAY, said())
        return newcomer.key, making.stamp


def test_whoever_was_added_is_gone_and_a_namesake_as_before(
    engine: Engine, home: tuple[int, int]
) -> None:
    before = everything(engine)
    _, stamp = add(engine, home[0], "张三")
    assert take_back(engine, home[0], stamp) == ["张三A", "张三B"]
    assert everything(engine) == before


def test_whoever_was_added_stays_when_dues_were_assessed(
    engine: Engine, home: tuple[int, int]
) -> None:
    person_id, stamp = add(engine, home[0], "李四")
    with transaction(engine) as session:
        row = DuesBasisRow(person_id=person_id, category="", entered_by=1, entered_at=said().at)
        session.add(row)
    with pytest.raises(NotTakenBack, match="used"):
        take_back(engine, home[0], stamp)


def travel(session: Session) -> tuple[Unit, Unit, Person]:
    """Somebody on the way from one unit to another."""
    home, there = a_unit(session), a_unit(session, "第二支部")
    person = a_person(session, home, "张三A", base=5000)
    person.mark, person.left_on, person.letter_on = "A", TODAY, day("2026-03-01")
    person.going_to_id = there.key
    session.flush()
    return home, there, person


def test_whoever_arrives_is_on_the_new_roster_with_what_is_known(engine: Engine) -> None:
    with transaction(engine) as session:
        home, there, person = travel(session)
        assert roster_changes.travellers(session, there.key) == [person]
        with roster_changes.changing(session, there, "arrived", said(), [person]) as making:
            making.beside.append(home)
            newcomer = roster_changes.arrive(making, person, there, TODAY, said())
        assert roster_changes.travellers(session, there.key) == []
        assert (newcomer.name, newcomer.mark, newcomer.came_from_id) == ("张三", None, person.id)
        (member,) = roster.rosters(session, [there.key], bases=True)[there.key]
        assert member.on_roster(TODAY)
        assert len(member.bases) == 1
        (left,) = roster.members(session, home.key)
        assert (left.arrived_on, left.on_roster(TODAY)) == (TODAY, False)


def test_an_arrival_can_be_taken_back(engine: Engine) -> None:
    with transaction(engine) as session:
        home, there, person = travel(session)
        with roster_changes.changing(session, there, "arrived", said(), [person]) as making:
            making.beside.append(home)
            roster_changes.arrive(making, person, there, TODAY, said())
        there_id = there.key
    take_back(engine, there_id, making.stamp)
    with transaction(engine) as session:
        assert [p.name for p in roster_changes.travellers(session, there_id)] == ["张三A"]
        assert roster.members(session, there_id) == ()


def test_the_roster_of_a_past_day_is_what_it_was(engine: Engine, home: tuple[int, int]) -> None:
    change(engine, *home, name="张三丰", floating=True)
    with transaction(engine) as session:
        (member,) = roster.rosters(session, [home[0]])[home[0]]
    before, after = member.as_of(day("2026-03-04")), member.as_of(TODAY)
    assert (before.name, before.floating) == ("张三", False)
    assert (after.name, after.floating) == ("张三丰", True)
