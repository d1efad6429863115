"""The way into the Party, stage by stage: what may follow when, and the next clock that runs.

发展党员工作细则; 党章第六条、第七条.
"""

from dataclasses import dataclass
from datetime import date

from compliance.people import Member, Stage
from compliance.periods import months_after

ORDER = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE, Stage.PROBATIONARY, Stage.FULL)
YEAR = 12  # months of training as an activist, of probation, and of its longest extension
LETTER_DAYS = 30


@dataclass(frozen=True, slots=True)
class StageDoubt:
    """What is unusual about a step; ``earliest`` is the first day on which it would not be."""

    code: str
    earliest: date | None = None


def doubts_of(member: Member, stage: Stage, on: date) -> tuple[StageDoubt, ...]:
    """Find what is unusual about reaching a stage on a day: a step back, one left out, too early.

    An activist is trained for a year at least (细则第十三条); probation lasts a year (党章第七条).
    """
    before, after = ORDER.index(member.stage), ORDER.index(stage)
    if after < before:
        return (StageDoubt("stage_back"),)
    found = [StageDoubt("stage_skipped")] if after > before + 1 else []
    if stage is Stage.CANDIDATE and (early := _before_a_year(member.activist_on, on)):
        found.append(StageDoubt("activist_early", early))
    if stage is Stage.FULL and (early := _before_a_year(member.admitted_on, on)):
        found.append(StageDoubt("conversion_early", early))
    return tuple(found)


def _before_a_year(begun: date | None, on: date) -> date | None:
    """Answer the day on which a year is over, if the day is before it."""
    if begun is None:
        return None
    over = months_after(begun, YEAR)
    return over if on < over else None


def longest_probation(admitted_on: date) -> date:
    """Answer the last day to which a probation may be extended (党章第七条: 不能超过一年)."""
    return months_after(admitted_on, 2 * YEAR)


def next_clock(member: Member) -> tuple[str, date] | None:
    """Answer what the policy asks of a person next and by when; None where nothing runs.

    ``trained``: a year as an activist is over, ``converted``: probation ends, ``receipt``: the
    transfer must be done.
    """
    if member.letter_on is not None and member.arrived_on is None and member.left_on is not None:
        return "receipt", date.fromordinal(member.letter_on.toordinal() + LETTER_DAYS)
    if member.stage is Stage.ACTIVIST and member.activist_on is not None:
        return "trained", months_after(member.activist_on, YEAR)
    if member.stage is Stage.PROBATIONARY and member.admitted_on is not None:
        due = months_after(member.admitted_on, YEAR)
        return "converted", max(due, member.probation_until or due)
    return None
