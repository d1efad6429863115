"""The roster: who belongs to a unit."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from compliance.people import DuesBasis, Member, Stage
from compliance.periods import months_after
from storage import roster_history
from storage.columns import table_of
from storage.database import forget, remembered, run
from storage.directory import revise
from storage.imports import taking
from storage.imports.placing import Path, Place
from storage.imports.rows import Imported, RosterRow
from storage.journal import Origin
from storage.money import optional_yuan
from storage.moved import same_people
from storage.people import DuesBasisRow, Person
from storage.units import Unit

LATELY = 12  # months in which someone who left may still be named for dues

_PERSON = table_of(Person)
_BESIDE = ("bases", "was", "same")  # fields that other rows tell
_MEMBER_FIELDS = tuple(field.name for field in fields(Member) if field.name not in _BESIDE)
_MEMBERS = (
    columns(_PERSON.c.unit_id, *(_PERSON.c[name] for name in _MEMBER_FIELDS))
    .where(_PERSON.c.unit_id.in_(bindparam("units", expanding=True)))
    .order_by(_PERSON.c.id)
)
_BASIS = table_of(DuesBasisRow)
_BASES = (
    columns(
        _BASIS.c.person_id,
        _BASIS.c.holds_from,
        _BASIS.c.category,
        _BASIS.c.base_fen,
        _BASIS.c.fixed_fen,
        _BASIS.c.holds_until,
        _BASIS.c.reason,
    )
    .join(_PERSON, _PERSON.c.id == _BASIS.c.person_id)
    .where(_PERSON.c.unit_id.in_(bindparam("units", expanding=True)))
    .order_by(_BASIS.c.id)
)


def members(session: Session, unit_id: int) -> tuple[Member, ...]:
    """Answer everyone ever on the roster, with the dates that say when, in the order entered.

    Their dues bases are left out: see ``rosters``.
    """
    return remembered(
        session, ("members", unit_id), lambda: rosters(session, [unit_id]).get(unit_id, ())
    )


def note_members(session: Session, unit_id: int, people: Collection[Member]) -> None:
    """Let whoever asks for ``members`` next have those that were just read with their bases."""

    def bare() -> tuple[Member, ...]:
        return tuple(replace(member, bases=(), same=()) for member in people)

    remembered(session, ("members", unit_id), bare)


def rosters(
    session: Session, unit_ids: Collection[int], *, bases: bool = False
) -> dict[int, tuple[Member, ...]]:
    """Answer what ``members`` does for many units, perhaps with what dues are computed from.

    A unit without people is left out.
    """
    known = _bases(session, unit_ids) if bases else {}
    was = roster_history.histories(session, unit_ids)
    found: dict[int, list[Member]] = defaultdict(list)
    for unit_id, *person in run(session, _MEMBERS, {"units": unit_ids}).all():
        of_person = tuple(known.get(person[0], ()))
        found[unit_id].append(Member(*(*person, of_person, was.get(person[0], ()))))
    return _joined(session, found) if bases else {key: tuple(found[key]) for key in found}


def _joined(
    session: Session, found: Mapping[int, Sequence[Member]]
) -> dict[int, tuple[Member, ...]]:
    """Answer the members with the ids that those who moved have elsewhere."""
    moved = [member.id for people in found.values() for member in people if member.moved]
    same = same_people(session, moved)

    def joined(member: Member) -> Member:
        rows = same.get(member.id)
        return replace(member, same=tuple(row.id for row in rows)) if rows else member

    return {unit_id: tuple(map(joined, people)) for unit_id, people in found.items()}


def _bases(session: Session, unit_ids: Collection[int]) -> Mapping[int, Sequence[DuesBasis]]:
    found: dict[int, list[DuesBasis]] = defaultdict(list)
    rows = run(session, _BASES, {"units": unit_ids}).all()
    for person_id, holds_from, category, base_fen, fixed_fen, *reduction in rows:
        amounts = optional_yuan(base_fen), optional_yuan(fixed_fen)
        basis = DuesBasis(holds_from, category, *amounts, *reduction)
        found[person_id].append(basis)
    return found


_NAMES = columns(_PERSON.c.id, _PERSON.c.name).where(
    _PERSON.c.id.in_(bindparam("people", expanding=True))
)


def names_of(session: Session, people: Collection[int]) -> dict[int, str]:
    """Answer the names of people by their ids, wherever they are on the roster now."""
    rows = run(session, _NAMES, {"people": sorted(people)}).all() if people else ()
    return {row.id: row.name for row in rows}


def names_on(session: Session, unit_id: int, day: date) -> tuple[str, ...]:
    """Answer the names on a unit's roster on a day; a name held by two people stands twice."""
    return tuple(member.name for member in members(session, unit_id) if member.on_roster(day))


