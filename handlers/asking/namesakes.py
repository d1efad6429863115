"""What tells people of one name apart, for whoever may see the roster, in private."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.access import Action
from handlers.authority import allowed
from handlers.grammar import Problem
from handlers.meant import unit_for
from handlers.request import Request
from storage import roster


@dataclass(frozen=True, slots=True)
class Namesake:
    """One who may be meant: the name with its letter, the group, and the month of birth."""

    name: str
    group: str | None
    born: str | None


def namesakes(request: Request, problem: Problem) -> Sequence[Namesake]:
    """Answer those whom a name may mean; none where nothing may be told of them."""
    if problem.code != "ambiguous_name" or not request.private:
        return ()
    unit = unit_for(request, Action.STATUS)
    if not allowed(request, Action.ROSTER, unit):
        return ()
    groups = {group.key: group.name for group in roster.groups(request.session, unit.key)}
    return [
        Namesake(person.name, groups.get(person.group_id or 0), person.born)
        for choice in problem.choices
        for person in roster.people_named(request.session, unit.key, str(choice.value))[-1:]
    ]
