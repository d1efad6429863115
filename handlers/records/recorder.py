"""Who may record what: the branch's officers, a party group's leader, the superior."""

from compliance.access import Action
from handlers.authority import allowed, groups_led, require
from handlers.kinds import own_kinds, superiors_kinds
from handlers.request import Refused, Request
from storage import directory
from storage.journal import RecordText
from storage.messages import Message
from storage.units import Unit


def require_recorder(request: Request, unit: Unit, text: RecordText) -> None:
    """Refuse one who may record neither for the branch nor for the party group that met.

    What the superior enters is the superior's alone.
    """
    if set(text.kinds) & superiors_kinds(request):
        require(request, Action.SCORE, unit)
        return
    if text.group_id is None or not set(text.kinds) <= own_kinds(request):
        require(request, Action.RECORD, unit)
        return
    group = directory.unit(request.session, text.group_id)
    if not allowed(request, Action.RECORD_GROUP, group):
        own = groups_led(request, unit, Action.RECORD_GROUP)
        if own and not allowed(request, Action.RECORD, unit):
            names = tuple(each.name for each in own)
            raise Refused(Message("own_group", {"group": group.name, "own": names}))
        require(request, Action.RECORD_GROUP, unit)
