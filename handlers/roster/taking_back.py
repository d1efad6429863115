"""Taking back a change of the roster that was made today."""

import re

from compliance.access import Action
from handlers.authority import allowed
from handlers.request import Refused, Reply, Request
from storage import directory, roster_changes
from storage.messages import Message
from storage.roster_changes import NotTakenBack

_STAMP = re.compile(r"(\d{1,18})\.([0-9a-f]{16})")


def take_back(request: Request) -> Reply:
    """Let the people whom a change was about be what they were before it."""
    match = _STAMP.fullmatch(request.arguments)
    unit = directory.units(request.session, [int(match[1])]).get(int(match[1])) if match else None
    if match is None or unit is None or not allowed(request, Action.ROSTER_EDIT, unit):
        raise Refused(Message("roster_gone", toast=True))
    try:
        today, origin = request.today(unit), request.origin
        names = roster_changes.take_back(request.session, unit, match[2], today, origin)
    except NotTakenBack as stays:
        raise Refused(Message("roster_stays", {"reason": stays.reason}, toast=True)) from stays
    return (Message("roster_taken_back", {"unit": unit.name, "names": names}, edits=True),)
