"""A thousand branches with a year in the ledger: 75 records and 25 payments each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert

from storage.columns import table_of
from storage.database import open_database, transaction
from storage.ledger import Entry, EntryKind, Record, RecordKind
from tests.bench import branches
from tests.bench.processes import Json

_THERE = 30  # entries of each branch that ``branches`` has made
_MONTHLY = (("支委会", 0), ("学习", 0), ("党小组会", 1), ("党小组会", 2))
_QUARTERLY = ("党员大会+报告工作", "党课", "工作汇报")
_HALF_YEARLY = ("组织生活会", "思想分析", "廉政教育", "意识形态分析")
_YEARLY = ("工作计划", "发展计划")
_AT_ONCE = 100


def found(url: str, count: int) -> None:
    """Make the branches in an empty database."""
    branches.found(url, branches.Size(branches=count, due=0, reporting=count))
    engine = open_database(url)
    with transaction(engine) as session:
        connection = session.connection()
        for first in range(0, count, _AT_ONCE):
            rows = [row for n in range(first, min(first + _AT_ONCE, count)) for row in _entries(n)]
            connection.execute(insert(table_of(Entry)), [entry for entry, _, _ in rows])
            connection.execute(insert(table_of(Record)), [record for _, record, _ in rows])
            kinds = [kind for _, _, of_entry in rows for kind in of_entry]
            connection.execute(insert(table_of(RecordKind)), kinds)
    engine.dispose()


def _year() -> Iterator[tuple[str, date, int]]:
    for month in range(1, 13):
        for place, (kind, group) in enumerate(_MONTHLY):
            yield kind, date(2026, month, 5 + place), group
    for month in (2, 5, 8, 11):
        for place, kind in enumerate(_QUARTERLY):
            yield kind, date(2026, month, 12 + place), 0
    for month in (4, 10):
        for place, kind in enumerate(_HALF_YEARLY):
            yield kind, date(2026, month, 18 + place), 0
    for place, kind in enumerate(_YEARLY):
        yield kind, date(2026, 1, 20 + place), 0


def _entries(branch: int) -> Iterator[tuple[Json, Json, list[Json]]]:
    unit = branches.unit_of(branch)
    for number, (kinds, held_on, group) in enumerate(_year(), start=_THERE + 1):
        entry = 1_000_000 + branch * 100 + number
        entered = datetime.combine(held_on + timedelta(days=1), time(2), UTC)
        head: Json = {
            "id": entry,
            "unit_id": unit,
            "number": number,
            "kind": EntryKind.RECORD,
            "entered_by": 7,
            "entered_at": entered,
        }
        record: Json = {
            "entry_id": entry,
            "unit_id": unit,
            "held_on": held_on,
            "group_id": branches.unit_of(branch, group) if group else None,
            "all_present": True,
        }
        declared: list[Json] = [
            {"entry_id": entry, "kind": kind, "position": place, "first_entered_at": entered}
            for place, kind in enumerate(kinds.split("+"))
        ]
        yield head, record, declared
