"""Working days: the library's, and over them what was loaded, also while the bot runs."""

from __future__ import annotations

from pathlib import Path

from bot.holidays import ChineseHolidays
from bot.in_force import InForce
from compliance.catalogue import default
from compliance.holiday_notice import Notice, read
from compliance.policy import Policy
from storage import holidays
from storage.database import transaction
from tests.compliance.samples import day, each_day
from tests.stage import Stage
from tests.storage.databases import opened
from tests.storage.samples import said

NOTICE = read(
    "2027.toml",
    """
year = 2027
title = "2027"
off = ["2026-12-31..2027-01-03", "2027-02-05..2027-02-12"]
working = ["2026-12-26", "2027-02-14"]
""",
)
UNKNOWN = 2031  # a year the library does not know for a long time


def test_a_year_nobody_knows_is_monday_to_friday_and_unconfirmed() -> None:
    calendar = ChineseHolidays()

    assert calendar.is_working(day(f"{UNKNOWN}-10-01"))
    assert not calendar.is_working(day(f"{UNKNOWN}-10-04"))
    assert not calendar.is_confirmed(day(f"{UNKNOWN}-10-01"))


def test_a_loaded_notice_makes_its_year_known() -> None:
    calendar = ChineseHolidays([NOTICE])

    assert all(calendar.is_confirmed(each) for each in each_day("2027-01-01", "2027-12-31"))
    assert [calendar.is_working(day(f"2027-02-{n:02}")) for n in (4, 5, 12, 13, 14, 15)] == [
        True,
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_loaded_notice_names_days_of_the_december_before() -> None:
    calendar = ChineseHolidays([NOTICE])

    assert calendar.is_working(day("2026-12-26"))
    assert not calendar.is_working(day("2026-12-31"))
    assert calendar.is_confirmed(day("2026-12-31"))  # the library knows the rest of the year


def test_a_loaded_notice_wins_over_the_library() -> None:
    only = Notice(2026, "", frozenset({day("2026-03-03")}), frozenset())
    calendar = ChineseHolidays([only])

    assert not calendar.is_working(day("2026-03-03"))
    assert calendar.is_working(day("2026-10-01"))
    assert not ChineseHolidays().is_working(day("2026-10-01"))


def test_calendars_are_told_apart() -> None:
    assert ChineseHolidays([NOTICE]) != ChineseHolidays([NOTICE])


def test_a_policy_is_made_anew_only_for_a_new_notice(database: Path) -> None:
    in_force = InForce(Policy(default(), ChineseHolidays()))
    shipped = in_force.policy
    with opened(f"sqlite:///{database}") as engine, transaction(engine) as session:
        in_force.look(session)
        assert in_force.policy is shipped
        holidays.load_notice(session, NOTICE, said())
        in_force.look(session)
        loaded = in_force.policy
        in_force.look(session)

    assert in_force.policy is loaded is not shipped
    assert loaded.catalogue is shipped.catalogue
    assert loaded.days.is_confirmed(day("2027-06-01"))


async def test_a_running_bot_takes_up_a_notice(stage: Stage) -> None:
    """The Spring Festival of 2027 is guessed to be worked, until the notice is there."""
    core = stage.service.core
    await stage.move("2027-02-05 08:00")
    with transaction(core.engine) as session:
        holidays.load_notice(session, NOTICE, said())

    assert core.policy.days.is_working(day("2027-02-08"))
    await stage.move("2027-02-05 08:01")
    assert not core.policy.days.is_working(day("2027-02-08"))
