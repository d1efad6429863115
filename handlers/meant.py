"""Which unit a request means: the one it names, else the chat's, else the person's own."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from compliance.access import Action, Relation, Role, may, who_may
from handlers.authority import allowed, is_owner, require
from handlers.request import Refused, Request
from storage import directory, tree
from storage.messages import Message
from storage.units import Unit

_WORD = re.compile(r"[^\s,,;;::、]+")
_WITH_BOOKS = ("leading_group", "general_branch", "branch")  # a party group's are its branch's
_TIMED = (Action.STATUS, Action.RECORDS, Action.DUES_NAMES)  # where a period may be meant
MOST_WORDS = 20  # so many of the first words of a message may name the branch


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
    """Answer the unit that is named or was chosen, or the chat's, or the person's own."""
    if name:
        return _named(request, action, name)
    if request.unit_id is not None:
        return _chosen(request, action, request.unit_id)
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None:
        unit = tree.branch_of(request.session, bound[0])
        require(request, action, unit)
        return unit
    if not request.private:
        raise Refused(Message("unbound_chat"))
    return _only(request, action)


def _chosen(request: Request, action: Action, unit_id: int) -> Unit:
    """Answer the unit that was chosen; one that is not there is out of reach."""
    unit = directory.units(request.session, [unit_id]).get(unit_id)
    if unit is None:
        raise Refused(Message("not_allowed", {"roles": who_may(action)}))
    require(request, action, unit)
    return unit


def require_here(request: Request, action: Action, unit: Unit) -> None:
    """As ``require``; whoever may do it at branches below the unit is asked which one is meant."""
    below = () if allowed(request, action, unit) else branches_within(request, action)
    if below:
        raise Refused(Message("name_branch", _candidates(request, below)))
    require(request, action, unit)


def branch_in(request: Request, action: Action) -> tuple[Unit, str]:
    """Answer the branch that the request names, and the rest of what was said.

    Without one it is the chat's, or the only one where the person may do this. Raises ``Refused``
    when there is none, or several to choose from.
    """
    said = request.arguments
    named = branch_first_named(request, action)
    if named is not None:
        return named
    reached = branches_within(request, action)
    for branch in reached:
        if " " in branch.name and (parts := _around(branch.name, said)) is not None:
            return branch, parts
    return _only_branch(request, reached, action), said


def unit_in(request: Request, action: Action) -> tuple[Unit, str]:
    """Answer the unit that one word of the request names, and the rest of what was said.

    Without one it is the chat's, or the only one where the person may do this; as ``unit_for``.
    """
    said = request.arguments
    for word in islice(_WORD.finditer(said), MOST_WORDS):
        named = directory.units_named(request.session, word[0])
        found = [u for u in named if u.kind != "party_group" and allowed(request, action, u)]
        if len(found) == 1:
            return found[0], f"{said[: word.start()]} {said[word.end() :]}".strip(" ")
    return unit_for(request, action), said


def branch_first_named(request: Request, action: Action) -> tuple[Unit, str] | None:
    """Answer the branch that one word of the request names, and the rest; None without one."""
    said = request.arguments
    for word in islice(_WORD.finditer(said), MOST_WORDS):
        branch = branch_named(request, action, word[0])
        if branch is not None:
            return branch, f"{said[: word.start()]} {said[word.end() :]}".strip(" ")
    return None


def branch_named(request: Request, action: Action, name: str) -> Unit | None:
    """Answer the one branch of that name at which the person may do this; None without one."""
    named = directory.units_named(request.session, name)
    found = [u for u in named if u.kind == "branch" and allowed(request, action, u)]
    return found[0] if len(found) == 1 else None


def _around(name: str, said: str) -> str | None:
    """Answer what was said beside a name of several words; None when it is not in it."""
    found = re.search(rf"(?<!\S){re.escape(name)}(?!\S)", said)
    return found and f"{said[: found.start()]} {said[found.end() :]}".strip(" ")


def _only_branch(request: Request, reached: Sequence[Unit], action: Action) -> Unit:
    """Answer the one branch within reach at which the person may do this."""
    if not reached:
        raise Refused(Message("not_allowed", {"roles": who_may(action)}))
    if len(reached) > 1:
        raise name_branch(request, reached)
    return reached[0]


def name_branch(request: Request, reached: Iterable[Unit]) -> Refused:
    """Answer the refusal that asks which of several branches is meant."""
    return Refused(Message("name_branch", _candidates(request, reached)))


def _candidates(request: Request, units: Iterable[Unit]) -> dict[str, object]:
    """Answer the units from which one is to be chosen: their names, and what tells them apart."""
    among = tuple(units)
    often = Counter(unit.name for unit in among)
    alike = [unit.parent_id for unit in among if often[unit.name] > 1 and unit.parent_id]
    above = directory.units(request.session, alike) if alike else {}
    return {
        "names": tuple(unit.name for unit in among),
        "among": {unit.key: _told_apart(unit, above.get(unit.parent_id or 0)) for unit in among},
    }


def _told_apart(unit: Unit, above: Unit | None) -> str:
    return unit.name if above is None else f"{above.name}/{unit.name}"


def branches_within(request: Request, action: Action) -> tuple[Unit, ...]:
    """Answer the branches at or below the chat's unit at which the person may do this.

    In private they are those at or below the units where the person holds a role.
    """
    starts = _starts(request)
    reached = {
        branch.key: branch
        for start in starts
        for branch in ([start] if start.kind == "branch" else _below(request, start))
        if allowed(request, action, branch)
    }
    return tuple(reached.values())


def _starts(request: Request) -> list[Unit]:
    """Answer the unit that was chosen, or the chat's, or those where the person holds a role."""
    if request.unit_id is not None:
        return list(directory.units(request.session, [request.unit_id]).values())
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None:
        return [tree.branch_of(request.session, bound[0])]
    if not request.private:
        raise Refused(Message("unbound_chat"))
    homes = directory.units_of(request.session, request.actor)
    if not homes and is_owner(request):  # whose are all, from the top
        return directory.topmost(request.session)
    return homes


