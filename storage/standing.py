"""How units stand: their facts and their ledgers, read by the policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.assessment import Finding, Wanted, assess, assess_unit, wanted_between
from compliance.catalogue import Catalogue, SubjectKind
from compliance.periods import Period
from compliance.policy import Policy
from storage import directory
from storage.facts import end_of, facts_of, ledger, ledgers, needs_for, needs_of, unit_facts
from storage.units import Unit

# So many units are read at once: enough that the statements cost little, few enough to hold.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about a unit: some periods of some requirements, as of a day in its zone."""

    unit: Unit
    on: date
    wanted: Wanted


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
    begins, ends = _whole_periods(policy.catalogue, first, last)
    found = assess_unit(
        policy.catalogue,
        unit_facts(session, unit, needs),
        # A case may have been closed after the periods asked about.
        ledger(session, unit, begins, max(ends, on), known_on, needs=needs),
        first=first,
        last=last,
        on=on,
        days=policy.days,
    )
    if unit.kind == "branch":
        return found
    wanted = _of_superior(wanted_between(policy.catalogue, first, last))
    return _with_branches(session, policy, found, Asked(unit, on, wanted), known_on)


def _of_superior(wanted: Wanted) -> Wanted:
    return [pair for pair in wanted if pair[0].subject is SubjectKind.SUPERIOR]


def _with_branches(
    session: Session,
    policy: Policy,
    found: tuple[Finding, ...],
    asked: Asked,
    known_on: date | None,
) -> tuple[Finding, ...]:
    """Put what the unit owes each branch below it, kept in their books, in the place of its own."""
    branches = directory.reporting_to(session, asked.unit)
    if not branches or not asked.wanted:
        return found
    before = None if known_on is None else end_of(known_on, ZoneInfo(asked.unit.timezone))
    of_each = [Asked(branch, asked.on, asked.wanted) for branch in branches]
    owed = [f for of in findings_of(session, policy, of_each, before=before) for f in of]
    own = (f for f in found if f.requirement.subject is not SubjectKind.SUPERIOR)
    return (*own, *owed)


def findings_of(
    session: Session,
    policy: Policy,
    asked: Sequence[Asked],
    *,
    any_member: bool = False,
    before: datetime | None = None,
) -> Iterator[tuple[Finding, ...]]:
    """Assess for many units what is asked about each, in the order asked.

    ``any_member``: of members it is only asked whether any is behind. ``before`` leaves out what
    was entered at that moment or later.
    """
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        yield from _findings(session, policy, part, any_member=any_member, before=before)


def _findings(
    session: Session,
    policy: Policy,
    asked: Sequence[Asked],
    *,
    any_member: bool,
    before: datetime | None,
) -> Iterator[tuple[Finding, ...]]:
    pairs = [pair for each in asked for pair in each.wanted]
    if not pairs:
        yield from ([()] * len(asked))
        return
    needs = needs_for(policy.catalogue, {r.code: r for r, _ in pairs}.values())
    units = {each.unit.key: each.unit for each in asked}.values()
    facts = facts_of(session, units, needs)
    first = min(periods[0].start for _, periods in pairs)
    last = max(*(periods[-1].end for _, periods in pairs), *(each.on for each in asked))
    entered = ledgers(session, units, first, last, before, needs=needs)
    for each in asked:
        unit_id = each.unit.key
        yield tuple(
            assess(
                policy.catalogue,
                facts[unit_id],
                entered[unit_id],
                each.wanted,
                on=each.on,
                days=policy.days,
                any_member=any_member,
            )
        )


def _whole_periods(catalogue: Catalogue, first: date, last: date) -> tuple[date, date]:
    """Answer the days of all periods that overlap a span: they may begin before and end after."""
    cadences = {requirement.cadence for requirement in catalogue.requirements}
    begins = [Period.of(cadence, first).start for cadence in cadences]
    ends = [Period.of(cadence, last).end for cadence in cadences]
    return min(begins, default=first), max(ends, default=last)
