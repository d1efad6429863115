"""How all branches below a unit stand, in one message: the exceptions first, the rest in a line.

With many branches the units between come first, each with its count; a button leads down to a
unit, and back. Whatever is tapped is read and authorised anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compliance.access import Action, Role, who_may
from compliance.periods import Period
from compliance.requirement import Requirement
from handlers.authority import allowed
from handlers.grammar import reckoning, split_period, vocabulary
from handlers.meant import unit_for
from handlers.reading import requirement_of
from handlers.request import Refused, Reply, Request, in_place
from storage import directory, tree
from storage.messages import Button, Message, in_rows
from storage.overviews import Overview, overviews, together
from storage.pauses import paused
from storage.units import Unit

PER_PAGE = 10
UNGROUPED = 30  # so many branches are told of one by one
MOST_TITLES = 3
MOST_DIGITS = 18  # no id has more
LOWEST = ("branch", "party_group")
Buttons = tuple[tuple[Button, ...], ...]
# Who sees all that is below: an officer or a superior of the unit above.
SEE_ALL = tuple(
    role for role in who_may(Action.STATUS) if role not in (Role.GROUP_LEADER, Role.MEMBER)
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A line: a branch, or a unit above ``branches`` of them, of which ``failing`` fail."""

    name: str
    overview: Overview
    titles: tuple[Requirement, ...] = ()
    paused: bool = False
    branches: int = 0
    failing: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A branch, or a unit between and the branches below it; ``found`` tells how each stands."""

    unit: Unit
    branches: Sequence[Unit]
    found: Mapping[int, Overview]

    @property
    def between(self) -> bool:
        """Tell whether it is a unit between."""
        return self.unit.kind != "branch"

    @property
    def each(self) -> list[Overview]:
        """Answer how each of its branches stands."""
        return [self.found[branch.key] for branch in self.branches]

    @property
    def badness(self) -> tuple[int, int, int]:
        """Answer by what parts are ordered."""
        return together(self.each).badness

    @property
    def failing(self) -> int:
        """Answer how many of the branches fail."""
        return sum(overview.fails for overview in self.each)


@dataclass(frozen=True, slots=True)
class _Page:
    """Where one is: below which unit, on which page, of which period."""

    start: Unit
    page: int
    last: int
    period: Period | None

    @property
    def first(self) -> int:
        """Answer how many come on the pages before."""
        return self.page * PER_PAGE

    def data(self, page: int) -> str:
        """Answer what a button brings back that leads to a page."""
        return f"all:{self._written(self.start, page)}"

    def down_to(self, part: _Part) -> str:
        """Answer what a button brings back that leads down."""
        if part.between:
            return f"all:{self._written(part.unit, 0)}"
        return f"status:{part.unit.key}.{self._written(self.start, self.page)}"

    def _written(self, unit: Unit, page: int) -> str:
        period = "" if self.period is None else f".{self.period.code}"
        return f"{unit.key}.{page}{period}"


def all_below(request: Request) -> tuple[Unit, Period | None] | None:
    """Read ``[unit] 全部 [period]``: answer the unit and the period.

    None when it is not asked about all.
    """
    _, rest = split_period(request.arguments, request.now.date())
    words = rest.split()
    kept = [word for word in words if vocabulary.look_up("all_units", word) is None]
    if len(kept) == len(words):
        return None
    start = _start(request, " ".join(kept))
    period, _ = split_period(request.arguments, request.today(start))
    return start, period


def _start(request: Request, name: str) -> Unit:
    """Answer the unit whose branches are meant: of one's own the only one that is above any."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if not name and bound is None and request.private:
        own = directory.units_of(request.session, request.actor)
        above = [unit for unit in own if _may_see(request, unit)]
        if len(above) == 1:
            return above[0]
    try:
        return unit_for(request, Action.STATUS, name or None)
    except Refused as refused:
        if refused.message.template != "not_allowed":
            raise
        raise Refused(Message("not_allowed", {"roles": SEE_ALL})) from refused


def _may_see(request: Request, unit: Unit) -> bool:
    return unit.kind not in LOWEST and allowed(request, Action.STATUS, unit)


