"""Why a chat was, or was not, reminded today; and which period of a requirement is explained."""

from datetime import datetime, time

import pytest

from compliance.access import Role
from compliance.overlay import read
from compliance.states import State
from handlers.records.recording import meeting
from handlers.telling.explaining import why
from reminders.tick import plan_chats
from storage import digests, directory
from storage.messages import Message
from storage.queues import ReminderOutcome
from storage.reminding import ARREARS, Settlement, StepKey, settle_steps
from storage.rulemaking import load_overlay
from tests.handlers.office import FIRST, GENERAL, SECOND, Office
from tests.storage.samples import POLICY, moment, said


@pytest.fixture
def met(office: Office) -> Office:
    """A first branch that was founded this month, so that only November counts."""
    office.first.founded = moment("2026-11-01 09:00").date()
    office.session.flush()
    return office


def plan(office: Office, now: datetime, chat: int = FIRST) -> None:
    owed = plan_chats(office.session, POLICY, [chat], now)
    digests.queue(office.session, {each.chat_day: each.deliver_at for each in owed}, now)
    office.session.expire_all()  # as in a transaction of its own


def asked(office: Office, now: datetime, said: str = "") -> Message:
    return office.ask(why, said, now=now)


def test_a_chat_the_bot_never_looked_at(office: Office) -> None:
    message = asked(office, moment("2026-11-25 10:00"))
    assert message.values["because"] == "not_looked"
    assert message.values["last"] is None


def test_a_step_that_falls_due_later_in_the_day(met: Office) -> None:
    plan(met, moment("2026-11-22 09:00"))
    message = asked(met, moment("2026-11-23 08:00"))
    assert message.values["because"] == "later_today"
    assert message.values["next_at"] == moment("2026-11-23 09:00")


def test_a_digest_that_waits_for_the_morning(met: Office) -> None:
    met.first.remind_at = time(23)
    plan(met, moment("2026-11-23 23:00"))
    message = asked(met, moment("2026-11-23 23:01"))
    digest = message.values["digest"]
    assert message.values["because"] == "told"
    assert (digest.fate, digest.at) == ("waiting", moment("2026-11-24 08:00"))  # type: ignore[attr-defined]


def test_steps_of_what_was_done_are_silent(met: Office) -> None:
    plan(met, moment("2026-11-02 09:00"))
    for kind in ("学习", "支委会", "党小组会 第一小组", "党小组会 第二小组"):
        met.ask(meeting, f"{kind} 11月20日", now=moment("2026-11-20 10:00"))
    for person in met.people.values():
        person.left_on = moment("2026-11-10 10:00").date()
    met.session.flush()
    plan(met, moment("2026-11-23 09:00"))
    message = asked(met, moment("2026-11-23 10:00"))
    assert message.values["because"] == "silent"
    silent = {(s.requirement.code, s.subject) for s in message.values["silent"]}  # type: ignore[attr-defined]
    assert {("study", ""), ("group_meeting", "第一小组")} <= silent


def test_a_day_without_a_step(met: Office) -> None:
    plan(met, moment("2026-11-24 09:00"))
    message = asked(met, moment("2026-11-25 10:00"))
    assert message.values["because"] == "no_step"
    assert message.values["next_at"] == moment("2026-11-27 09:00")
    assert message.values["last"] is not None


def test_a_unit_from_which_nothing_is_asked(office: Office) -> None:
    office.second.dissolved = moment("2026-01-01 09:00").date()
    office.session.flush()
    plan(office, moment("2026-11-25 09:00"), SECOND)
    secretary = office.appoint(Role.SECRETARY, office.second)
    now = moment("2026-11-25 10:00")
    message = office.ask(why, actor=secretary, chat=SECOND, now=now)
    assert message.values["because"] == "nothing_missing"


def test_a_unit_without_a_chat(office: Office) -> None:
    directory.mark_present(office.session, FIRST, present=False)
    message = office.ask(why, actor=office.secretary, chat=office.secretary, private=True)
    assert message.values["because"] == "no_chat"


def test_a_superiors_chat_tells_which_unit_a_step_was_about(office: Office) -> None:
    plan(office, moment("2026-11-04 09:00"), GENERAL)
    superior = office.appoint(Role.SUPERVISOR, office.general)
    now = moment("2026-11-04 10:00")
    message = office.ask(why, actor=superior, chat=GENERAL, now=now)
    assert message.values["because"] == "told"
    told = message.values["told"]
    assert {step.unit for step in told if step.code == "escalate"} == {"第一支部", "第二支部"}  # type: ignore[attr-defined]


