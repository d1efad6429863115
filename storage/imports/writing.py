"""Writing what rows change: people, what was true of them, what dues rest on, and the audit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import bindparam, insert, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from compliance.people import Stage
from storage import journal, roster_history
from storage.chain import canonical
from storage.columns import table_of
from storage.database import run
from storage.imports import dating
from storage.imports.comparing import Comparison, Difference
from storage.imports.marks import Marks, marks_for
from storage.journal import Origin
from storage.people import PERSONAL, DuesBasisRow, Person, PersonWas
from storage.roster_history import KEPT

_PERSON, _WAS = table_of(Person), table_of(PersonWas)
_FIELDS = tuple(name for name in Person.model_fields if name != "id")
_ADD = insert(_PERSON).returning(_PERSON.c.id, sort_by_parameter_order=True)
_CHANGE = (
    update(_PERSON)
    .where(_PERSON.c.id == bindparam("person"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS})
)
_ADD_WAS = insert(_WAS)
_LATER = columns(_WAS.c.person_id).where(
    _WAS.c.person_id.in_(bindparam("people", expanding=True)), _WAS.c.until_on >= bindparam("on")
)
_ADD_BASIS = insert(table_of(DuesBasisRow))


@dataclass(slots=True)
class _One:
    """A person to be written: the values before (None: new) and after, and the new dues basis."""

    unit_id: int
    values: dict[str, object]
    before: dict[str, object] | None
    difference: Difference | None

    @property
    def key(self) -> object:
        """Answer the person's id; None for somebody new."""
        return None if self.before is None else self.before["id"]

    @property
    def changes(self) -> dict[str, object]:
        """Answer the fields that are not as they were, with their new values."""
        before = self.before or {}
        return {n: value for n, value in self.values.items() if before.get(n) != value}

    def stages_before(self, on: date) -> list[tuple[Stage, date]]:
        """Answer the stages that are corrected and which the row dates before a day."""
        if self.before is None or self.difference is None or "stage" not in self.changes:
            return []
        before, stage = (Stage(str(each["stage"])) for each in (self.before, self.values))
        return dating.stages_before(before, stage, self.difference.row.said, on)


