"""Reminders go by the rules of each unit, and by the holiday notice of the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, event
from sqlmodel import Session

from compliance.holiday_notice import Notice
from compliance.overlay import read
from compliance.periods import Cadence
from reminders.tick import plan_chats
from storage import holidays, rulemaking
from storage.database import rehearsal, transaction
from storage.units import Unit
from tests.reminders.world import CHAT, a_branch, at, lines_of, settled, ticking
from tests.storage.samples import POLICY, said

CODE = "organisational_life"
OTHER = -200


def choose(session: Session, unit: Unit, on: str, cadence: Cadence = Cadence.QUARTERLY) -> None:
    life = POLICY.catalogue.requirement(CODE)
    day = date.fromisoformat(on)
    origin = said(f"{on} 08:00")
    rulemaking.choose_cadence(
        session, POLICY, unit, life, cadence=cadence, today=day, origin=origin
    )


def test_each_branch_is_reminded_by_its_own_rules(engine: Engine) -> None:
    with transaction(engine) as session:
        choose(session, a_branch(session), "2026-01-01")
        a_branch(session, "第二支部", OTHER)
    clock = ticking(engine)
    clock.tick(at("2026-03-16 09:00"))
    told = {message.chat_id: lines_of(message) for message in clock.tick(at("2026-03-17 09:00"))}

    assert (CODE, 0, "2026-Q1") in told[CHAT]
    assert CODE not in {code for code, _, _ in told.get(OTHER, set())}
    steps = {(row.requirement, row.period) for row in settled(engine, OTHER)}
    assert (CODE, "2026-Q1") not in steps


def test_an_overlay_gives_steps_of_its_own(engine: Engine) -> None:
    text = f"""
version = "A"
holds_from = 2026-01-01
[[requirements]]
code = "{CODE}"
basis = "A"
steps = [45, 0]
"""
    with transaction(engine) as session:
        unit = a_branch(session)
        rulemaking.load_overlay(session, POLICY, unit, read("A.toml", text), said())
    clock = ticking(engine)
    clock.tick(at("2026-05-15 09:00"))
    clock.tick(at("2026-05-18 09:00"))
    clock.tick(at("2026-06-01 09:00"))
    steps = [row.step for row in settled(engine) if row.requirement == CODE]

    assert steps == ["-45"]


def test_what_a_choice_has_done_away_with_is_not_told(engine: Engine) -> None:
    """The steps of the half-year were settled; before the digest is sent there are quarters."""
    with transaction(engine) as session:
        unit = a_branch(session)
    clock = ticking(engine)
    clock.tick(at("2026-05-29 09:00"))
    assert (CODE, "2026-H1") in {(row.requirement, row.period) for row in settled(engine)}
    with transaction(engine) as session:
        choose(session, unit, "2026-01-01")
    (message,) = clock.preview(at("2026-06-17 09:00"))

    assert (CODE, 0, "2026-Q2") in lines_of(message)
    assert (CODE, 0, "2026-H1") not in lines_of(message)


def test_a_new_notice_moves_the_steps(engine: Engine) -> None:
    """The last day of March 2027 is a Wednesday; with the notice it and the day before are off."""
    off = frozenset({date(2027, 3, 30), date(2027, 3, 31)})
    with transaction(engine) as session:
        a_branch(session)
    clock = ticking(engine)
    clock.tick(at("2027-03-26 09:00"))
    with transaction(engine) as session:
        holidays.load_notice(session, Notice(2027, "", off, frozenset()), said())
    clock.tick(at("2027-03-29 09:00"))
    last = [
        row.step
        for row in settled(engine)
        if (row.requirement, row.period) == ("party_lecture", "2027-Q1")
    ]

    assert last[-1] == "0"


def test_the_rules_of_many_chats_are_read_at_once(engine: Engine) -> None:
    with transaction(engine) as session:
        chats = [-1000 - n for n in range(8)]
        for chat in chats:
            a_branch(session, f"支部{chat}", chat)
    with rehearsal(engine) as session:
        asked: list[str] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
        plan_chats(session, POLICY, chats, at("2026-03-17 09:00"))

    assert sum("WITH RECURSIVE" in statement for statement in asked) == 1


def test_a_later_grace_reopens_no_period_that_began_before_it(engine: Engine) -> None:
    """June's study is due on the 30th: three working days of grace end on 3 July.

    With fifteen, as from July on, another reminder would come a week after the first.
    """
    text = 'version = "A"\nholds_from = 2026-07-01\nrecording_grace_working_days = 15\n'
    with transaction(engine) as session:
        unit = a_branch(session)
        rulemaking.load_overlay(session, POLICY, unit, read("A.toml", text), said())
    clock = ticking(engine)
    for day in ("06-29", "06-30", "07-01", "07-02", "07-03", "07-08", "07-31", "08-03", "08-10"):
        clock.tick(at(f"2026-{day} 09:00"))
    after = {
        (row.period, row.step)
        for row in settled(engine)
        if row.requirement == "study" and row.step.startswith("+")
    }

    assert after == {("2026-06", "+1"), ("2026-07", "+1"), ("2026-07", "+8")}