def _below(request: Request, start: Unit) -> list[Unit]:
    return [] if start.kind == "party_group" else tree.branches_below(request.session, start)


def branch_seen(request: Request, naming: Action) -> tuple[Unit, str]:
    """As ``branch_in``, of a branch that the person may look at; a refusal names who may more."""
    try:
        return branch_in(request, Action.STATUS)
    except Refused as refused:
        if refused.message.template != "not_allowed":
            raise
        raise Refused(Message("not_allowed", {"roles": who_may(naming)})) from refused


def _named(request: Request, action: Action, name: str) -> Unit:
    """Find a unit by its name; one out of sight is refused in the same words as one not there."""
    units = [u for u in directory.units_named(request.session, name) if u.kind != "party_group"]
    reachable = [unit for unit in units if allowed(request, action, unit)]
    if not reachable:
        for seen in (unit for unit in units if allowed(request, Action.STATUS, unit)):
            require(request, action, seen)  # it is in sight, and this is not theirs to do
        values = {"name": name, "roles": who_may(action), "timed": action in _TIMED}
        raise Refused(Message("unknown_unit", values))
    # Of several of that name one may have been chosen already.
    chosen = [u for u in reachable if u.key == request.unit_id] or reachable
    if len(chosen) > 1:
        raise Refused(Message("which_unit", _candidates(request, chosen)))
    return chosen[0]


def _only(request: Request, action: Action) -> Unit:
    """Find the one unit where the person's own roles allow this; a group leader's is the branch."""
    homes = directory.units_of(request.session, request.actor)
    if not homes and is_owner(request):
        found = _owned(request, action)
    else:
        branches = (tree.branch_of(request.session, home) for home in homes)
        found = [branch for branch in branches if allowed(request, action, branch)]
    units = {unit.key: unit for unit in found}
    if not units:
        raise Refused(Message("not_allowed", {"roles": who_may(action)}))
    if len(units) > 1:
        raise Refused(Message("which_unit", _candidates(request, units.values())))
    return next(iter(units.values()))


def _owned(request: Request, action: Action) -> list[Unit]:
    """Answer what an owner who holds no post may mean.

    How all stand is told at the top; whatever else is done is done to one unit of them all.
    """
    if not directory.any_unit(request.session):
        raise Refused(Message("no_unit_yet"))
    if not may([(Role.OWNER, Relation.ABOVE)], action):
        return []
    if action is Action.STATUS:
        return directory.topmost(request.session)
    return directory.standing(request.session, _WITH_BOOKS)
