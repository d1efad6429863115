"""Cases are reminded of by their own clocks, in the branch's chat, until they are closed."""

from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from compliance.people import Stage
from storage import journal
from storage.database import transaction
from storage.journal import Origin, RecordText
from storage.people import Person
from storage.units import Unit
from tests.reminders.world import SENT, SILENT, SKIPPED, founded, mornings, settled, ticking
from tests.storage.samples import a_person, record


def of_case(engine: Engine, requirement: str) -> list[str]:
    """``2026-05-11 -30 sent``, for each step of a requirement's cases."""
    rows = [row for row in settled(engine) if row.requirement == requirement]
    return [f"{row.settled_at:%Y-%m-%d} {row.step} {row.outcome}" for row in rows]


def someone(engine: Engine, unit: Unit, stage: Stage, **dates: date) -> Person:
    with transaction(engine) as session:
        person = a_person(session, unit, "孙八", stage=stage)
        for name, on in dates.items():
            setattr(person, name, on)
    return person


def done(engine: Engine, unit: Unit, person: Person, kind: str, now: datetime) -> None:
    with transaction(engine) as session:
        text = RecordText(kinds=(kind,), held_on=now.date(), people=((person.key, None),))
        journal.add_record(session, unit.key, text, Origin(1, now, None, None))


@pytest.fixture
def unit(sqlite: Engine) -> Unit:
    return founded(sqlite)


def test_the_end_of_a_probation_is_told_thirty_and_fifteen_days_before(
    sqlite: Engine, unit: Unit
) -> None:
    # The second review is due on 30 June, the conversion the day after.
    person = someone(sqlite, unit, Stage.PROBATIONARY, admitted_on=date(2025, 7, 1))
    clock = ticking(sqlite)
    for now in mornings(date(2026, 5, 20), date(2026, 7, 10)):
        if now.date() == date(2026, 6, 29):
            done(sqlite, unit, person, "转正", now)
            done(sqlite, unit, person, "预备期考察", now)
        clock.tick(now)
    found = of_case(sqlite, "probation")
    assert [step for step in found if step.split()[1] in ("-30", "-15")] == [
        "2026-05-29 -30 sent",  # 31 May is a Sunday
        "2026-06-01 -30 sent",
        "2026-06-15 -15 sent",
        "2026-06-16 -15 sent",
    ]
    assert {step.split()[-1] for step in found if step > "2026-06-29"} == {SILENT}


def test_a_transfer_is_told_of_until_its_receipt(sqlite: Engine, unit: Unit) -> None:
    person = someone(sqlite, unit, Stage.FULL, letter_on=date(2026, 3, 1))
    clock = ticking(sqlite)
    for now in mornings(date(2026, 3, 1), date(2026, 4, 30)):
        if now.date() == date(2026, 3, 30):
            done(sqlite, unit, person, "转接回执", now)
        clock.tick(now)
    assert of_case(sqlite, "transfers") == [
        f"2026-03-17 -14 {SENT}",
        f"2026-03-24 -7 {SENT}",
        f"2026-03-27 -3 {SENT}",
        f"2026-03-30 -1 {SILENT}",
        f"2026-03-31 0 {SILENT}",
        f"2026-04-01 +1 {SILENT}",
    ]


def test_a_term_is_told_of_half_a_year_before_it_ends(sqlite: Engine, unit: Unit) -> None:
    with transaction(sqlite) as session:
        record(session, unit, "换届选举", "2023-08-31", "2026-01-05 10:00")
    clock = ticking(sqlite)
    for now in mornings(date(2026, 2, 20), date(2026, 9, 10)):
        clock.tick(now)
    assert of_case(sqlite, "committee_term") == [
        f"2026-03-04 -180 {SENT}",
        f"2026-06-02 -90 {SENT}",
        f"2026-07-02 -60 {SENT}",
        f"2026-07-31 -30 {SENT}",
        f"2026-08-17 -14 {SENT}",
        f"2026-08-24 -7 {SENT}",
        f"2026-08-28 -1 {SENT}",
        f"2026-08-31 0 {SENT}",
        f"2026-09-01 +1 {SENT}",
    ]


def test_a_branch_without_cases_hears_of_none(sqlite: Engine, unit: Unit) -> None:
    clock = ticking(sqlite)
    for now in mornings(date(2026, 1, 5), date(2026, 1, 31)):
        clock.tick(now)
    cases = ("committee_term", "transfers", "admission_files", "activist_review", "probation")
    assert [step for code in cases for step in of_case(sqlite, code)] == []
    assert SKIPPED not in {row.outcome for row in settled(sqlite) if row.requirement in cases}
