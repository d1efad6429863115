"""People who moved: one person has a row on each roster, and ``came_from_id`` joins them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session

from storage import directory
from storage.columns import table_of
from storage.database import run
from storage.people import Person
from storage.units import Unit

_PERSON, _UNIT = table_of(Person), table_of(Unit)
_NEXT = _PERSON.alias("next")
_WALK = (
    select(_PERSON.c.id.label("asked"), _PERSON.c.id, _PERSON.c.came_from_id)
    .where(_PERSON.c.id.in_(bindparam("people", expanding=True)))
    .cte("walk", recursive=True)
)
# From a row to the one it came from and to the one that came from it, and so on both ways.
_EVERYWHERE = _WALK.union(
    select(_WALK.c.asked, _NEXT.c.id, _NEXT.c.came_from_id).join(
        _WALK, or_(_NEXT.c.came_from_id == _WALK.c.id, _NEXT.c.id == _WALK.c.came_from_id)
    )
)
_SAME = (
    select(
        _EVERYWHERE.c.asked,
        _PERSON.c.id,
        _PERSON.c.unit_id,
        _PERSON.c.joined_on,
        _PERSON.c.left_on,
        _UNIT.c.dissolved,
    )
    .join(_PERSON, _PERSON.c.id == _EVERYWHERE.c.id)
    .join(_UNIT, _UNIT.c.id == _PERSON.c.unit_id)
    .where(_PERSON.c.id != _EVERYWHERE.c.asked)
    .order_by(_EVERYWHERE.c.asked, _PERSON.c.id)
)


@dataclass(frozen=True, slots=True)
class Row:
    """A person's row on another roster, or an earlier one on the same.

    The person was on it from ``joined_on`` until the day before ``left_on``; ``dissolved`` is the
    first day on which its unit is no more.
    """

    id: int
    unit_id: int
    joined_on: date | None
    left_on: date | None
    dissolved: date | None

    def holds(self, day: date) -> bool:
        """Tell whether the person was on this roster on a day."""
        begun = self.joined_on is None or self.joined_on <= day
        return begun and (self.left_on is None or day < self.left_on)


def same_people(session: Session, people: Collection[int]) -> Mapping[int, tuple[Row, ...]]:
    """Answer the other rows of people, the oldest first, by their ids; none for who never moved."""
    found: dict[int, list[Row]] = defaultdict(list)
    for asked, *row in run(session, _SAME, {"people": sorted(people)}) if people else ():
        found[asked].append(Row(*row))
    return {person_id: tuple(rows) for person_id, rows in found.items()}


def revise_others(session: Session, people: Collection[int]) -> None:
    """Let the other units be assessed anew that have or had people whose payments changed."""
    same = same_people(session, people)
    if same:
        directory.revise(session, *{row.unit_id for rows in same.values() for row in rows})
