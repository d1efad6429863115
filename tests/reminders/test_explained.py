"""What /why says of reminders is what the planner did: told, silent, passed over after downtime."""

from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from storage.database import transaction
from storage.queues import Outbox, OutboxState
from storage.told import Fate
from storage.units import Unit
from storage.why import Asked, behind
from tests.reminders.world import at, founded, ticking
from tests.storage.samples import POLICY, record

MARCH = date(2026, 3, 1), date(2026, 3, 31)
Fates = dict[str, Fate]


def deliver(engine: Engine, now: datetime) -> None:
    """Let all that waits be sent."""
    with transaction(engine) as session:
        for row in session.exec(select(Outbox).where(Outbox.state == OutboxState.QUEUED)):
            row.state, row.sent_at = OutboxState.SENT, now


def pass_days(engine: Engine, *mornings: str) -> None:
    for morning in mornings:
        now = at(f"{morning} 09:00")
        ticking(engine).tick(now)
        deliver(engine, now)


def fates(session: Session, unit: Unit, now: datetime) -> Fates:
    """What became of each step of the study of March."""
    study = POLICY.catalogue.requirement("study")
    asked = Asked(unit, study, *MARCH, now.date())
    _, (why,) = behind(session, POLICY, asked, lambda lines: lines, now)
    return {told.step.code: told.tellings[0].fate for told in why.steps}


def test_steps_that_were_told_and_those_to_come(sqlite: Engine) -> None:
    unit = founded(sqlite)
    pass_days(sqlite, "2026-03-02", "2026-03-24", "2026-03-27")
    with transaction(sqlite) as session:
        assert fates(session, unit, at("2026-03-28 10:00")) == {
            "-7": Fate.SENT,
            "-3": Fate.SENT,
            "-1": Fate.AHEAD,
            "0": Fate.AHEAD,
            "+1": Fate.AHEAD,
            "escalate": Fate.AHEAD,
        }


def test_steps_after_it_was_done_are_silent(sqlite: Engine) -> None:
    unit = founded(sqlite)
    pass_days(sqlite, "2026-03-02", "2026-03-24")
    with transaction(sqlite) as session:
        record(session, unit, "学习", "2026-03-25", at="2026-03-25 10:00")
    pass_days(sqlite, "2026-03-27", "2026-03-30", "2026-03-31")
    with transaction(sqlite) as session:
        found = fates(session, unit, at("2026-03-31 10:00"))
    assert (found["-7"], found["-3"], found["0"]) == (Fate.SENT, Fate.SILENT, Fate.SILENT)


def test_after_downtime_only_the_latest_step_was_told(sqlite: Engine) -> None:
    unit = founded(sqlite)
    pass_days(sqlite, "2026-03-02", "2026-03-30")
    with transaction(sqlite) as session:
        found = fates(session, unit, at("2026-03-30 10:00"))
    assert (found["-7"], found["-3"], found["-1"]) == (Fate.SKIPPED, Fate.SKIPPED, Fate.SENT)


def test_steps_of_before_the_chat_was_bound_were_never_planned(sqlite: Engine) -> None:
    unit = founded(sqlite)
    pass_days(sqlite, "2026-05-20")
    with transaction(sqlite) as session:
        found = fates(session, unit, at("2026-05-20 10:00"))
    assert {found[code] for code in ("-7", "0", "+1")} == {Fate.UNPLANNED}
    assert found["escalate"] is Fate.NO_CHAT


def test_a_bot_that_has_not_looked_yet_says_so(sqlite: Engine) -> None:
    unit = founded(sqlite)
    pass_days(sqlite, "2026-03-02")
    with transaction(sqlite) as session:
        assert fates(session, unit, at("2026-03-24 09:00"))["-7"] is Fate.NOT_LOOKED
