"""Writing a table to a file that no program takes for more than text: CSV, XLSX."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from handlers.roster_files.table import FORMULAS

_WIDTH = 14


def as_csv(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Write a table as CSV in UTF-8 with a mark by which a spreadsheet knows that."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def as_xlsx(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Write a table as a workbook of one sheet: dates as dates, amounts as numbers."""
    import xlsxwriter  # noqa: PLC0415 - the bot starts without it

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(heads) - 1), _WIDTH)
        sheet.write_row(0, 0, heads, bold)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, day)
                elif isinstance(value, Decimal):
                    sheet.write_number(at, column, float(value))
                elif value:
                    sheet.write_string(at, column, str(value))
    return content.getvalue()
