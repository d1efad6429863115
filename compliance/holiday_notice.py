"""The State Council's yearly holiday notice: which days are off, and which weekends are worked.

It is read from TOML, written off the notice by hand, or from the JSON that the holiday-cn project
publishes.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.schema import Table, unreadable

# No holiday is longer: a range that is has a mistake in it.
MOST_DAYS = 15
# What is further off cannot be known.
LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of a year: the weekdays that are off, and the weekend days that are worked.

    It may name days of the December before: 元旦 can begin there. ``title`` may be the notice's
    address, or empty.
    """

    year: int
    title: str
    days_off: frozenset[date]
    working_days: frozenset[date]


def read(file: str, text: str) -> Notice:
    """Read a notice; a wrong one raises CatalogueError with file, key, code and values."""
    if text.lstrip().startswith("{"):
        return _of_json(_parsed(file, text))
    root = Table.parse(file, text)
    year = _year(root)
    title = root.text("title")
    off, working = _days(root, "off", year), _days(root, "working", year)
    root.close()
    return _notice(root, year, title, off, working)


def _parsed(file: str, text: str) -> Table:
    try:
        return Table(file, "", json.loads(text))
    except ValueError as error:
        raise unreadable(file, error, "JSON") from error


def _of_json(root: Table) -> Notice:
    year = _year(root)
    off: set[date] = set()
    working: set[date] = set()
    for table in root.tables("days", "date"):
        day = _day(table, "date", table.text("date"), year)
        (off if table.flag("isOffDay") else working).add(day)
    papers = root.words("papers") if root.has("papers") else ()
    return _notice(root, year, "".join(papers[:1]), off, working)


def _year(root: Table) -> int:
    year = root.number("year", least=2000)
    if year > LAST_YEAR:
        raise root.error("year", "too_large", read=year, most=LAST_YEAR)
    return year


def _notice(root: Table, year: int, title: str, off: set[date], working: set[date]) -> Notice:
    """Keep what is not so anyway: a weekend is off, a weekday worked, without any notice."""
    if both := sorted(off & working):
        raise root.error("off", "off_and_working", read=both[0])
    if not off:
        raise root.error("off", "no_days_off")
    return Notice(
        year=year,
        title=title,
        days_off=frozenset(day for day in off if day.isoweekday() <= 5),
        working_days=frozenset(day for day in working if day.isoweekday() > 5),
    )


def _days(root: Table, key: str, year: int) -> set[date]:
    """Read days and ranges of days, ``2027-02-06..2027-02-12``."""
    return {day for text in root.words(key) for day in _span(root, key, text, year)}


def _span(root: Table, key: str, text: str, year: int) -> Iterator[date]:
    first_text, dots, last_text = text.partition("..")
    first = _day(root, key, first_text, year)
    last = _day(root, key, last_text, year) if dots else first
    count = (last - first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise root.error(key, "not_a_span", read=text, most=MOST_DAYS)
    return (first + timedelta(days=n) for n in range(count))


def _day(table: Table, key: str, text: str, year: int) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise table.error(key, "not_a_day", read=text, year=year) from None
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise table.error(key, "other_year", read=day, year=year)
    return day


def newest(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Of notices in the order in which they became known keep the last of each year, by year."""
    found = {notice.year: notice for notice in notices}
    return tuple(found[year] for year in sorted(found))
