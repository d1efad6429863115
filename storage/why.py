"""What lies behind the state of one requirement: what counted, its days, and its reminders."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from compliance.assessment import Finding, assess
from compliance.deadline_story import DeadlineStory, deadline_story
from compliance.deadlines import deadline, due_on
from compliance.explanation import Counted, Explanation, NotCounted, Struck, explain
from compliance.facts import Held, Paid
from compliance.periods import Cadence, Interval, Period, periods_between
from compliance.policy import Policy
from compliance.requirement import Evidence, Requirement, SubjectKind
from compliance.states import Reason, State
from compliance.summary import Line, lines
from storage import listing
from storage.listing import Listed, ListedPayment
from storage.needs import needs_for
from storage.rulebooks import policy_of
from storage.standing import facts_and_ledger
from storage.told import StepTold, steps_told
from storage.units import Unit

# What was held so long before and after the days asked about is told of, as what does not count.
AROUND = timedelta(days=366)
# The reason of what the unit's rules do not hold in a period: it was taken away, or is yet to come.
NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Why:
    """A line of a status, with all that it comes from.

    ``parts`` are the findings it sums up: one, or one a person. ``steps`` are empty for what is
    never reminded of.
    """

    line: Line
    parts: tuple[Explanation, ...]
    deadline: DeadlineStory
    steps: tuple[StepTold, ...]

    @property
    def counted(self) -> tuple[Counted, ...]:
        """Answer what counts for any of its parts, each entry once."""
        return tuple({each.number: each for part in self.parts for each in part.counted}.values())

    @property
    def not_counted(self) -> tuple[NotCounted, ...]:
        """Answer what counts for none of its parts, each entry once."""
        counted = {each.number for each in self.counted}
        found = {each.number: each for part in self.parts for each in part.not_counted}
        return tuple(each for number, each in found.items() if number not in counted)

    @property
    def rests_on(self) -> tuple[Line, ...]:
        """Answer the lines that it is computed from."""
        unit_id = self.parts[0].finding.subject_id
        return lines((found for part in self.parts for found in part.rests_on), unit_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of a unit, in the periods with a day in [first, last], as of a day.

    Days are in the unit's zone.
    """

    unit: Unit
    requirement: Requirement
    first: date
    last: date
    on: date

    @property
    def periods(self) -> tuple[Period, ...]:
        """Answer the periods asked about."""
        return periods_between(self.requirement.cadence, self.first, self.last)


# Chooses the lines to be explained.
Choose = Callable[[Sequence[Line]], Sequence[Line]]


def behind(
    session: Session, policy: Policy, asked: Asked, choose: Choose, now: datetime
) -> tuple[list[Line], list[Why]]:
    """Answer how a requirement stands in all periods asked about, and why in the lines chosen.

    Where the unit's rules ask for it in none of them, all are not applicable, and nothing lies
    behind that.
    """
    unit, requirement = asked.unit, asked.requirement
    own = policy_of(session, policy, unit)
    rules, days = own.rules, own.days
    # Each period by the version that judges it.
    wanted = own.only(lambda r: r.code == requirement.code).wanted(asked.first, asked.last)
    if not wanted:
        return _not_asked(own, asked, choose)
    around = _around(wanted[0][1][0].start, wanted[-1][1][-1].end)
    needs = needs_for(own.rulebook.versions, [version for version, _ in wanted])
    facts, entered = facts_and_ledger(session, unit, around.start, around.end, needs=needs)
    facts = facts.as_of(asked.on)
    found = list(assess(rules, facts, entered, wanted, on=asked.on, days=days))
    all_lines = list(lines(found, unit.key))
    chosen = choose(all_lines)
    of_lines = [_findings(found, line) for line in chosen]
    explained = iter(
        explain(
            rules,
            facts,
            entered,
            [finding for findings in of_lines for finding in findings],
            struck=tuple(_struck(session, policy, asked, around)),
            on=asked.on,
            days=days,
        )
    )
    stories = [deadline_story(rules, findings[0], days) for findings in of_lines]
    told = _told(session, asked, list(zip(chosen, stories, strict=True)), now)
    return all_lines, [
        Why(line, tuple(next(explained) for _ in findings), story, steps)
        for line, findings, story, steps in zip(chosen, of_lines, stories, told, strict=True)
    ]


