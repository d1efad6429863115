"""The buttons of a guided form's own steps: ticks, pages, what ends a step, and back."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from compliance.access import Action
from handlers.asking.answer import go_on, own
from handlers.forms import dues as dues_form
from handlers.forms.attendance import attendance, expected, should_attend
from handlers.forms.ticks import PER_PAGE
from handlers.grammar import (
    Absence,
    Context,
    Meeting,
    read_changes,
    read_meeting,
    writing,
)
from handlers.meant import unit_for
from handlers.reading import context_for, if_readable
from handlers.request import Handler, Refused, Reply, Request
from handlers.units import setup_form
from storage import drafts
from storage.drafts import Draft
from storage.messages import Message
from storage.units import Unit

_TAP = re.compile(r"(\d{1,18})\.(\d{1,9})\.([a-z]{1,9}|p?\d{1,18})")
_OF_ATTENDANCE = frozenset({"expected", "present", "voting", "absences", "all_present"})


def stepping_with(handlers: Mapping[str, Handler]) -> Handler:
    """Make the handler of the buttons of a form's steps: ``7.3.back``, ``7.3.12``, ``7.3.p1``.

    A number is the person whose tick is meant, with a ``p`` a page of names.
    """

    def step(request: Request) -> Reply:
        match = _TAP.fullmatch(request.arguments)
        draft = own(request, int(match[1]) if match else 0)
        if match is None or not draft.guided or draft.turn != int(match[2]):
            raise Refused(Message("answered_already", toast=True))
        draft.touched_at = request.now
        request = replace(request, unit_id=draft.unit_id)
        if match[3] == "back" and drafts.go_back(draft):
            return go_on(request, draft, draft.said, handlers)
        done = _TAPPED[draft.command](request, draft, match[3])
        return go_on(request, draft, done, handlers) if isinstance(done, str) else done

    return step


def _tap(request: Request, draft: Draft, what: str) -> Reply | str:
    """Do what a button of a record's form says: the step as it is now, or what is said then."""
    if draft.step == "attendance" and what.lstrip("p").isdecimal():
        return _tick(request, draft, what)
    end = _ENDS.get((draft.step, what))
    if end is None:
        raise Refused(Message("answered_already", toast=True))
    said = end(request, draft)
    drafts.accept(draft, draft.step or "")
    return said


def _tick(request: Request, draft: Draft, what: str) -> Reply:
    """Tick a person as away, or no longer; or turn to another page. The step stays the same."""
    unit, context, reading = _read(request, draft)
    if what.startswith("p"):
        return (attendance(request, unit, draft, reading, int(what[1:])),)
    people = should_attend(request, unit, reading)
    at = next((n for n, each in enumerate(people) if each.id == int(what)), None)
    if at is None:
        raise Refused(Message("answered_already", toast=True))
    name = people[at].name
    away = [absence for absence in reading.absences if absence.name != name]
    if len(away) == len(reading.absences):
        away.append(Absence(name, None))
    reading = replace(reading, absences=tuple(away))
    _keep_away(request, draft, context, reading)
    return (attendance(request, unit, draft, reading, at // PER_PAGE),)


def tick_named(request: Request, draft: Draft, names: Collection[str]) -> Reply | None:
    """Tick people as away by their names; None where one of them is not asked about."""
    unit, context, reading = _read(request, draft)
    if not set(names) <= {each.name for each in should_attend(request, unit, reading)}:
        return None
    known = {absence.name for absence in reading.absences}
    more = (Absence(name, None) for name in dict.fromkeys(names) if name not in known)
    reading = replace(reading, absences=(*reading.absences, *more))
    draft.touched_at = request.now
    _keep_away(request, draft, context, reading)
    return (attendance(request, unit, draft, reading),)


def _keep_away(request: Request, draft: Draft, context: Context, reading: Meeting) -> None:
    """Note in the draft who is ticked as away now."""
    said = [_without(draft, context)]
    if reading.expected is not None:
        said.append(writing.expected(reading.expected))
    if reading.absences:
        said.append(writing.absent(reading.absences))
    drafts.tick(draft, "\n".join(said))
    drafts.keep(request.session, draft)


def _read(request: Request, draft: Draft) -> tuple[Unit, Context, Meeting]:
    """Read a form as it stands, as of the day it is about."""
    unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
    of_draft = replace(request, draft=draft, written_at=draft.written_at)
    context = context_for(of_draft, unit)
    return unit, context, read_meeting(draft.said, context)


def _without(draft: Draft, context: Context) -> str:
    """Answer what a form says without the lines on attendance alone that came at this step."""
    before = drafts.read_at(draft, "attendance")
    added = draft.said.removeprefix(before).splitlines()
    return "\n".join([before, *(line for line in added if line and not _counts(line, context))])


def _counts(line: str, context: Context) -> bool:
    said = if_readable(read_changes, line, context)
    return said is not None and said.given <= _OF_ATTENDANCE


# ---------------------------------------------------------------- what ends a step


def _everyone(request: Request, draft: Draft) -> str:
    unit, context, reading = _read(request, draft)
    number = expected(request, unit, reading)
    counted = [] if number is None else [writing.expected(number)]
    return "\n".join([_without(draft, context), *counted, writing.everyone()])


def _uncounted(request: Request, draft: Draft) -> str:
    return _without(draft, _read(request, draft)[1])


def _counted(request: Request, draft: Draft) -> str:
    unit, _, reading = _read(request, draft)
    number = expected(request, unit, reading)
    if reading.expected is not None or number is None:
        return draft.said
    return f"{draft.said}\n{writing.expected(number)}"


def _as_it_is(_: Request, draft: Draft) -> str:
    return draft.said


_ENDS: dict[tuple[str | None, str], Callable[[Request, Draft], str]] = {
    ("attendance", "all"): _everyone,
    ("attendance", "none"): _uncounted,
    ("attendance", "next"): _counted,
    ("topics", "skip"): _as_it_is,
    ("confirm", "record"): _as_it_is,
}
_TAPPED: Mapping[str, Callable[[Request, Draft, str], Reply | str]] = {
    "meeting": _tap,
    "dues": dues_form.tap,
    "setup": setup_form.tap,
}
