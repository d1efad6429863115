"""Arrears of dues: told to the branch's secretary in private, each once for ever, never in a group.

What is told are the people, how many months in a row, and the clause; no consequence is named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlmodel import Session

from compliance import dues
from compliance.arrears import Arrears, arrears_of, months_until, newest_closed, told_on
from compliance.assessment import Finding, State
from compliance.catalogue import Catalogue, Requirement, SubjectKind
from compliance.periods import Period
from compliance.policy import Policy
from reminders.agenda import Hours
from storage import directory, duties, reminding
from storage.queues import ReminderOutcome
from storage.reminding import ARREARS, ChatDay, Settlement, StepKey
from storage.rulebooks import policies_of
from storage.standing import Asked, findings_of
from storage.units import Unit

KEPT = 64  # closings are the same for every unit: a tick meets few of them


@dataclass(frozen=True, slots=True)
class Watch:
    """A branch whose arrears may have to be told, and the last moment that was planned for.

    ``policy`` is the branch's own.
    """

    unit: Unit
    policy: Policy
    hours: Hours
    now: datetime
    planned_through: datetime | None

    @property
    def today(self) -> date:
        """Answer today's date in the unit's zone."""
        return self.hours.day_of(self.now)

    @property
    def rules(self) -> Catalogue:
        """Answer the rules in force today."""
        return self.policy.on(self.today)

    @property
    def closed(self) -> Period | None:
        """Answer the newest month, if it has come to count as unpaid since the last planning."""
        days, rules = self.policy.days, self.policy.rules
        month = newest_closed(self.today, days, rules)
        at = self.hours.at(told_on(month, days, rules))
        planned = self.planned_through
        return month if planned is not None and planned < at <= self.now else None


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone of whom a private digest tells: who, which requirement, and the unpaid months."""

    person: str
    requirement: Requirement
    arrears: Arrears


class _Settled:
    """The counts that were ever settled, and under which month each was first."""

    def __init__(self, steps: Set[StepKey]) -> None:
        self._steps = steps
        self._first: dict[StepKey, str] = {}
        for step in steps:
            at_all = replace(step, period="")
            self._first[at_all] = min(step.period, self._first.get(at_all, step.period))

    def has(self, key: StepKey, arrears: Arrears) -> bool:
        """Tell whether a count of this row was settled before.

        Where the row may have begun before the months looked at, which move on, what was settled
        under an earlier month is taken to be of the same row.
        """
        first = self._first.get(replace(key, period="")) if arrears.at_least else None
        return key in self._steps or (first is not None and first < key.period)


def next_look(watch: Watch) -> datetime | None:
    """Answer the next moment at which a month comes to count as unpaid; None where none is told."""
    if _told_of(watch.rules) is None:
        return None
    return _next_closing(watch.policy, watch.hours, watch.today, watch.now)


@lru_cache(maxsize=KEPT)
def _next_closing(policy: Policy, hours: Hours, today: date, now: datetime) -> datetime:
    days, rules = policy.days, policy.rules
    month = newest_closed(today, days, rules)
    while (at := hours.at(told_on(month, days, rules))) <= now:
        month = month.next()
    return at


def _told_of(rules: Catalogue) -> Requirement | None:
    """Answer the requirement whose arrears are told, if any are."""
    return rules.find(dues.CODE) if rules.dues.arrears else None