def names_left(session: Session, unit_id: int, day: date) -> tuple[str, ...]:
    """Answer the names of those who left a unit's roster in the year before a day."""
    there = set(names_on(session, unit_id, day))
    since = months_after(day, -LATELY)
    return tuple(
        member.name
        for member in members(session, unit_id)
        if member.left_on is not None and since < member.left_on <= day and member.name not in there
    )


def member_lately(session: Session, unit_id: int, name: str, day: date) -> Member:
    """Answer the one of that name who is on the roster on a day, or left it in the year before.

    LookupError for nobody.
    """
    found = [member for member in members(session, unit_id) if member.name == name]
    there = [member for member in found if member.on_roster(day)]
    since = months_after(day, -LATELY)
    lately = [m for m in found if m.left_on is not None and since < m.left_on <= day]
    if not there and not lately:
        raise LookupError("nobody of that name on the roster lately")
    return there[0] if there else max(lately, key=lambda member: member.left_on or day)


def member_on(session: Session, unit_id: int, name: str, day: date) -> Member:
    """Answer the one of that name who is on the roster on a day; LookupError for nobody."""
    for member in members(session, unit_id):
        if member.name == name and member.on_roster(day):
            return member
    raise LookupError("nobody of that name on the roster")


def people_named(session: Session, unit_id: int, name: str) -> list[Person]:
    """Answer the people of that name who are or were on the unit's roster."""
    query = select(Person).where(Person.unit_id == unit_id, Person.name == name)
    return list(session.exec(query.order_by(col(Person.id))))


def make_full(session: Session, person_id: int, on: date, origin: Origin) -> Person:
    """Let a probationary member be a full one, from a day on if the roster has none yet."""
    person = session.get_one(Person, person_id)
    person.full_on = person.full_on or on
    roster_history.change(session, person, {"stage": Stage.FULL}, person.full_on, origin)
    session.add(person)
    session.flush()
    forget(session)
    revise(session, person.unit_id)
    return person


_GROUPS = (
    select(Unit)
    .where(col(Unit.parent_id) == bindparam("unit"), col(Unit.kind) == "party_group")
    .order_by(col(Unit.id))
)


def groups(session: Session, unit_id: int) -> list[Unit]:
    """Answer the party groups of a branch, oldest first."""
    return remembered(
        session,
        ("groups", unit_id),
        lambda: list(session.execute(_GROUPS, {"unit": unit_id}).scalars()),
    )


def take_rows(
    session: Session,
    branch: Unit,
    rows: Sequence[RosterRow],
    on: date,
    origin: Origin | None = None,
) -> Imported:
    """Take a unit's roster: whoever is there is brought up to date, somebody new is added.

    Party groups that the branch does not have yet are founded with it. A changed dues basis holds
    from ``on``; a person's first one has always held. Without an ``origin`` nobody is noted as the
    one who changed it: what a database begins with.
    """
    whole = Place(Path(None, None), branch, None, tuple(rows))
    done = taking.take_places(session, branch, [whole], origin, on)
    return Imported(done.added, done.changed, tuple(done.groups))
