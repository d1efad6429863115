"""Which units have cases running: a question small enough to be asked at every planning."""

from collections.abc import Collection

from sqlalchemy import BindParameter, bindparam, or_, select, union
from sqlmodel import Session

from compliance.people import Stage
from storage.columns import table_of
from storage.database import run
from storage.ledger import Record, RecordKind
from storage.people import Person

_PERSON, _RECORD, _KIND = table_of(Person), table_of(Record), table_of(RecordKind)
_UNITS: BindParameter[int] = bindparam("units", expanding=True)
_RUNNING = union(
    select(_PERSON.c.unit_id).where(
        _PERSON.c.unit_id.in_(_UNITS),
        or_(_PERSON.c.stage != Stage.FULL, _PERSON.c.letter_on.is_not(None)),
    ),
    select(_RECORD.c.unit_id)
    .join(_KIND, _KIND.c.entry_id == _RECORD.c.entry_id)
    .where(_RECORD.c.unit_id.in_(_UNITS))
    .where(_KIND.c.kind.in_(bindparam("kinds", expanding=True))),
)


def units_with_cases(
    session: Session, unit_ids: Collection[int], starting: Collection[str]
) -> frozenset[int]:
    """Answer which of these units may have a case: someone on the way, a letter, an election.

    ``starting`` are the kinds of records that start one.
    """
    asked = {"units": unit_ids, "kinds": starting}
    return frozenset(run(session, _RUNNING, asked).scalars())
