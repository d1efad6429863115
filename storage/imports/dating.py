"""From which day a corrected stage holds: its own date in the row, where that has one."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from compliance.people import Stage
from compliance.stages import ORDER

STAGE_DAYS: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.APPLICANT: "applied_on",
        Stage.ACTIVIST: "activist_on",
        Stage.CANDIDATE: "candidate_on",
        Stage.PROBATIONARY: "admitted_on",
        Stage.FULL: "full_on",
    }
)


def stages_before(
    before: Stage, stage: Stage, said: Mapping[str, object], on: date
) -> list[tuple[Stage, date]]:
    """Answer which stages a row says somebody reached before a day, the earliest stage first.

    Those after the stage they were known to be of, and up to the one they are said to be of.
    """
    between = ORDER[ORDER.index(before) + 1 : ORDER.index(stage)]
    days = ((each, said.get(STAGE_DAYS[each])) for each in (*between, stage))
    return [(each, day) for each, day in days if isinstance(day, date) and day < on]
