"""Many chats are planned for together: what one hears rests on no other."""

from datetime import time

import pytest
from sqlalchemy import Engine, text

from storage import calls, directory
from storage.database import transaction
from storage.units import Unit
from tests.reminders.world import a_branch, at, lines_of, outbox_rows, settled, ticking
from tests.storage.samples import a_person, record

BEFORE, MORNING = at("2026-04-10 09:00"), at("2026-04-23 09:00")
COUNT = 120  # more than are planned for, or read, at once


def chat_of(n: int) -> int:
    return -100 - n


@pytest.fixture
def branches(engine: Engine) -> list[int]:
    """Branches of which every third studied, every fourth is reminded later, some have nobody."""
    with transaction(engine) as session:
        made = [a_branch(session, f"第{n}支部", chat_of(n)) for n in range(COUNT)]
        for n, unit in enumerate(made):
            if n % 3 == 0:
                record(session, unit, "学习", "2026-04-08", "2026-04-08 10:00")
            if n % 4 == 0:
                unit.remind_at = time(10, 0)
            if n % 5 == 0:
                a_person(session, unit, "李四", base=9000)
    ticking(engine).tick(BEFORE)
    return [unit.key for unit in made]


def expected(n: int) -> set[str]:
    studied = {"study"} if n % 3 == 0 else set()
    return {"study", "committee_meeting", "group_meeting", "dues"} - studied


def test_each_hears_what_is_missing_of_its_own(engine: Engine, branches: list[int]) -> None:
    messages = ticking(engine).tick(MORNING)
    heard = {m.chat_id: {code for code, _, _ in lines_of(m)} for m in messages}
    assert heard == {chat_of(n): expected(n) for n in range(COUNT) if n % 4}
    later = ticking(engine).tick(at("2026-04-23 10:00"))
    assert {m.chat_id for m in later} == {chat_of(n) for n in range(COUNT) if n % 4 == 0}


def test_one_that_cannot_be_planned_for_leaves_the_others(
    engine: Engine, branches: list[int]
) -> None:
    _break(engine, branches[7])
    messages = ticking(engine).tick(MORNING)
    assert {m.chat_id for m in messages} == {chat_of(n) for n in range(COUNT) if n % 4 and n != 7}
    assert {row.settled_at for row in settled(engine, chat_of(7))} <= {BEFORE}
    assert outbox_rows(engine, chat_of(7)) == []


def test_digests_are_begun_together_and_edited_where_one_was_sent(
    engine: Engine, branches: list[int]
) -> None:
    clock = ticking(engine)
    clock.tick(MORNING)
    with transaction(engine) as session:
        due = [head.due for head in calls.take(session, "us", MORNING, 1000.0, 40)]
        begun = clock.begin_all(session, due, MORNING)
    assert len(begun) == 40
    for each in begun:
        assert each is not None
        branch = -100 - each.chat_id
        assert ("党员学习活动" in each.payload) == ("study" in expected(branch))


def _break(engine: Engine, unit_id: int) -> None:
    """Let a branch have a time zone that there is not."""
    with transaction(engine) as session:
        assert isinstance(directory.unit(session, unit_id), Unit)
        session.execute(text(f"UPDATE unit SET timezone = 'No/Where' WHERE id = {unit_id}"))
