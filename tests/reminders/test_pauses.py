"""Pauses, put-off requirements, days off and weekly overviews, in what is planned and told."""

from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.render import Destination
from reminders.digest import digests
from reminders.owed import When
from storage import directory, pauses, tree
from storage.database import snapshot, transaction
from storage.messages import Message
from storage.overviews import overviews
from storage.pauses import Pause
from storage.units import Unit
from tests.compliance.calendars import NOTICE
from tests.reminders.almanac import SHANGHAI, works
from tests.reminders.test_planning import HOURS
from tests.reminders.test_superiors import DEADLINE_OF_APRIL, to_superior, told
from tests.reminders.test_year import Step
from tests.reminders.world import (
    CHAT,
    SENT,
    SKIPPED,
    SUPERIOR,
    Owing,
    Told,
    a_branch,
    at,
    founded,
    lines_of,
    mornings,
    outbox_rows,
    owed_lines,
    renderer,
    settled,
    ticking,
)
from tests.storage.databases import copied
from tests.storage.samples import POLICY, a_unit


def pause(
    engine: Engine, unit: Unit, begins: datetime, until: str, code: str | None = None
) -> Pause:
    with transaction(engine) as session:
        new = Pause(
            unit_id=unit.key,
            requirement=code,
            from_on=begins.date(),
            until_on=date.fromisoformat(until),
            reason="搬迁",
            entered_by=7,
            entered_at=begins,
        )
        pauses.begin(session, new)
        directory.look_again(session, unit)
    return new


def heard(engine: Engine, first: str, last: str) -> dict[date, set[tuple[str, int, str]]]:
    clock = ticking(engine)
    days = mornings(date.fromisoformat(first), date.fromisoformat(last))
    return {
        now.date(): lines_of(message)
        for now in days
        for message in clock.tick(now)
        if message.chat_id == CHAT
    }


def test_a_paused_unit_hears_nothing_and_then_only_the_latest(sqlite: Engine) -> None:
    unit = founded(sqlite)
    heard(sqlite, "2026-03-01", "2026-03-20")
    pause(sqlite, unit, at("2026-03-20 12:00"), "2026-03-30")
    days = heard(sqlite, "2026-03-21", "2026-04-02")
    assert min(days) == date(2026, 3, 31)
    study = [
        (row.step, row.outcome, row.settled_at.date().isoformat())
        for row in settled(sqlite)
        if (row.requirement, row.period) == ("study", "2026-03")
    ]
    assert study == [
        ("-7", SKIPPED, "2026-03-31"),
        ("-3", SKIPPED, "2026-03-31"),
        ("-1", SKIPPED, "2026-03-31"),
        ("0", SENT, "2026-03-31"),
        ("+1", SENT, "2026-04-01"),
    ]


def test_a_pause_that_outlasts_the_grace_marks_every_step_as_passed_over(sqlite: Engine) -> None:
    unit = founded(sqlite)
    heard(sqlite, "2026-03-01", "2026-03-20")
    pause(sqlite, unit, at("2026-03-20 12:00"), "2026-04-28")
    heard(sqlite, "2026-03-21", "2026-04-30")
    march = [r for r in settled(sqlite) if (r.requirement, r.period) == ("study", "2026-03")]
    assert [(row.step, row.outcome) for row in march] == [
        (step, SKIPPED) for step in ("-7", "-3", "-1", "0", "+1")
    ]


