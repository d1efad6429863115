"""Two connections at once: no two entries of a unit share a number, no update is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from storage import directory, inbox
from storage.database import snapshot, transaction
from storage.inbox import Arrival
from storage.ledger import Entry
from storage.queues import ReminderOutcome
from storage.reminding import StepKey, settle_steps
from storage.units import Unit
from tests.storage.samples import a_unit, day, moment, record

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
        inbox.take_in(session, [Arrival(1, None, "{}")], NOW)
        row = inbox.waiting(session, 1)[0].id

    def handle(_: int) -> bool:
        with transaction(engine) as session:
            return row in inbox.claim(session, [row])

    assert sorted(together(handle)) == [False] * (WRITERS - 1) + [True]


def test_an_update_that_comes_to_two_at_once_is_kept_once(engine: Engine) -> None:
    def take(n: int) -> None:
        with transaction(engine) as session:
            arrivals = [Arrival(at, f"m:{at}", str(n)) for at in range(20)]
            inbox.take_in(session, arrivals, NOW)

    together(take)
    with snapshot(engine) as session:
        assert inbox.counts(session) == {"waiting": 20}


def test_a_step_is_settled_by_one_of_many(engine: Engine, unit: Unit) -> None:
    steps = [
        (StepKey(unit.key, "study", 0, "2026-03", code), ReminderOutcome.SENT)
        for code in ("-7", "-3", "-1")
    ]

    def settle(_: int) -> int:
        def work(session: Session) -> int:
            return settle_steps(session, -100, steps, NOW, day("2026-03-05"))

        with transaction(engine) as session:
            return work(session)

    assert sorted(together(settle)) == [0] * (WRITERS - 1) + [3]
