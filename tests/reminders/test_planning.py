"""Deciding, without any storage: which steps fell due, how each is settled, when to look again."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.assessment import State
from compliance.deadlines import Step
from compliance.periods import Interval, Period
from compliance.requirement import Requirement
from compliance.summary import Line
from reminders.planning import Hours, Question, decide, next_step_at
from storage.reminding import StepKey
from tests.reminders.almanac import COUNTED, SHANGHAI, Span, escalated, spans, steps_of
from tests.reminders.almanac import SUPERIORS as TO_SUPERIORS
from tests.reminders.world import SENT, SILENT, SKIPPED, at
from tests.storage.samples import POLICY

HOURS = Hours(SHANGHAI, time(9, 0), time(22, 0), time(8, 0))
NAP = Hours(SHANGHAI, time(9, 0), time(12, 0), time(14, 0))
ALWAYS = Hours(SHANGHAI, time(9, 0), time(0, 0), time(0, 0))
STUDY = POLICY.catalogue.requirement("study")
UNIT = 5


@pytest.mark.parametrize(
    ("hours", "now", "delivered"),
    [
        (HOURS, "2026-03-05 09:00", "2026-03-05 09:00"),
        (HOURS, "2026-03-05 21:59", "2026-03-05 21:59"),
        (HOURS, "2026-03-05 22:00", "2026-03-06 08:00"),
        (HOURS, "2026-03-05 23:59", "2026-03-06 08:00"),
        (HOURS, "2026-03-06 00:00", "2026-03-06 08:00"),
        (HOURS, "2026-03-06 07:59", "2026-03-06 08:00"),
        (HOURS, "2026-03-06 08:00", "2026-03-06 08:00"),
        (HOURS, "2026-12-31 23:00", "2027-01-01 08:00"),
        (NAP, "2026-03-05 11:59", "2026-03-05 11:59"),
        (NAP, "2026-03-05 12:00", "2026-03-05 14:00"),
        (NAP, "2026-03-05 13:59", "2026-03-05 14:00"),
        (NAP, "2026-03-05 14:00", "2026-03-05 14:00"),
        (NAP, "2026-03-05 23:30", "2026-03-05 23:30"),
        (ALWAYS, "2026-03-05 00:00", "2026-03-05 00:00"),
        (ALWAYS, "2026-03-05 23:59", "2026-03-05 23:59"),
    ],
)
def test_quiet_hours_hold_a_message_until_they_end(hours: Hours, now: str, delivered: str) -> None:
    assert hours.deliver_at(at(now)) == at(delivered)
    assert hours.deliver_at(at(now).astimezone(UTC)) == at(delivered)


@given(
    st.times(),
    st.times(),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
)
def test_a_message_is_never_delivered_in_the_quiet_hours_nor_held_a_day(
    quiet_from: time, quiet_until: time, naive: datetime
) -> None:
    hours = Hours(SHANGHAI, time(9, 0), quiet_from, quiet_until)
    now = naive.replace(tzinfo=SHANGHAI)
    held = hours.deliver_at(now)
    assert timedelta(0) <= held - now < timedelta(days=1)
    assert hours.deliver_at(held) == held


def test_a_step_falls_due_at_the_units_own_hour() -> None:
    step = Step("-7", date(2026, 3, 24))
    assert HOURS.falls_due(step) == at("2026-03-24 09:00")
    far = Hours(ZoneInfo("America/New_York"), time(7, 30), time(22, 0), time(8, 0))
    assert far.falls_due(step) == datetime(2026, 3, 24, 11, 30, tzinfo=UTC)


def question(now: str, planned_through: str | None = None, *, escalating: bool = False) -> Question:
    return Question(
        policy=POLICY,
        hours=HOURS,
        unit_id=UNIT,
        escalating=escalating,
        now=at(now),
        planned_through=None if planned_through is None else at(planned_through),
    )


def line(state: State = State.DUE_SOON) -> Line:
    """The branch's study in March 2026: due on the 31st, its grace ends on 3 April."""
    return Line(
        requirement=STUDY,
        subject_id=0,
        subject="第一支部",
        period=Period.parse("2026-03"),
        due_on=date(2026, 3, 31),
        grace_ends=date(2026, 4, 3),
        state=state,
        done=0,
        required=1,
        reason=None,
        confirmed=True,
        records=(),
    )


def key(code: str) -> StepKey:
    return StepKey(UNIT, "study", 0, "2026-03", code)


