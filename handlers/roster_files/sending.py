"""A roster that is asked for as a file, in private."""

from compliance.access import Action, Relation, who_may
from handlers.authority import allowed_below
from handlers.meant import unit_for
from handlers.request import Refused, Reply, Request
from handlers.roster_files.arriving import require_private
from handlers.roster_files.exporting import FORMATS, written_roster
from storage.imports.placing import below
from storage.messages import Document, Message
from storage.units import Unit


def exported(request: Request, words: str) -> Reply:
    """Send the roster of a unit as a file: ``csv`` or ``xlsx`` (unless said), and the unit's name.

    That it was taken out is noted in the audit.
    """
    require_private(request)
    said = words.split()
    form = next((word.lower() for word in said if word.lower() in FORMATS), FORMATS[0])
    named = " ".join(word for word in said if word.lower() not in FORMATS)
    unit = unit_for(request, Action.EXPORT, named)
    _require_whole(request, unit)
    today = request.today(unit)
    written = written_roster(request.session, unit, today, form, request.origin)
    values = {"unit": unit.name, "people": written.people, "on": today, "file": written.name}
    return (Message("roster_exported", values, document=Document(written.name, written.content)),)


def _require_whole(request: Request, unit: Unit) -> None:
    """Refuse whoever may take out the unit's own roster alone: the file has all those below it."""
    if below(request.session, unit) and not allowed_below(request, Action.EXPORT, unit):
        roles = who_may(Action.EXPORT, Relation.ABOVE)
        raise Refused(Message("roster_of_all", {"unit": unit.name, "roles": roles}))
