"""Reading a roster file whole, or refusing it with everything that is wrong in it."""

from datetime import date

from handlers.roster_files.columns import columns_of
from handlers.roster_files.delimited import read_text
from handlers.roster_files.misfits import MOST_BYTES, MOST_ROWS, UnfitRoster, unfit
from handlers.roster_files.namesakes import doubled
from handlers.roster_files.rows import Reader
from handlers.roster_files.table import Table
from handlers.roster_files.workbook import read_workbook
from storage.imports.rows import RosterRow

_ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, .doc, and every workbook with a password


def read_roster(content: bytes, today: date | None = None) -> list[RosterRow]:
    """Read a whole roster; raises ``UnfitRoster`` when any part of it is wrong.

    What kind of file it is its first bytes say, whatever it is called. Without ``today`` no day
    lies in the future.
    """
    if len(content) > MOST_BYTES:
        raise unfit("roster_too_large")
    table = _table(content)
    header, columns = columns_of(table)
    if len(table.lines) > MOST_ROWS + header.number - 1:
        raise unfit("roster_too_large")
    reader = Reader(table, header, columns, today)
    rows = reader.rows()
    for line, problem in doubled(rows):
        reader.refuse(line, "name", problem)
    if reader.misfits:
        raise UnfitRoster(tuple(sorted(reader.misfits, key=lambda m: m.line)), table.sheet)
    if not rows:
        raise unfit("roster_empty", line=header.number + 1)
    return rows


def _table(content: bytes) -> Table:
    if content.startswith(_OLD_OFFICE):
        raise unfit("roster_old_office")
    return read_workbook(content) if content.startswith(_ARCHIVE) else read_text(content)
