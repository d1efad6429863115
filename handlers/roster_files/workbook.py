"""Reading a workbook (XLSX): the sheet that has names, its cells as one would type them."""

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from handlers.roster_files.archive import require_sound
from handlers.roster_files.columns import header_of
from handlers.roster_files.misfits import MOST_COLUMNS, MOST_ROWS, UnfitRoster, unfit
from handlers.roster_files.table import Line, Table, Uncertain

if TYPE_CHECKING:
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_SHEETS = 50
MOST_LINES = 200_000  # many may be empty, where somebody has coloured all of a column
_UNCERTAIN = ("f", "e")


def read_workbook(content: bytes) -> Table:
    """Read the sheet with names; raises ``UnfitRoster`` for none, several, or no workbook."""
    require_sound(content)
    try:
        found = [table for table in _tables(content) if header_of(table) is not None]
    except UnfitRoster:
        raise
    except Exception as error:  # the library fails in a hundred ways at what is no workbook
        raise unfit("roster_damaged") from error
    if len(found) > 1:
        raise unfit("roster_sheets", ", ".join(table.sheet for table in found))
    if not found:
        raise unfit("roster_no_name", line=1)
    return found[0]


def _tables(content: bytes) -> Iterator[Table]:
    # Loaded only here: the bot starts without it.
    from openpyxl import load_workbook  # noqa: PLC0415

    warnings.filterwarnings("ignore", module="openpyxl")
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(visible) > MOST_SHEETS:
            raise unfit("roster_too_large")
        for sheet in visible:
            yield Table(list(_lines(sheet)), sheet.title)
    finally:
        book.close()


def _lines(sheet: "ReadOnlyWorksheet") -> Iterator[Line]:
    """Read the lines of a sheet that say anything; one column more than may be is looked at."""
    said, before = 0, None
    sheet.reset_dimensions()  # what a sheet says of its size hides what lies beyond
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        if number > MOST_LINES:
            raise unfit("roster_too_large")
        if cells is before:  # what stands for lines that are not there
            continue
        before = cells
        typed = [_typed(cell) for cell in cells]
        while typed and not typed[-1]:
            typed.pop()
        if not typed:
            continue
        said += 1
        if said > MOST_ROWS + 1:
            raise unfit("roster_too_large")
        if len(typed) > MOST_COLUMNS:
            raise unfit("roster_cells", str(len(typed)), line=number)
        yield Line(number, typed)


def _typed(cell: "ReadOnlyCell | EmptyCell") -> str:
    """Answer what one would type to say what a cell holds."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in _UNCERTAIN:
        return Uncertain(getattr(value, "text", None) or value)
    return _said(value)


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 6))
    return str(value).lower() if isinstance(value, bool) else str(value)
