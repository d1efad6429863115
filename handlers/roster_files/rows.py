"""The rows of a roster file: each a person, with all that is wrong in the row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.people import DuesBasis
from handlers.grammar import Problem
from handlers.roster_files.cells import NoSuchDay, read_cell
from handlers.roster_files.columns import IGNORED, repeats
from handlers.roster_files.misfits import LONGEST_CELL, Misfit
from handlers.roster_files.plausible import impossible
from handlers.roster_files.table import Line, Table, Uncertain
from storage.imports.rows import RosterRow
from storage.people import Person

_PERSONAL = frozenset(Person.model_fields)
_MARKED = re.compile(r"[^\x00-\x7f]+([A-Z])")  # a name by which two of one roster are told apart


class Reader:
    """Reads the rows of a table by its columns, and gathers what is wrong."""

    def __init__(
        self, table: Table, header: Line, columns: Sequence[str], today: date | None
    ) -> None:
        self._table = table
        self._header = header
        self._columns = columns
        self._today = today
        self.misfits: list[Misfit] = []

    def rows(self) -> list[RosterRow]:
        """Read every row that is as it should be."""
        below = (line for line in self._table.lines if line.number > self._header.number)
        return [row for line in below if (row := self._row(line))]

    def refuse(self, line: int, column: str, problem: Problem) -> None:
        """Note what is wrong in a column of a line."""
        at = self._columns.index(column) if column in self._columns else None
        cell = "" if at is None else self._table.address(line, at)
        self.misfits.append(Misfit(line, column, problem, cell))

    def _row(self, line: Line) -> RosterRow | None:
        """Read one line; None when it is empty or wrong."""
        if line.is_empty:
            return None
        before = len(self.misfits)
        if repeats(line, self._header):
            self.misfits.append(Misfit(line.number, "", Problem("roster_header_twice", "")))
            return None
        values = dict(self._values(line))
        if not values.get("name") and not self._refused(line.number, "name"):
            self.refuse(line.number, "name", Problem("roster_no_name", ""))
        for column, problem in impossible(values, self._today):
            self.refuse(line.number, column, problem)
        return None if len(self.misfits) > before else _row(values, line.number)

    def _refused(self, line: int, column: str) -> bool:
        return any(
            m.line == line and m.column == column for m in self.misfits[-len(self._columns) :]
        )

    def _values(self, line: Line) -> Iterator[tuple[str, object]]:
        if len(line.cells) > len(self._columns) and any(line.cells[len(self._columns) :]):
            self.refuse(line.number, "", Problem("roster_cells", str(len(line.cells))))
        for column, cell in zip(self._columns, line.cells, strict=False):
            typed = cell.strip()
            if not typed or column == IGNORED:
                continue
            if isinstance(cell, Uncertain):
                self.refuse(line.number, column, Problem("roster_formula", typed[:LONGEST_CELL]))
                continue
            try:
                yield column, read_cell(column, typed)
            except NoSuchDay:
                self.refuse(line.number, column, Problem("roster_no_such_day", typed))
            except ValueError:
                self.refuse(line.number, column, Problem("roster_cell", typed[:LONGEST_CELL]))


def _row(values: Mapping[str, Any], line: int) -> RosterRow:
    category, base, fixed = (
        values.get(name) for name in ("dues_category", "dues_base", "dues_amount")
    )
    basis = None
    if category or base is not None or fixed is not None:
        basis = DuesBasis(None, str(category or ""), _money(base), _money(fixed))
    said = {name: value for name, value in values.items() if name in _PERSONAL}
    marked = _MARKED.fullmatch(said["name"])
    if marked is not None:
        said["mark"] = marked[1]
    return RosterRow(
        said,
        values.get("group"),
        basis,
        general_branch=values.get("general_branch"),
        branch=values.get("branch"),
        line=line,
    )


def _money(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
