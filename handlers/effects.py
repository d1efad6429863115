"""What an entry does to the status: the requirements it counts for, as they now stand."""

from collections.abc import Iterable
from dataclasses import replace

from compliance.summary import Line, lines
from handlers.request import Request
from storage.journal import RecordText
from storage.standing import findings
from storage.units import Unit


def satisfied(request: Request, unit: Unit, text: RecordText, number: int) -> tuple[Line, ...]:
    """Answer the lines of the requirements that a record counts for, in the record's period.

    Of what binds people or runs in cases, only the lines that the record of that number counts in.
    """
    catalogue = request.policy.catalogue
    wanted = {r.code for kind in text.kinds for r in catalogue.satisfied_by(kind)}
    found = _lines(request, unit, wanted, text)
    return tuple(
        line
        for line in found
        if line.subject_id in (0, text.group_id)
        and (number in line.records or not (line.per_person or line.requirement.clock))
    )


def _lines(
    request: Request, unit: Unit, codes: Iterable[str], text: RecordText
) -> tuple[Line, ...]:
    catalogue = request.policy.catalogue
    chosen = tuple(r for r in catalogue.requirements if r.code in codes)
    # Only the requirements in question: an echo must not pay for the whole policy.
    policy = replace(request.policy, catalogue=replace(catalogue, requirements=chosen))
    found = findings(
        request.session,
        policy,
        unit,
        first=text.held_on,
        last=text.held_on,
        on=request.today(unit),
    )
    return lines(found, unit.key)
