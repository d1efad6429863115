"""Asking about some periods, or only whether any member is behind, answers the same of those."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from compliance.assessment import (
    Finding,
    Ledger,
    State,
    Wanted,
    assess,
    assess_unit,
    wanted_between,
)
from compliance.catalogue import default
from compliance.periods import Period
from compliance.summary import Line, lines
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import branch, full_members, paid
from tests.compliance.test_assessment_properties import BASES, FIRST, LAST, UNIT, ledgers, year

CATALOGUE = default()
EVERYTHING = wanted_between(CATALOGUE, FIRST, LAST)


@st.composite
def some(draw: st.DrawFn) -> Wanted:
    """Some requirements, each with some of its periods."""
    chosen = draw(st.lists(st.sampled_from(EVERYTHING), max_size=4, unique_by=lambda w: w[0].code))
    return [
        (requirement, tuple(sorted(draw(st.sets(st.sampled_from(periods), min_size=1)))))
        for requirement, periods in chosen
    ]


def found(wanted: Wanted, ledger: Ledger, on: date, *, any_member: bool = False) -> list[Finding]:
    asked = assess(CATALOGUE, UNIT, ledger, wanted, on=on, days=NOTICE, any_member=any_member)
    return list(asked)


def bound(of: list[Finding]) -> dict[tuple[str, int, str], Line]:
    """The lines that bind somebody, by requirement, subject and period."""
    return {
        (line.requirement.code, line.subject_id, line.period.code): line
        for line in lines(of, UNIT.id)
        if line.state is not State.NOT_APPLICABLE
    }


@given(some(), ledgers, year)
def test_some_periods_stand_as_they_do_among_all(wanted: Wanted, ledger: Ledger, on: date) -> None:
    everything = assess_unit(CATALOGUE, UNIT, ledger, first=FIRST, last=LAST, on=on, days=NOTICE)
    asked = {(requirement.code, period) for requirement, periods in wanted for period in periods}
    cases = {requirement.code for requirement, _ in wanted if requirement.clock is not None}
    among_all = [
        f
        for f in everything
        if (f.requirement.code, f.period) in asked or f.requirement.code in cases
    ]
    assert bound(found(wanted, ledger, on)) == bound(among_all)


def test_of_members_no_more_is_found_once_one_is_behind() -> None:
    """In each period on its own: the first has paid for January, nobody for February."""
    unit = branch(members=tuple(replace(one, bases=BASES) for one in full_members(3)))
    ledger = Ledger(paid=(paid(1, 1, "2026-01", "90", "2026-01-15"),))
    dues = CATALOGUE.requirement("dues")
    periods = (Period.parse("2026-01"), Period.parse("2026-02"))
    asked = assess(
        CATALOGUE,
        unit,
        ledger,
        [(dues, periods)],
        on=date(2026, 2, 10),
        days=NOTICE,
        any_member=True,
    )
    assert [(f.subject_id, f.period.code, f.state) for f in asked] == [
        (1, "2026-01", State.MET),
        (1, "2026-02", State.OPEN),
        (2, "2026-01", State.MISSED),
    ]


@given(some(), ledgers, year)
def test_whether_any_member_is_behind(wanted: Wanted, ledger: Ledger, on: date) -> None:
    whole = bound(found(wanted, ledger, on))
    brief = bound(found(wanted, ledger, on, any_member=True))
    assert {key: line.missing for key, line in brief.items()} == {
        key: line.missing for key, line in whole.items()
    }
    others = [key for key, line in whole.items() if not line.per_person]
    assert all(brief[key] == whole[key] for key in others)
