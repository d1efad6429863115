"""What the grammar needs to know of a unit before it reads a message from it."""

from zoneinfo import ZoneInfo

from handlers.grammar import Context
from handlers.request import Request
from storage import roster
from storage.units import Unit


def context_for(request: Request, unit: Unit) -> Context:
    """Answer the message's own day, the roster's names, the groups and the kinds it may use."""
    local = request.written_at.astimezone(ZoneInfo(unit.timezone))
    return Context(
        today=local.date(),
        names=roster.names_on(request.session, unit.key, local.date()),
        kinds=tuple(request.policy.catalogue.record_kinds),
        groups=tuple(group.name for group in roster.groups(request.session, unit.key)),
        now_time=local.time().replace(tzinfo=None),
    )
