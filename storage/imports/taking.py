"""Taking rows of a roster: a few statements for some hundred people, on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from storage import directory
from storage.database import forget
from storage.imports import founding
from storage.imports.comparing import compare
from storage.imports.placing import Place, place
from storage.imports.rows import RosterRow
from storage.imports.writing import Writing
from storage.journal import Origin
from storage.namesakes import TooManyAlikeError
from storage.people import Person
from storage.units import Unit

CHUNK = 500  # people at least that are taken in one transaction, where there are so many


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


def chunks(session: Session, target: Unit, rows: Sequence[RosterRow]) -> list[list[RosterRow]]:
    """Part the rows of a file into those that are taken in one transaction; no unit is cut in two.

    They come in the order in which the file first names their units.
    """
    found: list[list[RosterRow]] = []
    for each in place(session, target, rows).places:
        if not found or len(found[-1]) >= CHUNK:
            found.append([])
        found[-1] += each.rows
    return found


def take_chunk(
    session: Session, target: Unit, rows: Sequence[RosterRow], origin: Origin, on: date
) -> Tally:
    """Take some rows of a file, all of their units; taken once more they change nothing.

    Raises ``Undecided`` when the roster is no longer as it was when the file was compared with it.
    """
    placing = place(session, target, rows)
    if placing.misplaced:
        raise Undecided
    return take_places(session, target, placing.places, origin, on)


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
    writing = Writing(origin, on)
    try:
        for each in compared:
            writing.gather(each, groups)
    except TooManyAlikeError as error:
        raise Undecided from error
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
    """Load anew who was loaded before: people are written past the mapper."""
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, Person):
            session.refresh(loaded)
    forget(session)
