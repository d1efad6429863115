"""What was said of a unit to be founded, held against the units that there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from compliance.access import Action, who_may
from handlers.authority import allowed, allowed_below, is_owner
from handlers.grammar.setting_up import Misread, Setup
from handlers.request import Request
from storage import directory
from storage.tree_rules import UNDER
from storage.units import Unit

_QUIET_FROM, _QUIET_UNTIL = time(22), time(8)  # as a new unit has them


@dataclass(frozen=True, slots=True)
class Plan:
    """What was said and can be done, with the units it names.

    ``above`` is the superior of the new unit, ``unit`` the one that the chat is to be bound to.
    """

    said: Setup
    above: Unit | None = None
    unit: Unit | None = None


def checked(request: Request, said: Setup) -> tuple[Plan, tuple[Misread, ...]]:
    """Answer what of a setup can be done, and what stands in the way of the rest."""
    if "bind" in said.given:
        return _bound(request, said)
    said = _filled(request, said)
    above, wrong = _above(request, said)
    wrong += [*_name(request, said, above), *_day(said, above), *_hour(said)]
    for each in wrong:
        said = said.without(each.field)
    return Plan(said, above), tuple(wrong)


def _bound(request: Request, said: Setup) -> tuple[Plan, tuple[Misread, ...]]:
    found = to_bind(request, said)
    if found:
        return Plan(said, unit=found[0] if len(found) == 1 else None), ()
    roles = {"roles": who_may(Action.UNITS)}
    return Plan(said.without("bind")), (Misread("bind", "no_unit", said.bind, roles),)


def to_bind(request: Request, said: Setup) -> list[Unit]:
    """Answer the units of the name that is to be bound, below the superior if that is said."""
    found = manageable(request, said.bind)
    if "superior" not in said.given:
        return found
    return [unit for unit in found if superior_of(request, unit) == said.superior]


def manageable(request: Request, name: str) -> list[Unit]:
    """Answer the units of that name whose chats the person may bind."""
    named = directory.units_named(request.session, name)
    return [each for each in named if each.dissolved is None and _manages(request, each)]


def _manages(request: Request, unit: Unit) -> bool:
    return allowed(request, Action.UNITS, unit)


def without_chat(request: Request) -> list[Unit]:
    """Answer the units that have no chat, and whose chats the person may bind; oldest first."""
    lacking = directory.without_chat(request.session)
    if is_owner(request):  # an owner's are all, which need not be looked at one by one
        return lacking
    return [unit for unit in lacking if _manages(request, unit)]


def superior_of(request: Request, unit: Unit) -> str:
    """Answer what the unit above one is called; nothing where there is none."""
    parent = unit.parent_id
    return "" if parent is None else directory.unit(request.session, parent).name


def superiors(request: Request, kind: str) -> list[Unit]:
    """Answer the units below which the person may found one of a kind."""
    units = directory.standing(request.session, [above for above in UNDER[kind] if above])
    if is_owner(request):
        return units
    return [unit for unit in units if allowed_below(request, Action.UNITS, unit)]


def _above(request: Request, said: Setup) -> tuple[Unit | None, list[Misread]]:
    """Answer the superior that was named, or what is wrong with it."""
    if "superior" not in said.given:
        return None, []
    if not said.superior:
        alone = "group_alone" if said.kind == "party_group" else "not_top"
        fits = alone == "not_top" and is_owner(request)
        return None, [] if fits else [Misread("superior", alone, "")]
    named = directory.units_named(request.session, said.superior)
    within = [u for u in named if u.dissolved is None and allowed_below(request, Action.UNITS, u)]
    fitting = [u for u in within if not said.kind or u.kind in UNDER[said.kind]]
    if len(fitting) == 1:
        return fitting[0], []
    code = "two_superiors" if fitting else "unfit_superior" if within else "no_superior"
    values = {"kind": said.kind, "above": within[0].kind if within else ""}
    return None, [Misread("superior", code, said.superior, values)]


def _name(request: Request, said: Setup, above: Unit | None) -> Iterator[Misread]:
    """Find a name that another unit right below the same one has."""
    if not {"name", "superior"} <= said.given or (said.superior and above is None):
        return
    parent = None if above is None else above.key
    named = directory.units_named(request.session, said.name)
    if any(unit.parent_id == parent and unit.dissolved is None for unit in named):
        yield Misread("name", "name_taken", said.name, {"superior": said.superior})


def _day(said: Setup, above: Unit | None) -> Iterator[Misread]:
    """Find a day on which the superior was not there yet."""
    since = None if above is None else above.founded
    if said.founded is not None and since is not None and said.founded < since:
        values = {"superior": said.superior, "since": since}
        yield Misread("founded", "before_superior", f"{said.founded}", values)


def _hour(said: Setup) -> Iterator[Misread]:
    if "remind" in said.given and not _QUIET_UNTIL <= said.remind < _QUIET_FROM:
        yield Misread("remind", "quiet_hour", f"{said.remind:%H:%M}")


def _filled(request: Request, said: Setup) -> Setup:
    """Answer the same with the superior, where only one is possible.

    What was said wrongly is asked for even then.
    """
    if "superior" in said.given or "kind" not in said.given:
        return said
    possible = superiors(request, said.kind)
    if is_owner(request):
        alone = not possible and said.kind != "party_group"
        return said.saying("superior", "") if alone else said
    return said.saying("superior", possible[0].name) if len(possible) == 1 else said
