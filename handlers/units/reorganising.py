"""Changing the tree: 改名, 移动, 合并, 撤销. What cannot be undone is confirmed first."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from handlers.asking.question import draft_of, note_asked
from handlers.asking.shown import choosing, shown
from handlers.grammar import Choice, Unreadable, clean
from handlers.grammar.reorganising import Founding, UnitChange, read_change
from handlers.request import Refused, Reply, Request
from handlers.units import tree
from handlers.units.changed import concerned, told
from handlers.units.founding import found
from handlers.units.naming import changeable, is_seen, superior_named
from storage import directory, merging, reorganising, tree_rules
from storage.messages import Message
from storage.tree_rules import Impossible
from storage.units import Unit


def units(request: Request) -> Reply:
    """Show the tree below a unit, or change it."""
    said = clean(request.arguments).strip()
    named = said and is_seen(request, said)  # 新建支部 may be a name
    with _of_the_past():
        change = None if named else read_change(said, request.written_at.date())
    if change is None:
        with _of_the_past():
            return tree.show(request)
    if request.edited and request.draft is None:
        raise Refused(Message("units_edited"))
    with _refusing():
        if isinstance(change, Founding):
            return found(request, change)
        return _CHANGES[change.what](request, change)


@contextmanager
def _refusing() -> Iterator[None]:
    """Say why a change cannot be made."""
    try:
        yield
    except Impossible as why:
        raise Refused(Message("unit_impossible", {"code": why.code, **why.values})) from why


@contextmanager
def _of_the_past() -> Iterator[None]:
    """Say of a day that is still to come that a change is made on its day."""
    try:
        yield
    except Unreadable as unread:
        later = [problem.read for problem in unread.problems if problem.code == "future_date"]
        if not later:
            raise
        values = {"code": "not_yet", "on": later[0]}
        raise Refused(Message("unit_impossible", values)) from unread


def _rename(request: Request, change: UnitChange) -> Reply:
    """Rename a unit at once: it can be renamed back."""
    _subject(change)
    readings = [pair for pair in change.readings if is_seen(request, pair[0])]
    old, name = max(readings or change.readings[:1], key=lambda pair: len(pair[0]))
    unit = changeable(request, old)
    if not name:
        raise Refused(Message("unit_how", {"what": change.what, "unit": unit.name}))
    on = change.on or unit.day_of(request.written_at)
    before = unit.name
    reorganising.rename(request.session, unit, clean(name).strip(), on, request.origin)
    values = {"what": "rename", "unit": before, "name": unit.name, "on": on}
    return told(request, values, concerned(request, unit))


def _move(request: Request, change: UnitChange) -> Reply:
    unit, parent = _pair(request, change, superior_named)
    on = change.on or unit.day_of(request.written_at)
    tree_rules.require_move(request.session, unit, parent, on, request.origin)
    above = tree_rules.parent_of(request.session, unit)
    values = _values("move", unit, on, parent=parent.name, above=above and above.name)
    sure = f"move {unit.key} {parent.key} {on}"
    if not _is_sure(request, sure):
        return _confirm(request, sure, values)
    hears = concerned(request, unit)
    reorganising.move(request.session, unit, parent, on, request.origin)
    return told(request, values, hears | concerned(request, unit))


def _merge(request: Request, change: UnitChange) -> Reply:
    unit, into = _pair(request, change, changeable)
    on = change.on or unit.day_of(request.written_at)
    merger = merging.merger_of(request.session, unit, into, on, request.origin)
    values = _values("merge", unit, on, into=into.name, merger=merger, named=request.private)
    sure = f"merge {unit.key} {into.key} {on} {merger.people}"
    if not _is_sure(request, sure):
        return _confirm(request, sure, values)
    hears = concerned(request, unit, into)
    values["chats"] = len(directory.chats_of(request.session, unit.key))
    merging.merge(request.session, unit, into, on, request.origin)
    return told(request, values, hears)


def _dissolve(request: Request, change: UnitChange) -> Reply:
    unit = changeable(request, _subject(change))
    on = change.on or unit.day_of(request.written_at)
    tree_rules.require_dissolution(request.session, unit, on, request.origin)
    values = _values("dissolve", unit, on)
    sure = f"dissolve {unit.key} {on}"
    if not _is_sure(request, sure):
        return _confirm(request, sure, values)
    hears = concerned(request, unit)
    reorganising.dissolve(request.session, unit, on, request.origin)
    return told(request, values, hears)


_CHANGES: Mapping[str, Callable[[Request, UnitChange], Reply]] = {
    "rename": _rename,
    "move": _move,
    "merge": _merge,
    "dissolve": _dissolve,
}


def _subject(change: UnitChange) -> str:
    name = change.readings[0][0]
    if not name:
        raise Refused(Message("unit_how", {"what": change.what, "unit": None}))
    return name


def _pair(
    request: Request, change: UnitChange, other: Callable[[Request, str], Unit]
) -> tuple[Unit, Unit]:
    """Answer the two units that a change is about: of all readings, the one that names them."""
    _subject(change)
    known = [pair for pair in change.readings if all(is_seen(request, name) for name in pair)]
    first, second = (known or change.readings)[0]
    unit = changeable(request, first)
    if not second:
        raise Refused(Message("unit_how", {"what": change.what, "unit": unit.name}))
    return unit, other(request, second)


def _values(what: str, unit: Unit, on: date, **more: object) -> dict[str, object]:
    return {"what": what, "unit": unit.name, "on": on, **more}


def _is_sure(request: Request, sure: str) -> bool:
    return request.draft is not None and sure in request.draft.accepts


def _confirm(request: Request, sure: str, values: Mapping[str, object]) -> Reply:
    """Show what would be done: nothing is written before the answer."""
    draft = draft_of(request, "units")
    choices = (Choice("sure_unit", None, request.arguments, sure),)
    note_asked(request, draft, None, choices)
    return (shown(draft, "unit_sure", values, *choosing(draft, choices)),)
