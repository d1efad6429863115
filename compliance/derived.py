"""What is computed and never counted twice: items 6 and 8 from others, item 18 from papers."""

from collections.abc import Iterable, Sequence
from datetime import date

from compliance.catalogue import Catalogue, Material, Requirement, Versions, Wanted
from compliance.counting import Tally
from compliance.facts import Held, UnitFacts
from compliance.ledger_index import LedgerIndex
from compliance.people import Stage
from compliance.periods import Span
from compliance.states import ENOUGH, EXCUSED, SEVERITY, Finding, Reason, State

# Someone on the way into the Party, for whom there are papers to keep (第18项: 组织发展材料).
_DEVELOPING = (Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE, Stage.PROBATIONARY)


def parts_of(rules: Versions, requirement: Requirement, period: Span, on: date) -> Wanted:
    """Give what a derived requirement is computed from, in the periods that have begun by a day."""
    last = max(period.start, min(on, period.end))
    return rules.periods_of(requirement.derived_from, period.start, last)


def summed(findings: Iterable[Finding]) -> tuple[int, int, State, Reason | None]:
    """Answer how many of the findings that bind are met, of how many, and their worst state.

    When none of them binds, neither does what is derived from them.
    """
    bound = [finding for finding in findings if finding.state not in EXCUSED]
    if not bound:
        return 0, 0, State.NOT_APPLICABLE, Reason("derived_of_none")
    met = sum(finding.state in ENOUGH for finding in bound)
    worst = min((finding.state for finding in bound), key=SEVERITY.index)
    return met, len(bound), worst, None


def wanted_materials(catalogue: Catalogue, unit: UnitFacts, day: date) -> tuple[Material, ...]:
    """List the papers to have: those of admission only where someone is on the way."""
    developing = any(m.stage_at(day) in _DEVELOPING and m.on_roster(day) for m in unit.members)
    return tuple(m for m in catalogue.materials if developing or not m.development)


def tally_materials(
    wanted: Sequence[Material],
    unit: UnitFacts,
    ledger: LedgerIndex,
    period: Span,
    *,
    grace_ends: date,
    on: date,
) -> Tally:
    """Count the papers that are there: records held in the period, or people on the roster."""
    entered = {
        material.code: _there_since(material, unit, ledger, period, on) for material in wanted
    }
    there = [since for since in entered.values() if since is not None]
    missing = tuple(material for material in wanted if entered[material.code] is None)
    return Tally(
        done=len(there),
        in_time=sum(since <= grace_ends for since in there),
        shortfall=Reason("materials_missing", {"materials": missing}) if missing else None,
    )


def _there_since(
    material: Material, unit: UnitFacts, ledger: LedgerIndex, period: Span, on: date
) -> date | None:
    """Answer the day on which the paper was entered; None while it is not there."""
    if material.roster:
        return period.start if is_listed(material, unit, min(period.end, on)) else None
    entered = (
        record.first_entered(material.kinds)
        for record in filed_as(material, unit, ledger, period, on)
    )
    return min((day for day in entered if day is not None), default=None)


def is_listed(material: Material, unit: UnitFacts, day: date) -> bool:
    """Tell whether the roster of a day lists anybody whose list is the paper."""
    return any(m.stage_at(day) in material.roster and m.on_roster(day) for m in unit.members)


def filed_as(
    material: Material, unit: UnitFacts, ledger: LedgerIndex, period: Span, on: date
) -> list[Held]:
    """List the records that are the paper: those held in the period, up to ``on``."""
    return [
        record
        for record in ledger.held(material.kinds, unit)
        if record.held_on <= on and period.contains(record.held_on)
    ]
