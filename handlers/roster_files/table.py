"""A file as a table of cells, whatever kind of file it is: lines with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

# A spreadsheet that opens a text runs what begins so.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Uncertain(str):
    """A cell whose value the file does not hold: a formula, or the error that one came to."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its number there (the first is 1), and its cells as one would type them."""

    number: int
    cells: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands in the line."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file; ``sheet`` is what their sheet is called, empty when there are none."""

    lines: Sequence[Line]
    sheet: str = ""

    def address(self, line: int, column: int) -> str:
        """Answer how a spreadsheet calls a cell (``C5``); empty for a file that has no cells."""
        return f"{_letters(column)}{line}" if self.sheet else ""


def _letters(column: int) -> str:
    """Name a column, counted from 0: A to Z, then AA."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
