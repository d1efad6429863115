"""Taking rows of a roster: a few statements for some hundred people, on both databases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, insert, update
from sqlalchemy import select as columns
from sqlmodel import Session

from storage import directory, journal
from storage.chain import canonical
from storage.columns import table_of
from storage.database import forget, run
from storage.imports import founding
from storage.imports.comparing import Comparison, Difference, compare
from storage.imports.marks import Marks, marks_for
from storage.imports.placing import Place, place
from storage.imports.rows import RosterRow
from storage.journal import Origin
from storage.people import DuesBasisRow, Person, PersonWas
from storage.units import Unit

CHUNK = 500  # people at least that are taken in one transaction, where there are so many
_PERSON, _WAS = table_of(Person), table_of(PersonWas)
_FIELDS = tuple(name for name in Person.model_fields if name != "id")
_ADD = insert(_PERSON).returning(_PERSON.c.id, sort_by_parameter_order=True)
_CHANGE = (
    update(_PERSON)
    .where(_PERSON.c.id == bindparam("person"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS})
)
_ADD_WAS = insert(_WAS)
_WRITTEN_TODAY = columns(_WAS.c.person_id).where(
    _WAS.c.person_id.in_(bindparam("people", expanding=True)), _WAS.c.until_on == bindparam("on")
)
_ADD_BASIS = insert(table_of(DuesBasisRow))
# What a roster of an earlier day must show as it was.
HISTORY = ("name", "group_id", "stage", "floating", "post")


@dataclass(slots=True)
class Tally:
    """What was done so far: rows by what became of them, and what was founded."""

    added: int = 0
    changed: int = 0
    same: int = 0
    groups: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count what was done after this."""
        self.added, self.changed = self.added + other.added, self.changed + other.changed
        self.same += other.same
        self.groups += other.groups
        self.units += other.units


class Undecided(Exception):  # noqa: N818 - it says what the rows are
    """Rows that cannot be taken: whom they mean, or where they belong, is not certain."""


def chunk(places: Sequence[Place], taken: int) -> tuple[Place, ...]:
    """Answer the places whose rows come next once so many are taken; a unit is never cut in two."""
    next_ones: list[Place] = []
    seen = rows = 0
    for each in places:
        seen += len(each.rows)
        if seen > taken and rows < CHUNK:
            next_ones.append(each)
            rows += len(each.rows)
    return tuple(next_ones)


def take_next(
    session: Session,
    target: Unit,
    rows: Sequence[RosterRow],
    taken: int,
    *,
    origin: Origin,
    on: date,
) -> tuple[int, Tally]:
    """Take the rows of a file that come next; answer how many are taken now, and what was done.

    Raises ``Undecided`` when the roster is no longer as it was when the file was compared with it.
    """
    placing = place(session, target, rows)
    if placing.misplaced:
        raise Undecided
    places = chunk(placing.places, taken)
    before = sum(len(each.rows) for each in placing.places[: placing.places.index(places[0])])
    done = take_places(session, target, places, origin, on)
    return before + sum(len(each.rows) for each in places), done


def take_places(
    session: Session, target: Unit, places: Sequence[Place], origin: Origin | None, on: date
) -> Tally:
    """Take all rows of some units; units and party groups that are not there yet are founded.

    What the rows leave open stays as it is, and who is in no row stays, too. A changed dues basis
    holds from ``on``; a person's first one has always held.
    """
    session.flush()
    placed = founding.found(session, target, places, origin)
    compared = compare(session, placed, on)
    if any(each.unsure for each in compared):
        raise Undecided
    groups = founding.groups(session, compared, origin)
    writing = _Writing(origin, on)
    for each in compared:
        writing.gather(each, groups)
    writing.write(session)
    _let_go(session)
    touched = [
        each.unit
        for each in compared
        if each.unit is not None and (each.unit.key in writing.touched or each.new_groups)
    ]
    directory.revise(session, *(unit.key for unit in touched))
    directory.look_again(session, *touched)
    new = [unit.name for (unit, _), each in zip(placed, places, strict=True) if each.unit is None]
    return Tally(
        added=len(writing.added),
        changed=len(writing.changed),
        same=writing.same,
        groups=[name for each in compared for name in each.new_groups],
        units=new,
    )


def _let_go(session: Session) -> None:
    """Let people who were loaded be loaded anew: they were written past the mapper."""
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, Person):
            session.expire(loaded)
    forget(session)


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


class _Writing:
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
            rows = [{f"new_{n}": one.values[n] for n in _FIELDS} for one in changed]
            keys = ({"person": one.key} for one in changed)
            run(session, _CHANGE, [row | key for row, key in zip(rows, keys, strict=True)])
            self._write_history(session, changed)
        bases = [basis for one in (*self.added, *self.changed) for basis in self._basis(one)]
        if bases:
            run(session, _ADD_BASIS, bases)
        if self._origin is not None:
            self._audit(session, changed, bases, self._origin)

    def _write_history(self, session: Session, changed: Iterable[_One]) -> None:
        """Keep what was true until today; of several changes in a day the first kept it."""
        told = [one for one in changed if not one.changes.keys().isdisjoint(HISTORY)]
        if not told or self._origin is None:
            return
        asked = {"people": [one.key for one in told], "on": self._on}
        kept = set(run(session, _WRITTEN_TODAY, asked).scalars())
        entered = {"entered_by": self._origin.actor, "entered_at": self._origin.at}
        rows = [
            {"person_id": one.key, "until_on": self._on, **_was(one), **entered}
            for one in told
            if one.key not in kept
        ]
        if rows:
            run(session, _ADD_WAS, rows)

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
            before = [{"id": one.key} | _old(one) for one in other]
            after = [{"id": one.values["id"]} | one.changes for one in (*new, *other)]
            journal.add_audit(
                session,
                unit_id,
                "roster_import",
                origin,
                before=canonical({"person": before}) if before else None,
                after=canonical({"person": after, "dues_basis": of_unit}),
            )


def _one(unit_id: int, found: Difference, groups: dict[tuple[int, str], int]) -> _One:
    row, person = found.row, found.person
    before = None if person is None else person.values
    values = dict(before or row.person.model_dump()) | {"unit_id": unit_id}
    changed = {change.field: change.after for change in found.changes}
    values |= {name: value for name, value in changed.items() if name in _FIELDS}
    if row.group is not None:
        values["group_id"] = groups[unit_id, row.group]
    if before is None:
        values.pop("id", None)
    return _One(unit_id, values, before, found)


def _rename(one: _One, marks: Marks, at: int) -> None:
    mark = marks.new.get(at) if one.before is None else marks.known.get(int(str(one.key)))
    if mark is not None:
        one.values |= {"name": f"{one.values['name']}{mark}", "mark": mark}


def _old(one: _One) -> dict[str, object]:
    before = one.before or {}
    return {name: before[name] for name in one.changes}


def _was(one: _One) -> dict[str, object]:
    before = one.before or {}
    return {name: before[name] for name in HISTORY}