def decided(asked: Question, found: Line, *already: str) -> list[tuple[str, str]]:
    steps = list(decide(asked, [found], frozenset(key(code) for code in already)))
    assert [settled.key for settled in steps] == [key(settled.key.step) for settled in steps]
    return [(settled.key.step, settled.outcome.value) for settled in steps]


@pytest.mark.parametrize(
    ("now", "already", "steps"),
    [
        ("2026-03-24 08:59", [], []),
        ("2026-03-24 09:00", [], [("-7", SENT)]),
        ("2026-03-24 09:00", ["-7"], []),
        ("2026-03-30 09:00", ["-7"], [("-3", SKIPPED), ("-1", SENT)]),
        ("2026-03-31 09:00", ["-7", "-3", "-1"], [("0", SENT)]),
        ("2026-04-01 08:59", ["-7", "-3", "-1", "0"], []),
        ("2026-04-01 09:00", [], [(c, SKIPPED) for c in ("-7", "-3", "-1", "0")] + [("+1", SENT)]),
        ("2026-04-03 23:59", [], [(c, SKIPPED) for c in ("-7", "-3", "-1", "0")] + [("+1", SENT)]),
        ("2026-03-30 09:00", ["-7", "-1"], [("-3", SKIPPED)]),
    ],
)
def test_of_the_steps_that_fell_due_the_latest_is_told(
    now: str, already: list[str], steps: list[tuple[str, str]]
) -> None:
    assert decided(question(now), line(), *already) == steps


@pytest.mark.parametrize("state", [State.MET, State.MET_LATE, State.WAIVED])
def test_where_nothing_is_missing_the_steps_pass_in_silence(state: State) -> None:
    asked = question("2026-03-30 09:00")
    assert decided(asked, line(state)) == [("-7", SILENT), ("-3", SILENT), ("-1", SILENT)]


def test_what_does_not_bind_is_not_settled() -> None:
    assert decided(question("2026-03-30 09:00"), line(State.NOT_APPLICABLE)) == []


def test_a_closed_period_is_not_spoken_of_to_a_chat_that_is_new() -> None:
    assert decided(question("2026-04-04 09:00"), line(State.MISSED)) == []


def test_what_fell_due_while_the_bot_was_down_is_settled_though_the_period_is_closed() -> None:
    asked = question("2026-05-20 09:00", planned_through="2026-03-30 12:00")
    assert decided(asked, line(State.MISSED), "-7", "-3", "-1") == [("0", SKIPPED), ("+1", SKIPPED)]


def test_a_superior_hears_of_a_branch_only_once_and_even_after_downtime() -> None:
    asked = question("2026-04-03 09:00", escalating=True)
    assert decided(asked, line(State.OVERDUE)) == [("escalate", SENT)]
    early = question("2026-04-03 08:59", escalating=True)
    assert decided(early, line(State.OVERDUE)) == []
    down = question("2026-05-20 09:00", planned_through="2026-03-30 12:00", escalating=True)
    assert decided(down, line(State.MISSED)) == [("escalate", SENT)]
    assert decided(down, line(State.MET_LATE)) == [("escalate", SILENT)]
    new = question("2026-05-20 09:00", escalating=True)
    assert decided(new, line(State.MISSED)) == []


def test_a_clock_set_back_opens_no_closed_period() -> None:
    asked = question("2026-04-10 09:00", planned_through="2026-04-20 09:00")
    assert decided(asked, line(State.MISSED), "-7", "-3", "-1", "0", "+1") == []
    assert asked.span[0] == date(2026, 4, 10) - timedelta(days=40)


def moments(*, escalating: bool) -> list[datetime]:
    """Every moment of 2026 and 2027 at which the catalogue has a step, by our own almanac."""
    return sorted(
        moment
        for requirement in POLICY.catalogue.requirements
        if requirement.kind in COUNTED
        for span in spans(requirement.cadence.value, (2025, 2026, 2027), requirement.due)
        for moment in heard(requirement, span, escalating=escalating)
    )


def heard(requirement: Requirement, span: Span, *, escalating: bool) -> list[datetime]:
    code, cadence = requirement.code, requirement.cadence.value
    if escalating:
        return escalated(code, cadence, span)
    return [] if code in TO_SUPERIORS else [when for _, when in steps_of(code, cadence, span)]


