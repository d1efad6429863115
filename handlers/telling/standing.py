"""How the unit stands: what is missing, by when, under which clause."""

from dataclasses import replace
from datetime import date, timedelta

from compliance.access import Action
from compliance.assessment import State
from compliance.deadlines import REACH_AFTER
from compliance.periods import Period
from compliance.summary import Line, asked_from, failing_first, lines, so_far
from handlers.authority import allowed, names_may_show
from handlers.grammar import split_period
from handlers.meant import unit_for
from handlers.request import Refused, Reply, Request, in_place
from handlers.telling.overview import all_below, ask_all, overview, tapped_unit
from handlers.units.posts import absent
from storage import tree
from storage.messages import Button, Message, form_buttons
from storage.standing import findings
from storage.units import Unit

DAYS_AHEAD = 30
MOST_DAYS_AHEAD = 366
MOST_FORMS = 6


def status(request: Request) -> Reply:
    """Tell the status of the year so far, or of the period asked for; failing first.

    With 全部 it is that of every branch below, in a line each.
    """
    named = all_below(request)
    if named is not None:
        return overview(request, *named)
    unit, period = _asked(request)
    return (status_of(request, unit, period),)


def first_status(request: Request) -> Message:
    """Tell a unit in whose books nothing is yet what is to be done now; of the past, a line.

    All that was not recorded since it was founded would frighten, and hide what comes next.
    """
    unit = unit_for(request, Action.STATUS)
    if unit.last_number:
        return status_of(request, unit, None)
    found, today = _so_far(request, unit), request.today(unit)
    now = [line for line in found if _is_for_now(line, today)]
    left_out = "earlier" if any(line.lacking and line not in now for line in found) else "rest"
    return _told(request, unit, None, now, left_out=left_out)


def _is_for_now(line: Line, today: date) -> bool:
    return line.to_do and line.state is not State.MISSED and line.period.contains(today)


def drill(request: Request) -> Reply:
    """Tell the status of the unit that was tapped, and offer the way back to where it was."""
    unit, period, back = tapped_unit(request)
    told = status_of(request, unit, period)
    return in_place((replace(told, buttons=(*told.buttons, *back)),))


def status_of(request: Request, unit: Unit, period: Period | None) -> Message:
    """Tell how a unit stands; the person may ask for it."""
    found = _lines(request, unit, period) if period else _so_far(request, unit)
    return _told(request, unit, period, found)


def _told(
    request: Request,
    unit: Unit,
    period: Period | None,
    found: list[Line],
    *,
    left_out: str | None = None,
) -> Message:
    """Tell of some lines; ``left_out`` says what others there are: ``earlier``, or only a rest."""
    ordered = failing_first(found)
    below = () if unit.kind == "branch" else _below(request, unit)
    return Message(
        "status",
        {
            "unit": unit.name,
            "on": request.today(unit),
            "period": period,
            "lines": ordered,
            "left_out": left_out,
            "names": names_may_show(request, unit),
            "below": below,
        },
        buttons=(*_forms(request, unit, ordered), *(ask_all(unit, period) if below else ())),
    )


def _below(request: Request, unit: Unit) -> tuple[str, ...]:
    """Answer the names of the branches below, whose status may be asked for."""
    return tuple(branch.name for branch in tree.branches_below(request.session, unit))


def due(request: Request) -> Reply:
    """List what is still to be done, by deadline, for the days ahead."""
    unit = unit_for(request, Action.STATUS)
    days = _days(request.arguments)
    today = request.today(unit)
    until = today + timedelta(days=days)
    found = _between(request, unit, today - REACH_AFTER, until)
    wanted = [
        line
        for line in found
        if line.to_do and line.state is not State.MISSED and line.due_on <= until
    ]
    wanted.sort(key=lambda line: line.due_on)
    return (
        Message(
            "due",
            {
                "unit": unit.name,
                "on": today,
                "days": days,
                "until": until,
                "lines": wanted,
                "absent": absent(request, unit, {line.requirement.recorder for line in wanted}),
            },
            buttons=_forms(request, unit, wanted),
        ),
    )


def _asked(request: Request) -> tuple[Unit, Period | None]:
    """Read ``[unit] [period]``; what is no period is the name of a unit."""
    _, name = split_period(request.arguments, request.now.date())
    unit = unit_for(request, Action.STATUS, name or None)
    period, _ = split_period(request.arguments, request.today(unit))
    return unit, period


def _days(arguments: str) -> int:
    said = arguments.strip().removesuffix("天").strip()
    if not said:
        return DAYS_AHEAD
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= MOST_DAYS_AHEAD:
        raise Refused(Message("bad_days", {"read": arguments, "most": MOST_DAYS_AHEAD}))
    return int(said)


def _lines(request: Request, unit: Unit, period: Period) -> list[Line]:
    """Answer the lines of every period that overlaps the one asked for."""
    return _between(request, unit, period.start, period.end)


def _so_far(request: Request, unit: Unit) -> list[Line]:
    """Answer what this year lacks, what runs now, and what of last year can still be entered."""
    today = request.today(unit)
    return so_far(_between(request, unit, asked_from(today), today), today)


def _between(request: Request, unit: Unit, first: date, last: date) -> list[Line]:
    today = request.today(unit)
    found = findings(request.session, request.policy, unit, first=first, last=last, on=today)
    return list(lines(found, unit.key))


def _forms(request: Request, unit: Unit, ordered: list[Line]) -> tuple[tuple[Button, ...], ...]:
    """Offer the forms of what is missing now to one who may record it."""
    if not allowed(request, Action.RECORD, unit):
        return ()
    today = request.today(unit)
    kinds = [
        line.requirement.kinds[0]
        for line in ordered
        if line.to_do and line.requirement.kinds and line.period.contains(today)
    ]
    return form_buttons(list(dict.fromkeys(kinds))[:MOST_FORMS])
