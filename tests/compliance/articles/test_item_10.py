"""Item 10: dues, transfers of membership, and members who are away."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compliance.assessment import Held, Paid
from compliance.people import DuesBasis, Member, Stage, Was
from tests.compliance.articles.standing import BY_FEBRUARY, BY_JUNE, findings, stands
from tests.compliance.samples import WAGE_6000, away, branch, day, held, paid, person, waiver

ZHANG = Member(1, "张三", Stage.FULL, bases=(WAGE_6000,))  # 90.00 a month
PAYERS = branch(members=(ZHANG,))


@pytest.mark.parametrize(("on", "state"), BY_FEBRUARY)
def test_dues_are_due_by_the_end_of_the_month(on: str, state: str) -> None:
    assert stands("dues", on, unit=PAYERS, period="2026-02") == [f"2026-02-28 {state}"]
    unknown = branch(members=(Member(1, "张三", Stage.FULL),))
    found = stands("dues", on, unit=unknown, period="2026-02")
    assert found == [f"2026-02-28 {state} no_basis"]


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([("90", "2026-02-28")], "met"),
        ([("90", "2026-03-04")], "met"),  # the last day of the grace
        ([("90", "2026-03-05")], "met_late"),
        ([("89.99", "2026-02-28")], "missed partial"),
        ([("89.99", "2026-02-28"), ("0.01", "2026-03-04")], "met"),
        ([("89.99", "2026-02-28"), ("0.01", "2026-03-05")], "met_late"),
        ([("200", "2025-12-01")], "met"),  # paid ahead
    ],
)
def test_dues_are_met_by_the_entry_that_reaches_the_amount(
    payments: list[tuple[str, str]], expected: str
) -> None:
    given = tuple(paid(n, 1, "2026-02", yuan, on) for n, (yuan, on) in enumerate(payments, 1))
    found = stands("dues", "2026-03-10", unit=PAYERS, period="2026-02", paid=given)
    assert found == [f"2026-02-28 {expected}"]


def test_dues_of_a_leap_february_and_of_another_month() -> None:
    given: tuple[Paid, ...] = (paid(1, 1, "2024-03", "90", "2024-02-29"),)
    found = stands("dues", "2024-03-06", unit=PAYERS, period="2024-02", paid=given)
    assert found == ["2024-02-29 missed"]
    found = stands("dues", "2024-03-06", unit=PAYERS, period="2024-03", paid=given)
    assert found == ["2024-03-31 met"]


@pytest.mark.parametrize(
    ("stage", "dates", "expected"),
    [
        ("full", {}, ["missed", "missed", "missed"]),
        ("full", {"joined_on": "2026-02-28"}, ["joined_later", "missed", "missed"]),
        ("full", {"joined_on": "2026-03-01"}, ["joined_later", "joined_later", "missed"]),
        ("full", {"left_on": "2026-02-28"}, ["missed", "left", "left"]),
        ("full", {"left_on": "2026-03-01"}, ["missed", "missed", "left"]),
        ("probationary", {"admitted_on": "2026-02-28"}, ["not_admitted", "missed", "missed"]),
        ("probationary", {"admitted_on": "2026-03-01"}, ["not_admitted", "not_admitted", "missed"]),
    ],
)
def test_dues_bind_whoever_is_a_member_here_on_the_months_last_day(
    stage: str, dates: dict[str, str], expected: list[str]
) -> None:
    unit = branch(members=(person(1, "张三", Stage(stage), **dates),))
    found = findings("dues", "2026-05-01", unit=unit, period="2026-Q1")
    excused = [
        f.reason.code if f.state == "not_applicable" and f.reason else f.state for f in found
    ]
    assert excused == expected


def test_dues_that_are_waived_say_until_when() -> None:
    excuse = waiver("dues", "2026-01-01", "2026-06-30", subject=1)
    (found,) = findings("dues", "2026-05-01", unit=PAYERS, period="2026-03", waivers=(excuse,))
    assert found.state == "waived"
    assert found.reason is not None
    assert found.reason.values["until"] == day("2026-06-30")
    nothing = DuesBasis(None, "", fixed=Decimal(0))
    free = branch(members=(Member(1, "张三", Stage.FULL, bases=(nothing,)),))
    assert stands("dues", "2026-05-01", unit=free, period="2026-03") == ["2026-03-31 met"]


def letter(on: str) -> Member:
    return person(1, "张三", Stage.FULL, letter_on=on)


def receipt(on: str, entered: str | None = None, *, about: int = 1) -> Held:
    return held(1, "转接回执", on, entered, about=(about,))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-03-01", "open"),
        ("2026-03-16", "open"),
        ("2026-03-17", "due_soon"),
        ("2026-03-31", "due_soon"),  # thirty days after the letter
        ("2026-04-01", "overdue"),
        ("2026-04-04", "overdue"),  # the grace is over, and it may still be completed
        ("2026-05-30", "overdue"),  # ninety days after the letter
        ("2026-05-31", "missed"),
    ],
)
def test_transfers_take_thirty_days_from_the_letter_and_ninety_at_most(on: str, state: str) -> None:
    unit = branch(members=(letter("2026-03-01"),))
    assert stands("transfers", on, unit=unit) == [f"2026-03-31 {state}"]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (receipt("2026-02-28"), "missed"),  # before the letter
        (receipt("2026-03-01"), "met"),
        (receipt("2026-03-31", "2026-04-03"), "met"),
        (receipt("2026-03-31", "2026-04-04"), "met_late"),  # entered late
        (receipt("2026-04-01"), "met_late held_on"),
        (receipt("2026-08-01"), "met_late held_on"),
        (receipt("2026-03-10", about=2), "missed"),  # someone else's
    ],
)
def test_transfers_are_closed_by_the_receipt(done: Held, expected: str) -> None:
    unit = branch(members=(letter("2026-03-01"),))
    assert stands("transfers", "2026-08-01", done, unit=unit) == [f"2026-03-31 {expected}"]


@pytest.mark.parametrize(
    ("on", "letters", "expected"),
    [
        ("2026-03-01", ["2025-12-20"], ["2026-01-19 overdue"]),  # over the year's end
        ("2026-03-01", ["2025-10-01"], ["2025-10-31 missed"]),  # open since last year
        ("2024-03-01", ["2024-01-30"], ["2024-02-29 overdue"]),  # a leap day
        ("2026-03-01", ["2026-03-02"], ["2026-12-31 not_applicable no_transfers"]),  # to come
        ("2026-03-01", [], ["2026-12-31 not_applicable no_transfers"]),
    ],
)
def test_transfers_of_every_letter_that_is_open(
    on: str, letters: list[str], expected: list[str]
) -> None:
    unit = branch(members=tuple(map(letter, letters)))
    assert stands("transfers", on, unit=unit) == expected


def test_transfers_completed_the_year_before_are_no_more_spoken_of() -> None:
    unit = branch(members=(letter("2025-10-01"),))
    found = stands("transfers", "2026-03-01", receipt("2025-11-20"), unit=unit)
    assert found == ["2026-12-31 not_applicable no_transfers"]


def test_transfers_go_on_for_who_has_left_and_may_be_waived() -> None:
    gone = person(1, "张三", Stage.FULL, letter_on="2026-03-01", left_on="2026-03-01")
    unit = branch(members=(gone,))
    assert stands("transfers", "2026-04-10", unit=unit) == ["2026-03-31 overdue"]
    excuse = waiver("transfers", "2026-03-31", "2026-03-31", subject=1)
    found = stands("transfers", "2026-04-10", unit=unit, waivers=(excuse,))
    assert found == ["2026-03-31 waived waived"]


AWAY = away(1, "张三")


@pytest.mark.parametrize(("on", "state"), BY_JUNE)
def test_floating_members_are_heard_from_each_half_year(on: str, state: str) -> None:
    unit = branch(members=(AWAY, Member(2, "李四", Stage.FULL)))
    found = findings("floating_members", on, unit=unit, period="2026-H1")
    assert [(f.subject, f.state) for f in found] == [("张三", state)]


@pytest.mark.parametrize(
    ("held_on", "about", "expected"),
    [
        ("2026-06-30", (1,), ["met", "open"]),
        ("2026-06-30", (2, 1), ["met", "open"]),
        ("2026-06-30", (2,), ["missed", "open"]),
        ("2026-06-30", (), ["missed", "open"]),
        ("2026-07-01", (1,), ["missed", "met"]),
    ],
)
def test_floating_members_are_counted_where_a_record_names_them(
    held_on: str, about: tuple[int, ...], expected: list[str]
) -> None:
    spoken = held(1, "流动党员联系", held_on, about=about)
    found = findings("floating_members", "2026-08-01", spoken, unit=branch(members=(AWAY,)))
    assert [f.state for f in found] == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([Member(1, "张三", Stage.FULL)], ["2026-12-31 not_applicable no_floating"]),
        ([], ["2026-12-31 not_applicable no_floating"]),
        (
            [away(1, "张三", left_on="2026-06-30")],
            ["2026-12-31 not_applicable no_floating"],
        ),
        (
            [away(1, "张三", joined_on="2026-07-01")],
            ["2026-06-30 not_applicable joined_later", "2026-12-31 open"],
        ),
    ],
)
def test_floating_members_bind_in_the_half_years_they_end_here(
    members: list[Member], expected: list[str]
) -> None:
    found = stands("floating_members", "2026-08-01", unit=branch(members=tuple(members)))
    assert found == expected


def test_a_transfer_is_done_when_the_other_roster_has_the_person() -> None:
    arrived = person(1, "张三", Stage.FULL, letter_on="2026-03-01", arrived_on="2026-03-20")
    unit = branch(members=(arrived,))
    assert stands("transfers", "2026-03-19", unit=unit) == ["2026-03-31 due_soon"]
    assert stands("transfers", "2026-04-10", unit=unit) == ["2026-03-31 met"]
    late = branch(members=(replace(arrived, arrived_on=day("2026-04-02")),))
    assert stands("transfers", "2026-04-10", unit=late) == ["2026-03-31 met_late held_on"]


def test_whoever_was_away_on_any_day_of_a_half_year_is_owed_contact_in_it() -> None:
    at_home = Was(day("2026-02-10"), "张三", Stage.FULL, None, floating=False)
    gone = Was(day("2026-06-01"), "张三", Stage.FULL, None, floating=True)
    back = replace(person(1, "张三", Stage.FULL), was=(at_home, gone))
    here = person(2, "李四", Stage.FULL)
    unit = branch(members=(back, here))
    found = stands("floating_members", "2027-02-01", unit=unit, period="2026")
    assert found == ["2026-06-30 missed", "2026-12-31 not_applicable not_floating"]


def test_whoever_was_no_member_yet_owed_no_dues() -> None:
    before = Was(day("2026-02-10"), "张三", Stage.CANDIDATE, None, floating=False)
    unit = branch(members=(replace(ZHANG, was=(before,)),))
    found = stands("dues", "2026-05-01", unit=unit, period="2026-Q1")
    assert found == [
        "2026-01-31 not_applicable not_admitted",
        "2026-02-28 missed",
        "2026-03-31 missed",
    ]
