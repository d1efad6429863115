"""How a unit stands: its facts and its ledger, read by the policy."""

from datetime import date

from sqlmodel import Session

from compliance.assessment import Finding, assess_unit
from compliance.policy import Policy
from storage.facts import ledger, unit_facts
from storage.units import Unit


def findings(
    session: Session,
    policy: Policy,
    unit: Unit,
    *,
    first: date,
    last: date,
    on: date,
    known_on: date | None = None,
) -> tuple[Finding, ...]:
    """Assess every period that overlaps the days from ``first`` to ``last``, as of ``on``.

    Days are in the unit's zone. The ledger is read for whole years, since a period that overlaps
    the span may begin before it and end after it.
    """
    year_first, year_last = date(first.year, 1, 1), date(last.year, 12, 31)
    return assess_unit(
        policy.catalogue,
        unit_facts(session, unit),
        ledger(session, unit, year_first, year_last, known_on),
        first=first,
        last=last,
        on=on,
        days=policy.days,
    )
