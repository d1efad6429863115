"""The roster of a day whole, as it is written to a file: every field of whoever was on it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from compliance.people import DuesBasis
from storage import roster
from storage.columns import table_of
from storage.database import run
from storage.people import Person, PersonWas
from storage.roster_history import KEPT

_PERSON, _WAS = table_of(Person), table_of(PersonWas)
_UNITS: BindParameter[int] = bindparam("units", expanding=True)
_PEOPLE = columns(_PERSON).where(_PERSON.c.unit_id.in_(_UNITS)).order_by(_PERSON.c.id)
# Of several changes after the day, the first tells what was so on it: it comes last.
_AFTER = (
    columns(_WAS.c.person_id, *(_WAS.c[name] for name in KEPT))
    .join(_PERSON, _PERSON.c.id == _WAS.c.person_id)
    .where(_PERSON.c.unit_id.in_(_UNITS), _WAS.c.until_on > bindparam("day"))
    .order_by(_WAS.c.until_on.desc(), _WAS.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class OnRoster:
    """Someone on a roster on a day: every field as it was then, and what dues rested on."""

    unit_id: int
    values: dict[str, object]
    basis: DuesBasis | None


def people_on(session: Session, units: Collection[int], day: date) -> Iterator[OnRoster]:
    """Answer who was on the rosters of some units on a day, in the order entered."""
    asked = {"units": list(units), "day": day}
    then = {row["person_id"]: row for row in run(session, _AFTER, asked).mappings()}
    members = roster.rosters(session, units, bases=True)
    known = {member.id: member for of_unit in members.values() for member in of_unit}
    for row in run(session, _PEOPLE, asked).mappings():
        member = known[row["id"]]
        if member.on_roster(day):
            was = {name: then[row["id"]][name] for name in KEPT} if row["id"] in then else {}
            yield OnRoster(row["unit_id"], {**row, **was}, member.assessed_on(day))
