"""Whose card, or which day's roster, is asked for; and who bears a name."""

from datetime import date

from handlers.grammar import read_whom
from handlers.reading import context_for
from handlers.request import Request
from storage.people import Person
from storage.roster import members
from storage.units import Unit


def read_asked(request: Request, unit: Unit) -> tuple[str | None, date | None]:
    """Answer the name and the day that are asked about; None for what is not said."""
    return read_whom(request.arguments, context_for(request, unit))


def person_named(request: Request, unit: Unit, name: str, day: date) -> Person:
    """Answer whoever bears a name: one on the roster that day first, else who left it last.

    LookupError for a name nobody bore.
    """
    found = [member for member in members(request.session, unit.key) if member.name == name]
    if not found:
        raise LookupError("nobody of that name")
    meant = max(found, key=lambda m: (m.on_roster(day), m.left_on or date.max, m.id))
    return request.session.get_one(Person, meant.id)
