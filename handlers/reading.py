"""What the grammar needs to know of a unit before it reads a message from it."""

from handlers.grammar import Context
from handlers.request import Request
from storage import roster
from storage.units import Unit


def context_for(request: Request, unit: Unit) -> Context:
    """Answer today's date, the roster's names, the groups and the kinds a message may use."""
    local = request.local_now(unit)
    return Context(
        today=local.date(),
        names=roster.names_on(request.session, unit.key, local.date()),
        kinds=tuple(request.policy.catalogue.record_kinds),
        groups=tuple(group.name for group in roster.groups(request.session, unit.key)),
        now_time=local.time().replace(tzinfo=None),
    )
