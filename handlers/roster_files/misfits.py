"""What is wrong with a roster file, and how much of one is read at all."""

from dataclasses import dataclass

from handlers.grammar import Problem

LONGEST_CELL = 200
MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something wrong in a roster file: the line (the header is 1), the column, and what it is.

    ``cell`` is where it stands as a spreadsheet calls it (``C5``), if the file is one.
    """

    line: int
    column: str
    problem: Problem
    cell: str = ""


class UnfitRoster(Exception):  # noqa: N818 - it says what the file is
    """A roster that cannot be taken; ``misfits`` tells everything that is wrong with it.

    ``sheet`` is the sheet of the workbook that was read, if any was.
    """

    def __init__(self, misfits: tuple[Misfit, ...], sheet: str = "") -> None:
        super().__init__(f"{len(misfits)} problems")
        self.misfits = misfits
        self.sheet = sheet


def unfit(code: str, read: str = "", *, line: int = 0, column: str = "") -> UnfitRoster:
    """Answer the error for a file that is wrong in one way."""
    return UnfitRoster((Misfit(line, column, Problem(code, read)),))
