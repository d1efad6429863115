"""The chain over the audit stays whole, whatever happens to those who write to it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import time
from hashlib import sha256

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from storage import journal
from storage.chain import START, chained
from storage.database import attempt, defer, rehearsal, snapshot, transaction
from storage.ledger import EntryKind
from storage.proof import prove
from storage.units import Unit
from tests.storage.samples import a_unit, day, moment, record, said
from tests.storage.test_two_at_once import EACH, WRITERS, together


@pytest.fixture
def unit(engine: Engine) -> Unit:
    with transaction(engine) as session:
        return a_unit(session)


def note(session: Session, unit: Unit, action: str) -> None:
    journal.add_audit(session, unit.key, action, said())


def actions(engine: Engine) -> list[str]:
    """What the audit tells of, in order, and proven."""
    with snapshot(engine) as session:
        proven = prove(session)
        assert proven.flaw is None
        found = list(session.execute(text("SELECT action FROM audit ORDER BY id")).scalars())
        assert proven.rows == len(found)
        return found


@contextmanager
def failing() -> Iterator[None]:
    with suppress(RuntimeError):
        yield


def fail() -> None:
    raise RuntimeError


def test_rows_of_many_transactions_make_one_chain(engine: Engine, unit: Unit) -> None:
    for turn in range(3):
        with transaction(engine) as session:
            note(session, unit, f"{turn}a")
            note(session, unit, f"{turn}b")
    assert actions(engine) == ["0a", "0b", "1a", "1b", "2a", "2b"]


def test_a_transaction_taken_back_leaves_the_chain_whole(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        note(session, unit, "first")
    with failing(), transaction(engine) as session:
        note(session, unit, "lost")
        record(session, unit)
        fail()
    with transaction(engine) as session:
        note(session, unit, "second")
    assert actions(engine) == ["first", "second"]


def test_an_attempt_that_fails_takes_its_rows_with_it(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        note(session, unit, "before")
        with failing(), attempt(session):
            note(session, unit, "lost")
            with attempt(session):
                note(session, unit, "lost too")
            record(session, unit)
            fail()
        with attempt(session):
            with failing(), attempt(session):
                note(session, unit, "lost as well")
                fail()
            record(session, unit)
    assert actions(engine) == ["before", "record"]


@pytest.mark.parametrize("thrown_away", [rehearsal, snapshot])
def test_what_is_thrown_away_writes_no_row(engine: Engine, unit: Unit, thrown_away: object) -> None:
    assert callable(thrown_away)
    with thrown_away(engine) as session:
        record(session, unit)
    assert actions(engine) == []


def test_a_transaction_without_rows_leaves_the_head_alone(engine: Engine, unit: Unit) -> None:
    with snapshot(engine) as session:
        assert session.execute(text("SELECT count(*) FROM audit_head")).scalar() == 0
    assert actions(engine) == []


def test_writers_at_once_make_one_chain(engine: Engine) -> None:
    """Each in a unit of its own: nothing else puts them in a row."""
    with transaction(engine) as session:
        units = [a_unit(session, f"第{n}支部") for n in range(WRITERS)]

    def write(n: int) -> None:
        for turn in range(EACH):
            with failing(), transaction(engine) as session:
                record(session, units[n])
                note(session, units[n], "noted")
                if turn % 4 == 3:
                    fail()

    together(write)
    kept = WRITERS * (EACH - EACH // 4)
    assert actions(engine) == ["record", "noted"] * kept


def test_deferred_work_is_done_once_with_all_its_items(engine: Engine) -> None:
    done: list[list[int]] = []

    def work(_: Session, items: list[int]) -> None:
        done.append(items)

    with transaction(engine) as session:
        for item in range(3):
            defer(session, work, item)
        assert done == []
    assert done == [[0, 1, 2]]


def test_the_form_that_is_hashed_is_for_ever() -> None:
    """Made once of values of every kind: a change that makes another breaks every old chain."""
    row = {
        "id": 1,
        "at": moment("2026-03-05 10:00"),
        "on": day("2026-03-05"),
        "time": time(14, 30),
        "kind": EntryKind.RECORD,
        "sure": True,
        "nothing": None,
        "text": '三会"\n\\é',
    }
    once = (
        '{"at":"2026-03-05 02:00:00.000000","id":1,"kind":"record","on":"2026-03-05",'
        '"sure":1,"text":"三会\\"\\n\\\\é","time":"14:30:00.000000"}'
    )
    assert chained(START.hash, row) == sha256(("0" * 64 + once).encode()).hexdigest()
