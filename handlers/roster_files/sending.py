"""A roster that is asked for as a file, in private."""

from compliance.access import Action
from handlers.authority import unit_for
from handlers.request import Reply, Request
from handlers.roster_files.arriving import require_private
from handlers.roster_files.exporting import FORMATS, written_roster
from storage.messages import Document, Message


def exported(request: Request, words: str) -> Reply:
    """Send the roster of a unit as a file: ``csv`` or ``xlsx`` (unless said), and the unit's name.

    That it was taken out is noted in the audit.
    """
    require_private(request)
    said = words.split()
    form = next((word.lower() for word in said if word.lower() in FORMATS), FORMATS[0])
    named = " ".join(word for word in said if word.lower() not in FORMATS)
    unit = unit_for(request, Action.EXPORT, named)
    today = request.today(unit)
    written = written_roster(request.session, unit, today, form, request.origin)
    values = {"unit": unit.name, "people": written.people, "on": today, "file": written.name}
    return (Message("roster_exported", values, document=Document(written.name, written.content)),)