def settle(session: Session, policy: Policy, watches: Collection[Watch]) -> Iterator[Settlement]:
    """Settle the arrears of the branches in which a month has just come to count as unpaid.

    First it is asked who has not paid that month, of all branches at once; only where somebody has
    not, the months before it are looked at, and who is to be told. ``policy`` is what ships.
    """
    closed = list(_closed(watches))
    asked = [Asked(w.unit, w.today, [(requirement, (month,))]) for w, requirement, month in closed]
    answers = zip(closed, findings_of(session, policy, asked), strict=True)
    behind = [each for each, found in answers if any(f.state is State.MISSED for f in found)]
    days = {watch.unit.key: watch.today for watch, _, _ in behind}
    tellers = duties.treasurers(session, days)
    already = _Settled(reminding.settled_of(session, days.keys(), dues.CODE))
    rows = _rows(session, policy, behind)
    for (watch, requirement, _), of_people in zip(behind, rows, strict=True):
        chat_id = tellers.get(watch.unit.key)
        if chat_id is not None:
            for person_id, arrears in of_people.items():
                key = StepKey(watch.unit.key, requirement.code, person_id, "", "")
                steps = _steps(watch.rules, key, arrears, already)
                yield from (Settlement(k, o, chat_id, watch.today) for k, o in steps)


# A branch in which a month has just come to count as unpaid, by which requirement, and the month.
_Closed = tuple[Watch, Requirement, Period]


def _closed(watches: Iterable[Watch]) -> Iterator[_Closed]:
    for watch in watches:
        requirement, month = _told_of(watch.rules), watch.closed
        if requirement is not None and month is not None:
            yield watch, requirement, month


def _steps(
    rules: Catalogue, of_person: StepKey, arrears: Arrears, already: _Settled
) -> Iterator[tuple[StepKey, ReminderOutcome]]:
    """Settle the counts that the row has reached: the highest is told, unless it was before."""
    reached = [n for n in rules.dues.arrears if n <= arrears.count]
    for n in reached:
        key = replace(of_person, period=arrears.months[0].code, step=f"{ARREARS}{n}")
        if not already.has(key, arrears):
            told = n == reached[-1]
            yield key, ReminderOutcome.SENT if told else ReminderOutcome.SKIPPED


def _rows(
    session: Session, policy: Policy, closed: Sequence[_Closed]
) -> Iterator[Mapping[int, Arrears]]:
    """Answer of each branch who has not paid for how many months in a row, by their ids."""
    asked = [
        Asked(watch.unit, watch.today, [(requirement, months_until(month))])
        for watch, requirement, month in closed
    ]
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

    Who has paid meanwhile, so that the row is no longer as long, is left out, and so is a unit by
    whose own rules no arrears are told any more.
    """
    if not told:
        return {}
    units = directory.units(session, {key.unit_id for keys in told.values() for key in keys})
    own = policies_of(session, policy, units.values())
    standing = [unit for unit in units.values() if unit.dissolved is None]
    asked = [each for unit in standing if (each := _asked(own[unit.key], unit, now))]
    found_of = zip(asked, findings_of(session, policy, asked), strict=True)
    people = {each.unit.key: (each, _of_people(each, found)) for each, found in found_of}
    return {
        chat_day: [
            (units[unit_id], mentioned)
            for unit_id in sorted({key.unit_id for key in keys} & people.keys())
            if (mentioned := list(_mentioned(keys, *people[unit_id])))
        ]
        for chat_day, keys in told.items()
    }


def _asked(own: Policy, unit: Unit, now: datetime) -> Asked | None:
    """Ask about the months to look at, if any arrears are told by the unit's own policy."""
    today = unit.day_of(now)
    rules = own.on(today)
    requirement = _told_of(rules)
    if requirement is None:
        return None
    newest = newest_closed(today, own.days, own.rules)
    return Asked(unit, today, [(requirement, months_until(newest))])


def _mentioned(
    keys: Collection[StepKey], asked: Asked, people: Mapping[int, tuple[str, Arrears]]
) -> Iterator[Mention]:
    """Answer those of the steps' people of one unit whose row is still as long, in their order."""
    least = {
        (key.subject_id, key.period): int(key.step.removeprefix(ARREARS))
        for key in keys
        if key.unit_id == asked.unit.key
    }
    requirement = asked.wanted[0][0]
    for person_id, (person, arrears) in people.items():
        wanted = least.get((person_id, arrears.months[0].code))
        if wanted is not None and arrears.count >= wanted:
            yield Mention(person, requirement, arrears)
