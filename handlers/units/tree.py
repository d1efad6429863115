"""The tree of units below a unit, now or on a day; a big one is shown level by level."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.access import Action, who_may
from handlers.authority import allowed, allowed_below, is_owner, require
from handlers.grammar import split_period
from handlers.grammar.reorganising import split_day
from handlers.request import Refused, Reply, Request, in_place
from handlers.units.naming import seen_named, unknown
from storage import directory, headcount
from storage.messages import Button, Message, in_rows
from storage.tree import Node, Tree, ancestors, branch_of, tree
from storage.units import Unit

PAGE = 20  # units on a page, each with a button
WHOLE = 40  # a tree of so many units is shown whole
OWN = "0"  # in a button, in the place of a unit: the units where the person holds a role
_TAPPED = re.compile(r"(\d{1,18})\.(\d{1,4})(?:\.(\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True, slots=True)
class Line:
    """A unit as it is shown: how deep, and how much stands below it.

    ``people`` is None for whoever may not see rosters.
    """

    id: int
    depth: int
    name: str
    kind: str
    branches: int
    groups: int
    people: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the tree of a day (None: as it stands) below some units, and a page."""

    starts: Sequence[Unit]
    on: date | None
    page: int = 0


def show(request: Request) -> Reply:
    """Show the tree below the chat's unit, one's own or the one named: 第一党总支 2025-12-31."""
    return (_shown(request, _asked(request)),)


def turned(request: Request) -> Reply:
    """Show what a button asks for: a unit below, or another page."""
    match = _TAPPED.fullmatch(request.arguments)
    if match is None:
        raise unknown("")
    try:
        on = date.fromisoformat(match[3]) if match[3] else None
    except ValueError:
        raise unknown("") from None
    starts = _starts(request) if match[1] == OWN else [_tapped(request, int(match[1]))]
    return in_place((_shown(request, Asked(starts, on, int(match[2]))),))


def _tapped(request: Request, unit_id: int) -> Unit:
    unit = directory.units(request.session, [unit_id]).get(unit_id)
    if unit is None or not allowed(request, Action.STATUS, unit):
        raise unknown("")
    return unit


def _asked(request: Request) -> Asked:
    today = request.now.date()
    on, name = split_day(request.arguments, today)
    if on is None:
        period, name = split_period(request.arguments, today)
        on = None if period is None else _last_day(request, period.start, period.end)
    starts = [_named(request, name, on)] if name else _starts(request)
    return Asked(starts, on if on is None or on < request.today(starts[0]) else None)


def _named(request: Request, name: str, on: date | None) -> Unit:
    """Answer the unit of that name: as it was called on that day, or as it is now."""
    nodes = tree(request.session, on).nodes.values() if on is not None else ()
    then = directory.units(request.session, [node.id for node in nodes if node.name == name])
    seen = [unit for unit in then.values() if allowed(request, Action.STATUS, unit)]
    return seen[0] if len(seen) == 1 else seen_named(request, name)


def _last_day(request: Request, first: date, last: date) -> date:
    """Answer the last day of a period, or of what has passed of it."""
    today = request.now.date()
    if first > today:
        raise Refused(Message("unit_impossible", {"code": "not_yet", "on": first}))
    return min(last, today)


