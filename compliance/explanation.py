"""Why a finding is as it is: what was counted for it, what was not, and what it rests on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compliance.applicability import Subject
from compliance.assessment import assess
from compliance.calendar import WorkingDays
from compliance.cases import Case, cases_of
from compliance.catalogue import Material, Versions
from compliance.derived import filed_as, is_listed, parts_of, wanted_materials
from compliance.facts import Group, Held, Ledger, Paid, UnitFacts
from compliance.ledger_index import LedgerIndex
from compliance.moved import credited
from compliance.people import Member
from compliance.periods import Period
from compliance.requirement import Evidence, SubjectKind
from compliance.states import Finding

# So many entries that do not count are told of for one finding, the nearest ones.
MOST = 5


class Uncounted(StrEnum):
    """Why an entry of a kind that counts does not count."""

    BEFORE = "before"  # held, or paid for a month, before the period
    AFTER = "after"
    NOT_YET = "not_yet"  # held or paid after the day asked about
    OTHER_GROUP = "other_group"  # of another party group, or of none
    OTHER_PEOPLE = "other_people"  # about somebody else, or nobody
    NO_PAPER = "no_paper"  # files nothing that is still wanted
    UNBOUND = "unbound"  # nobody is bound here
    REVERSED = "reversed"
    AMENDED = "amended"
    RETURNED = "returned"  # a superior sent it back


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry that counts: held (or paid) ``on`` a day, first entered on another.

    ``late``: a record entered after the grace (补记), or held after a case's deadline. Of a payment
    ``amount`` is in yuan.
    """

    number: int
    on: date
    entered_on: date
    late: bool
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An entry that does not count, and why.

    ``by`` is the number of the entry that reversed, amended or returned it, and ``reason`` why it
    was returned; ``month`` is what a payment is for.
    """

    number: int
    on: date
    why: Uncounted
    by: int | None = None
    month: Period | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """An entry out of force: reversed, ``amended`` or ``returned``, by the entry numbered ``by``.

    ``returned`` is the reason for which a superior sent it back.
    """

    entry: Held | Paid
    by: int
    amended: bool
    returned: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that item 18 wants, and the entries that are it; a list is ``there`` without any."""

    material: Material
    records: tuple[int, ...]
    there: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding and what it comes from.

    ``rests_on`` are the findings that a derived one is computed from, ``papers`` those that item 18
    wants, ``case`` tells from which day it runs and what closes it.
    """

    finding: Finding
    counted: tuple[Counted, ...] = ()
    not_counted: tuple[NotCounted, ...] = ()
    rests_on: tuple[Finding, ...] = ()
    papers: tuple[Paper, ...] = ()
    case: Case | None = None


def explain(
    rules: Versions,
    unit: UnitFacts,
    ledger: Ledger,
    findings: Iterable[Finding],
    *,
    struck: Sequence[Struck] = (),
    on: date,
    days: WorkingDays,
) -> tuple[Explanation, ...]:
    """Explain findings that were made of these facts on the day ``on``, in their order.

    ``ledger`` may reach beyond their periods: of what was held before and after, the nearest is
    told of. ``struck`` are entries out of force. What was paid elsewhere is no entry of the unit.
    """
    counting = replace(ledger, paid=credited(unit.members, ledger.paid))
    why = _Why(rules, unit, counting, LedgerIndex(counting), tuple(struck), on, days)
    return tuple(why.explanation(finding) for finding in findings)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One finding with whom it binds, the case that runs for it, and the kinds that count."""

    finding: Finding
    subject: Subject
    case: Case | None
    kinds: tuple[str, ...]

    def takes(self, held_on: date) -> bool:
        """Tell whether something held on the day belongs to the period or case."""
        if self.case is not None:
            return self.case.takes(held_on)
        return self.finding.period.contains(held_on)

    def binds(self, record: Held) -> bool:
        """Tell whether a record is the group's own, or about the person."""
        if isinstance(self.subject, Member):
            return self.subject.id in record.people
        return not isinstance(self.subject, Group) or record.group_id == self.subject.id

    def others(self) -> Uncounted:
        """Say whose a record is that is not this subject's."""
        person = isinstance(self.subject, Member)
        return Uncounted.OTHER_PEOPLE if person else Uncounted.OTHER_GROUP

    def outside(self, day: date) -> Uncounted:
        """Say on which side of the period a day lies; an election's own day is before its term."""
        return Uncounted.BEFORE if day <= self.finding.period.start else Uncounted.AFTER


