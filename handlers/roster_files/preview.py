"""What a roster file would change, as it is shown before anything is taken."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from sqlmodel import Session

from handlers.grammar import Problem
from handlers.roster_files.misfits import Misfit, UnfitRoster, unfit
from storage.imports.comparing import Changed, Comparison, compare
from storage.imports.marks import marks_for
from storage.imports.placing import Misplaced, Path, Placing, place
from storage.imports.rows import RosterRow
from storage.namesakes import TooManyAlikeError
from storage.units import Unit


@dataclass(frozen=True, slots=True)
class Named:
    """Someone a file changes: the name, the unit if it is one of many, and the fields."""

    name: str
    unit: str
    changes: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file would do. ``digest`` is another one as soon as it would do another thing.

    ``missing`` are those on the roster of whom the file says nothing: they stay as they are.
    ``below`` tells that it is about units below the one it was sent for.
    """

    total: int
    added: tuple[Named, ...]
    changed: tuple[Named, ...]
    same: int
    missing: tuple[Named, ...]
    marked: tuple[str, ...]
    groups: tuple[str, ...]
    founded: tuple[Path, ...]
    below: bool
    digest: str = field(repr=False)

    @property
    def empty(self) -> bool:
        """Tell whether taking the file would change nothing."""
        return not (self.added or self.changed)


def preview(session: Session, target: Unit, rows: Sequence[RosterRow], on: date) -> Preview:
    """Answer what taking a file's rows would do; ``UnfitRoster`` where that is not certain."""
    placing = place(session, target, rows)
    if placing.misplaced:
        raise UnfitRoster(tuple(_misplaced(each, target) for each in placing.misplaced))
    session.flush()
    compared = compare(session, [(each.unit, each.rows) for each in placing.places], on)
    _require_sure(compared, on)
    below = any(each.unit is None or each.unit.key != target.key for each in placing.places)
    try:
        return _told(compared, placing, on, below=below)
    except TooManyAlikeError as error:
        raise unfit("roster_too_many_alike", column="name") from error


def _misplaced(each: Misplaced, target: Unit) -> Misfit:
    problem = Problem(each.code, each.named, {"unit": target.name})
    return Misfit(each.row.line, each.column, problem)


def _require_sure(compared: Sequence[Comparison], on: date) -> None:
    misfits = [misfit for found in compared for misfit in (*_unsure(found), *_left(found, on))]
    if misfits:
        raise UnfitRoster(tuple(sorted(misfits, key=lambda misfit: misfit.line)))


def _unsure(found: Comparison) -> Iterator[Misfit]:
    """Name the rows that may mean more than one person."""
    for each in found.unsure:
        problem = Problem("roster_which", each.row.name, {"names": each.names})
        yield Misfit(each.row.line, "name", problem)


def _left(found: Comparison, on: date) -> Iterator[Misfit]:
    """Name the rows of people who left, and may be back: the file does not say that they left."""
    for each in found.differences:
        person = each.person
        if person is not None and person.gone(on) and "left_on" not in each.row.said:
            problem = Problem("roster_left", each.row.name, {"left_on": person.left_on})
            yield Misfit(each.row.line, "name", problem)


def _told(compared: Sequence[Comparison], placing: Placing, on: date, *, below: bool) -> Preview:
    units = [(place.path.branch or "") if below else "" for place in placing.places]
    named = list(zip(compared, units, strict=True))
    return Preview(
        total=sum(len(each.rows) for each in placing.places),
        added=tuple(
            Named(each.row.name, unit)
            for found, unit in named
            for each in found.differences
            if each.person is None
        ),
        changed=tuple(
            Named(each.person.name, unit, each.changes)
            for found, unit in named
            for each in found.differences
            if each.person is not None and not each.same
        ),
        same=sum(each.same for found in compared for each in found.differences),
        missing=tuple(Named(name, unit) for found, unit in named for name in found.missing),
        marked=tuple(name for found in compared for name in _marked(found, on)),
        groups=tuple(name for found in compared for name in found.new_groups),
        founded=placing.founded,
        below=below,
        digest=_digest(compared, placing),
    )


def _marked(found: Comparison, on: date) -> Iterator[str]:
    """Answer the names that will tell people apart who are called alike."""
    marks = marks_for(found, on)
    for person in found.known:
        if person.id in marks.known:
            yield f"{person.name}{marks.known[person.id]}"
    for at, mark in marks.new.items():
        yield f"{found.differences[at].row.name}{mark}"


def _digest(compared: Sequence[Comparison], placing: Placing) -> str:
    """Write down in short what would be done, to whom, and what was there before."""
    told = [
        [
            None if found.unit is None else found.unit.key,
            found.missing,
            found.new_groups,
            [
                [
                    each.row.line,
                    None if each.person is None else each.person.id,
                    [[change.field, change.before, change.after] for change in each.changes],
                ]
                for each in found.differences
                if not each.same
            ],
        ]
        for found in compared
    ]
    whole = json.dumps([told, placing.founded], default=str)
    return sha256(whole.encode()).hexdigest()
