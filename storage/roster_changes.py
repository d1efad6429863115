"""Single changes of a roster: each leaves in the audit what was before, and can be taken back."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Select, select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as rows_where

from storage import directory, namesakes, roster_history
from storage.columns import table_of
from storage.database import forget
from storage.journal import Origin, add_audit
from storage.ledger import Audit, Entry, Payment, RecordPerson
from storage.people import PERSONAL, DuesBasisRow, Person, PersonWas
from storage.units import Unit

Said = Mapping[str, Any]  # a person as the audit has them
_ENTRY, _BASIS = table_of(Entry), table_of(DuesBasisRow)
PREFIX = "roster_"
_LOOKED_AT = 200  # of a unit's newest audit rows, for the one that is to be taken back
_OWN = {"id", "person_id"}  # what a row of a person's history has only where it stands


class NotTakenBack(Exception):  # noqa: N818 - it is an answer, not a failure
    """A change that stays: ``reason`` is ``gone``, ``late``, ``newer`` or ``used``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Changing:
    """A change that is being made; ``stamp`` names it once it is done, for taking it back.

    ``said`` goes with it into the audit: what was said and has no place on the roster.
    """

    session: Session
    action: str
    people: list[Person]
    before: list[Said]
    stamp: str = ""
    said: Sequence[Mapping[str, str]] = ()
    beside: list[Unit] = field(default_factory=list)

    def concern(self, person: Person) -> None:
        """Note somebody else of the roster whom the change is about, before anything is changed."""
        if person not in self.people:
            self.before += _state(self.session, [person])
            self.people.append(person)

    def add(self, newcomer: Person) -> None:
        """Put somebody new on the roster."""
        self.session.add(newcomer)
        self.session.flush()
        self.people.append(newcomer)


@contextmanager
def changing(
    session: Session, unit: Unit, action: str, origin: Origin, people: Collection[Person]
) -> Iterator[Changing]:
    """Let a unit's people be changed, and keep what they were and are in the audit.

    Everything that rests on the roster is looked at anew then.
    """
    making = Changing(session, action, list(people), _state(session, people))
    yield making
    session.flush()
    after = _state(session, making.people)
    making.stamp = _stamp(after)
    for concerned in (unit, *making.beside):
        _look_again(session, concerned)
    told = _written({"people": after, "said": making.said} if making.said else {"people": after})
    before_told = _written({"people": making.before})
    add_audit(session, unit.key, PREFIX + action, origin, before=before_told, after=told)


def _look_again(session: Session, unit: Unit) -> None:
    directory.revise(session, unit.key)
    directory.look_again(session, unit)
    forget(session)


def _state(session: Session, people: Collection[Person]) -> list[Said]:
    """Write down what is kept of some people, with what was true of them before.

    Personal fields are left out: the audit is for ever, and they may be erased.
    """
    rows = roster_history.rows_of(session, [person.key for person in people])
    return [
        {
            **person.model_dump(mode="json", exclude_none=True, exclude=set(PERSONAL)),
            "was": [row.model_dump(mode="json", exclude=_OWN) for row in rows[person.key]],
        }
        for person in people
    ]