@dataclass(frozen=True, slots=True)
class _Why:
    rules: Versions
    unit: UnitFacts
    ledger: Ledger
    index: LedgerIndex
    struck: tuple[Struck, ...]
    on: date
    days: WorkingDays

    def explanation(self, finding: Finding) -> Explanation:
        requirement = finding.requirement
        if requirement.evidence is Evidence.MATERIALS:
            return Explanation(finding, papers=tuple(self._papers(finding)))
        if requirement.derived_from:
            return Explanation(finding, rests_on=tuple(self._rests_on(finding)))
        asked = self._asked(finding)
        if requirement.evidence is Evidence.PAYMENTS:
            counted, others = self._payments(asked), self._other_payments(asked)
        else:
            counted, others = self._records(asked), self._other_records(asked)
        not_counted = _nearest(others)
        return Explanation(finding, tuple(counted), not_counted, case=asked.case)

    def _asked(self, finding: Finding) -> _Asked:
        case = self._case(finding)
        subject = self._subject(finding)
        return _Asked(finding, subject, case, case.kinds if case else finding.requirement.kinds)

    def _subject(self, finding: Finding) -> Subject:
        bodies: dict[SubjectKind, Sequence[Subject]] = {
            SubjectKind.PARTY_GROUP: self.unit.groups,
            SubjectKind.MEMBER: self.unit.members,
        }
        same = (b for b in bodies.get(finding.subject_kind, ()) if b.id == finding.subject_id)
        return next(same, self.unit)

    def _case(self, finding: Finding) -> Case | None:
        first, last = finding.period.start, finding.period.end
        rules = self.rules.on(self.on)
        found = cases_of(rules, finding.requirement, self.unit, self.index, first=first, last=last)
        for case in found:
            if case.subject.id == finding.subject_id and case.span == finding.period:
                return case
        return None

    def _records(self, asked: _Asked) -> Iterator[Counted]:
        finding = asked.finding
        for record in _in_time_order(self.index.held(asked.kinds, self.unit)):
            entered_on = record.first_entered(asked.kinds)
            if record.number in finding.records and entered_on is not None:
                too_late = asked.case is not None and record.held_on > finding.due_on
                late = too_late or entered_on > finding.grace_ends
                yield Counted(record.number, record.held_on, entered_on, late)

    def _other_records(self, asked: _Asked) -> Iterator[NotCounted]:
        for record in self.index.held(asked.kinds, self.unit):
            if record.number not in asked.finding.records:
                why = self._why(asked, record)
                if why is not None:
                    yield NotCounted(record.number, record.held_on, why)
        for struck in self.struck:
            was = struck.entry
            if isinstance(was, Held) and self._would_count(asked, was):
                why, reason = _fate(struck), struck.returned
                yield NotCounted(was.number, was.held_on, why, struck.by, reason=reason)

    def _why(self, asked: _Asked, record: Held) -> Uncounted | None:
        """Say why a live record does not count; None where it is neither near nor the subject's."""
        own = asked.binds(record)
        if not asked.takes(record.held_on):
            return asked.outside(record.held_on) if own else None
        if record.held_on > self.on:
            return Uncounted.NOT_YET
        if own:
            papers = asked.case is not None and asked.case.papers
            return Uncounted.NO_PAPER if papers else Uncounted.UNBOUND
        return asked.others() if asked.finding.period.contains(record.held_on) else None

    def _would_count(self, asked: _Asked, record: Held) -> bool:
        of_kind = any(kind in asked.kinds for kind, _ in record.kinds)
        return of_kind and asked.binds(record) and asked.takes(record.held_on)

    def _payments(self, asked: _Asked) -> Iterator[Counted]:
        for paid in self._entered_here():
            if paid.number in asked.finding.records:
                late = paid.entered_on > asked.finding.grace_ends
                yield Counted(paid.number, _paid_on(paid), paid.entered_on, late, paid.amount)

    def _entered_here(self) -> Iterator[Paid]:
        return (paid for paid in self.ledger.paid if paid.place is None)

    def _other_payments(self, asked: _Asked) -> Iterator[NotCounted]:
        period = asked.finding.period
        wanted = asked.subject.id, period
        for paid in self._entered_here():
            if paid.member_id == asked.subject.id and paid.number not in asked.finding.records:
                same = paid.month == period
                why = Uncounted.NOT_YET if same else asked.outside(paid.month.start)
                yield NotCounted(paid.number, _paid_on(paid), why, month=paid.month)
        for struck in self.struck:
            was = struck.entry
            if isinstance(was, Paid) and (was.member_id, was.month) == wanted:
                why, by, reason = _fate(struck), struck.by, struck.returned
                yield NotCounted(was.number, _paid_on(was), why, by, was.month, reason)

    def _rests_on(self, finding: Finding) -> Iterator[Finding]:
        """Assess what a derived finding is computed from."""
        parts = parts_of(self.rules, finding.requirement, finding.period, self.on)
        yield from assess(self.rules, self.unit, self.ledger, parts, on=self.on, days=self.days)

    def _papers(self, finding: Finding) -> Iterator[Paper]:
        """Tell of each paper of item 18 which entries of the period it is."""
        last = min(finding.period.end, self.on)
        rules = self.rules.on(finding.period.start)
        for material in wanted_materials(rules, self.unit, last):
            held = filed_as(material, self.unit, self.index, finding.period, last)
            records = tuple(record.number for record in _in_time_order(held))
            listed = is_listed(material, self.unit, last)
            yield Paper(material, records, there=bool(records) or listed)


def _fate(struck: Struck) -> Uncounted:
    if struck.returned is not None:
        return Uncounted.RETURNED
    return Uncounted.AMENDED if struck.amended else Uncounted.REVERSED


def _paid_on(paid: Paid) -> date:
    return paid.paid_on or paid.entered_on


def _in_time_order(records: Iterable[Held]) -> list[Held]:
    return sorted(records, key=lambda record: (record.held_on, record.number))


def _nearest(others: Iterable[NotCounted]) -> tuple[NotCounted, ...]:
    """Keep of those before the period the last, of those after it the first, few of the rest."""
    found = sorted(others, key=lambda each: (each.month or _NO_MONTH, each.on, each.number))
    before = [each for each in found if each.why is Uncounted.BEFORE][-1:]
    after = [each for each in found if each.why is Uncounted.AFTER][:1]
    inside = [each for each in found if each.why not in (Uncounted.BEFORE, Uncounted.AFTER)]
    return (*before, *inside[-MOST:], *after)


_NO_MONTH = Period.parse("0001")
