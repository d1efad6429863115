"""Which unit a request is about, and whether this person may ask for it there."""

from compliance.access import Action, Relation, Role, may, who_may
from handlers.request import Refused, Request
from storage import directory
from storage.messages import Message
from storage.units import Unit


def unit_for(
    request: Request, action: Action, name: str | None = None, *, naming: Action | None = None
) -> Unit:
    """Answer the unit the request acts on, once it is certain that the person may.

    A unit named in the request goes first, then the chat's unit, then the one unit where the
    person holds a role. A party group's books are its branch's; every other unit keeps its own.
    Raises ``Refused`` for a stranger, for one who may not, and when several units are possible.

    ``naming`` is what the person is after, if more than ``action``: a refusal names who may.
    """
    try:
        return _meant(request, action, name)
    except Refused as refused:
        if naming is None or refused.message.template != "not_allowed":
            raise
        raise Refused(Message("not_allowed", {"roles": who_may(naming)})) from refused


def _meant(request: Request, action: Action, name: str | None) -> Unit:
    """Answer the unit that is named, or the chat's, or the person's own."""
    if name:
        return _named(request, action, name)
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None:
        unit = directory.branch_of(request.session, bound[0])
        require(request, action, unit)
        return unit
    if not request.private:
        raise Refused(Message("unbound_chat"))
    return _only(request, action)


def require(request: Request, action: Action, unit: Unit) -> None:
    """Raise ``Refused``, naming who may, unless the person may do this at the unit."""
    if not allowed(request, action, unit):
        raise Refused(Message("not_allowed", {"roles": who_may(action)}))


def allowed(request: Request, action: Action, unit: Unit) -> bool:
    """Tell whether the person may do this at the unit."""
    if request.owner and may([(Role.OWNER, Relation.ABOVE)], action):
        return True
    held = directory.holdings(request.session, request.actor, request.today(unit))
    return may(directory.relations(request.session, held, unit), action)


def _named(request: Request, action: Action, name: str) -> Unit:
    """Find a unit by its name; one out of reach is refused in the same words as one not there."""
    units = directory.units_named(request.session, name)
    reachable = [u for u in units if u.kind != "party_group" and allowed(request, action, u)]
    if not reachable:
        raise Refused(Message("unknown_unit", {"name": name, "roles": who_may(action)}))
    if len(reachable) > 1:
        raise Refused(Message("which_unit", {"names": tuple(unit.name for unit in reachable)}))
    return reachable[0]


def _only(request: Request, action: Action) -> Unit:
    """Find the one unit where the person's own roles allow this; a group leader's is the branch."""
    units: dict[int, Unit] = {}
    for unit in directory.units_of(request.session, request.actor):
        branch = directory.branch_of(request.session, unit)
        if allowed(request, action, branch):
            units[branch.key] = branch
    if not units:
        raise Refused(Message("not_allowed", {"roles": who_may(action)}))
    if len(units) > 1:
        raise Refused(Message("which_unit", {"names": tuple(u.name for u in units.values())}))
    return next(iter(units.values()))
