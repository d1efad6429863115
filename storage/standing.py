"""How a unit stands: its facts and its ledger, read by the policy."""

from datetime import date

from sqlmodel import Session

from compliance.assessment import Finding, assess_unit
from compliance.catalogue import Catalogue
from compliance.periods import Period
from compliance.policy import Policy
from storage.facts import ledger, needs_of, unit_facts
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

    Days are in the unit's zone.
    """
    needs = needs_of(policy.catalogue)
    span = _whole_periods(policy.catalogue, first, last)
    return assess_unit(
        policy.catalogue,
        unit_facts(session, unit, needs),
        ledger(session, unit, *span, known_on, needs=needs),
        first=first,
        last=last,
        on=on,
        days=policy.days,
    )


def _whole_periods(catalogue: Catalogue, first: date, last: date) -> tuple[date, date]:
    """Answer the days of all periods that overlap a span: they may begin before and end after."""
    cadences = {requirement.cadence for requirement in catalogue.requirements}
    begins = [Period.of(cadence, first).start for cadence in cadences]
    ends = [Period.of(cadence, last).end for cadence in cadences]
    return min(begins, default=first), max(ends, default=last)
