"""How a requirement stands, in one line, for the tables of these tests."""

from compliance.assessment import Finding, Held, Ledger, Paid, UnitFacts, Waiver
from compliance.catalogue import default
from compliance.facts import Score
from tests.compliance.samples import assess, branch

CATALOGUE = default()
BRANCH = branch()

# Nothing is done: the days on which a deadline's state changes, each with the day before.
# 31 January 2026 is a Saturday; the first step comes 60 days before, on 2 December.
BY_JANUARY = [
    ("2025-12-01", "open"),
    ("2025-12-02", "due_soon"),
    ("2026-01-31", "due_soon"),
    ("2026-02-01", "overdue"),
    ("2026-02-04", "overdue"),
    ("2026-02-05", "missed"),
]
# Sixty days before the year's end is Sunday 1 November; New Year's holiday of 2027 is not known.
BY_YEAR_END = [
    ("2026-10-29", "open"),
    ("2026-10-30", "due_soon"),
    ("2026-12-31", "due_soon"),
    ("2027-01-01", "overdue"),
    ("2027-01-05", "overdue"),
    ("2027-01-06", "missed"),
]
# The first half-year: its first step, on Sunday 31 May, comes on the Friday before.
BY_JUNE = [
    ("2026-05-28", "open"),
    ("2026-05-29", "due_soon"),
    ("2026-06-30", "due_soon"),
    ("2026-07-01", "overdue"),
    ("2026-07-03", "overdue"),
    ("2026-07-04", "missed"),
]
# The third quarter: its grace spans National Day and ends on a make-up Saturday, 10 October.
BY_SEPTEMBER = [
    ("2026-09-15", "open"),
    ("2026-09-16", "due_soon"),
    ("2026-09-30", "due_soon"),
    ("2026-10-01", "overdue"),
    ("2026-10-10", "overdue"),
    ("2026-10-11", "missed"),
]
# February: its first step moves before Spring Festival, to a make-up Saturday, 14 February.
BY_FEBRUARY = [
    ("2026-02-13", "open"),
    ("2026-02-14", "due_soon"),
    ("2026-02-28", "due_soon"),
    ("2026-03-01", "overdue"),
    ("2026-03-04", "overdue"),
    ("2026-03-05", "missed"),
]


def findings(
    code: str,
    on: str,
    *done: Held,
    unit: UnitFacts = BRANCH,
    period: str | None = None,
    scores: tuple[Score, ...] = (),
    waivers: tuple[Waiver, ...] = (),
    paid: tuple[Paid, ...] = (),
) -> list[Finding]:
    """What is found of a requirement from 1 January to ``on``, or in one period."""
    ledger = Ledger(held=done, scores=scores, waivers=waivers, paid=paid)
    found = assess(unit, ledger, on, period=period)
    return [finding for finding in found if finding.requirement.code == code]


def said(finding: Finding) -> str:
    """``2026-01-31 missed``, with the reason where there is one."""
    words = [finding.due_on.isoformat(), finding.state.value]
    return " ".join([*words, finding.reason.code] if finding.reason else words)


def stands(
    code: str,
    on: str,
    *done: Held,
    unit: UnitFacts = BRANCH,
    period: str | None = None,
    scores: tuple[Score, ...] = (),
    waivers: tuple[Waiver, ...] = (),
    paid: tuple[Paid, ...] = (),
) -> list[str]:
    """How a requirement stands, ``due_on state reason``, for each subject and period or case."""
    found = findings(
        code, on, *done, unit=unit, period=period, scores=scores, waivers=waivers, paid=paid
    )
    return [said(finding) for finding in found]
