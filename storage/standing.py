"""How units stand: their facts and their ledgers, read by the policy."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.assessment import Finding, assess
from compliance.catalogue import Requirement, SubjectKind, Wanted
from compliance.facts import Ledger, UnitFacts
from compliance.policy import Policy
from storage import tree
from storage.elsewhere import with_elsewhere
from storage.facts import facts_of, unit_facts
from storage.ledgers import end_of, ledgers
from storage.needs import Needs, needs_for
from storage.rulebooks import policies_of, policy_of
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
    only: Callable[[Requirement], bool] | None = None,
) -> tuple[Finding, ...]:
    """Assess every period that overlaps the days from ``first`` to ``last``, as of ``on``.

    By the unit's own rules, as they were known on ``known_on``; ``policy`` is the one that ships.
    A merger, and whoever left or came, shows from its day on: before it the past stays what it was.
    ``only`` picks some requirements. Days are in the unit's zone.
    """
    own = policy_of(session, policy, unit, known_on)
    wanted = (own if only is None else own.only(only)).wanted(first, last)
    if not wanted:
        return ()
    needs = needs_for(own.rulebook.versions, [requirement for requirement, _ in wanted])
    before = None if known_on is None else end_of(known_on, ZoneInfo(unit.timezone))
    facts, entered = facts_and_ledger(
        session, unit, *_days([Asked(unit, on, wanted)]), before, needs=needs
    )
    found = tuple(
        assess(
            own.rules,
            facts.as_of(min(on, known_on or on)),
            entered,
            wanted,
            on=on,
            days=own.days,
        )
    )
    if unit.kind == "branch":
        return found
    owed = _owed_by_superior(session, policy, Asked(unit, on, wanted), before)
    return found if owed is None else (*_not_owed(found), *owed)


def facts_and_ledger(
    session: Session,
    unit: Unit,
    first: date,
    last: date,
    before: datetime | None = None,
    *,
    needs: Needs,
) -> tuple[UnitFacts, Ledger]:
    """Answer what a unit is and what was entered for it from one day to another.

    Also what its people paid elsewhere. ``before`` leaves out what was entered at that moment or
    later.
    """
    facts = unit_facts(session, unit, needs)
    own = ledgers(session, [unit], first, last, before, needs=needs)
    entered = with_elsewhere(
        session, [unit], {unit.key: facts}, own, first=first, last=last, before=before
    )
    return facts, entered[unit.key]


def _not_owed(found: tuple[Finding, ...]) -> Iterator[Finding]:
    return (f for f in found if f.requirement.subject is not SubjectKind.SUPERIOR)


def _owed_by_superior(
    session: Session, policy: Policy, asked: Asked, before: datetime | None
) -> Iterator[Finding] | None:
    """Find what the unit owes each branch below it, which is kept in their books.

    None when there is no branch, or nothing of the kind is asked about.
    """
    wanted = [pair for pair in asked.wanted if pair[0].subject is SubjectKind.SUPERIOR]
    branches = tree.reporting_to(session, asked.unit, asked.on)
    if not branches or not wanted:
        return None
    of_each = [Asked(branch, asked.on, wanted) for branch in branches]
    return (f for of in findings_of(session, policy, of_each, before=before) for f in of)


def findings_of(
    session: Session,
    policy: Policy,
    asked: Sequence[Asked],
    *,
    any_member: bool = False,
    before: datetime | None = None,
) -> Iterator[tuple[Finding, ...]]:
    """Assess for many units what is asked about each, in the order asked.

    By the own rules of each; ``policy`` is the one that ships. ``any_member``: of members it is
    only asked whether any is behind. ``before`` leaves out what was entered or laid down at that
    moment or later.
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
    units = {each.unit.key: each.unit for each in asked}.values()
    own = policies_of(session, policy, units, before)
    rested_on = {id(rules): rules for rules in own.values()}.values()
    versions = {id(v): v for rules in rested_on for v in rules.rulebook.versions}.values()
    needs = needs_for(versions, {id(r): r for r, _ in pairs}.values())
    facts = facts_of(session, units, needs)
    first, last = _days(asked)
    books = ledgers(session, units, first, last, before, needs=needs)
    entered = with_elsewhere(session, units, facts, books, first=first, last=last, before=before)
    for each in asked:
        unit_id = each.unit.key
        yield tuple(
            assess(
                own[unit_id].rules,
                facts[unit_id].as_of(_known(each, before)),
                entered[unit_id],
                each.wanted,
                on=each.on,
                days=policy.days,
                any_member=any_member,
            )
        )


def _known(asked: Asked, before: datetime | None) -> date:
    """Answer as of which day the unit is seen."""
    if before is None:
        return asked.on
    return min(asked.on, asked.unit.day_of(before) - timedelta(days=1))


def _days(asked: Sequence[Asked]) -> tuple[date, date]:
    """Answer the first and the last day of all periods, or later the last day asked as of.

    A case may have been closed after the periods asked about.
    """
    periods = [periods for each in asked for _, periods in each.wanted]
    ends = (of[-1].end for of in periods)
    return min(of[0].start for of in periods), max(*ends, *(each.on for each in asked))
