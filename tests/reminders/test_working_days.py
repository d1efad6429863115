"""Steps around holidays: the working day before, the made-up Saturday, the year not yet told."""

from datetime import date

import pytest
from sqlalchemy import Engine

from storage.messages import Message
from tests.reminders.world import at, founded, mornings, settled, ticking


def walked(engine: Engine, first: date, last: date) -> dict[str, list[str]]:
    """On which day each step of the branch's study came."""
    founded(engine)
    clock = ticking(engine)
    for now in mornings(first, last):
        clock.tick(now)
    found: dict[str, list[str]] = {}
    for row in settled(engine):
        if row.requirement == "study":
            day = row.settled_at.date().isoformat()
            found.setdefault(f"{row.period} {row.step}", []).append(f"{day} {row.outcome}")
    return found


@pytest.mark.parametrize(
    ("first", "last", "steps"),
    [
        (  # 15 to 23 February is Spring Festival; the Saturdays 14 and 28 are worked
            date(2026, 2, 1),
            date(2026, 3, 31),
            {
                "2026-02 -7": ["2026-02-14 sent"],
                "2026-02 -3": ["2026-02-25 sent"],
                "2026-02 -1": ["2026-02-27 sent"],
                "2026-02 0": ["2026-02-28 sent"],
                "2026-02 +1": ["2026-03-02 sent"],
            },
        ),
        (  # 25 to 27 September and 1 to 7 October are holidays; the grace ends on Saturday the 10th
            date(2026, 9, 10),
            date(2026, 10, 20),
            {
                "2026-09 -7": ["2026-09-23 sent"],
                "2026-09 -3": ["2026-09-24 sent"],
                "2026-09 -1": ["2026-09-29 sent"],
                "2026-09 0": ["2026-09-30 sent"],
                "2026-09 +1": ["2026-10-08 skipped"],
                "2026-09 +8": ["2026-10-08 sent"],
            },
        ),
        (  # 31 May is a Sunday: its last steps fall on the Friday before, as one reminder
            date(2026, 5, 20),
            date(2026, 6, 10),
            {
                "2026-05 -7": ["2026-05-22 sent"],
                "2026-05 -3": ["2026-05-28 sent"],
                "2026-05 -1": ["2026-05-29 skipped"],
                "2026-05 0": ["2026-05-29 sent"],
                "2026-05 +1": ["2026-06-01 sent"],
            },
        ),
        (  # no notice tells of 2027: its weekdays are taken as worked
            date(2026, 12, 20),
            date(2027, 1, 20),
            {
                "2026-12 -7": ["2026-12-24 sent"],
                "2026-12 -3": ["2026-12-28 sent"],
                "2026-12 -1": ["2026-12-30 sent"],
                "2026-12 0": ["2026-12-31 sent"],
                "2026-12 +1": ["2027-01-01 sent"],
            },
        ),
    ],
)
def test_steps_move_with_the_holidays(
    sqlite: Engine, first: date, last: date, steps: dict[str, list[str]]
) -> None:
    month = next(iter(steps)).split()[0]
    found = walked(sqlite, first, last)
    assert {key: on for key, on in found.items() if key.startswith(month)} == steps


def confirmed(message: Message) -> dict[str, bool]:
    units = message.values["units"]
    assert isinstance(units, list)
    return {
        f"{line.requirement.code} {line.period.code}": line.confirmed
        for _, lines in units
        for line in lines
    }


def test_what_rests_on_a_guessed_calendar_says_so(sqlite: Engine) -> None:
    founded(sqlite)
    clock = ticking(sqlite)
    clock.tick(at("2026-11-01 09:00"))
    (november,) = clock.tick(at("2026-12-01 09:00"))
    assert confirmed(november)["study 2026-11"]
    (december,) = clock.tick(at("2027-01-01 09:00"))
    assert not confirmed(december)["study 2026-12"]


def test_plans_due_in_january_are_spoken_of_from_the_december_before(sqlite: Engine) -> None:
    founded(sqlite)
    clock = ticking(sqlite)
    for now in mornings(date(2026, 11, 20), date(2027, 2, 5)):
        clock.tick(now)
    rows = {
        (row.step, row.settled_at.date().isoformat())
        for row in settled(sqlite)
        if (row.requirement, row.period) == ("annual_plan", "2027")
    }
    assert rows == {
        ("-60", "2026-12-02"),
        ("-30", "2027-01-01"),
        ("-14", "2027-01-15"),
        ("-7", "2027-01-22"),
        ("-3", "2027-01-28"),
        ("-1", "2027-01-29"),
        ("0", "2027-01-29"),
        ("+1", "2027-02-01"),
    }
