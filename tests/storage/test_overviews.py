"""Overviews that are kept: always what would be found afresh, and kept as long as that is so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from compliance.catalogue import default
from compliance.overlay import read
from compliance.people import DuesBasis, Stage
from compliance.periods import Cadence, Period
from compliance.policy import Policy
from compliance.summary import asked_from, lines, so_far
from storage import bases, directory, journal, roster, rulemaking
from storage.database import rehearsal, transaction
from storage.imports.rows import RosterRow
from storage.journal import ScoreText, WaiverText
from storage.overviews import Overview, overview_of, overviews, together
from storage.people import Person
from storage.reckoned import OverviewRow
from storage.standing import findings
from storage.units import Unit
from storage.warming import FEW, cold, usual, warm
from tests.compliance.calendars import GUESS
from tests.storage.samples import (
    POLICY,
    a_person,
    a_unit,
    moment,
    numbered,
    pay,
    record,
    reverse,
    said,
)

NOW = moment("2026-11-25 10:00")
TODAY = date(2026, 11, 25)
AT = "2026-11-25 10:00"
SPOILT = 99
LIFE = default().requirement("organisational_life")


def afresh(session: Session, unit: Unit, on: date, period: Period | None = None) -> Overview:
    """What the status of one unit says of it."""
    first, last = (asked_from(on), on) if period is None else (period.start, period.end)
    found = lines(findings(session, POLICY, unit, first=first, last=last, on=on), unit.key)
    return overview_of(found if period else so_far(found, on))


class Branches:
    """Two branches below a general branch, with people; every step is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.on = TODAY
        with transaction(engine) as session:
            self.general = a_unit(session, "党总支", "general_branch").key
            self.units = [
                a_unit(session, name, "branch", directory.unit(session, self.general)).key
                for name in ("第一支部", "第二支部")
            ]
            for key in self.units:
                unit = directory.unit(session, key)
                unit.founded = date(2026, 8, 1)
                a_person(session, unit, "张三", 4000)
                a_person(session, unit, "李四", 4000, stage=Stage.PROBATIONARY)

    def found(self, policy: Policy = POLICY, period: Period | None = None) -> list[Overview]:
        """How the branches stand, in their order."""
        now = NOW + (self.on - TODAY)
        with transaction(self.engine) as session:
            units = directory.units(session, self.units).values()
            found = overviews(session, policy, units, now, period)
        return [found[key] for key in self.units]

    def afresh(self, period: Period | None = None) -> list[Overview]:
        with transaction(self.engine) as session:
            return [
                afresh(session, directory.unit(session, key), self.on, period) for key in self.units
            ]

    def spoil(self) -> None:
        """Let what is kept be wrong, so that one sees whether it is used."""
        with transaction(self.engine) as session:
            of_these = col(OverviewRow.unit_id).in_(self.units)
            session.execute(update(OverviewRow).where(of_these).values(missed=SPOILT))

    def do(self, change: Change) -> None:
        """Change something of the first branch, or of what is above it."""
        with transaction(self.engine) as session:
            change(self, session, directory.unit(session, self.units[0]))


Change = Callable[[Branches, Session, Unit], object]


def _person(session: Session, unit: Unit, name: str = "张三") -> Person:
    of_name = select(Person).where(Person.unit_id == unit.id, Person.name == name)
    return session.exec(of_name).one()


def _records(of: Branches, session: Session, unit: Unit) -> None:
    record(session, unit, "学习", "2026-09-09", AT)


def _takes_back(of: Branches, session: Session, unit: Unit) -> None:
    reverse(session, unit, record(session, unit, "学习", "2026-10-10", AT), AT)


def _amends(of: Branches, session: Session, unit: Unit) -> None:
    number = record(session, unit, "学习", "2026-10-10", AT)
    record(session, unit, "党课", "2026-10-10", AT, amends=number)


def _returns(of: Branches, session: Session, unit: Unit) -> None:
    number = record(session, unit, "学习", "2026-08-10", AT)
    journal.add_return(session, numbered(session, unit, number), "签名不全", said(AT))


