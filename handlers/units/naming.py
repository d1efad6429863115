"""Which unit is named, of all kinds; one out of reach is answered like one that is not there."""

from collections.abc import Callable

from compliance.access import Action, who_may
from handlers.authority import allowed, allowed_below
from handlers.grammar import normalise
from handlers.request import Refused, Request
from storage import directory, tree
from storage.messages import Message
from storage.units import Unit

_PATH = "/"  # 第一支部/第一小组: the group of that branch


def changeable(request: Request, name: str) -> Unit:
    """Answer the one unit of that name that the person may change."""
    return _reached(request, name, None, may_change)


def superior_named(request: Request, name: str) -> Unit:
    """Answer the one unit of that name below which the person may put units."""
    return _reached(request, name, Action.UNITS, _may_hold)


def branch_named(request: Request, name: str) -> Unit:
    """Answer the one unit of that name in which the person may found party groups."""
    return _reached(request, name, Action.GROUPS, _may_divide)


def _reached(
    request: Request, name: str, action: Action | None, may: Callable[[Request, Unit], bool]
) -> Unit:
    seen = _seen(request, name)
    found = [unit for unit in seen if may(request, unit)]
    if not found:
        raise Refused(Message("not_allowed", {"roles": who_may(action or _action(seen[0]))}))
    return _one(request, found)


def seen_named(request: Request, name: str) -> Unit:
    """Answer the one unit of that name that the person may look at."""
    return _one(request, _seen(request, name))


def is_seen(request: Request, name: str) -> bool:
    """Tell whether there is a unit of that name that the person may look at."""
    return any(allowed(request, Action.STATUS, unit) for unit in _named(request, name))


def may_change(request: Request, unit: Unit) -> bool:
    """Tell whether the person may rename, move, merge or dissolve a unit."""
    if unit.kind == "party_group":
        branch = tree.branch_of(request.session, unit)
        return allowed(request, Action.GROUPS, branch)
    return allowed(request, Action.UNITS, unit)


def _may_hold(request: Request, unit: Unit) -> bool:
    return allowed_below(request, Action.UNITS, unit)


def _may_divide(request: Request, unit: Unit) -> bool:
    return allowed(request, Action.GROUPS, unit)


def _action(unit: Unit) -> Action:
    return Action.GROUPS if unit.kind == "party_group" else Action.UNITS


def _seen(request: Request, name: str) -> list[Unit]:
    seen = [unit for unit in _named(request, name) if allowed(request, Action.STATUS, unit)]
    if not seen:
        raise unknown(name)
    return seen


def unknown(name: str) -> Refused:
    """Answer the refusal of a name that no unit within reach has."""
    return Refused(Message("unit_unknown", {"name": name}, toast=not name))


def _named(request: Request, name: str) -> list[Unit]:
    """Answer the units of that name; behind the name of another, those right below that one."""
    name = normalise.clean(name).strip()
    found = directory.units_named(request.session, name)
    above, _, own = name.rpartition(_PATH)
    if found or not above:
        return found
    parents = {unit.key for unit in directory.units_named(request.session, above.strip())}
    below = directory.units_named(request.session, own.strip())
    return [unit for unit in below if unit.parent_id in parents]


def _one(request: Request, found: list[Unit]) -> Unit:
    """Answer the one that is meant: of several, that of the chat's own branch."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    near = [] if bound is None else [u for u in found if u.parent_id == bound[0].id]
    if len(near or found) > 1:
        raise Refused(Message("unit_which", {"names": tuple(_path(request, u) for u in found)}))
    return (near or found)[0]


def _path(request: Request, unit: Unit) -> str:
    if unit.parent_id is None:
        return unit.name
    return f"{directory.unit(request.session, unit.parent_id).name}{_PATH}{unit.name}"
