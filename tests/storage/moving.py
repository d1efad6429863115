"""People who move from branch to branch, in few words."""

from sqlmodel import Session

from storage import roster_changes
from storage.dues_book import DuesLine, dues_lines
from storage.people import Person
from storage.units import Unit
from tests.storage.samples import POLICY, day, said


def move(session: Session, person: Person, there: Unit, on: str) -> Person:
    """Let someone leave for another unit and arrive there, both on a day; answers the new row."""
    home = session.get_one(Unit, person.unit_id)
    origin = said(f"{on} 09:00")
    with roster_changes.changing(session, home, "out", origin, [person]):
        person.left_on, person.going_to_id = day(on), there.key
    with roster_changes.changing(session, there, "arrived", origin, [person]) as making:
        making.beside.append(home)
        return roster_changes.arrive(making, person, there, day(on), origin)


def book(session: Session, unit: Unit, on: str = "2026-06-20") -> dict[str, DuesLine]:
    """The lines of a unit's book from January to the month of a day, as they stand on it.

    By month; of somebody who has several names or rows ``张三 2026-03``.
    """
    found = dues_lines(session, POLICY, unit, first=day("2026-01-01"), last=day(on), on=day(on))
    return {f"{line.person} {line.month.code}": line for line in found}


def asked(session: Session, unit: Unit, on: str = "2026-06-20") -> dict[str, str]:
    """How the months stand that the unit asks for: ``{"张三 2026-03": "met"}``."""
    of_unit = book(session, unit, on).items()
    return {key: line.state.value for key, line in of_unit if line.state != "not_applicable"}