def _pays(of: Branches, session: Session, unit: Unit) -> None:
    pay(session, unit, _person(session, unit), "2026-09", 20, AT)


def _waives(of: Branches, session: Session, unit: Unit) -> None:
    text = WaiverText("study", None, date(2026, 8, 1), date(2026, 9, 30), "抗洪")
    journal.add_waiver(session, unit.key, text, said(AT))


def _scores(of: Branches, session: Session, unit: Unit) -> None:
    journal.add_score(session, unit.key, ScoreText("caring", 2026, 855, ""), said(AT))


def _assesses(of: Branches, session: Session, unit: Unit) -> None:
    (member, *_) = bases.people(session, unit.key)
    basis = DuesBasis(date(2026, 9, 1), "在职", base=Decimal(90))
    bases.add_basis(session, unit.key, member, basis, said(AT))


def _imports(of: Branches, session: Session, unit: Unit) -> None:
    new = {"name": "王五", "stage": Stage.FULL}
    roster.take_rows(session, unit, [RosterRow(new, "第一小组", None)], TODAY)


def _leaves(of: Branches, session: Session, unit: Unit) -> None:
    gone = {"name": "张三", "left_on": date(2026, 8, 2)}
    roster.take_rows(session, unit, [RosterRow(gone, None, None)], TODAY)


def _makes_full(of: Branches, session: Session, unit: Unit) -> None:
    roster.make_full(session, _person(session, unit, "李四").key, date(2026, 10, 1), said(AT))


def _elects(of: Branches, session: Session, unit: Unit) -> None:
    unit.committee = not unit.committee
    session.add(unit)


def _chooses(of: Branches, session: Session, unit: Unit) -> None:
    cadence = Cadence.QUARTERLY
    rulemaking.choose_cadence(
        session, POLICY, unit, LIFE, cadence=cadence, today=date(2026, 9, 1), origin=said(AT)
    )


def _chooses_above(of: Branches, session: Session, unit: Unit) -> None:
    _chooses(of, session, directory.unit(session, of.general))


def _lays_down_above(of: Branches, session: Session, unit: Unit) -> None:
    body = '[[requirements]]\ncode = "study"\nbasis = "厂〔2026〕3号"\ncount = 2\n'
    overlay = read("A.toml", f'version = "A"\nholds_from = 2026-09-01\n{body}')
    above = directory.unit(session, of.general)
    rulemaking.load_overlay(session, POLICY, above, overlay, said(AT))


def _moves(of: Branches, session: Session, unit: Unit) -> None:
    unit.parent_id = None
    session.add(unit)


def _sleeps(of: Branches, session: Session, unit: Unit) -> None:
    of.on += timedelta(days=1)


def _sleeps_long(of: Branches, session: Session, unit: Unit) -> None:
    of.on += timedelta(days=20)


CHANGES: tuple[Change, ...] = (
    _records,
    _takes_back,
    _amends,
    _returns,
    _pays,
    _waives,
    _scores,
    _assesses,
    _imports,
    _leaves,
    _makes_full,
    _elects,
    _chooses,
    _chooses_above,
    _lays_down_above,
    _moves,
    _sleeps,
    _sleeps_long,
)


def test_what_is_kept_is_used(engine: Engine) -> None:
    branches = Branches(engine)
    first = branches.found()
    assert first == branches.afresh() == branches.found()
    assert all(overview.fails for overview in first)
    branches.spoil()
    assert [overview.missed for overview in branches.found()] == [SPOILT, SPOILT]


@pytest.mark.parametrize(
    "change", [c for c in CHANGES if c is not _moves], ids=lambda change: change.__name__
)
def test_after_any_change_what_was_kept_is_not(engine: Engine, change: Change) -> None:
    branches = Branches(engine)
    branches.found()
    branches.spoil()
    branches.do(change)
    assert branches.found()[0] == branches.afresh()[0]


def test_a_branch_that_leaves_its_superiors_rules_is_judged_by_others(engine: Engine) -> None:
    branches = Branches(engine)
    branches.do(_lays_down_above)
    branches.do(_records)
    before = branches.found()
    branches.spoil()
    branches.do(_moves)
    assert branches.found()[0] == branches.afresh()[0] != before[0]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(CHANGES), max_size=6))
