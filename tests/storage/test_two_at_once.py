"""Two connections at once: no two entries of a unit share a number, no update is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from itertools import pairwise
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from storage import (
    calls,
    directory,
    drafts,
    entries,
    inbox,
    journal,
    outbox,
    pace,
    reminding,
    reorganising,
)
from storage.database import run, snapshot, transaction
from storage.drafts import Draft
from storage.inbox import Arrival
from storage.ledger import Entry
from storage.outbox import Owed
from storage.pace import Limits
from storage.queues import OutboxKind, ReminderOutcome
from storage.reminding import Settlement, StepKey, settle_steps
from storage.tree_rules import Impossible
from storage.units import Unit
from tests.storage.samples import a_unit, day, moment, record, said

T = TypeVar("T")
NOW = moment("2026-03-05 10:00")
WRITERS = 4
EACH = 8


def together(work: Callable[[int], T], count: int = WRITERS) -> list[T]:
    """Do the work in threads that all begin at once."""
    start = Barrier(count)

    def run(n: int) -> T:
        start.wait()
        return work(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def unit(engine: Engine) -> Unit:
    with transaction(engine) as session:
        return a_unit(session)


def test_writers_of_one_unit_never_get_the_same_number(engine: Engine, unit: Unit) -> None:
    def write(_: int) -> list[int]:
        numbers = []
        for _ in range(EACH):
            with transaction(engine) as session:
                numbers.append(record(session, unit))
        return numbers

    given = [number for numbers in together(write) for number in numbers]
    assert sorted(given) == list(range(1, WRITERS * EACH + 1))
    with snapshot(engine) as session:
        assert sorted(session.exec(select(Entry.number))) == sorted(given)
        assert directory.unit(session, unit.key).last_number == len(given)


def test_of_two_who_take_back_an_entry_at_once_one_finds_it_taken_back(
    engine: Engine, unit: Unit
) -> None:
    with transaction(engine) as session:
        number = record(session, unit)

    def take_back(_: int) -> bool:
        with transaction(engine) as session:
            target = entries.entry_numbered(session, unit.key, number)
            assert target is not None
            if target.id in entries.dead_now(session, unit.key):
                return False
            journal.add_reversal(session, target, said())
            return True

    assert sorted(together(take_back)) == [False] * (WRITERS - 1) + [True]


@pytest.mark.parametrize("ends", [True, False])
def test_of_two_who_answer_a_question_at_once_one_finds_it_answered(
    engine: Engine, *, ends: bool
) -> None:
    with transaction(engine) as session:
        draft = Draft(chat_id=-1, actor=11, command="meeting", written_at=NOW, touched_at=NOW)
        drafts.ask(draft, (), None)
        number = drafts.keep(session, draft)

    def answer(_: int) -> bool:
        with transaction(engine) as session:
            found = drafts.find(session, number)
            if found is None or found.turn != 1:
                return False
            if ends:
                drafts.close(session, found)
            else:
                drafts.ask(found, (), None)
            return True

    assert sorted(together(answer)) == [False] * (WRITERS - 1) + [True]


def test_a_second_writer_waits_for_the_first(engine: Engine, unit: Unit) -> None:
    def write() -> int:
        with transaction(engine) as session:
            return record(session, unit)

    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as session:
            assert record(session, unit) == 1
            second = pool.submit(write)
            with pytest.raises(NotYet):
                second.result(timeout=0.2)
        assert second.result(timeout=10) == 2


def test_a_number_taken_back_is_given_again(engine: Engine, unit: Unit) -> None:
    def fail() -> None:
        with transaction(engine) as session:
            record(session, unit)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with transaction(engine) as session:
        assert record(session, unit) == 1


def test_an_update_is_handled_by_one_of_many(engine: Engine) -> None:
    with transaction(engine) as session:
        inbox.take_in(session, [Arrival(1, "m:1", "{}")], NOW)

    def handle(_: int) -> int:
        with transaction(engine) as session:
            return len(inbox.take(session, 10))

    assert sorted(together(handle)) == [0] * (WRITERS - 1) + [1]


def test_an_update_that_comes_to_two_at_once_is_kept_once(engine: Engine) -> None:
    def take(n: int) -> int:
        with transaction(engine) as session:
            arrivals = [Arrival(at, f"m:{at}", str(n)) for at in range(20)]
            return inbox.take_in(session, arrivals, NOW)

    assert sorted(together(take)) == [0] * (WRITERS - 1) + [20]
    with snapshot(engine) as session:
        assert inbox.counts(session) == {"waiting": 20}


def test_a_chat_that_is_being_handled_is_passed_over(shared: Engine) -> None:
    """Of several replicas each has chats of its own, until its transaction ends."""
    with transaction(shared) as session:
        arrivals = [Arrival(n, f"m:{n}", "{}", chat_id=-(n % 3)) for n in range(1, 10)]
        inbox.take_in(session, arrivals, NOW)
    with transaction(shared) as first, transaction(shared) as second:
        ours = inbox.take(first, 2)
        theirs = inbox.take(second, 100)
        assert {each.chat_id for each in ours} == {-1, -2}
        assert [each.update_id for each in theirs] == [3, 6, 9]
        first.rollback()  # as when its process dies
        inbox_again = inbox.take(second, 100)
    assert {each.chat_id for each in inbox_again} == {-1, -2}
    assert len(inbox_again) == 6


def test_a_call_that_another_takes_is_passed_over(shared: Engine) -> None:
    with transaction(shared) as session:
        for chat_id in (-1, -1, -2, -3):
            outbox.put(session, Owed(chat_id, OutboxKind.REPLY, "sendMessage", "{}"), NOW)
    with transaction(shared) as first, transaction(shared) as second:
        ours = calls.take(first, "a", NOW, 1000.0, 2)
        theirs = calls.take(second, "b", NOW, 1000.0, 10)
    assert [head.due.chat_id for head in ours] == [-1, -2]
    assert [head.due.chat_id for head in theirs] == [-3]


def test_one_plans_at_a_time(shared: Engine) -> None:
    with transaction(shared) as first, transaction(shared) as second:
        assert reminding.lead(first)
        assert not reminding.lead(second)
        first.rollback()
        assert reminding.lead(second)


def test_moments_of_several_replicas_are_evenly_apart(engine: Engine) -> None:
    limits = Limits(per_second=10)
    with transaction(engine) as session:
        pace.prepare(session)

    def reserve(replica: int) -> list[float]:
        chats = {1000 * replica + n: None for n in range(1, 6)}
        with transaction(engine) as session:
            free = pace.free_at(session, 1000.0)
            return list(pace.reserve(session, chats, limits, free, 1000.0).values())

    moments = sorted(moment for given in together(reserve) for moment in given)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert all(gap == pytest.approx(limits.gap) for gap in gaps)


def test_a_step_is_settled_by_one_of_many(engine: Engine, unit: Unit) -> None:
    steps = [
        Settlement(
            StepKey(unit.key, "study", 0, "2026-03", code),
            ReminderOutcome.SENT,
            -100,
            day("2026-03-05"),
        )
        for code in ("-7", "-3", "-1")
    ]

    def settle(_: int) -> int:
        def work(session: Session) -> int:
            return settle_steps(session, steps, NOW)

        with transaction(engine) as session:
            return work(session)

    assert sorted(together(settle)) == [0] * (WRITERS - 1) + [3]


def test_a_tick_settles_steps_of_a_unit_that_is_being_changed(engine: Engine, unit: Unit) -> None:
    """It holds chats that whoever changes the unit waits for: each would wait for the other."""
    if engine.dialect.name == "sqlite":
        pytest.skip("a transaction that writes is alone there")
    key = StepKey(unit.key, "branch_meeting", 0, "2026-Q1", "0")
    with transaction(engine) as changing:
        reorganising.lock(changing, unit)
        entries.dead_now(changing, unit.key)
        with transaction(engine) as tick:
            run(tick, text("SET LOCAL lock_timeout = '2s'"))
            step = Settlement(key, ReminderOutcome.SENT, -100, day("2026-03-31"))
            assert settle_steps(tick, [step], NOW) == 1


def test_no_two_units_at_the_top_are_called_alike(engine: Engine, unit: Unit) -> None:
    def work(n: int) -> bool:
        try:
            with transaction(engine) as session:
                if n % 2:
                    new = Unit(name="机关支部", kind="branch")
                    reorganising.found(session, new, None, said())
                else:
                    other = directory.unit(session, others[n])
                    reorganising.rename(session, other, "机关支部", NOW.date(), said())
        except Impossible as why:
            assert why.code == "name_taken"  # noqa: PT017 - either is right
            return False
        return True

    with transaction(engine) as session:
        others = {n: a_unit(session, f"第{n}党支部").key for n in range(0, WRITERS, 2)}
    assert together(work).count(True) == 1
