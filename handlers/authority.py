"""Whether this person may ask for something at a unit: everything that is done asks here."""

from collections.abc import Iterator

from compliance.access import Action, Relation, Role, is_for_oneself, may, who_may
from handlers.request import Refused, Request
from storage import accounts, directory, roster
from storage.ledger import Entry
from storage.messages import Message
from storage.units import Unit


def require(request: Request, action: Action, unit: Unit) -> None:
    """Raise ``Refused``, naming who may, unless the person may do this at the unit."""
    if allowed(request, action, unit):
        return
    if is_for_oneself(_held(request, unit), action):
        raise Refused(Message("own_unit", {"unit": unit.name}))
    raise Refused(Message("not_allowed", {"roles": who_may(action)}))


def require_own(request: Request, unit: Unit, entry: Entry) -> None:
    """Refuse to correct what somebody else entered, unless the person may for the unit."""
    if entry.entered_by == request.actor or allowed(request, Action.CORRECT, unit):
        return
    values = {"number": entry.number, "roles": who_may(Action.CORRECT)}
    raise Refused(Message("entered_by_another", values))


def allowed(request: Request, action: Action, unit: Unit) -> bool:
    """Tell whether the person may do this at the unit."""
    if may(_held(request, unit), action):
        return True
    return may([(Role.OWNER, Relation.ABOVE)], action) and is_owner(request)


def allowed_below(request: Request, action: Action, parent: Unit | None) -> bool:
    """Tell whether the person may do this to every unit right below one; None is the top."""
    if parent is None:
        return is_owner(request)
    within = (Relation.OWN, Relation.ABOVE)
    held = [(role, Relation.ABOVE) for role, at in _held(request, parent) if at in within]
    return may(held, action) or (may([(Role.OWNER, Relation.ABOVE)], action) and is_owner(request))


def is_owner(request: Request) -> bool:
    """Tell whether the person owns the installation: by its settings, or by its first code."""
    return request.owner or accounts.is_owner(request.session, request.actor)


def is_owned(request: Request) -> bool:
    """Tell whether anybody owns the installation yet."""
    return request.named_owners or request.owner or accounts.has_owner(request.session)


def may_found_any(request: Request) -> bool:
    """Tell whether there is any unit that the person might found."""
    if is_owner(request):
        return True
    units = directory.units_of(request.session, request.actor)
    return any(allowed_below(request, Action.UNITS, unit) for unit in units)


def groups_led(request: Request, unit: Unit, action: Action) -> list[Unit]:
    """Answer the branch's party groups at which the person may do this."""
    groups = roster.groups(request.session, unit.key)
    return [group for group in groups if allowed(request, action, group)]


def names_may_show(request: Request, unit: Unit) -> bool:
    """Tell whether this is a private chat with one who may see which people are behind."""
    return request.private and allowed(request, Action.DUES_NAMES, unit)


def other_chats(request: Request, unit: Unit) -> Iterator[int]:
    """Answer the unit's chats other than this one: the unit must know what was ruled on it."""
    chats = directory.chats_of(request.session, unit.key)
    return (chat.id for chat in chats if chat.id != request.chat_id)


def _held(request: Request, unit: Unit) -> tuple[tuple[Role, Relation], ...]:
    """Answer the roles the person holds today, each with its relation to the unit."""
    held = directory.holdings(request.session, request.actor, request.today(unit))
    return directory.relations(request.session, held, unit)
