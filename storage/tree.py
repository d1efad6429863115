"""The tree of units: what stands above a unit and below it, now and on any day.

A change is entered on its day or after it (``storage/reorganising.py``): what is dissolved is gone,
and what is in ``unit`` is how things stand now. Other days are read from ``unit_was`` as well.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Select, bindparam, exists, literal, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.columns import table_of
from storage.database import remembered, run
from storage.units import Chat, Unit, UnitWas

HIGHEST = 32  # levels; a unit above itself ends nothing else
_LOWEST = ("branch", "party_group")  # no branch stands below these

_UNIT, _WAS, _CHAT = table_of(Unit), table_of(UnitWas), table_of(Chat)
_STANDS = _UNIT.c.dissolved.is_(None)


def branch_of(session: Session, start: Unit) -> Unit:
    """Answer the branch that keeps a unit's books: a party group's is the one above it."""
    if start.kind == "party_group" and start.parent_id is not None:
        return session.get_one(Unit, start.parent_id)
    return start


def ancestors(session: Session, start: Unit) -> Sequence[int]:
    """Answer the ids of all units above one, nearest first."""
    parent = start.parent_id  # all right below one have the same units above
    return remembered(session, ("above", parent), lambda: _above(session, parent))


_NEAREST = (
    columns(_UNIT.c.id, _UNIT.c.parent_id, literal(0).label("level"))
    .where(_UNIT.c.id == bindparam("parent"))
    .cte("above", recursive=True)
)
_ABOVE = _NEAREST.union_all(
    columns(_UNIT.c.id, _UNIT.c.parent_id, _NEAREST.c.level + 1)
    .join(_NEAREST, _UNIT.c.id == _NEAREST.c.parent_id)
    .where(_NEAREST.c.level < HIGHEST)
)
_IDS_ABOVE = columns(_ABOVE.c.id).order_by(_ABOVE.c.level)


def _above(session: Session, parent: int | None) -> list[int]:
    if parent is None:
        return []
    return list(dict.fromkeys(run(session, _IDS_ABOVE, {"parent": parent}).scalars()))


def children(session: Session, unit_id: int, on: date | None = None) -> list[Unit]:
    """Answer the units right below one, now or on a day; oldest first."""
    if on is not None:
        return _units(session, [node.id for node in tree(session, on).right_below(unit_id)])
    query = select(Unit).where(Unit.parent_id == unit_id, col(Unit.dissolved).is_(None))
    return list(session.exec(query.order_by(col(Unit.id))))


def _descend(*, to_chats: bool) -> Select[Unit]:
    """Make the query for the branches below a unit; those below one with a chat may be left out."""
    start = (
        columns(_UNIT.c.id, _UNIT.c.kind)
        .where(_UNIT.c.id == bindparam("start"))
        .cte("below", recursive=True)
    )
    step = (
        columns(_UNIT.c.id, _UNIT.c.kind)
        .join(start, _UNIT.c.parent_id == start.c.id)
        .where(_STANDS, _UNIT.c.kind != "party_group", start.c.kind.not_in(_LOWEST))
    )
    if to_chats:
        heard = exists().where(_CHAT.c.unit_id == _UNIT.c.id, _CHAT.c.state == "active")
        step = step.where(or_(_UNIT.c.kind == "branch", ~heard))
    below = start.union(step)
    ids = columns(below.c.id).where(below.c.kind == "branch", below.c.id != bindparam("start"))
    return columns(Unit).where(col(Unit.id).in_(ids)).order_by(col(Unit.id))


_BRANCHES, _REPORTING = _descend(to_chats=False), _descend(to_chats=True)


def branches_below(session: Session, start: Unit, on: date | None = None) -> list[Unit]:
    """Answer every branch below a unit, now or on a day; oldest first."""
    if on is not None:
        return _units(session, [node.id for node in tree(session, on).branches_below(start.key)])
    return list(session.execute(_BRANCHES, {"start": start.key}).scalars())


def reporting_to(session: Session, superior: Unit, on: date | None = None) -> list[Unit]:
    """Answer the branches below a unit that report to its chat, now or as it stood on a day.

    Those under a unit in between report to that one instead, if it has a chat of its own (today:
    which chats there were is not kept).
    """
    if on is not None:
        heard = columns(_CHAT.c.unit_id).where(_CHAT.c.state == "active")
        nearer = frozenset(run(session, heard).scalars())
        found = tree(session, on).branches_below(superior.key, nearer)
        return _units(session, [node.id for node in found])
    return list(session.execute(_REPORTING, {"start": superior.key}).scalars())


def _units(session: Session, ids: Sequence[int]) -> list[Unit]:
    found = session.exec(select(Unit).where(col(Unit.id).in_(ids)).order_by(col(Unit.id)))
    return list(found)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit as it stood on a day: what it was called and what it stood under."""

    id: int
    name: str
    kind: str
    parent_id: int | None


