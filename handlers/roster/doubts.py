"""What is unusual of a change: steps on the way into the Party, and who is added once more."""

from collections.abc import Iterator, Sequence

from compliance.people import Stage
from compliance.stages import StageDoubt, doubts_of
from handlers.grammar import Choice, PersonSaid, Problem, RosterSaid
from handlers.request import Request
from storage import namesakes
from storage.people import Person
from storage.roster import groups, member_on
from storage.units import Unit


def of_newcomers(request: Request, unit: Unit, reading: RosterSaid) -> Iterator[Problem]:
    """Find those who are added although one of the name is on the roster: perhaps the same."""
    today = request.today(unit)
    for one in reading.people:
        alike = namesakes.alike(request.session, unit.key, one.name)
        there = tuple(other for other in alike if other.left_on is None or other.left_on > today)
        if there:
            yield _once_more(request, unit, one, there)


def _once_more(request: Request, unit: Unit, one: PersonSaid, there: Sequence[Person]) -> Problem:
    names = {group.key: group.name for group in groups(request.session, unit.key)}
    known = tuple((other.name, other.stage, names.get(other.group_id or 0)) for other in there)
    accepts = f"there_already {one.name} {one.stage} {one.group or ''} {one.on or ''}"
    choice = Choice("sure_another", one.name, request.arguments, accepts)
    return Problem("there_already", one.name, {"name": one.name, "there": known}, (choice,))


def of_stages(request: Request, unit: Unit, reading: RosterSaid) -> Iterator[Problem]:
    """Find what is unusual of the steps that are said."""
    today = request.today(unit)
    for one in reading.people:
        member = member_on(request.session, unit.key, one.name, today)
        stage, on = one.stage or member.stage, one.on or today
        for doubt in doubts_of(member, stage, on):
            yield _asked(request, one, member.stage, doubt)


def _asked(request: Request, one: PersonSaid, before: Stage, doubt: StageDoubt) -> Problem:
    said = request.arguments
    accepts = f"{doubt.code} {one.name} {one.stage} {one.on or ''}"
    values = {"name": one.name, "before": before, "after": one.stage, "earliest": doubt.earliest}
    choice = Choice("sure_stage", one.stage, said, accepts)
    return Problem(doubt.code, one.name, values, (choice,))
