"""Which kinds of record are whose: the branch's, a party group's, the superior's."""

from compliance.access import Action
from handlers.authority import allowed
from handlers.request import Request
from storage.units import Unit

# What a group leader may record: the meetings of the leader's own group.
GROUP_MEETING = "group_meeting"


def own_kinds(request: Request) -> frozenset[str]:
    """Answer the kinds of record that a party group's meeting goes by."""
    return frozenset(request.policy.catalogue.requirement(GROUP_MEETING).kinds)


def superiors_kinds(request: Request) -> frozenset[str]:
    """Answer the kinds of record that only the superior enters: the yearly assessment's."""
    return request.policy.catalogue.superiors_kinds


def kinds_for(request: Request, unit: Unit) -> tuple[str, ...]:
    """Answer the kinds that a person may record for a branch, in the catalogue's order.

    One who may not record for the branch may at most record for a party group.
    """
    known = request.policy.catalogue.record_kinds
    if allowed(request, Action.RECORD, unit):
        return tuple(kind for kind in known if kind not in superiors_kinds(request))
    return tuple(kind for kind in known if kind in own_kinds(request))