@dataclass(frozen=True)
class Tree:
    """All units that there were on a day, by their ids; oldest first."""

    nodes: Mapping[int, Node]

    @cached_property
    def _below(self) -> Mapping[int | None, Sequence[Node]]:
        found: dict[int | None, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            found[node.parent_id if node.parent_id in self.nodes else None].append(node)
        return found

    @property
    def tops(self) -> Sequence[Node]:
        """Answer the units that stood under none."""
        return self._below.get(None, ())

    def right_below(self, unit_id: int) -> Sequence[Node]:
        """Answer the units that stood right below one."""
        return self._below.get(unit_id, ())

    def below(self, unit_id: int) -> Iterator[Node]:
        """Answer all units that stood below one, each before what stood below it."""
        for node in self.right_below(unit_id):
            yield node
            yield from self.below(node.id)

    def walk(self) -> Iterator[tuple[int, Node]]:
        """Answer every unit with how deep it stood, each before what stood below it."""
        stack = [(0, node) for node in reversed(self.tops)]
        while stack:
            depth, node = stack.pop()
            yield depth, node
            stack.extend((depth + 1, each) for each in reversed(self.right_below(node.id)))

    def branches_below(self, unit_id: int, nearer: frozenset[int] = frozenset()) -> Iterator[Node]:
        """Answer the branches that stood below a unit, but for those below one that is nearer."""
        for node in self.right_below(unit_id):
            if node.kind == "branch":
                yield node
            elif node.kind != "party_group" and node.id not in nearer:
                yield from self.branches_below(node.id, nearer)


def tree(session: Session, on: date | None = None) -> Tree:
    """Answer the tree of units, as it stands now or as it stood on a day."""
    return remembered(session, ("tree", on), lambda: _tree(session, on))


_NOW = columns(_UNIT.c.id, _UNIT.c.name, _UNIT.c.kind, _UNIT.c.parent_id).order_by(_UNIT.c.id)
_STANDING = _NOW.where(_STANDS)
_STOOD = _NOW.where(
    or_(_UNIT.c.founded.is_(None), _UNIT.c.founded <= bindparam("day")),
    or_(_STANDS, _UNIT.c.dissolved > bindparam("day")),
)
# Of what was entered for one day the first is what had been until then.
_UNTIL = (
    columns(_WAS.c.unit_id, _WAS.c.name, _WAS.c.parent_id)
    .where(_WAS.c.until_on > bindparam("day"))
    .order_by(_WAS.c.unit_id, _WAS.c.until_on.desc(), _WAS.c.id.desc())
)


def _tree(session: Session, on: date | None) -> Tree:
    if on is None:
        rows = run(session, _STANDING).all()
        return Tree({row.id: Node(*row) for row in rows})
    was = {row.unit_id: (row.name, row.parent_id) for row in run(session, _UNTIL, {"day": on})}
    found = {}
    for row in run(session, _STOOD, {"day": on}).all():
        name, parent = was.get(row.id, (row.name, row.parent_id))
        found[row.id] = Node(row.id, name, row.kind, parent)
    return Tree(found)
