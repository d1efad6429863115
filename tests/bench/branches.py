"""Very many branches in August, of which a few are to be reminded on a certain morning at nine.

The others are reminded an hour later. Each has a roster of 20, two party groups, a July in the
ledger, and so much of its August that something has been done and something is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert
from sqlmodel import Session, SQLModel

from compliance.people import Stage
from storage.columns import table_of
from storage.database import open_database, transaction
from storage.ledger import Entry, EntryKind, Payment, Record, RecordKind
from storage.migrate import upgrade
from storage.people import DuesBasisRow, Person
from storage.units import Chat, Unit
from tests.bench.processes import Json

ZONE = ZoneInfo("Asia/Shanghai")
# Seven days before the end of August, and three working days after it.
MORNING = datetime(2026, 8, 24, 9, tzinfo=ZONE)
ESCALATION = datetime(2026, 9, 3, 9, tzinfo=ZONE)
SUPERIOR = -1
PEOPLE, GROUPS, PAID = 20, 2, 5
_PER_UNIT = 1 + GROUPS
_SEEN = MORNING - timedelta(days=3)
_JULY, _AUGUST = date(2026, 7, 1), date(2026, 8, 1)
_MEETINGS = (
    ("学习", date(2026, 7, 8), None),
    ("支委会", date(2026, 7, 9), None),
    ("党小组会", date(2026, 7, 10), 1),
    ("党小组会", date(2026, 7, 10), 2),
    ("学习", date(2026, 8, 12), None),
)
_PER_BRANCH = len(_MEETINGS) + PEOPLE + PAID  # entries
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Size:
    """How many branches there are, how many of them are due, how many report to the superior."""

    branches: int = 10_000
    due: int = 1_000
    reporting: int = 1_000


def chat_of(branch: int) -> int:
    """Answer the group of a branch, by its place from 0."""
    return -1000 - branch


def found(url: str, size: Size) -> None:
    """Make the branches in an empty database; those that are due come first."""
    engine = open_database(url)
    upgrade(engine)
    with transaction(engine) as session:
        _put(
            session,
            Unit,
            [_unit(1, "机关党委", "leading_group"), _unit(2, "总支", "general_branch")],
        )
        _put(session, Chat, [_chat(SUPERIOR, 2, MORNING + timedelta(hours=1))])
        for first in range(0, size.branches, _AT_ONCE):
            _branches(session, range(first, min(first + _AT_ONCE, size.branches)), size)
    engine.dispose()


def groups(size: Size) -> list[Json]:
    """Answer the groups of the branches that are due, as the sandbox takes them."""
    return [
        {
            "chat_id": chat_of(branch),
            "title": f"第{branch + 1}支部",
            "members": [7],
            "supergroup": True,
        }
        for branch in range(size.due)
    ]


def _branches(session: Session, places: range, size: Size) -> None:
    _put(session, Unit, (row for n in places for row in _units(n, size)))
    _put(session, Chat, (_chat(chat_of(n), unit_of(n), _next_step(n, size)) for n in places))
    _put(session, Person, (row for n in places for row in _people(n)))
    _put(session, DuesBasisRow, (row for n in places for row in _bases(n)))
    _put(session, Entry, (row for n in places for row in _entries(n)))
    _put(session, Record, (row for n in places for row in _records(n)))
    _put(session, RecordKind, (row for n in places for row in _kinds(n)))
    _put(session, Payment, (row for n in places for row in _payments(n)))


def _put(session: Session, model: type[SQLModel], rows: Iterable[Json]) -> None:
    table: Table = table_of(model)
    session.connection().execute(insert(table), list(rows))


def unit_of(branch: int, group: int = 0) -> int:
    """Answer the id of a branch, by its place from 0, or of one of its groups, from 1."""
    return 10 + branch * _PER_UNIT + group


def _unit(unit_id: int, name: str, kind: str, parent: int | None = None, hour: int = 9) -> Json:
    return {
        "id": unit_id,
        "name": name,
        "kind": kind,
        "parent_id": parent,
        "timezone": ZONE.key,
        "locale": "zh",
        "remind_at": time(hour),
        "quiet_from": time(22),
        "quiet_until": time(8),
        "committee": True,
        "last_number": _PER_BRANCH,
    }


def _units(branch: int, size: Size) -> Iterator[Json]:
    parent = 2 if branch < size.reporting else 1
    hour = 9 if branch < size.due else 10
    yield _unit(unit_of(branch), f"第{branch + 1}支部", "branch", parent, hour)
    for group in range(1, GROUPS + 1):
        yield _unit(unit_of(branch, group), f"第{group}小组", "party_group", unit_of(branch))


def _next_step(branch: int, size: Size) -> datetime:
    return MORNING if branch < size.due else MORNING + timedelta(hours=1)


def _chat(chat_id: int, unit_id: int, next_step_at: datetime) -> Json:
    return {
        "id": chat_id,
        "unit_id": unit_id,
        "state": "active",
        "planned_through": _SEEN,
        "next_step_at": next_step_at,
    }


def _person(branch: int, place: int) -> int:
    return 1 + branch * PEOPLE + place


def _people(branch: int) -> Iterator[Json]:
    for place in range(PEOPLE):
        yield {
            "id": _person(branch, place),
            "unit_id": unit_of(branch),
            "group_id": unit_of(branch, 1 + place % GROUPS),
            "name": f"党员{place + 1}",
            "stage": Stage.FULL,
            "admitted_on": date(2010, 7, 1),
            "full_on": date(2011, 7, 1),
            "joined_on": date(2015, 3, 1),
            "floating": False,
        }


def _bases(branch: int) -> Iterator[Json]:
    for place in range(PEOPLE):
        yield {
            "person_id": _person(branch, place),
            "category": "在职",
            "base_fen": 100 * (4000 + 250 * place),
        }


def _entry(branch: int, number: int) -> int:
    return branch * _PER_BRANCH + number


def _entries(branch: int) -> Iterator[Json]:
    for number in range(1, _PER_BRANCH + 1):
        record = number <= len(_MEETINGS)
        yield {
            "id": _entry(branch, number),
            "unit_id": unit_of(branch),
            "number": number,
            "kind": EntryKind.RECORD if record else EntryKind.PAYMENT,
            "entered_by": 7,
            "entered_at": datetime(2026, 8, 13, 2, tzinfo=UTC),
        }


def _records(branch: int) -> Iterator[Json]:
    for number, (_, held_on, group) in enumerate(_MEETINGS, start=1):
        yield {
            "entry_id": _entry(branch, number),
            "unit_id": unit_of(branch),
            "held_on": held_on,
            "group_id": None if group is None else unit_of(branch, group),
            "all_present": True,
        }


def _kinds(branch: int) -> Iterator[Json]:
    for number, (kind, held_on, _) in enumerate(_MEETINGS, start=1):
        yield {
            "entry_id": _entry(branch, number),
            "kind": kind,
            "position": 0,
            "first_entered_at": datetime.combine(held_on, time(12), UTC),
        }


def _payments(branch: int) -> Iterator[Json]:
    """Everyone has paid for July, a few for August."""
    paid = [(_JULY, n) for n in range(PEOPLE)] + [(_AUGUST, n) for n in range(PAID)]
    for number, (month, place) in enumerate(paid, start=len(_MEETINGS) + 1):
        yield {
            "entry_id": _entry(branch, number),
            "person_id": _person(branch, place),
            "month": month,
            "amount_fen": 20_000,
            "paid_on": month + timedelta(days=7),
        }
