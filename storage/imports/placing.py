"""Where the rows of a file of many units belong, and which of those units are not there yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from storage import directory
from storage.columns import table_of
from storage.database import run
from storage.imports.rows import RosterRow
from storage.units import Unit

_UNIT = table_of(Unit)
_BELOW = (
    columns(_UNIT.c.id)
    .where(
        _UNIT.c.parent_id.in_(bindparam("units", expanding=True)),
        _UNIT.c.kind != "party_group",
        _UNIT.c.dissolved.is_(None),
    )
    .order_by(_UNIT.c.id)
)
DEEPEST = 8  # a tree has three storeys; one that runs in a circle has no end


class Path(NamedTuple):
    """The names by which a row says where a person belongs."""

    general_branch: str | None
    branch: str | None


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A row whose unit cannot be: ``code`` says why, of the unit it names."""

    row: RosterRow
    code: str
    named: str
    column: str = "branch"


@dataclass(frozen=True, slots=True)
class Place:
    """A unit where some rows belong; None when it is yet to be founded, below ``above``.

    When even that is not there (``above`` None), it is called as the path's first name says.
    """

    path: Path
    unit: Unit | None
    above: Unit | None
    rows: tuple[RosterRow, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """All rows in their places, in the order in which the file first names them."""

    places: tuple[Place, ...]
    misplaced: tuple[Misplaced, ...]

    @property
    def founded(self) -> tuple[Path, ...]:
        """Answer the units that are yet to be founded: branches, and general branches as such."""
        new = [place.path for place in self.places if place.unit is None]
        above = [
            Path(place.path.general_branch, None)
            for place in self.places
            if place.unit is None and place.above is None
        ]
        return tuple(dict.fromkeys([*above, *new]))


def place(session: Session, target: Unit, rows: Sequence[RosterRow]) -> Placing:
    """Answer where each row of a file for a unit belongs: there, or in a branch below it."""
    by_path: dict[Path, list[RosterRow]] = defaultdict(list)
    for row in rows:
        by_path[Path(row.general_branch, row.branch)].append(row)
    if set(by_path) == {Path(None, None)}:
        return Placing((Place(Path(None, None), target, None, tuple(rows)),), ())
    tree = _Tree(session, target)
    places: list[Place] = []
    misplaced: list[Misplaced] = []
    for path, found in by_path.items():
        placed = tree.place(path, found)
        if isinstance(placed, Place):
            places.append(placed)
        else:
            misplaced += placed
    return Placing(_merged(places), tuple(misplaced))


def _merged(places: Sequence[Place]) -> tuple[Place, ...]:
    """Put together places that are one unit, named in two ways."""
    by_unit: dict[object, Place] = {}
    for each in places:
        key: object = each.path if each.unit is None else each.unit.key
        before = by_unit.get(key)
        rows = each.rows if before is None else (*before.rows, *each.rows)
        by_unit[key] = Place(each.path, each.unit, each.above, rows)
    return tuple(by_unit.values())


class _Tree:
    """The units that stand below one: by name, and by what they are."""

    def __init__(self, session: Session, target: Unit) -> None:
        self._target = target
        above = target.parent_id
        self._parent = None if above is None else directory.unit(session, above).name
        self._by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in below(session, target):
            self._by_name[unit.name].append(unit)

    def place(self, path: Path, rows: Sequence[RosterRow]) -> Place | list[Misplaced]:
        """Answer the place of a path, or what is wrong with every row that names it."""
        code, named, column = self._wrong(path)
        if code:
            return [Misplaced(row, code, named, column) for row in rows]
        above = self._above(path)
        if path.branch == self._target.name or self._target.kind == "branch":
            return Place(path, self._target, None, tuple(rows))
        found = self._branches(path, above)
        if len(found) > 1:
            return [Misplaced(row, "roster_places_alike", path.branch or "") for row in rows]
        return Place(path, found[0] if found else None, above, tuple(rows))

    def _wrong(self, path: Path) -> tuple[str, str, str]:
        """Answer why a path cannot be one of the target's; an empty code when it can."""
        if self._target.kind == "branch":
            if path.branch not in (None, self._target.name):
                return "roster_elsewhere", path.branch or "", "branch"
            wrong = path.general_branch not in (None, self._parent)
            return "roster_elsewhere" if wrong else "", path.general_branch or "", "general_branch"
        if path.branch is None:
            return "roster_no_branch", "", "branch"
        named = path.general_branch
        if named is None or named == self._target.name:
            return "", "", ""
        if self._target.kind == "general_branch":
            return "roster_elsewhere", named, "general_branch"
        alike = self._by_name.get(named, ())
        unfit = len(alike) > 1 or any(each.kind != "general_branch" for each in alike)
        return ("roster_no_such_general", named, "general_branch") if unfit else ("", "", "")

    def _above(self, path: Path) -> Unit | None:
        """Answer the unit that a branch of that path is right below; None when it is new, too."""
        named = path.general_branch
        if named is None or named == self._target.name:
            return self._target
        return next(iter(self._by_name.get(named, ())), None)

    def _branches(self, path: Path, above: Unit | None) -> Sequence[Unit]:
        """Answer the units that a branch's name may mean: below the unit named, or anywhere."""
        alike = self._by_name.get(path.branch or "", ())
        if path.general_branch is None:
            return alike
        return [each for each in alike if above is not None and each.parent_id == above.key]


def below(session: Session, target: Unit) -> list[Unit]:
    """Answer every unit that stands below one, but party groups: a statement for each storey."""
    found: list[int] = []
    storey = [target.key]
    for _ in range(DEEPEST):
        there = run(session, _BELOW, {"units": storey}).scalars()
        storey = [unit_id for unit_id in there if unit_id not in found]
        if not storey:
            break
        found += storey
    known = directory.units(session, found) if found else {}
    return [known[unit_id] for unit_id in found]