def _written(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _stamp(state: Sequence[Said]) -> str:
    return hashlib.sha256(_written(state).encode()).hexdigest()[:16]


def add_person(making: Changing, newcomer: Person, on: date, origin: Origin) -> Sequence[Person]:
    """Put somebody on the roster; answer the others of the unit who are called the same."""
    for namesake in namesakes.alike(making.session, newcomer.unit_id, newcomer.name):
        making.concern(namesake)
    others = namesakes.tell_apart(making.session, newcomer, on, origin)
    making.add(newcomer)
    return others


def arrive(making: Changing, traveller: Person, unit: Unit, on: date, origin: Origin) -> Person:
    """Let somebody who is on the way to a unit arrive there on a day, with what is known of them.

    Their name is theirs there: a letter only tells people of one unit apart.
    """
    values = traveller.model_dump(
        exclude={"id", "group_id", "mark", "left_on", "letter_on", "going_to_id", "arrived_on"}
    )
    newcomer = Person(**values)
    newcomer.unit_id, newcomer.name = unit.key, namesakes.bare(traveller)
    newcomer.joined_on, newcomer.came_from_id = on, traveller.key
    newcomer.post = None
    traveller.going_to_id, traveller.arrived_on = None, on
    add_person(making, newcomer, on, origin)
    _take_bases(making.session, traveller, newcomer)
    return newcomer


def _take_bases(session: Session, traveller: Person, newcomer: Person) -> None:
    """Let dues rest on what they rested on; what a superior granted there was for that unit."""
    query = rows_where(DuesBasisRow).where(
        DuesBasisRow.person_id == traveller.key, col(DuesBasisRow.holds_until).is_(None)
    )
    for row in session.exec(query.order_by(col(DuesBasisRow.id))):
        values = row.model_dump(exclude={"id", "person_id"})
        session.add(DuesBasisRow(person_id=newcomer.key, **values))
    session.flush()


def travellers(session: Session, unit_id: int) -> list[Person]:
    """Answer who is on the way to a unit, and has not arrived yet."""
    query = rows_where(Person).where(Person.going_to_id == unit_id)
    return list(session.exec(query.order_by(col(Person.left_on), col(Person.id))))


def take_back(session: Session, unit: Unit, stamp: str, today: date, origin: Origin) -> list[str]:
    """Let what a change of today changed be as it was; answer whom it was about.

    Raises ``NotTakenBack`` where it is not there, is older, or something rests on it.
    """
    audit = _found(session, unit, stamp)
    if unit.day_of(audit.at) != today:
        raise NotTakenBack("late")
    after = _people(audit.after)
    now = [session.get(Person, person_id) for person_id in after]
    people = [person for person in now if person is not None]
    if _stamp(_state(session, people)) != stamp:
        raise NotTakenBack("newer")
    before = _people(audit.before)
    _require_unused(session, audit.at, [p.key for p in people], set(after) - set(before))
    names = [person.name for person in people]
    units = {person.unit_id for person in people} | {unit.key}
    _restore(session, people, before)
    for concerned in directory.units(session, units).values():
        _look_again(session, concerned)
    action = f"{PREFIX}taken_back"
    add_audit(session, unit.key, action, origin, before=audit.after, after=audit.before)
    return names


def _found(session: Session, unit: Unit, stamp: str) -> Audit:
    query = rows_where(Audit).where(
        Audit.unit_id == unit.key, col(Audit.action).startswith(PREFIX, autoescape=True)
    )
    for audit in session.exec(query.order_by(col(Audit.id).desc()).limit(_LOOKED_AT)):
        if audit.after and _stamp(json.loads(audit.after).get("people", ())) == stamp:
            return audit
    raise NotTakenBack("gone")


def _people(state: str | None) -> Mapping[int, Said]:
    return {said["id"]: said for said in json.loads(state or "{}").get("people", ())}


def _require_unused(
    session: Session, since: datetime, people: Sequence[int], added: Collection[int]
) -> None:
    """Refuse where an entry about them is newer, or anything at all is about who was added."""
    for about in (table_of(Payment).c, table_of(RecordPerson).c):
        later = (
            select(_ENTRY.c.id)
            .join(about.entry_id.table, about.entry_id == _ENTRY.c.id)
            .where(about.person_id.in_(people), _ENTRY.c.entered_at >= since)
        )
        _require_none(session, later)
    assessed = select(_BASIS.c.id).where(
        _BASIS.c.person_id.in_(added), _BASIS.c.entered_at >= since
    )
    _require_none(session, assessed)
    for reference in _references() if added else ():
        _require_none(session, select(reference).where(reference.in_(added)))


def _require_none(session: Session, used: Select[Any]) -> None:
    if session.execute(used.limit(1)).first() is not None:
        raise NotTakenBack("used")


def _references() -> Iterator[Column[int]]:
    """Find every column that may name a person, but for those that go with the person."""
    with_the_person = {PersonWas.__tablename__, DuesBasisRow.__tablename__}
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if table.name not in with_the_person and column.references(table_of(Person).c.id):
                yield column


def _restore(session: Session, people: Sequence[Person], before: Mapping[int, Said]) -> None:
    """Let people be what they were, and those who were not there be gone."""
    roster_history.drop(session, [person.key for person in people])
    for person in people:
        said = before.get(person.key)
        if said is None:
            _forget_person(session, person)
            continue
        then = Person.model_validate({name: said[name] for name in said if name != "was"})
        for name in Person.model_fields.keys() - set(PERSONAL):
            setattr(person, name, getattr(then, name))
        session.add_all(
            PersonWas.model_validate({**row, "person_id": person.key}) for row in said["was"]
        )
    session.flush()


def _forget_person(session: Session, person: Person) -> None:
    query = rows_where(DuesBasisRow).where(DuesBasisRow.person_id == person.key)
    for basis in session.exec(query):
        session.delete(basis)
    session.flush()
    session.delete(person)
