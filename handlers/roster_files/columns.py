"""The columns of a roster file: which line is the header, and what each heading means."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from handlers.grammar import Problem, vocabulary
from handlers.roster_files.misfits import LONGEST_CELL, Misfit, UnfitRoster, unfit
from handlers.roster_files.table import Line, Table

# The header is the first line; above it may stand what the whole list is called.
_TITLES = 4
IGNORED = "serial"


def folded(heading: str) -> str:
    """Answer a heading in the form in which headings are compared: without any space."""
    return "".join(unicodedata.normalize("NFKC", heading[:LONGEST_CELL]).split()).lower()


@cache
def _known() -> Mapping[str, str]:
    return {folded(word): code for word, code in vocabulary.roster_columns().items()}


def header_of(table: Table) -> Line | None:
    """Answer the line that heads the columns; None when no line has a heading for names."""
    said = [line for line in table.lines[: 2 * _TITLES] if not line.is_empty]
    for at, line in enumerate(said[: _TITLES + 1]):
        if any(_known().get(folded(cell)) == "name" for cell in line.cells):
            return line if all(_is_title(above) for above in said[:at]) else None
    return None


def _is_title(line: Line) -> bool:
    return sum(bool(cell.strip()) for cell in line.cells) == 1


def repeats(line: Line, header: Line) -> bool:
    """Tell whether a line is the header once more: two lists were put together."""
    if all(cell.strip() not in header.cells for cell in line.cells if cell.strip()):
        return False  # as nearly all are: the rest costs more
    cells, heads = ([folded(c) for c in each.cells if c.strip()] for each in (line, header))
    return cells == heads


def columns_of(table: Table) -> tuple[Line, Sequence[str]]:
    """Answer the header and the fields of its columns; ``UnfitRoster`` for one unknown or twice."""
    first = next((line for line in table.lines if not line.is_empty), None)
    if first is None:
        raise unfit("roster_empty", line=1)
    header = header_of(table) or first
    names = [cell.strip() for cell in header.cells]
    fields = [_known().get(folded(name), "") for name in names]
    # Nothing stands below the last headings of a sheet that are empty.
    while names and not names[-1]:
        del names[-1], fields[-1]
    misfits = [
        _misfit(
            table, header, at, name[:LONGEST_CELL], Problem("roster_column", name[:LONGEST_CELL])
        )
        for at, (name, field) in enumerate(zip(names, fields, strict=True))
        if not field
    ]
    counts = Counter(field for field in fields if field and field != IGNORED)
    typed = dict(zip(fields, names, strict=True))
    for field, count in counts.items():
        if count > 1:
            problem = Problem("duplicate_field", typed[field])
            at = len(fields) - 1 - fields[::-1].index(field)
            misfits.append(_misfit(table, header, at, field, problem))
    if "name" not in fields:
        misfits.append(Misfit(header.number, "", Problem("roster_no_name", "")))
    if misfits:
        raise UnfitRoster(tuple(misfits), table.sheet)
    return header, fields


def _misfit(table: Table, header: Line, at: int, column: str, problem: Problem) -> Misfit:
    return Misfit(header.number, column, problem, table.address(header.number, at))