def test_after_any_changes_it_is_what_would_be_found_afresh(
    engine: Engine, changes: list[Change]
) -> None:
    branches = Branches(engine)
    for change in changes:
        branches.do(change)
        assert branches.found() == branches.afresh()


@pytest.mark.parametrize("code", ["2026", "2026-Q3", "2026-11", "2025"])
def test_a_period_is_kept_beside_the_year_so_far(engine: Engine, code: str) -> None:
    branches, period = Branches(engine), Period.parse(code)
    assert branches.found(period=period) == branches.afresh(period)
    branches.spoil()
    assert [overview.missed for overview in branches.found(period=period)] == [SPOILT, SPOILT]
    assert branches.found() == branches.afresh()
    branches.do(_records)
    assert branches.found(period=period)[0] == branches.afresh(period)[0]


def test_another_calendar_keeps_nothing(sqlite: Engine) -> None:
    branches = Branches(sqlite)
    branches.found()
    branches.spoil()
    assert SPOILT not in [o.missed for o in branches.found(Policy(default(), GUESS))]


def test_what_is_not_committed_keeps_nothing(engine: Engine) -> None:
    branches = Branches(engine)
    with rehearsal(engine) as session:
        units = directory.units(session, branches.units).values()
        assert len(overviews(session, POLICY, units, NOW)) == 2
    with transaction(engine) as session:
        assert session.exec(select(OverviewRow)).all() == []


def test_nothing_is_asked_about_no_units(session: Session) -> None:
    assert overviews(session, POLICY, [], NOW) == {}


def test_overviews_are_added_up() -> None:
    added = together([Overview(1, 2, 3, ("a", "b")), Overview(1, 0, 0, ("b", "c"))])
    assert added == Overview(2, 2, 3, ("a", "b", "c"))
    assert together([]) == Overview()


# ---------------------------------------------------------------- before anybody asks


def _many(session: Session, count: int) -> list[int]:
    general = a_unit(session, "党总支", "general_branch")
    return [a_unit(session, f"第{n}支部", "branch", general).key for n in range(count)]


def test_the_branches_of_a_new_day_are_reckoned_once(engine: Engine) -> None:
    with transaction(engine) as session:
        keys = _many(session, FEW + 1)
        a_unit(session, "没有上级的支部")
    with transaction(engine) as session:
        assert list(cold(session, NOW)) == keys
        warm(session, POLICY, keys[1:], NOW)
    with transaction(engine) as session:
        assert list(cold(session, NOW)) == keys[:1]
        assert list(cold(session, NOW + timedelta(days=1))) == keys


def test_a_new_day_drops_the_periods_of_the_day_before(engine: Engine) -> None:
    branches, earlier = Branches(engine), Period.parse("2026-Q2")
    branches.found(period=earlier)
    branches.do(_sleeps)
    with transaction(engine) as session:
        warm(session, POLICY, branches.units, NOW + timedelta(days=1))
    branches.spoil()
    for period in usual(branches.on):
        assert [each.missed for each in branches.found(period=period)] == [SPOILT, SPOILT]
    assert SPOILT not in [each.missed for each in branches.found(period=earlier)]


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        ("2026-11-25", ("2026-11", "2026-10", "2026-Q4", "2026-Q3", "2026")),
        ("2026-03-31", ("2026-03", "2026-02", "2026-Q1", "2025-Q4", "2026", "2025")),
        ("2026-01-01", ("2026-01", "2025-12", "2026-Q1", "2025-Q4", "2026", "2025")),
    ],
)
def test_what_is_usually_asked_about(on: str, codes: tuple[str, ...]) -> None:
    so_far_too, *periods = usual(date.fromisoformat(on))
    assert so_far_too is None
    assert tuple(period.code for period in periods if period) == codes


def test_of_few_branches_nothing_is_reckoned_beforehand(session: Session) -> None:
    _many(session, FEW)
    assert list(cold(session, NOW)) == []
