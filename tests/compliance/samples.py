"""Facts in few words, for the tests of the assessment."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from compliance.assessment import (
    Finding,
    Group,
    Held,
    Ledger,
    Paid,
    UnitFacts,
    Waiver,
    assess_unit,
)
from compliance.calendar import WorkingDays
from compliance.catalogue import Catalogue, default
from compliance.facts import Score
from compliance.people import DuesBasis, Member, Stage
from compliance.periods import Period
from tests.compliance.calendars import NOTICE

WAGE_6000 = DuesBasis(None, "在职", base=Decimal(6000))  # 90.00 a month


def day(text: str) -> date:
    return date.fromisoformat(text)


def full_members(count: int) -> tuple[Member, ...]:
    return tuple(Member(n, f"党员{n}", Stage.FULL) for n in range(1, count + 1))


def branch(
    *,
    founded: str | None = None,
    dissolved: str | None = None,
    committee: bool = False,
    groups: tuple[Group, ...] = (),
    members: tuple[Member, ...] = (),
    kind: str = "branch",
) -> UnitFacts:
    return UnitFacts(
        id=900,
        name="第一支部",
        founded=day(founded) if founded else None,
        dissolved=day(dissolved) if dissolved else None,
        committee_declared=committee,
        groups=groups,
        members=members,
        kind=kind,
    )


def held(
    number: int,
    kinds: str,
    on: str,
    entered: str | None = None,
    group: int | None = None,
    *,
    about: tuple[int, ...] = (),
    papers: tuple[str, ...] = (),
) -> Held:
    entered_on = day(entered or on)
    each = tuple((kind, entered_on) for kind in kinds.split("+"))
    return Held(number, each, day(on), group, about, papers)


def person(number: int, name: str, stage: Stage, **dates: str) -> Member:
    known = {name: day(text) for name, text in dates.items()}
    return Member(number, name, stage, **known)  # type: ignore[arg-type]


def away(number: int, name: str, **dates: str) -> Member:
    return replace(person(number, name, Stage.FULL, **dates), floating=True)


def waiver(
    requirement: str,
    first: str,
    last: str,
    *,
    subject: int | None = None,
    granted: str = "2026-01-01",
) -> Waiver:
    return Waiver(requirement, subject, day(first), day(last), "封闭集训", day(granted))


def score(requirement: str, year: int, points: str, on: str, number: int = 1) -> Score:
    return Score(requirement, year, Decimal(points), "有创新", day(on), number)


def paid(number: int, member: int, month: str, amount: str, entered: str) -> Paid:
    return Paid(number, member, Period.parse(month), Decimal(amount), day(entered))


def assess(
    unit: UnitFacts,
    ledger: Ledger,
    on: str,
    *,
    period: str | None = None,
    days: WorkingDays = NOTICE,
    catalogue: Catalogue | None = None,
) -> tuple[Finding, ...]:
    """Everything from 1 January to the period that holds ``on``, or of one period."""
    asked = Period.parse(period) if period else None
    return assess_unit(
        catalogue or default(),
        unit,
        ledger,
        first=asked.start if asked else date(day(on).year, 1, 1),
        last=asked.end if asked else day(on),
        on=day(on),
        days=days,
    )


def only(findings: tuple[Finding, ...], code: str, period: str) -> Finding:
    """The one finding of a requirement in a period."""
    (found,) = (f for f in findings if f.requirement.code == code and f.period.code == period)
    return found


def each_day(first: str, last: str) -> list[date]:
    count = (day(last) - day(first)).days + 1
    return [day(first) + timedelta(days=n) for n in range(count)]