def overview(request: Request, start: Unit, period: Period | None, page: int = 0) -> Reply:
    """Tell how all branches below a unit stand; pages are counted from 0."""
    branches = _within_reach(request, start)
    parts = _parts(request, start, branches, period)
    failing = sorted((p for p in parts if p.failing), key=lambda p: p.badness, reverse=True)
    last = max(0, (len(failing) - 1) // PER_PAGE)
    shown = _Page(start, min(page, last), last, period)
    here = failing[shown.first : shown.first + PER_PAGE]
    stand = [overview for part in parts for overview in part.each]
    fails = sum(overview.fails for overview in stand)
    peace = paused(request.session, branches, request.now)
    values = {
        "unit": start.name,
        "on": request.today(start),
        "period": period,
        "branches": len(branches),
        "failing": fails,
        "lines": tuple(_shown(request, part, peace) for part in here),
        "first": shown.first + 1,
        "page": shown.page + 1,
        "pages": last + 1,
        "soon": sum(overview.due_soon > 0 and not overview.fails for overview in stand),
        "paused": len(peace),
    }
    return (Message("overview", values, buttons=_buttons(request, shown, here)),)


def _within_reach(request: Request, start: Unit) -> list[Unit]:
    """Answer the branches below a unit; refuses whoever may not see each of them."""
    branches = tree.branches_below(request.session, start)
    if not branches:
        raise Refused(Message("none_below", {"unit": start.name}))
    if not all(allowed(request, Action.STATUS, branch) for branch in branches):
        raise Refused(Message("not_allowed", {"roles": SEE_ALL}))
    return branches


def _parts(
    request: Request, start: Unit, branches: Sequence[Unit], period: Period | None
) -> list[_Part]:
    """Answer the branches one by one, or when there are many by the units right below."""
    found = overviews(request.session, request.policy, branches, request.now, period)
    below = [] if len(branches) <= UNGROUPED else tree.children(request.session, start.key)
    between = [unit for unit in below if unit.kind not in LOWEST]
    parts = [_Part(unit, tree.branches_below(request.session, unit), found) for unit in between]
    gathered = {branch.key for part in parts for branch in part.branches}
    alone = [_Part(branch, (branch,), found) for branch in branches if branch.key not in gathered]
    return [part for part in parts if part.branches] + alone


def _shown(request: Request, part: _Part, peace: frozenset[int]) -> Shown:
    branches = len(part.branches) if part.between else 0
    overview = together(part.each)
    titles = () if part.between else _titles(request, part.unit, overview.failing)
    return Shown(
        name=part.unit.name,
        overview=overview,
        titles=titles,
        paused=part.unit.key in peace,
        branches=branches,
        failing=part.failing,
    )


def _titles(request: Request, unit: Unit, codes: Sequence[str]) -> tuple[Requirement, ...]:
    """Answer the worst requirements of a branch, by their codes."""
    found = (requirement_of(request, unit, code) for code in codes[:MOST_TITLES])
    return tuple(requirement for requirement in found if requirement is not None)


# ---------------------------------------------------------------- buttons


def ask_all(start: Unit, period: Period | None) -> Buttons:
    """Offer how all below a unit stand."""
    return ((Button("all_below", _Page(start, 0, 0, period).data(0)),),)


def turn(request: Request) -> Reply:
    """Show the page of an overview that was tapped, in the place of what was tapped."""
    start, page, period = _read_page(request, request.arguments.split("."))
    return in_place(overview(request, start, period, page))


def tapped_unit(request: Request) -> tuple[Unit, Period | None, Buttons]:
    """Read which unit was tapped; answer it, the period, and the button that leads back."""
    unit_id, *page = request.arguments.split(".")
    unit = _reached(request, unit_id)
    if not page:
        return unit, None, ()
    start, at, period = _read_page(request, page)
    back = Button("back", _Page(start, at, at, period).data(at))
    return unit, period, ((back,),)


def _read_page(request: Request, parts: Sequence[str]) -> tuple[Unit, int, Period | None]:
    """Read ``UNIT.PAGE[.PERIOD]``; what is no such thing was forged."""
    match parts:
        case [unit_id, page, *code] if len(code) < 2 and _is_number(page):
            return _reached(request, unit_id), int(page), _period(request, code)
        case _:
            raise _forged()


def _period(request: Request, code: Sequence[str]) -> Period | None:
    """Read the code of a period such as one could have typed."""
    last = request.now.year + reckoning.MOST_YEARS_AHEAD
    try:
        period = Period.parse(code[0]) if code else None
    except ValueError:
        raise _forged() from None
    if period is not None and not reckoning.FIRST_YEAR <= period.year <= last:
        raise _forged()
    return period


def _reached(request: Request, unit_id: str) -> Unit:
    """Answer a unit that keeps books, by its id; one out of reach is as good as none."""
    found = directory.units(request.session, [int(unit_id)]) if _is_number(unit_id) else {}
    for unit in found.values():
        if unit.kind != "party_group" and allowed(request, Action.STATUS, unit):
            return unit
    raise _forged()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _forged() -> Refused:
    return Refused(Message("unit_out_of_reach", {"roles": SEE_ALL}, toast=True))


def _buttons(request: Request, page: _Page, here: Iterable[_Part]) -> Buttons:
    """Lead down to each part that fails, to the pages beside this one, and up."""
    down = in_rows(
        [Button("choose_unit", page.down_to(part), {"name": part.unit.name}) for part in here]
    )
    beside = [Button("form_earlier", page.data(page.page - 1))] if page.page else []
    if page.page < page.last:
        beside.append(Button("form_later", page.data(page.page + 1)))
    above = directory.units(request.session, [page.start.parent_id or 0]).values()
    up = [
        Button("all_above", _Page(unit, 0, 0, page.period).data(0), {"name": unit.name})
        for unit in above
        if _may_see(request, unit)
    ]
    return tuple(row for row in (*down, tuple(beside), tuple(up)) if row)
