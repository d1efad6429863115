"""Dues unpaid for months in a row (item 10: 按时足额交纳党费).

It states how many months and which; what follows from them is for people to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.calendar import WorkingDays, plus
from compliance.catalogue import Versions
from compliance.deadlines import grace_ends
from compliance.periods import Cadence, Period, months_after
from compliance.states import ENOUGH, Finding, State

# So many months are looked back at: the longest row of interest, with room for what is excused.
MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Arrears:
    """The months that a member has not paid in full, oldest first; never empty.

    ``at_least``: the row reaches back to the oldest month looked at, and may have begun before.
    """

    months: tuple[Period, ...]
    at_least: bool = False

    @property
    def count(self) -> int:
        """Count the months."""
        return len(self.months)


def told_on(month: Period, days: WorkingDays, rules: Versions) -> date:
    """Give the day on which a month counts as unpaid: the working day after its grace has ended."""
    return plus(days, _grace_ends(month, days, rules), 1)


def newest_closed(on: date, days: WorkingDays, rules: Versions) -> Period:
    """Give the newest month whose grace is over on a day."""
    month = Period.of(Cadence.MONTHLY, on).previous()
    while _grace_ends(month, days, rules) >= on:
        month = month.previous()
    return month


def _grace_ends(month: Period, days: WorkingDays, rules: Versions) -> date:
    """Give the end of a month's grace, by the version in force on its first day."""
    return grace_ends(month.end, days, rules.on(month.start).recording_grace)


def months_until(newest: Period) -> tuple[Period, ...]:
    """List the months to look at, oldest first: a year, and one to see whether it began before."""
    first = Period.of(Cadence.MONTHLY, months_after(newest.start, -MONTHS_BACK))
    months = [first]
    while months[-1] < newest:
        months.append(months[-1].next())
    return tuple(months)


def arrears_of(findings: Iterable[Finding], oldest: Period, on: date) -> Arrears | None:
    """Answer the unpaid months in a row up to the newest whose grace is over; None without any.

    ``findings`` are one member's, of dues. A month that was paid, late or not, ends the row; one
    that is excused or does not bind the member is passed over and not counted. A row
    that reaches back to the ``oldest`` month looked at may have begun earlier.
    """
    closed = sorted(
        (f for f in findings if f.grace_ends < on), key=lambda f: f.due_on, reverse=True
    )
    months: list[Period] = []
    for finding in closed:
        if finding.state in ENOUGH:
            break
        if finding.state is State.MISSED and isinstance(finding.period, Period):
            months.append(finding.period)
    if not months:
        return None
    return Arrears(tuple(reversed(months)), at_least=months[-1] <= oldest)
