"""Arrears of dues: told to the branch's secretary in private, each once for ever, never in a group.

What is told are the people, how many months in a row, and the clause; no consequence is named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.arrears import Arrears, arrears_of, months_until, newest_closed, told_on
from compliance.assessment import Finding, State
from compliance.calendar import WorkingDays
from compliance.catalogue import Requirement, SubjectKind
from compliance.periods import Period
from compliance.policy import Policy
from compliance.requirement import Evidence
from reminders.agenda import Hours
from storage import directory, reminding
from storage.queues import ReminderOutcome
from storage.reminding import ARREARS, ChatDay, Settlement, StepKey
from storage.standing import Asked, findings_of
from storage.units import Unit

KEPT = 64  # closings are the same for every unit: a tick meets few of them


@dataclass(frozen=True, slots=True)
class Watch:
    """A branch whose arrears may have to be told, and the last moment that was planned for."""

    unit: Unit
    hours: Hours
    now: datetime
    planned_through: datetime | None

    @property
    def today(self) -> date:
        """Answer today's date in the unit's zone."""
        return self.now.astimezone(self.hours.zone).date()

    def closed(self, policy: Policy) -> Period | None:
        """Answer the newest month, if it has come to count as unpaid since the last planning."""
        days, grace = policy.days, policy.catalogue.recording_grace
        month = newest_closed(self.today, days, grace)
        at = self.hours.at(told_on(month, days, grace))
        planned = self.planned_through
        return month if planned is not None and planned < at <= self.now else None


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone of whom a private digest tells: who, which requirement, and the unpaid months."""

    person: str
    requirement: Requirement
    arrears: Arrears


def next_look(policy: Policy, hours: Hours, now: datetime) -> datetime | None:
    """Answer the next moment at which a month comes to count as unpaid; None where none is told."""
    if not _told_of(policy):
        return None
    days, grace = policy.days, policy.catalogue.recording_grace
    return _next_closing(days, grace, hours, now.astimezone(hours.zone).date(), now)


@lru_cache(maxsize=KEPT)
def _next_closing(
    days: WorkingDays, grace: int, hours: Hours, today: date, now: datetime
) -> datetime:
    month = newest_closed(today, days, grace)
    while (at := hours.at(told_on(month, days, grace))) <= now:
        month = month.next()
    return at


def _told_of(policy: Policy) -> Requirement | None:
    """Answer the requirement whose arrears are told, if any are."""
    found = (r for r in policy.catalogue.requirements if r.evidence is Evidence.PAYMENTS)
    return next(found, None) if policy.catalogue.dues.arrears else None


def settle(session: Session, policy: Policy, watches: Collection[Watch]) -> Iterator[Settlement]:
    """Settle the arrears of the branches in which a month has just come to count as unpaid.

    First it is asked who has not paid that month, of all branches at once; only where somebody has
    not, the months before it are looked at, and who is to be told.
    """
    requirement = _told_of(policy)
    if requirement is None:
        return
    closed = [(watch, month) for watch in watches if (month := watch.closed(policy)) is not None]
    asked = [Asked(w.unit, w.today, [(requirement, (month,))]) for w, month in closed]
    answers = zip(closed, findings_of(session, policy, asked), strict=True)
    behind = [pair for pair, found in answers if any(f.state is State.MISSED for f in found)]
    units = {watch.unit.key for watch, _ in behind}
    tellers = directory.treasurers(session, units, {w.unit.key: w.today for w, _ in behind})
    already = reminding.settled_of(session, units, requirement.code)
    rows = _rows(session, policy, requirement, behind)
    for (watch, _), of_people in zip(behind, rows, strict=True):
        chat_id = tellers.get(watch.unit.key)
        if chat_id is not None:
            for person_id, arrears in of_people.items():
                key = StepKey(watch.unit.key, requirement.code, person_id, "", "")
                steps = _steps(policy, key, arrears, already)
                yield from (Settlement(k, o, chat_id, watch.today) for k, o in steps)


def _steps(
    policy: Policy, of_person: StepKey, arrears: Arrears, already: Set[StepKey]
) -> Iterator[tuple[StepKey, ReminderOutcome]]:
    """Settle the counts that the row has reached: the highest is told, unless it was before."""
    reached = [n for n in policy.catalogue.dues.arrears if n <= arrears.count]
    for n in reached:
        period, step = arrears.months[0].code, f"{ARREARS}{n}"
        key = StepKey(of_person.unit_id, of_person.requirement, of_person.subject_id, period, step)
        if key not in already:
            told = n == reached[-1]
            yield key, ReminderOutcome.SENT if told else ReminderOutcome.SKIPPED


def _rows(
    session: Session,
    policy: Policy,
    requirement: Requirement,
    closed: Sequence[tuple[Watch, Period]],
) -> Iterator[Mapping[int, Arrears]]:
    """Answer of each branch who has not paid for how many months in a row, by their ids."""
    asked = [Asked(w.unit, w.today, [(requirement, months_until(m))]) for w, m in closed]
    for each, found in zip(asked, findings_of(session, policy, asked), strict=True):
        yield {person_id: arrears for person_id, (_, arrears) in _of_people(each, found).items()}


def _of_people(asked: Asked, found: Collection[Finding]) -> dict[int, tuple[str, Arrears]]:
    oldest = asked.wanted[0][1][0]
    of_person: dict[int, list[Finding]] = defaultdict(list)
    for finding in found:
        if finding.subject_kind is SubjectKind.MEMBER:
            of_person[finding.subject_id].append(finding)
    return {
        person_id: (findings[0].subject, arrears)
        for person_id, findings in of_person.items()
        if (arrears := arrears_of(findings, oldest, asked.on)) is not None
    }


def mentions(
    session: Session, policy: Policy, told: Mapping[ChatDay, Collection[StepKey]], now: datetime
) -> dict[ChatDay, list[tuple[Unit, list[Mention]]]]:
    """Answer what is still to be told of arrears, by chat and day and unit, as it stands now.

    Who has paid meanwhile, so that the row is no longer as long, is left out.
    """
    requirement = _told_of(policy)
    if requirement is None or not told:
        return {}
    units = directory.units(session, {key.unit_id for keys in told.values() for key in keys})
    asked = [_asked(policy, requirement, unit, now) for unit in units.values()]
    found_of = zip(asked, findings_of(session, policy, asked), strict=True)
    people = {each.unit.key: _of_people(each, found) for each, found in found_of}
    return {
        chat_day: [
            (units[unit_id], mentioned)
            for unit_id in sorted({key.unit_id for key in keys})
            if (mentioned := list(_mentioned(requirement, keys, unit_id, people[unit_id])))
        ]
        for chat_day, keys in told.items()
    }


def _asked(policy: Policy, requirement: Requirement, unit: Unit, now: datetime) -> Asked:
    today = now.astimezone(ZoneInfo(unit.timezone)).date()
    newest = newest_closed(today, policy.days, policy.catalogue.recording_grace)
    return Asked(unit, today, [(requirement, months_until(newest))])


def _mentioned(
    requirement: Requirement,
    keys: Collection[StepKey],
    unit_id: int,
    people: Mapping[int, tuple[str, Arrears]],
) -> Iterator[Mention]:
    """Answer those of the steps' people of one unit whose row is still as long, in their order."""
    least = {
        (key.subject_id, key.period): int(key.step.removeprefix(ARREARS))
        for key in keys
        if key.unit_id == unit_id
    }
    for person_id, (person, arrears) in people.items():
        wanted = least.get((person_id, arrears.months[0].code))
        if wanted is not None and arrears.count >= wanted:
            yield Mention(person, requirement, arrears)
