"""The ledger, ready to be asked by requirement and by member and month."""

from collections.abc import Sequence
from datetime import date

from compliance.facts import Group, Held, Ledger, Paid, UnitFacts
from compliance.people import Member
from compliance.periods import Period
from compliance.requirement import Requirement


class LedgerIndex:
    """One pass over a ledger, so that no finding has to search all of it."""

    def __init__(self, ledger: Ledger) -> None:
        self.waivers = ledger.waivers
        self._held: dict[str, list[Held]] = {}
        self._paid: dict[tuple[int, date], list[Paid]] = {}
        for record in ledger.held:
            for kind, _ in record.kinds:
                self._held.setdefault(kind, []).append(record)
        for paid in ledger.paid:
            self._paid.setdefault((paid.member_id, paid.month.start), []).append(paid)

    def held(self, requirement: Requirement, subject: UnitFacts | Group | Member) -> list[Held]:
        """List the records of the requirement's kinds, each once; for a group its own."""
        found = {r.number: r for kind in requirement.kinds for r in self._held.get(kind, ())}
        return [
            record
            for record in found.values()
            if not isinstance(subject, Group) or record.group_id == subject.id
        ]

    def paid(self, member: Member, month: Period) -> Sequence[Paid]:
        """List the member's payments for the month."""
        return self._paid.get((member.id, month.start), ())
