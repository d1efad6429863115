"""Two rows of one name in one unit: two people, or the same one twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from handlers.grammar import Problem
from storage.imports.rows import Identity, RosterRow, differ, identity

MOST_ALIKE = 26  # a capital letter tells each of them apart
Found = Iterator[tuple[int, Problem]]


def doubled(rows: Sequence[RosterRow]) -> Found:
    """Answer the lines of rows that stand for a person twice, or cannot be told from another."""
    by_name: dict[tuple[str | None, ...], list[RosterRow]] = defaultdict(list)
    for row in rows:
        by_name[row.general_branch, row.branch, row.name].append(row)
    for alike in by_name.values():
        if len(alike) > 1:
            yield from _among(alike)


def _among(alike: Sequence[RosterRow]) -> Found:
    seen: dict[Identity, int] = {}
    for row in alike:
        said, name = identity(row.said, row.group), row.name
        if said in seen:
            yield row.line, Problem("roster_twice", name, {"line": seen[said]})
            continue
        vague = len(seen) >= MOST_ALIKE or not all(differ(said, other) for other in seen)
        if vague:
            yield row.line, Problem("roster_alike", name, {"line": next(iter(seen.values()))})
        seen[said] = row.line
