"""How many people are on the rosters of units on a day."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from storage.columns import table_of
from storage.database import run
from storage.people import Person

_PERSON = table_of(Person)
_COUNT = (
    select(_PERSON.c.unit_id, func.count())
    .where(
        _PERSON.c.unit_id.in_(bindparam("units", expanding=True)),
        or_(_PERSON.c.joined_on.is_(None), _PERSON.c.joined_on <= bindparam("day")),
        or_(_PERSON.c.left_on.is_(None), _PERSON.c.left_on > bindparam("day")),
    )
    .group_by(_PERSON.c.unit_id)
)


def people_on(session: Session, unit_ids: Collection[int], on: date) -> Mapping[int, int]:
    """Answer how many were on each unit's roster on a day; a unit without any is left out."""
    rows = run(session, _COUNT, {"units": list(unit_ids), "day": on}).all() if unit_ids else ()
    return {row[0]: row[1] for row in rows}
