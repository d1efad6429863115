"""Reports: the sheet of the yearly assessment."""

from compliance.access import Action
from compliance.periods import Cadence, Period
from handlers.authority import branch_in, names_may_show
from handlers.grammar import Problem, Unreadable, split_period, vocabulary
from handlers.request import Reply, Request
from storage.messages import Message
from storage.sheets import sheet


def report(request: Request) -> Reply:
    """Show the sheet of a year (this one) with where the points were lost."""
    unit, said = branch_in(request, Action.STATUS)
    today = request.today(unit)
    period, rest = split_period(said, today)
    year = period or Period.of(Cadence.YEARLY, today)
    unknown = rest if rest and vocabulary.look_up("reports", rest) is None else ""
    if unknown:
        raise Unreadable((Problem("not_understood", unknown),))
    if year.cadence is not Cadence.YEARLY or year.start > today:
        raise Unreadable((Problem("bad_report_year", said, {"year": today.year}),))
    found = sheet(request.session, request.policy, unit, year.year, on=today)
    values = {"unit": unit.name, "on": today, "sheet": found, "full": False}
    return (Message("report", {**values, "named": names_may_show(request, unit)}),)
