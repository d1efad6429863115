"""What an entry does to the status: the requirements it counts for, as they now stand."""

from collections.abc import Set

from compliance.requirement import ClockStart
from compliance.summary import Line, lines
from handlers.request import Request
from storage.journal import RecordText
from storage.rulebooks import policy_of
from storage.standing import findings
from storage.units import Unit


def satisfied(request: Request, unit: Unit, text: RecordText, number: int) -> tuple[Line, ...]:
    """Answer the lines of the requirements that a record counts for, in the record's period.

    Of what binds people or runs in cases, only the lines that the record of that number counts in,
    or begins.
    """
    catalogue = policy_of(request.session, request.policy, unit).on(text.held_on)
    wanted = {r.code for kind in text.kinds for r in catalogue.satisfied_by(kind)}
    found = _lines(request, unit, wanted, text)
    return tuple(
        line
        for line in found
        if line.subject_id in (0, text.group_id)
        and (_of_everyone(line) or number in line.records or _begins(line, text))
    )


def _of_everyone(line: Line) -> bool:
    """Tell whether a line stands for the unit or group, and not for people or cases."""
    return not line.per_person and line.requirement.clock is None


def _begins(line: Line, text: RecordText) -> bool:
    """Tell whether a line's term begins with the election that was recorded."""
    clock = line.requirement.clock
    elected = clock is not None and clock.starts is ClockStart.ELECTION
    return elected and line.period.start == text.held_on


def _lines(request: Request, unit: Unit, codes: Set[str], text: RecordText) -> tuple[Line, ...]:
    found = findings(
        request.session,
        request.policy,
        unit,
        first=text.held_on,
        last=text.held_on,
        on=request.today(unit),
        # Only the requirements in question: an echo must not pay for the whole policy.
        only=lambda requirement: requirement.code in codes,
    )
    return lines(found, unit.key)
