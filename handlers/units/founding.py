"""Founding units: 新建 第三支部 上级 第一党总支 党小组 第一小组、第二小组."""

from collections.abc import Sequence
from datetime import date

from compliance.access import Action, who_may
from handlers.authority import allowed, allowed_below, is_owner
from handlers.grammar import clean
from handlers.grammar.reorganising import Founding, kind_of_name
from handlers.request import Refused, Reply, Request
from handlers.units.changed import concerned, told
from handlers.units.naming import branch_named, superior_named
from storage import directory, reorganising, tree
from storage.messages import Message
from storage.tree_rules import UNDER
from storage.units import Unit

GROUP = "party_group"


def found(request: Request, asked: Founding) -> Reply:
    """Found a unit, perhaps with party groups; or only groups, in the chat's branch."""
    if not asked.name and not asked.groups:
        raise Refused(Message("unit_how", {"what": "found", "unit": None}))
    if asked.parts is not None:
        own, rest = asked.parts
        values = {"name": asked.name, "own": own, "rest": rest, "kind": kind_of_name(own)}
        raise Refused(Message("unit_name_doubtful", values))
    kind = GROUP if not asked.name else asked.kind
    if kind is None:
        raise Refused(Message("unit_kind_needed", {"name": asked.name}))
    parent = _superior(request, kind, asked.parent)
    on = asked.on or _today(request, parent)
    if not asked.name and parent is not None:
        return _founded(request, parent, asked, parent, on)
    unit = _add(request, asked.name, kind, parent, on)
    return _founded(request, unit, asked, parent, on)


def _today(request: Request, parent: Unit | None) -> date:
    return request.written_at.date() if parent is None else parent.day_of(request.written_at)


def _add(request: Request, name: str, kind: str, parent: Unit | None, on: date) -> Unit:
    new = Unit(name=clean(name).strip(), kind=kind, founded=on)
    if parent is not None:
        new.timezone, new.locale = parent.timezone, parent.locale
    return reorganising.found(request.session, new, parent, request.origin)


def _founded(request: Request, unit: Unit, asked: Founding, parent: Unit | None, on: date) -> Reply:
    """Found the groups that were named, too, and say so."""
    for name in asked.groups:
        _add(request, name, GROUP, unit, on)
    values = {
        "what": "found",
        "unit": unit.name,
        "on": on,
        "new": bool(asked.name),
        "kind": unit.kind,
        "parent": None if parent is None else parent.name,
        "groups": asked.groups,
    }
    return told(request, values, concerned(request, unit))


def _superior(request: Request, kind: str, name: str | None) -> Unit | None:
    """Answer what a new unit is to stand under: what is named, or the chat's unit, or one's own."""
    if name is not None:
        return branch_named(request, name) if kind == GROUP else superior_named(request, name)
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is None:
        return _only(request, kind)
    unit = tree.branch_of(request.session, bound[0]) if kind == GROUP else bound[0]
    if not _may(request, kind, unit):
        raise _refusal(kind)
    return unit


def _may(request: Request, kind: str, parent: Unit) -> bool:
    if kind == GROUP:
        return allowed(request, Action.GROUPS, parent)
    return allowed_below(request, Action.UNITS, parent)


def _only(request: Request, kind: str) -> Unit | None:
    """Answer the one unit, of those where the person holds a role, below which it may stand.

    An owner without any founds it at the top.
    """
    own: Sequence[Unit] = directory.units_of(request.session, request.actor)
    fit = [unit for unit in own if unit.kind in UNDER[kind] and _may(request, kind, unit)]
    if not fit and None in UNDER[kind] and is_owner(request):
        return None
    if not fit:
        raise _refusal(kind)
    if len(fit) > 1:
        raise Refused(Message("unit_which", {"names": tuple(unit.name for unit in fit)}))
    return fit[0]


def _refusal(kind: str) -> Refused:
    action = Action.GROUPS if kind == GROUP else Action.UNITS
    return Refused(Message("not_allowed", {"roles": who_may(action)}))
