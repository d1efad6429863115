"""The yearly assessment of a unit: its findings of a year, made into the sheet."""

from datetime import date

from sqlmodel import Session

from compliance.policy import Policy
from compliance.scoring import Sheet, sheet_of
from storage.rulebooks import policy_of
from storage.standing import findings
from storage.units import Unit


def sheet(
    session: Session,
    policy: Policy,
    unit: Unit,
    year: int,
    *,
    on: date,
    known_on: date | None = None,
) -> Sheet:
    """Answer a unit's sheet of a year as of a day; ``known_on``: as it was then known.

    The weights are those of the unit's rules at the end of the year, or on the day if it is before.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    catalogue = policy_of(session, policy, unit, known_on).on(min(on, last))
    found = findings(session, policy, unit, first=first, last=last, on=on, known_on=known_on)
    return sheet_of(catalogue, found, year, on)
