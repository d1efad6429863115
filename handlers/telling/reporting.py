"""Reports: the sheet of the yearly assessment."""

from compliance.access import Action, who_may
from compliance.periods import Cadence, Period
from handlers.authority import names_may_show
from handlers.grammar import Problem, Unreadable, split_period, vocabulary
from handlers.meant import branch_in
from handlers.request import Refused, Reply, Request
from storage.messages import Message
from storage.sheets import sheet


def report(request: Request) -> Reply:
    """Show the sheet of a year (this one) with where the points were lost."""
    unit, said = branch_in(request, Action.STATUS)
    today = request.today(unit)
    period, rest = split_period(said, today)
    year = period or Period.of(Cadence.YEARLY, today)
    if unknown := _beside_report(rest):
        refusal = {"name": unknown, "roles": who_may(Action.STATUS), "timed": True}
        raise Refused(Message("unknown_unit", refusal))
    if year.cadence is not Cadence.YEARLY or year.start > today:
        raise Unreadable((Problem("bad_report_year", said, {"year": today.year}),))
    found = sheet(request.session, request.policy, unit, year.year, on=today)
    values = {"unit": unit.name, "on": today, "sheet": found, "full": False}
    return (Message("report", {**values, "named": names_may_show(request, unit)}),)


def _beside_report(said: str) -> str:
    """Answer what was said beside the kind of report: a unit's name that is not within reach."""
    words = said.split()
    for at in range(len(words), 0, -1):
        if vocabulary.look_up("reports", " ".join(words[:at])) is not None:
            return " ".join(words[at:])
        if vocabulary.look_up("reports", " ".join(words[-at:])) is not None:
            return " ".join(words[:-at])
    return said
