"""How the unit stands: what is missing, by when, under which clause."""

from datetime import date, timedelta

from compliance.access import Action
from compliance.assessment import State
from compliance.periods import Cadence, Period
from compliance.summary import Line, failing_first, lines
from handlers.authority import allowed, unit_for
from handlers.grammar import split_period
from handlers.request import Refused, Reply, Request
from storage.messages import Button, Message, form_buttons
from storage.standing import findings
from storage.units import Unit

DAYS_AHEAD = 30
MOST_DAYS_AHEAD = 366
MOST_FORMS = 6


def status(request: Request) -> Reply:
    """Tell the status of the year so far, or of the period asked for; failing first."""
    unit, period = _asked(request)
    today = request.today(unit)
    asked = period or Period.of(Cadence.YEARLY, today)
    found = _lines(request, unit, asked.start, asked.end if period else today)
    if period is None:
        found = [line for line in found if line.failing or line.period.contains(today)]
    ordered = failing_first(found)
    return (
        Message(
            "status",
            {
                "unit": unit.name,
                "on": today,
                "period": period,
                "lines": ordered,
                "names": request.private and allowed(request, Action.DUES_NAMES, unit),
            },
            buttons=_forms(request, unit, ordered),
        ),
    )


def due(request: Request) -> Reply:
    """List what is still to be done, by deadline, for the days ahead."""
    unit = unit_for(request, Action.STATUS)
    days = _days(request.arguments)
    today = request.today(unit)
    until = today + timedelta(days=days)
    found = _lines(request, unit, date(today.year, 1, 1), until)
    wanted = [
        line
        for line in found
        if line.missing and line.state is not State.MISSED and line.due_on <= until
    ]
    wanted.sort(key=lambda line: line.due_on)
    return (
        Message(
            "due",
            {"unit": unit.name, "on": today, "days": days, "until": until, "lines": wanted},
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


def _lines(request: Request, unit: Unit, first: date, last: date) -> list[Line]:
    found = findings(
        request.session,
        request.policy,
        unit,
        first=first,
        last=last,
        on=request.today(unit),
    )
    return list(lines(found, unit.key))


def _forms(request: Request, unit: Unit, ordered: list[Line]) -> tuple[tuple[Button, ...], ...]:
    """Offer the forms of what is missing now to one who may record it."""
    if not allowed(request, Action.RECORD, unit):
        return ()
    today = request.today(unit)
    kinds = [
        line.requirement.kinds[0]
        for line in ordered
        if line.missing and line.requirement.kinds and line.period.contains(today)
    ]
    return form_buttons(list(dict.fromkeys(kinds))[:MOST_FORMS])