def _starts(request: Request) -> list[Unit]:
    """Answer the chat's unit; in private those where the person holds a role, the highest only."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None:
        unit = branch_of(request.session, bound[0])
        require(request, Action.STATUS, unit)
        return [unit]
    if not request.private:
        raise Refused(Message("unbound_chat"))
    if is_owner(request):
        tops = [node.id for node in tree(request.session).tops]
        return _or_refused(list(directory.units(request.session, sorted(tops)).values()))
    own = (branch_of(request.session, u) for u in _own(request))
    units = {unit.key: unit for unit in own if allowed(request, Action.STATUS, unit)}
    return _or_refused([u for u in units.values() if units.keys().isdisjoint(_above(request, u))])


def _or_refused(units: list[Unit]) -> list[Unit]:
    if not units:
        raise Refused(Message("not_allowed", {"roles": who_may(Action.STATUS)}))
    return units


def _own(request: Request) -> list[Unit]:
    return directory.units_of(request.session, request.actor)


def _above(request: Request, unit: Unit) -> Sequence[int]:
    return ancestors(request.session, unit)


def _shown(request: Request, asked: Asked) -> Message:
    of_day = tree(request.session, asked.on)
    tops = [of_day.nodes[unit.key] for unit in asked.starts if unit.key in of_day.nodes]
    one = tops[0] if len(tops) == 1 else None
    counts = _Counts(of_day, _people(request, asked, of_day, tops))
    right_below = of_day.right_below(one.id) if one is not None else tops
    whole = sum(1 + counts.below[node.id] for node in right_below) <= WHOLE
    page = min(asked.page, max(len(right_below) - 1, 0) // PAGE) if not whole else 0
    here = right_below if whole else right_below[page * PAGE : (page + 1) * PAGE]
    lines = [line for node in here for line in counts.lines(node, 0, deep=whole)]
    values = {
        "unit": None if one is None else counts.line(one, 0),
        "asked": asked.starts[0].name,
        "on": asked.on,
        "lines": lines,
        "page": page + 1,
        "pages": 1 if whole else (len(right_below) + PAGE - 1) // PAGE,
    }
    rows = _buttons(request, asked, one, lines, whole=whole, page=page, pages=len(right_below))
    return Message("units", values, buttons=rows)


class _Counts:
    """How much stands below each unit of a tree."""

    def __init__(self, of_day: Tree, people: Mapping[int, int] | None) -> None:
        self._tree, self._people = of_day, people
        self.below: dict[int, int] = {}
        self._sums: dict[int, tuple[int, int, int]] = {}
        for top in of_day.tops:
            self._add(top)

    def _add(self, node: Node) -> tuple[int, int, int]:
        """Count the branches, groups and people of a unit and below it."""
        of_each = [self._add(each) for each in self._tree.right_below(node.id)]
        self.below[node.id] = sum(1 + self.below[n.id] for n in self._tree.right_below(node.id))
        own = (
            int(node.kind == "branch"),
            int(node.kind == "party_group"),
            (self._people or {}).get(node.id, 0),
        )
        found = (
            own[0] + sum(each[0] for each in of_each),
            own[1] + sum(each[1] for each in of_each),
            own[2] + sum(each[2] for each in of_each),
        )
        self._sums[node.id] = found
        return found

    def line(self, node: Node, depth: int) -> Line:
        branches, groups, people = self._sums[node.id]
        shown = None if self._people is None or node.kind == "party_group" else people
        return Line(node.id, depth, node.name, node.kind, branches, groups, shown)

    def lines(self, node: Node, depth: int, *, deep: bool) -> Iterator[Line]:
        yield self.line(node, depth)
        if deep:
            for each in self._tree.right_below(node.id):
                yield from self.lines(each, depth + 1, deep=True)


def _people(
    request: Request, asked: Asked, of_day: Tree, tops: Sequence[Node]
) -> Mapping[int, int] | None:
    """Count the people of all units shown, for whoever may see every one of the rosters."""
    if not all(_sees_people(request, unit) for unit in asked.starts):
        return None
    ids = [node.id for top in tops for node in (top, *of_day.below(top.id))]
    return headcount.people_on(request.session, ids, asked.on or request.today(asked.starts[0]))


def _sees_people(request: Request, unit: Unit) -> bool:
    """Tell whether the person may see the roster of a unit, and each of those below it."""
    if unit.kind == "branch":
        return allowed(request, Action.ROSTER, unit)
    return allowed_below(request, Action.ROSTER, unit)


def _buttons(
    request: Request,
    asked: Asked,
    one: Node | None,
    lines: Sequence[Line],
    *,
    whole: bool,
    page: int,
    pages: int,
) -> tuple[tuple[Button, ...], ...]:
    """Answer a button for each unit with more below it, to turn the page, and to go up."""
    at = "" if asked.on is None else f".{asked.on}"
    down = [
        Button("units_below", f"units:{line.id}.0{at}", {"name": line.name})
        for line in lines
        if not whole and line.branches + line.groups > (line.kind == "branch")
    ]
    turn, start = [], OWN if one is None else one.id
    if page > 0:
        turn.append(Button("form_earlier", f"units:{start}.{page - 1}{at}"))
    if not whole and (page + 1) * PAGE < pages:
        turn.append(Button("form_later", f"units:{start}.{page + 1}{at}"))
    up = _up(request, one, at)
    return (*in_rows(down), *((tuple(turn),) if turn else ()), *((up,) if up else ()))


def _up(request: Request, one: Node | None, at: str) -> tuple[Button, ...]:
    if one is None or one.parent_id is None:
        return ()
    parent = directory.unit(request.session, one.parent_id)
    if not allowed(request, Action.STATUS, parent):
        return ()
    return (Button("units_up", f"units:{parent.key}.0{at}", {"name": parent.name}),)
