"""What a roster file would change in some units: computed before anything is written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.columns import table_of
from storage.database import run
from storage.imports.matching import Known, Unsure, matched
from storage.imports.rows import RosterRow, plainly
from storage.money import optional_fen
from storage.people import DuesBasisRow, Person
from storage.units import Unit

_PERSON, _BASIS, _UNIT = table_of(Person), table_of(DuesBasisRow), table_of(Unit)
_UNITS: BindParameter[int] = bindparam("units", expanding=True)
_PEOPLE = columns(_PERSON).where(_PERSON.c.unit_id.in_(_UNITS)).order_by(_PERSON.c.id)
_GROUPS = (
    columns(_UNIT.c.id, _UNIT.c.parent_id, _UNIT.c.name)
    .where(
        _UNIT.c.parent_id.in_(_UNITS),
        _UNIT.c.kind == "party_group",
        _UNIT.c.dissolved.is_(None),
    )
    .order_by(_UNIT.c.id)
)
_BASES = (
    columns(_BASIS.c.person_id, _BASIS.c.category, _BASIS.c.base_fen, _BASIS.c.fixed_fen)
    .join(_PERSON, _PERSON.c.id == _BASIS.c.person_id)
    .where(_PERSON.c.unit_id.in_(_UNITS), _BASIS.c.holds_until.is_(None))
    .order_by(_BASIS.c.id)
)
BASIS = ("dues_category", "dues_base", "dues_amount")
Basis = tuple[str, int | None, int | None]  # the category, and amounts in fen


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of a person that a file changes; the party group by its name, amounts in fen."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Difference:
    """What one row does: someone new (``person`` None), or what it changes, perhaps nothing."""

    row: RosterRow
    person: Known | None
    changes: tuple[Changed, ...]
    basis: Basis | None = None  # the new one, if it is another
    assessed: bool = False  # whether the person has one already

    @property
    def same(self) -> bool:
        """Tell whether the row changes nothing."""
        return self.person is not None and not self.changes


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file does to one unit; ``unit`` None for one that is yet to be founded.

    ``missing`` are those on the unit's roster of whom the file says nothing: they stay.
    """

    unit: Unit | None
    differences: tuple[Difference, ...]
    missing: tuple[str, ...]
    unsure: tuple[Unsure, ...]
    groups: Mapping[str, int]
    known: tuple[Known, ...]

    @property
    def new_groups(self) -> tuple[str, ...]:
        """Answer the party groups that the unit does not have yet."""
        named = (each.row.group for each in self.differences if each.row.group is not None)
        return tuple(name for name in dict.fromkeys(named) if name not in self.groups)


@dataclass(frozen=True, slots=True)
class _There:
    """What units have now."""

    people: Mapping[int, Sequence[Known]]
    groups: Mapping[int, Mapping[str, int]]
    bases: Mapping[int, Basis]


Placed = Sequence[tuple[Unit | None, Sequence[RosterRow]]]


def compare(session: Session, placed: Placed, on: date) -> list[Comparison]:
    """Answer what rows would change in the units where they belong, as of a day."""
    there = _there(session, [unit.key for unit, _ in placed if unit is not None])
    return [_compared(unit, rows, there, on) for unit, rows in placed]


def _there(session: Session, units: Collection[int]) -> _There:
    asked = {"units": list(units)}
    groups: dict[int, dict[str, int]] = defaultdict(dict)
    names: dict[int, str] = {}
    for group_id, unit_id, name in run(session, _GROUPS, asked):
        groups[unit_id][name] = group_id
        names[group_id] = name
    people: dict[int, list[Known]] = defaultdict(list)
    for row in run(session, _PEOPLE, asked).mappings():
        values = dict(row)
        people[row["unit_id"]].append(Known(row["id"], values, names.get(row["group_id"])))
    bases = {
        person: (category, base, fixed)
        for person, category, base, fixed in run(session, _BASES, asked)
    }
    return _There(people, groups, bases)


def _compared(unit: Unit | None, rows: Sequence[RosterRow], there: _There, on: date) -> Comparison:
    known = () if unit is None else tuple(there.people.get(unit.key, ()))
    found = matched(rows, known, on)
    meant = {each.id for each in found if isinstance(each, Known)}
    unsure = tuple(each for each in found if isinstance(each, Unsure))
    doubted = {name for each in unsure for name in each.names}
    return Comparison(
        unit=unit,
        differences=tuple(
            _difference(row, person, there.bases)
            for row, person in zip(rows, found, strict=True)
            if not isinstance(person, Unsure)
        ),
        missing=tuple(
            each.name
            for each in known
            if each.id not in meant and not each.gone(on) and each.name not in doubted
        ),
        unsure=unsure,
        groups={} if unit is None else there.groups.get(unit.key, {}),
        known=known,
    )


def _difference(row: RosterRow, person: Known | None, bases: Mapping[int, Basis]) -> Difference:
    before = None if person is None else bases.get(person.id)
    basis = _basis(row, before)
    if person is None:
        return Difference(row, None, (), basis)
    changes = [
        Changed(name, person.values[name], value)
        for name, value in row.said.items()
        if name not in _NAMING and plainly(name, person.values[name]) != plainly(name, value)
    ]
    if row.group is not None and row.group != person.group:
        changes.append(Changed("group", person.group, row.group))
    if basis is not None:
        was = before or ("", None, None)
        changes += [
            Changed(name, old, new)
            for name, old, new in zip(BASIS, was, basis, strict=True)
            if old != new
        ]
    return Difference(row, person, tuple(changes), basis, before is not None)


_NAMING = {"name", "mark"}


def _basis(row: RosterRow, before: Basis | None) -> Basis | None:
    """Answer the dues basis that a row says, if it is another than that before."""
    if row.basis is None:
        return None
    category = row.basis.category or ("" if before is None else before[0])
    said = (category, optional_fen(row.basis.base), optional_fen(row.basis.fixed))
    return None if said == before else said
