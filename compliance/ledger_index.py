"""The ledger, ready to be asked by kind and subject, by member and month, by score and year."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from compliance.dues import DuesRules, amount_due
from compliance.facts import Group, Held, Ledger, Paid, Score, UnitFacts
from compliance.people import Member
from compliance.periods import Span


class LedgerIndex:
    """One pass over a ledger, so that no finding has to search all of it."""

    def __init__(self, ledger: Ledger) -> None:
        self.waivers = ledger.waivers
        self._held: dict[str, list[Held]] = {}
        self._about: dict[tuple[str, int], list[Held]] = {}
        self._paid: dict[tuple[int, date], list[Paid]] = {}
        self._due: dict[int, Decimal | None] = {}
        self._scores: dict[tuple[str, int], list[Score]] = {}
        for record in ledger.held:
            for kind, _ in record.kinds:
                self._held.setdefault(kind, []).append(record)
                for person in record.people:
                    self._about.setdefault((kind, person), []).append(record)
        for score in ledger.scores:
            self._scores.setdefault((score.requirement, score.year), []).append(score)
        for paid in ledger.paid:
            self._paid.setdefault((paid.member_id, paid.month.start), []).append(paid)

    def held(self, kinds: Collection[str], subject: UnitFacts | Group | Member) -> list[Held]:
        """List the records of any of the kinds, each once.

        For a group its own; for a person those that are about them.
        """
        if isinstance(subject, Member):
            about = (r for kind in kinds for r in self._about.get((kind, subject.id), ()))
            return list({record.number: record for record in about}.values())
        found = {r.number: r for kind in kinds for r in self._held.get(kind, ())}
        if isinstance(subject, Group):
            return [record for record in found.values() if record.group_id == subject.id]
        return list(found.values())

    def due(self, rules: DuesRules, member: Member, month: Span) -> Decimal | None:
        """Answer the yuan the member owes for the month, reckoned once for each of their bases."""
        basis = member.basis_on(month.end)
        if id(basis) not in self._due:
            self._due[id(basis)] = amount_due(rules, basis)
        return self._due[id(basis)]

    def paid(self, member: Member, month: Span) -> Sequence[Paid]:
        """List the member's payments for the month."""
        return self._paid.get((member.id, month.start), ())

    def scores(self, requirement: str, year: int, on: date) -> list[Score]:
        """List the superior's scores by a day for a requirement's code and year, newest last."""
        given = self._scores.get((requirement, year), ())
        return [score for score in given if score.scored_on <= on]
