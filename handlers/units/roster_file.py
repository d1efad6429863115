"""Reading a roster file: CSV in UTF-8 or GBK, with Chinese headers in any order."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from compliance.people import DuesBasis, Stage
from handlers.grammar import Problem, vocabulary
from storage.people import Person
from storage.roster import RosterRow

LONGEST_CELL = 200
MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BIGGEST = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something wrong in a roster file: the line (the header is 1), the column, and what it is."""

    line: int
    column: str
    problem: Problem


class UnfitRoster(Exception):  # noqa: N818 - it says what the file is
    """A roster that cannot be taken; ``misfits`` tells everything that is wrong with it."""

    def __init__(self, misfits: tuple[Misfit, ...]) -> None:
        super().__init__(f"{len(misfits)} problems")
        self.misfits = misfits


def read_roster(content: bytes) -> list[RosterRow]:
    """Read a whole roster; raises ``UnfitRoster`` when any part of it is wrong."""
    if len(content) > MOST_BYTES:
        raise UnfitRoster((Misfit(0, "", Problem("roster_too_large", "")),))
    lines = _lines(_decode(content))
    if not lines:
        raise UnfitRoster((Misfit(1, "", Problem("roster_empty", "")),))
    reader = _Reader(_columns(lines[0]))
    if len(lines) > MOST_ROWS:
        raise UnfitRoster((Misfit(0, "", Problem("roster_too_large", "")),))
    rows = [row for at, cells in enumerate(lines[1:], 2) if (row := reader.row(at, cells))]
    reader.refuse_twins(rows)
    if reader.misfits:
        raise UnfitRoster(tuple(reader.misfits))
    if not rows:
        raise UnfitRoster((Misfit(2, "", Problem("roster_empty", "")),))
    return [row for _, row in rows]


def _decode(content: bytes) -> str:
    """Decode UTF-8 or GBK; raises ``UnfitRoster`` for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnfitRoster((Misfit(0, "", Problem("roster_encoding", "")),))


def _lines(text: str) -> list[list[str]]:
    """Take a text apart into cells; raises ``UnfitRoster`` where that cannot be done."""
    # newline="": the lines end as the file's own system ends them, with \r too.
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    try:
        return list(reader)
    except csv.Error as error:  # a cell without an end
        misfit = Misfit(reader.line_num, "", Problem("roster_encoding", ""))
        raise UnfitRoster((misfit,)) from error


def _columns(header: list[str]) -> list[str]:
    """Name the fields of the columns; raises ``UnfitRoster`` for one that is unknown or twice."""
    known = vocabulary.roster_columns()
    names = [cell.strip() for cell in header]
    misfits = [
        Misfit(1, name, Problem("roster_column", name)) for name in names if name not in known
    ]
    fields = [known.get(name, "") for name in names]
    twice = [name for name, count in Counter(fields).items() if name and count > 1]
    typed = dict(zip(fields, names, strict=True))
    misfits += [Misfit(1, name, Problem("duplicate_field", typed[name])) for name in twice]
    if "name" not in fields:
        misfits.append(Misfit(1, "", Problem("roster_no_name", "")))
    if misfits:
        raise UnfitRoster(tuple(misfits))
    return fields


class _Reader:
    """Reads rows by their columns and gathers what is wrong."""

    def __init__(self, columns: list[str]) -> None:
        self._columns = columns
        self.misfits: list[Misfit] = []

    def row(self, line: int, cells: list[str]) -> tuple[int, RosterRow] | None:
        """Read one line; None when it is empty or wrong."""
        if not any(cell.strip() for cell in cells):
            return None
        before = len(self.misfits)
        values = dict(self._values(line, cells))
        if not values.get("name"):
            self._refuse(line, "name", "roster_no_name", "")
        if len(self.misfits) > before:
            return None
        return line, _row(values)

    def _values(self, line: int, cells: list[str]) -> Iterator[tuple[str, object]]:
        if len(cells) > len(self._columns):
            self._refuse(line, "", "roster_cells", str(len(cells)))
        for column, cell in zip(self._columns, cells, strict=False):
            typed = cell.strip()
            if not typed:
                continue
            try:
                yield column, _READERS.get(column, _text)(typed)
            except ValueError:
                self._refuse(line, column, "roster_cell", typed[:LONGEST_CELL])

    def _refuse(self, line: int, column: str, code: str, read: str) -> None:
        self.misfits.append(Misfit(line, column, Problem(code, read)))

    def refuse_twins(self, rows: list[tuple[int, RosterRow]]) -> None:
        """Refuse a name that stands twice: nobody could tell later whose payment it was."""
        counts = Counter(row.person.name for _, row in rows)
        for line, row in rows:
            if counts[row.person.name] > 1:
                self._refuse(line, "name", "ambiguous_name", row.person.name)


def _row(values: Mapping[str, Any]) -> RosterRow:
    category, base, fixed = (
        values.get(name) for name in ("dues_category", "dues_base", "dues_amount")
    )
    basis = None
    if category or base is not None or fixed is not None:
        basis = DuesBasis(None, str(category or ""), _money(base), _money(fixed))
    person = {name: value for name, value in values.items() if name in Person.model_fields}
    group = values.get("group")
    return RosterRow(Person(unit_id=0, **person), None if group is None else str(group), basis)


def _money(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _text(typed: str) -> str:
    if len(typed) > LONGEST_CELL or not typed.isprintable():
        raise ValueError(typed)
    return typed


def _amount(typed: str) -> Decimal:
    try:
        amount = Decimal(typed.replace(",", "").removesuffix("元"))
    except InvalidOperation as error:
        raise ValueError(typed) from error
    if not amount.is_finite() or not 0 <= amount <= _BIGGEST or amount != round(amount, 2):
        raise ValueError(typed)
    return amount


def _day(typed: str) -> date:
    match = _DATE.fullmatch(typed) or _COMPACT.fullmatch(typed)
    if match is None:
        raise ValueError(typed)
    return date(int(match[1]), int(match[2]), int(match[3]))


def _coded(section: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        code = vocabulary.look_up(section, typed)
        if code is None:
            raise ValueError(typed)
        return code

    return read


def _stage(typed: str) -> Stage:
    return Stage(_coded("stages")(typed))


def _yes(typed: str) -> bool:
    return _coded("answers")(typed) == "yes"


_READERS: dict[str, Callable[[str], object]] = {
    "stage": _stage,
    "admitted_on": _day,
    "full_on": _day,
    "joined_on": _day,
    "left_on": _day,
    "applied_on": _day,
    "activist_on": _day,
    "candidate_on": _day,
    "probation_until": _day,
    "letter_on": _day,
    "dues_category": _coded("dues_categories"),
    "dues_base": _amount,
    "dues_amount": _amount,
    "floating": _yes,
}
