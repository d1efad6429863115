"""Steps on the way into the Party that are unusual: each is asked about with its clause."""

from collections.abc import Iterator

from compliance.people import Stage
from compliance.stages import StageDoubt, doubts_of
from handlers.grammar import Choice, PersonSaid, Problem, RosterSaid
from handlers.request import Request
from storage.roster import member_on
from storage.units import Unit


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