def test_the_latest_period_that_fails_is_explained_first(office: Office) -> None:
    message = asked(office, moment("2026-11-25 10:00"), "学习")
    (line,) = message.values["lines"]  # type: ignore[misc]
    assert line.line.period.code == "2026-10"  # type: ignore[has-type]
    others = message.values["others"]
    assert {each.period.code for each in others} == {  # type: ignore[attr-defined]
        *(f"2026-{month:02}" for month in range(1, 10)),
        "2026-11",
    }


def test_a_rule_that_the_unit_took_away_is_said_to_be_gone(office: Office) -> None:
    removed = (
        'version = "厂-2"\nholds_from = 2026-07-01\n[[requirements]]\ncode = "democratic_life"\n'
    )
    overlay = read("厂-2.toml", removed + 'basis = "厂"\nremoved = true\n')
    load_overlay(office.session, POLICY, office.first, overlay, said())

    assert not asked(office, moment("2026-11-25 10:00"), "民主生活会").values["unasked"]
    values = asked(office, moment("2027-11-25 10:00"), "民主生活会 2027年").values
    (line,) = values["lines"]  # type: ignore[misc]

    assert values["unasked"]
    assert (line.line.state, line.steps) == (State.NOT_APPLICABLE, ())  # type: ignore[has-type]


def test_a_later_grace_is_not_told_of_a_period_that_began_before_it(office: Office) -> None:
    text = 'version = "厂-2"\nholds_from = 2026-07-01\nrecording_grace_working_days = 5\n'
    load_overlay(office.session, POLICY, office.first, read("厂-2.toml", text), said())
    values = asked(office, moment("2026-11-25 10:00"), "工作计划").values
    (line,) = values["lines"]  # type: ignore[misc]

    assert values["catalogue"] is POLICY.catalogue
    assert line.deadline.grace == 3  # type: ignore[has-type]
    (line,) = asked(office, moment("2026-11-25 10:00"), "学习 10月").values["lines"]  # type: ignore[misc]
    assert line.deadline.grace == 5  # type: ignore[has-type]


def test_a_period_may_be_longer_or_shorter_than_the_requirements(office: Office) -> None:
    now = moment("2026-11-25 10:00")
    (line,) = asked(office, now, "党课 5月").values["lines"]  # type: ignore[misc]
    assert line.line.period.code == "2026-Q2"  # type: ignore[has-type]
    (line,) = asked(office, now, "党课 2025年").values["lines"]  # type: ignore[misc]
    assert line.line.period.code == "2025-Q4"  # type: ignore[has-type]


def test_what_is_still_to_come_may_be_asked_about(office: Office) -> None:
    (line,) = asked(office, moment("2026-11-25 10:00"), "学习 12月").values["lines"]  # type: ignore[misc]
    assert line.line.period.code == "2026-12"  # type: ignore[has-type]


OWN = """
version = "A"
holds_from = 2026-01-01

[[requirements]]
code = "study"
basis = "厂党委〔2025〕9号"

[[requirements]]
code = "volunteering"
article = "11"
title = "志愿服务"
title_en = "Voluntary service"
clause = "每月组织一次志愿服务"
strictness = "local"
basis = "厂党委〔2025〕9号"
kind = "C"
cadence = "monthly"
count = 1
subject = "branch"
recorder = "secretary"
kinds = ["主题党日"]
"""


@pytest.fixture
def ruled(met: Office) -> Office:
    """The 党总支 has laid down rules of its own."""
    overlay = read("A.toml", OWN)
    load_overlay(met.session, POLICY, met.general, overlay, said("2026-01-01 08:00"))
    return met


def test_a_requirement_is_explained_as_the_units_own_rules_have_it(ruled: Office) -> None:
    message = asked(ruled, moment("2026-11-25 10:00"), "学习")
    assert message.values["requirement"].basis == "厂党委〔2025〕9号"  # type: ignore[attr-defined]


@pytest.mark.parametrize("meant", ["志愿服务", "第一支部 志愿服务"])
def test_a_requirement_that_only_the_unit_has_is_found(ruled: Office, meant: str) -> None:
    message = asked(ruled, moment("2026-11-25 10:00"), meant)
    assert message.values["requirement"].code == "volunteering"  # type: ignore[attr-defined]


def test_steps_of_the_units_own_requirements_are_told(ruled: Office) -> None:
    now = moment("2026-12-31 09:00")
    plan(ruled, now)
    told = asked(ruled, now).values["told"]
    assert "volunteering" in {step.requirement.code for step in told}  # type: ignore[attr-defined]


def test_of_arrears_nothing_is_told_here(met: Office) -> None:
    now = moment("2026-11-25 10:00")
    key = StepKey(met.first.key, "dues", met.group.key, "2026-08", f"{ARREARS}3")
    settlement = Settlement(key, ReminderOutcome.SENT, FIRST, now.date())
    settle_steps(met.session, [settlement], now)
    message = asked(met, now)
    assert (message.values["because"], message.values["told"]) == ("told", ())
