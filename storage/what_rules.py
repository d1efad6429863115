"""Which rules are known to units, written so short that one sees whether they are still the same.

All that an assessment rests on beside the unit itself and its ledger: the program, what the
calendar says of the years around, and what the unit and those above have laid down.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from compliance.calendar import WorkingDays
from compliance.policy import Policy
from storage import rules
from storage.columns import table_of
from storage.database import run
from storage.units import Unit

_HOUSE = Path(__file__).parents[1]
_ROOMS = ("compliance", "storage")
_YEARS = 4  # before and after: a term of a committee is three
_UNIT = table_of(Unit)


def rules_known(
    session: Session, policy: Policy, units: Iterable[Row[Any]], days: Mapping[int, date]
) -> dict[int, str]:
    """Answer the rules of units, given as rows with id and parent_id, by their ids.

    Two texts are the same only while everything they stand for is.
    """
    laid = _laid_down(session)
    parents = _parents(session) if laid else {}
    found: dict[int, str] = {}
    for unit in units:
        shared = _shared(policy, days[unit.id].year)
        chain = _chain(unit.id, unit.parent_id, parents) if laid else ()
        of_chain = ",".join(f"{each}:{laid[each]}" for each in chain if each in laid)
        found[unit.id] = f"{shared} {of_chain}".strip()
    return found


def _shared(policy: Policy, year: int) -> str:
    return f"{_program()} {policy.catalogue.version} {_calendar(policy.days, year)}"


def _digest(text: bytes) -> str:
    return blake2b(text, digest_size=12).hexdigest()


@cache
def _program() -> str:
    """Answer what the program is that assesses: its own text, and that of the catalogue."""
    files = sorted(
        file
        for room in _ROOMS
        for ending in ("*.py", "*.toml")
        for file in (_HOUSE / room).glob(ending)
    )
    return _digest(b"\0".join(file.read_bytes() for file in files))


@lru_cache(maxsize=16)
def _calendar(days: WorkingDays, year: int) -> str:
    """Answer what a calendar says of the years around one."""
    first, last = date(year - _YEARS, 1, 1), date(year + _YEARS, 12, 31)
    each = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return _digest(bytes(2 * days.is_working(day) + days.is_confirmed(day) for day in each))


_OVERLAY, _CHOICE = table_of(rules.Overlay), table_of(rules.CadenceChoice)
# Rows are only ever added: the newest of a unit tells all of them.
_NEWEST = [
    select(table.c.unit_id, func.max(table.c.id)).group_by(table.c.unit_id)
    for table in (_OVERLAY, _CHOICE)
]


def _laid_down(session: Session) -> dict[int, str]:
    """Answer which overlay and which choice of a unit came last, by the ids of those with any."""
    found: dict[int, str] = {}
    for sign, newest in zip("oc", _NEWEST, strict=True):
        for unit_id, row_id in run(session, newest):
            found[unit_id] = f"{found.get(unit_id, '')}{sign}{row_id}"
    return found


_ABOVE = select(_UNIT.c.id, _UNIT.c.parent_id).where(_UNIT.c.kind != "party_group")


def _parents(session: Session) -> dict[int, int | None]:
    return {row.id: row.parent_id for row in run(session, _ABOVE)}


def _chain(unit_id: int, parent: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """Answer a unit and those above it."""
    chain = [unit_id]
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = parents.get(parent)
    return chain