def _not_asked(own: Policy, asked: Asked, choose: Choose) -> tuple[list[Line], list[Why]]:
    """Answer of a requirement that the unit's rules do not hold that it is asked for nowhere."""
    found = [_unasked(own, asked, period) for period in asked.periods]
    whys = []
    for line in choose(lines(found, asked.unit.key)):
        (finding,) = _findings(found, line)
        story = deadline_story(own.rules, finding, own.days)
        whys.append(Why(line, (Explanation(finding),), story, ()))
    return list(lines(found, asked.unit.key)), whys


def _unasked(own: Policy, asked: Asked, period: Period) -> Finding:
    requirement, unit = asked.requirement, asked.unit
    limits = deadline(own.on(period.start), requirement, due_on(requirement, period), own.days)
    return Finding(
        requirement=requirement,
        subject_kind=SubjectKind.BRANCH,
        subject_id=unit.key,
        subject=unit.name,
        period=period,
        due_on=limits.due_on,
        grace_ends=limits.grace_ends,
        begins=limits.begins,
        required=requirement.count,
        done=0,
        state=State.NOT_APPLICABLE,
        reason=Reason(NOT_ASKED),
        records=(),
        confirmed=limits.confirmed,
    )


def _around(first: date, last: date) -> Interval:
    return Interval(max(first, date.min + AROUND) - AROUND, min(last, date.max - AROUND) + AROUND)


def _findings(found: Sequence[Finding], line: Line) -> list[Finding]:
    """Answer the findings that a line sums up."""
    of_period = [finding for finding in found if finding.period == line.period]
    if line.per_person:
        return of_period
    return [f for f in of_period if line.subject_id in (f.subject_id, 0)]


def _told(
    session: Session, asked: Asked, stories: Sequence[tuple[Line, DeadlineStory]], now: datetime
) -> list[tuple[StepTold, ...]]:
    if not asked.requirement.reminded or not stories:
        return [()] * len(stories)
    steps = {(line.subject_id, line.period.code): story.steps for line, story in stories}
    told = steps_told(session, asked.unit, asked.requirement, steps, now)
    return [told[line.subject_id, line.period.code] for line, _ in stories]


def _struck(session: Session, policy: Policy, asked: Asked, around: Interval) -> Iterator[Struck]:
    """Answer the entries of the requirement's kinds that are out of force."""
    if asked.requirement.evidence is Evidence.PAYMENTS:
        return _struck_payments(session, asked.unit, around)
    kinds = asked.requirement.kinds
    listed = listing.records(session, policy, asked.unit, around.start, around.end)
    return _struck_records(listed, kinds)


def _struck_records(found: Iterable[Listed], kinds: Collection[str]) -> Iterator[Struck]:
    for listed in found:
        text = listed.text
        if listed.struck_by is not None and any(kind in kinds for kind in text.kinds):
            entered_on = listed.entered_at.date()
            held = Held(
                number=listed.number,
                kinds=tuple((kind, entered_on) for kind in text.kinds),
                held_on=text.held_on,
                group_id=text.group_id,
                people=tuple(person for person, _ in text.people),
                materials=text.materials,
            )
            yield Struck(held, listed.struck_by, *_fate(listed))


def _struck_payments(session: Session, unit: Unit, around: Interval) -> Iterator[Struck]:
    for listed in listing.payments(session, unit, around.start, around.end):
        if listed.struck_by is not None:
            paid = Paid(
                number=listed.number,
                member_id=listed.person_id,
                month=Period.of(Cadence.MONTHLY, listed.month),
                amount=listed.amount,
                entered_on=listed.paid_on,
                paid_on=listed.paid_on,
            )
            yield Struck(paid, listed.struck_by, *_fate(listed))


def _fate(listed: Listed | ListedPayment) -> tuple[bool, str | None]:
    """Answer whether an entry was amended, and for which reason it was sent back."""
    reason = None if listed.returned is None else listed.returned.reason
    return listed.amended_by is not None, reason
