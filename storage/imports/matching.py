"""Which person of a unit's roster each row of a file means: decided from what both say."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from storage.imports.rows import Identity, RosterRow, differ, identity, on_or_after


@dataclass(frozen=True, slots=True)
class Known:
    """Someone on a unit's roster, with every field, and the name of their party group."""

    id: int
    values: dict[str, object]
    group: str | None

    @property
    def name(self) -> str:
        """Answer the name on the roster, with its mark."""
        return str(self.values["name"])

    @property
    def called(self) -> str:
        """Answer the name without the mark that tells it from another one."""
        return self.name.removesuffix(str(self.values["mark"] or ""))

    @property
    def left_on(self) -> date | None:
        """Answer the first day on which the person is off the roster."""
        left = self.values["left_on"]
        return left if isinstance(left, date) else None

    def gone(self, on: date) -> bool:
        """Tell whether the person is off the roster on a day."""
        return self.left_on is not None and self.left_on <= on


@dataclass(frozen=True, slots=True)
class Unsure:
    """A row that may mean more than one person of the roster: ``names`` are theirs."""

    row: RosterRow
    names: tuple[str, ...]


class _Fit(NamedTuple):
    """How well a person fits a row: the more is known to be the same, the better."""

    points: int
    row: int
    person: int


Matched = list[Known | Unsure | None]


def matched(rows: Sequence[RosterRow], people: Sequence[Known], on: date) -> Matched:
    """Answer for each row whom it means: nobody on the roster yet, one of them, or it is unsure.

    The name alone is enough where it is nobody else's; else what the file says of the person must
    point at one of them. A person is meant by one row at most.
    """
    by_name = _by_name(people)
    alike: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        alike[row.name].append(at)
    found: Matched = [None] * len(rows)
    taken: set[int] = set()
    for name, places in alike.items():
        candidates = [each for each in by_name.get(name, ()) if each.id not in taken]
        of_name = _of_name([rows[at] for at in places], candidates, on)
        for at, person in zip(places, of_name, strict=True):
            found[at] = person
            if isinstance(person, Known):
                taken.add(person.id)
    return found


def _by_name(people: Sequence[Known]) -> Mapping[str, list[Known]]:
    """Gather people by their names, and those with a mark by the name without it, too."""
    found: dict[str, list[Known]] = defaultdict(list)
    for person in people:
        for name in {person.name, person.called}:
            found[name].append(person)
    return found


def _of_name(rows: Sequence[RosterRow], people: Sequence[Known], on: date) -> Matched:
    if not people:
        return [None] * len(rows)
    exact = [each for each in people if each.name == rows[0].name]
    there = exact if len(rows) == 1 and len(exact) == 1 else list(people)
    if len(rows) == 1 and len(there) == 1:  # a row that says otherwise corrects what is there
        return [None if _came_later(rows[0], there[0]) else there[0]]
    still = [each for each in there if not each.gone(on)]
    return _told_apart(rows, still or there)


def _came_later(row: RosterRow, person: Known) -> bool:
    """Tell whether the row is of somebody who came when the person of that name had left."""
    joined = row.said.get("joined_on")
    return isinstance(joined, date) and on_or_after(joined, person.left_on)


def _told_apart(rows: Sequence[RosterRow], people: Sequence[Known]) -> Matched:
    """Pair rows and people by what is known of both, the surest first."""
    found: Matched = [None] * len(rows)
    fits = list(_fits(rows, people))
    while fits:
        best = max(fit.points for fit in fits)
        sure = [fit for fit in fits if fit.points == best]
        for fit in sure:
            rivals = [each for each in sure if each.row == fit.row or each.person == fit.person]
            if len(rivals) > 1:
                names = tuple(people[each.person].name for each in sure if each.row == fit.row)
                found[fit.row] = Unsure(rows[fit.row], names)
            else:
                found[fit.row] = people[fit.person]
        settled = {fit.row for fit in sure}, {fit.person for fit in sure}
        fits = [fit for fit in fits if fit.row not in settled[0] and fit.person not in settled[1]]
    return found


def _fits(rows: Sequence[RosterRow], people: Sequence[Known]) -> Iterator[_Fit]:
    of_people = [identity(each.values, each.group) for each in people]
    for at, row in enumerate(rows):
        said = identity(row.said, row.group)
        for where, known in enumerate(of_people):
            # The party group may have changed: it tells apart who is, and never who is not.
            if not differ(said[:-1], known[:-1]):
                yield _Fit(_points(said, known), at, where)


def _points(said: Identity, known: Identity) -> int:
    return sum(a is not None and a == b for a, b in zip(said, known, strict=True))
