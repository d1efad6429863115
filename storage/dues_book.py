"""Dues as people read them: each member and month, what is due, and what was paid."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from compliance.assessment import Finding, Reason, State
from compliance.people import DuesBasis
from compliance.periods import Period
from compliance.policy import Policy
from compliance.requirement import Evidence, SubjectKind
from compliance.states import Elsewhere
from storage import listing
from storage.bases import people
from storage.listing import ListedPayment
from storage.standing import findings
from storage.units import Unit


@dataclass(frozen=True, slots=True)
class DuesLine:
    """One member's month; ``due`` and ``paid`` are yuan, ``due`` None when no basis is known.

    ``payments`` holds reversed ones too; ``paid`` does not count them. ``reason`` says why it
    stands so, where that needs saying: a waiver, a part paid. ``elsewhere`` is what other branches
    were paid for it: it counts, and is in none of the others. ``asked_by`` is the name of another
    branch that asked for the month and is no more: see ``dues_left_behind``.
    """

    person_id: int
    person: str
    month: Period
    due: Decimal | None
    paid: Decimal
    state: State
    payments: tuple[ListedPayment, ...]
    reason: Reason | None = None
    elsewhere: Elsewhere | None = None
    asked_by: str | None = None

    @property
    def due_here(self) -> Decimal:
        """Answer the yuan due that no other branch was paid; 0 when no basis is known."""
        there = Decimal(0) if self.elsewhere is None else self.elsewhere.amount
        return max((self.due or Decimal(0)) - there, Decimal(0))

    @property
    def left(self) -> Decimal:
        """Answer the yuan that are still to be paid, as far as it is known what is due."""
        return max(self.due_here - self.paid, Decimal(0))

    @property
    def counting(self) -> tuple[int, ...]:
        """Answer the numbers of the payments that count."""
        return tuple(payment.number for payment in self.payments if not payment.reversed)


def dues_lines(
    session: Session, policy: Policy, unit: Unit, *, first: date, last: date, on: date
) -> list[DuesLine]:
    """Answer the dues of every member the unit had in the months between two days."""
    found = dues_findings(session, policy, unit, first=first, last=last, on=on)
    # What somebody paid before moving away and back counts for who they are here now.
    payer = {number: finding.subject_id for finding in found for number in finding.records}
    payments: dict[tuple[int, date], tuple[ListedPayment, ...]] = defaultdict(tuple)
    for payment in listing.payments(session, unit, first, last):
        person_id = payer.get(payment.number, payment.person_id)
        payments[person_id, payment.month] += (payment,)
    return [
        DuesLine(
            person_id=finding.subject_id,
            person=finding.subject,
            month=finding.period,
            due=finding.due,
            paid=finding.paid,
            state=finding.state,
            payments=payments[finding.subject_id, finding.period.start],
            reason=finding.reason,
            elsewhere=finding.elsewhere,
        )
        for finding in found
        # The unit stands where there is nobody.
        if finding.subject_kind is SubjectKind.MEMBER and isinstance(finding.period, Period)
    ]


def reductions(session: Session, unit: Unit, month: Period) -> dict[int, DuesBasis]:
    """Answer the reductions in force for a month, by the ids of the people."""
    found = ((member.id, member.basis_on(month.end)) for member in people(session, unit.key))
    return {person_id: basis for person_id, basis in found if basis is not None and basis.reduced}


def dues_findings(
    session: Session, policy: Policy, unit: Unit, *, first: date, last: date, on: date
) -> tuple[Finding, ...]:
    """Answer how the dues of each member stand in the months between two days."""
    return findings(
        session,
        policy,
        unit,
        first=first,
        last=last,
        on=on,
        only=lambda requirement: requirement.evidence is Evidence.PAYMENTS,
    )