def test_the_superior_of_a_paused_unit_hears_of_it_as_ever(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.bind_chat(session, SUPERIOR, general.key)
        unit = a_branch(session, "第一支部", CHAT, general)
    clock = ticking(sqlite)
    clock.tick(at("2026-04-10 09:00"))
    pause(sqlite, unit, at("2026-04-10 10:00"), "2026-05-31")
    (message,) = clock.tick(DEADLINE_OF_APRIL)
    assert (message.chat_id, set(told(message))) == (SUPERIOR, {"第一支部"})


def test_a_paused_superior_still_hears_of_its_branches(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.bind_chat(session, SUPERIOR, general.key)
        a_branch(session, "第一支部", None, general)
    clock = ticking(sqlite)
    clock.tick(at("2026-04-10 09:00"))
    pause(sqlite, general, at("2026-04-10 10:00"), "2026-05-31")
    assert len(to_superior(clock.tick(DEADLINE_OF_APRIL))) == 1


def test_what_is_put_off_waits_and_nothing_else_does(sqlite: Engine) -> None:
    unit = founded(sqlite)
    heard(sqlite, "2026-03-01", "2026-03-20")
    pause(sqlite, unit, at("2026-03-20 12:00"), "2026-03-26", "study")
    days = heard(sqlite, "2026-03-21", "2026-03-27")
    codes = {day: {code for code, _, _ in lines} for day, lines in days.items()}
    assert all("study" not in codes[day] for day in codes if day < date(2026, 3, 27))
    assert "committee_meeting" in codes[date(2026, 3, 24)]
    assert "study" in codes[date(2026, 3, 27)]


def test_nothing_is_put_off_past_its_deadline(sqlite: Engine) -> None:
    """Whatever the row says: of what is due meanwhile every step is told."""
    unit = founded(sqlite)
    heard(sqlite, "2026-03-01", "2026-03-20")
    pause(sqlite, unit, at("2026-03-20 12:00"), "2026-04-15", "study")
    days = heard(sqlite, "2026-03-21", "2026-04-01")
    march = ("study", 0, "2026-03")
    assert next(day for day in days if march in days[day]) == date(2026, 3, 24)


def test_a_digest_that_waits_leaves_out_what_was_paused_meanwhile(sqlite: Engine) -> None:
    unit = founded(sqlite)
    ticking(sqlite).tick(at("2026-03-24 09:00"))
    pause(sqlite, unit, at("2026-03-24 10:00"), "2026-03-29")
    with snapshot(sqlite) as session:
        day = (CHAT, date(2026, 3, 24))
        assert not digests(session, POLICY, [day], at("2026-03-25 08:00"))
        assert digests(session, POLICY, [day], at("2026-03-30 09:00"))


def expected_with(
    lines: list[Owing], first: datetime, last: datetime, paused: Pause
) -> tuple[set[Step], set[Step]]:
    """What is told and passed over: steps of the pause count as those of the day it ends."""
    ends = at(f"{paused.until_on + timedelta(days=1)} 09:00")
    told_, passed = set[Step](), set[Step]()
    for line in lines:
        if line.span.grace_ends < first.date():
            continue
        code, due = line.requirement.code, line.span.due
        rests = paused.requirement is None or (paused.requirement == code and due > paused.until_on)
        moments = [
            (step, ends if rests and paused.entered_at <= max(moment, first) < ends else moment)
            for step, moment in line.steps
        ]
        heard = [(step, max(moment, first)) for step, moment in moments if moment <= last]
        for moment, same in groupby(heard, key=lambda step: step[1]):
            *earlier, latest = [step for step, _ in same]
            late = moment.date() > line.span.grace_ends
            (passed if late else told_).add((*line.key, latest))
            passed.update((*line.key, step) for step in earlier)
    return told_, passed


@settings(max_examples=4, deadline=None)
@given(
    begins=st.dates(date(2026, 2, 2), date(2026, 4, 20)),
    lasts=st.integers(0, 40),
    code=st.sampled_from([None, "study", "committee_meeting"]),
)
def test_whatever_is_paused_each_step_is_settled_once_and_no_deadline_is_missed(
    template: Path, begins: date, lasts: int, code: str | None
) -> None:
    with TemporaryDirectory() as folder, copied(template, Path(folder) / "sanhui.db") as engine:
        unit = founded(engine)
        clock = ticking(engine)
        days = mornings(begins - timedelta(days=1), begins + timedelta(days=lasts + 9))
        for now in days[:2]:
            clock.tick(now)
        paused = pause(
            engine, unit, at(f"{begins} 10:00"), str(begins + timedelta(days=lasts)), code
        )
        for now in days[2:]:
            clock.tick(now)
        rows = settled(engine)
        lines = owed_lines(engine, unit, (2026, 2027))
    sent, passed = expected_with(lines, days[0], days[-1], paused)
    assert {_step(row) for row in rows if row.outcome is SENT} == sent
    assert {_step(row) for row in rows if row.outcome is SKIPPED} == passed
    assert len(rows) == len(sent) + len(passed)


def _step(row: Told) -> Step:
    return row.requirement, row.subject_id, row.period, row.step


# ---------------------------------------------------------------- days off


@pytest.mark.parametrize(
    ("now", "due", "delivered"),
    [
        ("2026-03-06 09:00", [], "2026-03-06 09:00"),  # a Friday
        ("2026-03-07 09:00", [], "2026-03-09 09:00"),
        ("2026-03-07 09:00", ["2026-03-08"], "2026-03-07 09:00"),  # due on the Sunday
        ("2026-03-07 09:00", ["2026-03-07"], "2026-03-07 09:00"),
        ("2026-03-07 09:00", ["2026-03-06"], "2026-03-09 09:00"),  # past already
        ("2026-03-07 09:00", ["2026-03-09"], "2026-03-09 09:00"),
        ("2026-03-06 22:30", [], "2026-03-09 09:00"),  # the quiet hours end on a Saturday
        ("2026-03-06 22:30", ["2026-03-08"], "2026-03-07 08:00"),
        ("2026-02-15 10:00", [], "2026-02-24 09:00"),  # Spring Festival
        ("2026-02-14 10:00", [], "2026-02-14 10:00"),  # a Saturday that is worked
    ],
)
def test_a_day_off_holds_a_digest_unless_a_deadline_would_pass(
    now: str, due: list[str], delivered: str
) -> None:
    when = When(HOURS, NOTICE, workdays_only=True)
    assert when.deliver_at(at(now), {date.fromisoformat(day) for day in due}) == at(delivered)
    assert When(HOURS, NOTICE, workdays_only=False).deliver_at(at(now), set()) == (
        HOURS.deliver_at(at(now))
    )


@given(
    st.datetimes(datetime(2026, 1, 4), datetime(2026, 12, 20)),  # noqa: DTZ001
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3),
)
def test_what_comes_on_a_day_off_speaks_of_what_is_due_before_the_next_working_day(
    moment: datetime, due: list[date]
) -> None:
    now = moment.replace(tzinfo=SHANGHAI)
    found = When(HOURS, NOTICE, workdays_only=True).deliver_at(now, due)
    assert found >= HOURS.deliver_at(now)
    between = [day for day in due if HOURS.deliver_at(now).date() <= day < found.date()]
    assert not between
    assert works(found.date()) or due


def test_a_digest_held_over_the_days_off_is_that_of_the_day_it_comes(sqlite: Engine) -> None:
    unit = founded(sqlite)
    with transaction(sqlite) as session:
        session.get_one(Unit, unit.key).workdays_only = True
    heard(sqlite, "2026-03-01", "2026-03-20")
    before = len(outbox_rows(sqlite))
    pause(sqlite, unit, at("2026-03-23 10:00"), "2026-03-27")  # it ends on a Saturday
    clock = ticking(sqlite)
    clock.tick(at("2026-03-28 09:00"))
    (row,) = outbox_rows(sqlite)[before:]
    assert (row.not_before, row.digest_on) == (at("2026-03-30 09:00"), date(2026, 3, 30))
    clock.tick(at("2026-03-30 09:00"))
    assert len(outbox_rows(sqlite)) == before + 1


# ---------------------------------------------------------------- the weekly overview


@pytest.fixture
def superior(sqlite: Engine) -> Unit:
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        general.weekly_on = 1
        directory.bind_chat(session, SUPERIOR, general.key)
        for name in ("第一支部", "第二支部"):
            a_branch(session, name, None, general)
    ticking(sqlite).tick(at("2026-04-10 09:00"))
    return general


def weeks(engine: Engine, *moments: str) -> list[str]:
    """At which of these moments the superior hears how all stand."""
    clock = ticking(engine)
    return [
        moment
        for moment in moments
        for message in to_superior(clock.tick(at(moment)))
        if message.values["week"] is not None
    ]


def test_the_overview_comes_on_its_day_once(sqlite: Engine, superior: Unit) -> None:
    moments = (
        "2026-04-12 09:00",
        "2026-04-13 08:59",
        "2026-04-13 09:00",
        "2026-04-13 09:01",
        "2026-04-14 09:00",
        "2026-04-20 09:30",
    )
    assert weeks(sqlite, *moments) == ["2026-04-13 09:00", "2026-04-20 09:30"]


def test_after_downtime_only_the_latest_overview_comes(sqlite: Engine, superior: Unit) -> None:
    assert weeks(sqlite, "2026-05-06 12:00", "2026-05-06 12:01") == ["2026-05-06 12:00"]
    rows = [row for row in settled(sqlite, SUPERIOR) if row.requirement == "weekly"]
    assert [row.period for row in rows] == ["2026-W19"]


def test_another_day_of_the_same_week_brings_no_second_overview(
    sqlite: Engine, superior: Unit
) -> None:
    assert weeks(sqlite, "2026-04-13 09:00")
    with transaction(sqlite) as session:
        session.get_one(Unit, superior.key).weekly_on = 3
        directory.look_again(session, superior)
    assert weeks(sqlite, "2026-04-13 09:30", "2026-04-15 09:00", "2026-04-22 09:00") == [
        "2026-04-22 09:00"
    ]


def test_nobody_hears_an_overview_who_has_not_chosen_it(sqlite: Engine, superior: Unit) -> None:
    with transaction(sqlite) as session:
        session.get_one(Unit, superior.key).weekly_on = None
        directory.look_again(session, superior)
    assert weeks(sqlite, "2026-04-13 09:00", "2026-04-20 09:00") == []


def test_the_overview_names_the_exceptions_and_the_pauses(sqlite: Engine, superior: Unit) -> None:
    with transaction(sqlite) as session:
        (first,) = directory.units_named(session, "第一支部")
    pause(sqlite, first, at("2026-04-10 10:00"), "2026-05-20")
    (message,) = to_superior(ticking(sqlite).tick(at("2026-05-11 09:00")))
    week = message.values["week"]
    assert [each.unit for each in week.failing] == ["第一支部", "第二支部"]  # type: ignore[attr-defined]
    assert [(each.unit, each.reason) for each in week.paused] == [("第一支部", "搬迁")]  # type: ignore[attr-defined]


def test_the_overview_tells_what_status_tells(sqlite: Engine, superior: Unit) -> None:
    """What was missed early in the year is not forgotten, however many weeks ago that was."""
    now = at("2026-10-12 09:00")
    (message,) = to_superior(ticking(sqlite).tick(now))
    with transaction(sqlite) as session:
        branches = tree.branches_below(session, superior)
        known = overviews(session, POLICY, branches, now)
        told = [(each.missed, each.overdue) for each in known.values()]
    week = message.values["week"]
    assert [(each.missed, each.overdue) for each in week.failing] == told  # type: ignore[attr-defined]


# ---------------------------------------------------------------- many branches, one message


def test_a_superior_of_seventy_branches_hears_of_all_in_one_message(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.bind_chat(session, SUPERIOR, general.key)
        for number in range(70):
            a_branch(session, f"中共某某集团有限公司第{number}党支部委员会", None, general)
    clock = ticking(sqlite)
    clock.tick(at("2026-04-10 09:00"))
    (message,) = to_superior(clock.tick(DEADLINE_OF_APRIL))
    assert message.values["units"] == []
    assert (len(message.values["brief"]), message.values["more"]) == (60, 10)  # type: ignore[arg-type]
    for text in (_text(message, locale) for locale in ("zh", "en")):
        assert "第0党支部" in text
        assert "/status" in text.splitlines()[-1]
    assert [row.data for line in message.buttons for row in line] == ["urge:all"]
    assert len(outbox_rows(sqlite, SUPERIOR)) == 1


def _text(message: Message, locale: str) -> str:
    """The message as it is sent; it must be one."""
    call = renderer().digest_call(message, Destination(SUPERIOR, locale))
    whole = renderer().calls(message, Destination(SUPERIOR, locale))
    assert len(whole) == 1
    return str(call["text"])
