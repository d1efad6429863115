"""Dues that a branch still asked for when it ended: who has its people now collects them.

While a branch stands it collects its own arrears, also of those who have left it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from compliance.assessment import Finding, State
from compliance.people import Member
from compliance.periods import Period
from compliance.policy import Policy
from compliance.states import Elsewhere
from storage import directory, listing, roster
from storage.dues_book import DuesLine, dues_findings
from storage.listing import ListedPayment
from storage.moved import Row, same_people
from storage.units import Unit


def dues_left_behind(
    session: Session, policy: Policy, unit: Unit, *, first: date, last: date, on: date
) -> list[DuesLine]:
    """Answer the months between two days that branches which are no more ask of people here.

    Each is asked of the person's newest row on any roster, settled or not; ``paid`` and
    ``payments`` are the unit's own. Where nobody came from elsewhere, nothing is read.
    """
    people = {
        member.id: member
        for member in roster.members(session, unit.key)
        if member.came_from_id is not None and member.arrived_on is None
    }
    behind = [
        _Behind(people[person_id].as_of(on), row)
        for person_id, rows in same_people(session, people).items()
        for row in rows
        if row.unit_id != unit.key and row.dissolved is not None and row.dissolved <= on
    ]
    if not behind:
        return []
    payments = listing.payments(session, unit, first, last)
    ended = directory.units(session, {each.row.unit_id for each in behind})
    return [
        line
        for unit_id, there in sorted(ended.items())
        for line in _lines(
            dues_findings(session, policy, there, first=first, last=last, on=on),
            {each.row.id: each for each in behind if each.row.unit_id == unit_id},
            _Books(there, unit, payments, on),
        )
    ]


@dataclass(frozen=True, slots=True)
class _Behind:
    """Someone who is here now, and their row on the roster of a branch that is no more."""

    member: Member
    row: Row


@dataclass(frozen=True, slots=True)
class _Books:
    """The branch that asked, the one that collects with its payments, and the day it is seen on."""

    there: Unit
    here: Unit
    payments: Iterable[ListedPayment]
    on: date

    def paid(self, person_id: int, month: Period) -> tuple[ListedPayment, ...]:
        """Answer the payments that were entered here for a person and a month."""
        of_person = (person_id, month.start)
        return tuple(p for p in self.payments if (p.person_id, p.month) == of_person)


def _lines(
    found: Iterable[Finding], behind: dict[int, _Behind], books: _Books
) -> Iterator[DuesLine]:
    for finding in found:
        each, month = behind.get(finding.subject_id), finding.period
        if each is None or not isinstance(month, Period) or not each.row.holds(month.end):
            continue
        if finding.state is not State.NOT_APPLICABLE:
            yield _line(finding, month, each.member, books)


def _line(finding: Finding, month: Period, member: Member, books: _Books) -> DuesLine:
    payments = books.paid(member.id, month)
    counting = (p.amount for p in payments if not p.reversed and p.paid_on <= books.on)
    paid = sum(counting, Decimal(0))
    return DuesLine(
        person_id=member.id,
        person=member.name,
        month=month,
        due=finding.due,
        paid=paid,
        state=finding.state,
        payments=payments,
        reason=finding.reason if finding.state is State.WAIVED else None,
        elsewhere=_elsewhere(finding, paid, books),
        asked_by=books.there.name,
    )


def _elsewhere(finding: Finding, paid_here: Decimal, books: _Books) -> Elsewhere | None:
    """Answer what was paid of a month of the other branch, there and anywhere but here."""
    beside = finding.elsewhere or Elsewhere((), Decimal(0))
    amount = finding.paid + beside.amount - paid_here
    places = ((books.there.name,) if finding.paid else ()) + beside.places
    others = tuple(place for place in places if place != books.here.name)
    return Elsewhere(others, amount) if amount > 0 else None
