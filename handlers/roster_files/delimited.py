"""Reading a table of text: CSV in UTF-8 or GBK, its cells parted by commas, tabs or semicolons."""

import csv
import io

from handlers.roster_files.misfits import unfit
from handlers.roster_files.table import FORMULAS, Line, Table

_DELIMITERS = (",", "\t", ";")
_IDEOGRAPHS = range(0x4E00, 0xA000)


def read_text(content: bytes) -> Table:
    """Read a table of text; raises ``UnfitRoster`` where that cannot be done."""
    text = _decode(content)
    # newline="": the lines end as the file's own system ends them, with \r too.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    try:
        return Table(
            [Line(at, [_bare(cell) for cell in cells]) for at, cells in enumerate(reader, 1)]
        )
    except csv.Error as error:  # a cell without an end
        raise unfit("roster_encoding", line=reader.line_num) from error


def _bare(cell: str) -> str:
    """Answer a cell without the sign that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULAS) else cell


def _decode(content: bytes) -> str:
    """Decode UTF-8 or GBK; raises ``UnfitRoster`` for anything else, and for a mixture of both."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030":
            _refuse_mixture(content)
        if "\0" not in text:
            return text
    raise unfit("roster_encoding")


def _refuse_mixture(content: bytes) -> None:
    """Refuse a file in GBK with a line in UTF-8: it would be read as other characters."""
    for number, line in enumerate(content.splitlines(), 1):
        if not line.isascii() and _is_utf8(line):
            raise unfit("roster_mixed", line=number)


def _is_utf8(line: bytes) -> bool:
    """Tell whether a line is Chinese in UTF-8: by chance no line of GBK reads so."""
    try:
        written = [sign for sign in line.decode("utf-8") if not sign.isascii()]
    except UnicodeDecodeError:
        return False
    return len(written) > 1 and all(ord(sign) in _IDEOGRAPHS for sign in written)


def _delimiter(text: str) -> str:
    """Answer what parts the cells: what stands most often in the first line that says anything."""
    head = next((line for line in text[:10_000].splitlines() if line.strip(" ,;\t")), "")
    return max(_DELIMITERS, key=head.count)
