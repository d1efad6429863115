"""The roster of any day: whatever is changed for whichever day, each day is told as it was."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from compliance.people import Member, Stage
from storage import namesakes, roster_history
from storage.people import Person, PersonWas
from tests.storage.samples import a_person, a_unit, day, said

FIRST = day("2026-03-01")
LENGTH = 12
FIELDS: dict[str, list[object]] = {
    "name": ["张三", "张三丰", "张山"],
    "group_id": [None, 1, 2],
    "stage": list(Stage),
    "floating": [False, True],
    "post": [None, "书记"],
}
changes = st.lists(
    st.sampled_from(sorted(FIELDS)).flatmap(
        lambda name: st.tuples(
            st.integers(0, LENGTH - 1), st.just(name), st.sampled_from(FIELDS[name])
        )
    ),
    max_size=12,
)


class Almanac:
    """What was true on each day, kept day by day and field by field."""

    def __init__(self, person: Person) -> None:
        self.days = {name: [getattr(person, name)] * LENGTH for name in FIELDS}

    def change(self, at: int, name: str, new: object) -> None:
        values = self.days[name]
        old = values[at]
        while at < LENGTH and values[at] == old:
            values[at] = new
            at += 1


class Silent:
    """A session that keeps nothing: what is decided needs none."""

    def __init__(self) -> None:
        self.new: list[object] = []

    def add(self, row: object) -> None:
        self.new.append(row)

    def expunge(self, row: object) -> None:
        self.new.remove(row)


@given(changes=changes)
def test_a_day_is_told_as_an_almanac_has_it(changes: list[tuple[int, str, object]]) -> None:
    person = Person(id=1, unit_id=1, name="张三", stage=Stage.ACTIVIST)
    rows: list[PersonWas] = []
    almanac, session = Almanac(person), Silent()
    for at, name, new in changes:
        almanac.change(at, name, new)
        on = FIRST + timedelta(days=at)
        roster_history.change(session, person, {name: new}, on, said(), rows=rows)  # type: ignore[arg-type]
    assert sorted(rows, key=lambda row: row.until_on) == rows
    for at in range(LENGTH):
        on = FIRST + timedelta(days=at)
        then = next((row for row in rows if on < row.until_on), person)
        told = {name: getattr(then, name) for name in FIELDS}
        assert told == {name: days[at] for name, days in almanac.days.items()}, on


def as_of(session: Session, person: Person, on: str) -> Member:
    was = roster_history.histories(session, [person.unit_id]).get(person.key, ())
    return Member(person.key, person.name, person.stage, floating=person.floating, was=was).as_of(
        day(on)
    )


def test_what_was_true_before_a_change_is_kept(session: Session) -> None:
    person = a_person(session, a_unit(session), "张三")
    assert roster_history.change(session, person, {"floating": True}, day("2026-04-01"), said())
    session.flush()
    assert not as_of(session, person, "2026-03-31").floating
    assert as_of(session, person, "2026-04-01").floating
    assert not roster_history.change(
        session, person, {"floating": True}, FIRST.replace(month=5), said()
    )


def test_what_ends_where_it_began_leaves_no_trace(session: Session) -> None:
    person = a_person(session, a_unit(session), "张三")
    for floating in (True, False):
        roster_history.change(session, person, {"floating": floating}, FIRST, said())
        session.flush()
    assert roster_history.rows_of(session, [person.key]) == {person.key: []}


def test_two_of_a_name_are_told_apart(session: Session) -> None:
    unit = a_unit(session)
    first = a_person(session, unit, "张伟")
    second = Person(unit_id=unit.key, name="张伟", joined_on=FIRST)
    assert namesakes.tell_apart(session, second, FIRST, said()) == [first]
    session.add(second)
    third = Person(unit_id=unit.key, name="张伟", joined_on=FIRST)
    assert namesakes.tell_apart(session, third, FIRST, said()) == [first, second]
    assert [p.name for p in (first, second, third)] == ["张伟A", "张伟B", "张伟C"]
    assert as_of(session, first, "2026-02-28").name == "张伟"


def test_whoever_left_long_ago_is_not_told_apart(session: Session) -> None:
    unit = a_unit(session)
    gone = a_person(session, unit, "张伟")
    gone.left_on = date(2024, 1, 1)
    assert namesakes.tell_apart(session, Person(unit_id=unit.key, name="张伟"), FIRST, said()) == []
    assert gone.name == "张伟"


def test_there_are_as_many_of_a_name_as_letters(session: Session) -> None:
    unit = a_unit(session)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        a_person(session, unit, f"张伟{letter}").mark = letter
    with pytest.raises(namesakes.TooManyAlikeError):
        namesakes.tell_apart(session, Person(unit_id=unit.key, name="张伟"), FIRST, said())