OWN, OF_BRANCHES = moments(escalating=False), moments(escalating=True)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 360 * 24 * 60),
    st.one_of(st.none(), st.integers(-60 * 24 * 200, 60 * 24 * 30)),
    st.booleans(),
)
def test_the_next_look_is_at_the_very_next_step(
    minutes: int, planned: int | None, escalating: bool
) -> None:
    now = at("2026-01-08 00:00") + timedelta(minutes=minutes)
    asked = replace(
        question("2026-01-08 00:00", escalating=escalating),
        now=now,
        planned_through=None if planned is None else now + timedelta(minutes=planned),
    )
    following = OF_BRANCHES if escalating else OWN
    assert next_step_at(asked, ()) == min(moment for moment in following if moment > now)


def test_a_catalogue_without_a_step_ahead_has_no_next_look() -> None:
    nothing = replace(POLICY, catalogue=replace(POLICY.catalogue, requirements=()))
    assert next_step_at(replace(question("2026-03-05 09:00"), policy=nothing), ()) is None


def case(state: State = State.OPEN) -> Line:
    """Someone's probation from 10 June 2025: due on 10 June 2026, its grace ends on the 15th."""
    return replace(
        line(state),
        requirement=POLICY.catalogue.requirement("probation"),
        period=Interval(date(2025, 6, 10), date(2026, 6, 10)),
        due_on=date(2026, 6, 10),
        grace_ends=date(2026, 6, 15),
    )


# 30 days before is Monday 11 May; 15 before Tuesday 26 May; 3 before, a Sunday, on Friday 5 June.
OF_CASE = [
    ("-30", "2026-05-11 09:00"),
    ("-15", "2026-05-26 09:00"),
    ("-7", "2026-06-03 09:00"),
    ("-3", "2026-06-05 09:00"),
    ("-1", "2026-06-09 09:00"),
    ("0", "2026-06-10 09:00"),
    ("+1", "2026-06-11 09:00"),
]


@pytest.mark.parametrize("place", range(len(OF_CASE)))
def test_a_case_is_told_of_by_its_own_steps(place: int) -> None:
    code, moment = OF_CASE[place]
    asked = question(moment)
    earlier = [(step, SKIPPED) for step, _ in OF_CASE[:place]]
    steps = [(each.key.step, each.outcome) for each in decide(asked, [case()], frozenset())]
    assert steps == [*earlier, (code, SENT)]
    (first, *_) = decide(asked, [case()], frozenset())
    assert first.key.period == "2025-06-10/2026-06-10"
    before = replace(asked, now=asked.now - timedelta(minutes=1))
    assert before.following(case()) == at(moment)
    assert next_step_at(before, [case()]) == min(at(moment), next_step_at(before, ()) or asked.now)


def test_a_case_that_is_over_has_no_step_ahead() -> None:
    asked = question("2026-06-16 09:00", planned_through="2026-06-15 09:00")
    assert asked.following(case(State.MISSED)) is None
    assert list(decide(asked, [case(State.MISSED)], frozenset())) == []


def test_a_superior_hears_of_a_case_once_and_of_its_own_duty_as_a_branch_does() -> None:
    def heard_of(found: Line, now: str, *, escalating: bool) -> list[tuple[str, str]]:
        asked = question(now, escalating=escalating)
        return [(s.key.step, s.outcome) for s in decide(asked, [found], frozenset())]

    late = case(State.OVERDUE)
    assert heard_of(late, "2026-06-15 08:59", escalating=True) == []
    assert heard_of(late, "2026-06-15 09:00", escalating=True) == [("escalate", SENT)]
    own = replace(
        line(State.DUE_SOON),
        requirement=POLICY.catalogue.requirement("annual_assessment"),
        period=Period.parse("2026"),
        due_on=date(2026, 12, 31),
        grace_ends=date(2027, 1, 5),
    )
    assert heard_of(own, "2026-10-30 09:00", escalating=True) == [("-60", SENT)]
    assert heard_of(own, "2027-01-05 09:00", escalating=True)[-1] == ("+1", SENT)
    assert heard_of(own, "2027-01-05 09:00", escalating=False) == []


def test_what_is_advisory_is_not_spoken_of_after_its_deadline() -> None:
    heard_of = replace(
        line(State.OVERDUE),
        requirement=POLICY.catalogue.requirement("opinions"),
        period=Period.parse("2026-H1"),
        due_on=date(2026, 6, 30),
        grace_ends=date(2026, 7, 3),
    )
    steps = [s.key.step for s in decide(question("2026-07-03 09:00"), [heard_of], frozenset())]
    assert steps == ["-30", "-14", "-7", "-3", "-1", "0"]
    above = question("2026-07-03 09:00", escalating=True)
    assert list(decide(above, [heard_of], frozenset())) == []