class Writing:
    """Gathers what some units' rows change, and writes it, each kind of row in one statement."""

    def __init__(self, origin: Origin | None, on: date) -> None:
        self._origin = origin
        self._on = on
        self.added: list[_One] = []
        self.changed: list[_One] = []
        self._renamed: list[_One] = []
        self.same = 0
        self._units: list[int] = []

    @property
    def touched(self) -> set[int]:
        """Answer the units of which anything is written."""
        return {one.unit_id for one in (*self.added, *self.changed, *self._renamed)}

    def gather(self, found: Comparison, groups: dict[tuple[int, str], int]) -> None:
        """Gather what a unit's rows change."""
        if found.unit is None:
            return
        unit_id, marks = found.unit.key, marks_for(found, self._on)
        self._units.append(unit_id)
        for at, each in enumerate(found.differences):
            if each.same and (each.person is None or each.person.id not in marks.known):
                self.same += 1
                continue
            one = _one(unit_id, each, groups)
            _rename(one, marks, at)
            (self.added if one.before is None else self.changed).append(one)
        named = {each.person.id for each in found.differences if each.person is not None}
        for person in found.known:
            if person.id in marks.known and person.id not in named:
                one = _One(unit_id, dict(person.values), person.values, None)
                _rename(one, marks, -1)
                self._renamed.append(one)

    def write(self, session: Session) -> None:
        """Write everything that was gathered."""
        if self.added:
            ids = run(session, _ADD, [one.values for one in self.added]).scalars().all()
            for one, person_id in zip(self.added, ids, strict=True):
                one.values["id"] = person_id
        changed = [one for one in (*self.changed, *self._renamed) if one.changes]
        if changed:
            self._change(session, changed)
        bases = [basis for one in (*self.added, *self.changed) for basis in self._basis(one)]
        if bases:
            run(session, _ADD_BASIS, bases)
        if self._origin is not None:
            self._audit(session, changed, bases, self._origin)

    def _change(self, session: Session, changed: Sequence[_One]) -> None:
        """Change people, and keep what was true of them until today, or the day of a stage."""
        told = [one for one in changed if not one.changes.keys().isdisjoint(KEPT)]
        later = self._with_later_history(session, told)
        if self._origin is not None:
            later |= {one.key for one in told if one.stages_before(self._on)}
        rows = [{f"new_{n}": one.values[n] for n in _FIELDS} for one in changed]
        for row, one in zip(rows, changed, strict=True):
            row["person"] = one.key
            if one.key in later:
                row |= {f"new_{n}": value for n, value in _was(one).items()}
        run(session, _CHANGE, rows)
        if self._origin is None:
            return
        plain = [one for one in told if one.key not in later and self._was_here(one)]
        entered = {"entered_by": self._origin.actor, "entered_at": self._origin.at}
        until = {"until_on": self._on}
        if plain:
            run(
                session,
                _ADD_WAS,
                [{"person_id": one.key, **_was(one), **until, **entered} for one in plain],
            )
        self._change_past(session, [one for one in told if one.key in later], self._origin)

    def _with_later_history(self, session: Session, told: Sequence[_One]) -> set[object]:
        """Answer the people of whom something else is known to be so until today, or later."""
        if not told or self._origin is None:
            return set()
        asked = {"people": [one.key for one in told], "on": self._on}
        return set(run(session, _LATER, asked).scalars())

    def _was_here(self, one: _One) -> bool:
        joined = one.values["joined_on"]
        return not (isinstance(joined, date) and self._on <= joined)

    def _change_past(self, session: Session, told: Sequence[_One], origin: Origin) -> None:
        """Let what is kept be so from today; a stage before, where the row has a date of it."""
        ids = [one.key for one in told]
        query = select(Person).where(col(Person.id).in_(ids))
        found = session.exec(query, execution_options={"populate_existing": True}) if ids else ()
        people = {person.key: person for person in found}
        rows = roster_history.rows_of(session, list(people)) if people else {}
        for one in told:
            person = people[int(str(one.key))]
            of_person = rows[person.key]
            for stage, day in one.stages_before(self._on):
                dated = {"stage": stage}
                roster_history.change(session, person, dated, day, origin, rows=of_person)
            values = {name: value for name, value in one.changes.items() if name in KEPT}
            roster_history.change(session, person, values, self._on, origin, rows=of_person)
        session.flush()

    def _basis(self, one: _One) -> Iterator[dict[str, object]]:
        basis = None if one.difference is None else one.difference.basis
        if basis is None or one.difference is None:
            return
        origin = self._origin
        yield {
            "person_id": one.values["id"],
            "holds_from": self._on if one.difference.assessed else None,
            "category": basis[0],
            "base_fen": basis[1],
            "fixed_fen": basis[2],
            "entered_by": None if origin is None else origin.actor,
            "entered_at": None if origin is None else origin.at,
        }

    def _audit(
        self,
        session: Session,
        changed: Sequence[_One],
        bases: Sequence[dict[str, object]],
        origin: Origin,
    ) -> None:
        """Note for each unit what was there and what is there now, as far as it differs."""
        unit_of = {one.values["id"]: one.unit_id for one in (*self.added, *changed, *self.changed)}
        for unit_id in self._units:
            new = [one for one in self.added if one.unit_id == unit_id]
            other = [one for one in changed if one.unit_id == unit_id]
            of_unit = [basis for basis in bases if unit_of[basis["person_id"]] == unit_id]
            if not (new or other or of_unit):
                continue
            before = [{"id": one.key} | _tellable(_old(one)) for one in other]
            after = [{"id": one.values["id"]} | _tellable(one.changes) for one in (*new, *other)]
            journal.add_audit(
                session,
                unit_id,
                "roster_import",
                origin,
                before=canonical({"person": before}) if before else None,
                after=canonical({"person": after, "dues_basis": of_unit}),
            )


def _tellable(values: Mapping[str, object]) -> dict[str, object]:
    """Answer values for the audit: that a personal field was said, not what."""
    return {name: "…" if name in PERSONAL else value for name, value in values.items()}


def _one(unit_id: int, found: Difference, groups: dict[tuple[int, str], int]) -> _One:
    row, person = found.row, found.person
    before = None if person is None else person.values
    values = dict(before or {**_new(), **row.said}) | {"unit_id": unit_id}
    changed = {change.field: change.after for change in found.changes}
    values |= {name: value for name, value in changed.items() if name in _FIELDS}
    if row.group is not None:
        values["group_id"] = groups[unit_id, row.group]
    return _One(unit_id, values, before, found)


@cache
def _new() -> dict[str, object]:
    """Answer what is so of somebody new of whom nothing is said."""
    return Person(unit_id=0, name="").model_dump(exclude={"id"})


def _rename(one: _One, marks: Marks, at: int) -> None:
    mark = marks.new.get(at) if one.before is None else marks.known.get(int(str(one.key)))
    if mark is not None:
        one.values |= {"name": f"{one.values['name']}{mark}", "mark": mark}


def _old(one: _One) -> dict[str, object]:
    before = one.before or {}
    return {name: before[name] for name in one.changes}


def _was(one: _One) -> dict[str, object]:
    before = one.before or {}
    return {name: before[name] for name in KEPT}
