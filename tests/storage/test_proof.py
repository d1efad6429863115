"""History is proven, or the first place where it was altered is named."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, RowMapping, select, text, update
from sqlmodel import Session

from storage import journal, proof
from storage.append_only import unguarded
from storage.backup import restore, save
from storage.columns import Instant
from storage.contents import PARTS
from storage.database import snapshot, transaction
from storage.journal import Origin, RecordText
from storage.ledger import EntryKind
from storage.proof import Flaw, Kind, prove
from storage.tables import METADATA
from storage.units import Unit
from tests.storage.history import ROWS, a_history, disarm
from tests.storage.samples import a_unit, moment, record

AUDIT = METADATA.tables["audit"]


@pytest.fixture
def written(engine: Engine) -> Engine:
    with transaction(engine) as session:
        a_history(session)
    return engine


def flaw_after(engine: Engine, *statements: str) -> Flaw | None:
    """What is found when somebody has run these past the program; it is thrown away after."""
    with snapshot(engine) as session:
        disarm(session)
        for statement in statements:
            session.execute(text(statement))
        return prove(session).flaw


def of_entry(number: int, kind: Kind = Kind.ENTRY_ALTERED) -> Flaw:
    return Flaw(kind, unit="第一支部", number=number)


def test_an_empty_history_is_proven(engine: Engine) -> None:
    with snapshot(engine) as session:
        assert prove(session).flaw is None
        assert prove(session).rows == 0


def test_what_was_written_is_proven_to_the_last_row(written: Engine) -> None:
    with snapshot(written) as session:
        proven = prove(session)
        last = session.execute(select(AUDIT.c.hash).order_by(AUDIT.c.id.desc())).scalars().first()
    assert (proven.rows, proven.flaw) == (ROWS, None)
    assert proven.last_hash == last


@pytest.mark.parametrize("chunk", [1, 2, ROWS - 1, ROWS, ROWS + 1])
def test_it_is_the_same_in_chunks_of_any_size(
    written: Engine, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "CHUNK", chunk)
    with snapshot(written) as session:
        assert (prove(session).rows, prove(session).flaw) == (ROWS, None)
    assert flaw_after(written, "UPDATE audit SET actor = 9 WHERE id = 4") == Flaw(
        Kind.ROW_ALTERED, row=4
    )
    assert flaw_after(written, "DELETE FROM audit WHERE id >= 4") == Flaw(Kind.ROWS_MISSING, row=4)


def test_a_deleted_row_is_missing(written: Engine) -> None:
    assert flaw_after(written, "DELETE FROM audit WHERE id = 1") == Flaw(Kind.ROWS_MISSING, row=1)
    assert flaw_after(written, "DELETE FROM audit WHERE id = 3") == Flaw(Kind.ROWS_MISSING, row=3)


def test_rows_deleted_at_the_end_are_missing(written: Engine) -> None:
    for kept in range(ROWS):
        missing = Flaw(Kind.ROWS_MISSING, row=kept + 1)
        assert flaw_after(written, f"DELETE FROM audit WHERE id > {kept}") == missing


def test_two_rows_that_changed_places(written: Engine) -> None:
    moves = ((2, 99), (3, 2), (99, 3))
    swaps = [f"UPDATE audit SET id = {new} WHERE id = {old}" for old, new in moves]
    assert flaw_after(written, *swaps) == Flaw(Kind.ROW_ALTERED, row=2)


def test_a_row_put_in_past_the_program(written: Engine) -> None:
    def row(row_id: int) -> str:
        return f"INSERT INTO audit (id, at, action, hash) VALUES ({row_id}, '2026-03-05', 'x', 'y')"

    assert flaw_after(written, row(ROWS + 1)) == Flaw(Kind.END_ALTERED, row=ROWS + 1)
    with_head = f"UPDATE audit_head SET last_id = {ROWS + 1}"
    assert flaw_after(written, row(ROWS + 1), with_head) == Flaw(Kind.ROW_ALTERED, row=ROWS + 1)


def test_a_head_that_was_altered(written: Engine) -> None:
    assert flaw_after(written, "UPDATE audit_head SET last_hash = 'y'") == Flaw(
        Kind.END_ALTERED, row=ROWS
    )
    assert flaw_after(written, "UPDATE audit_head SET last_id = 2") == Flaw(Kind.END_ALTERED, row=2)
    assert flaw_after(written, "DELETE FROM audit_head") == Flaw(Kind.END_ALTERED, row=1)


@pytest.mark.parametrize("table", ["record_kind", "absence", "record", "entry", "payment"])
def test_a_deleted_part_of_an_entry(written: Engine, table: str) -> None:
    assert flaw_after(written, f"DELETE FROM {table}") == of_entry(3 if table == "payment" else 1)


def test_a_part_put_to_an_entry(written: Engine) -> None:
    kind = (
        "INSERT INTO record_kind SELECT entry_id, '支委会', 9, first_entered_at "
        "FROM record_kind WHERE entry_id = 2"
    )
    paid = (
        "INSERT INTO payment SELECT 2, person_id, month, amount_fen, paid_on, NULL "
        "FROM payment WHERE entry_id = 3"
    )
    absent = "INSERT INTO absence VALUES (2, 0, '王五', NULL)"
    for statement in (kind, paid, absent):
        assert flaw_after(written, statement) == of_entry(2)


def test_an_entry_that_the_audit_does_not_know(written: Engine) -> None:
    new = (
        "INSERT INTO entry (id, unit_id, number, kind, entered_by, entered_at) "
        "SELECT 99, unit_id, 99, kind, entered_by, entered_at FROM entry WHERE id = 2"
    )
    assert flaw_after(written, new) == of_entry(99, Kind.ENTRY_UNTOLD)


def test_a_record_moved_to_an_entry_of_another_unit(written: Engine) -> None:
    assert flaw_after(written, "UPDATE entry SET unit_id = 2 WHERE id = 4") == of_entry(4)


def test_the_flaw_told_is_the_first(written: Engine) -> None:
    entry = "UPDATE payment SET amount_fen = 1 WHERE entry_id = 3"
    for row, first in ((2, Flaw(Kind.ROW_ALTERED, row=2)), (5, of_entry(3))):
        both = (entry, f"UPDATE audit SET actor = 9 WHERE id = {row}")
        assert flaw_after(written, *both) == first


def other_values(column: Column[object], value: object) -> list[object]:
    """Values that could stand there instead: another one of its kind, and none at all."""
    found: list[object] = [None] if column.nullable and value is not None else []
    match column.type.python_type, value:
        case (_, EntryKind()):
            return [EntryKind.REVERSAL if value != EntryKind.REVERSAL else EntryKind.RECORD]
        case (_, bool()):
            return [not value]
        case (_, datetime()):
            return [*found, value + timedelta(microseconds=1)]
        case (_, date()):
            return [*found, value + timedelta(days=1)]
        case (_, time()):
            return [*found, time(23, 59, 59, 999999)]
        case (kind, _) if kind is int:
            return [*found, 1000 if value is None else int(str(value)) + 1000]
        case (kind, _) if kind is time:
            return [time(0)]
        case (kind, _) if kind is date:
            return [date(2026, 1, 1)]
        case (_, None) if isinstance(column.type, Instant):
            return [datetime(2026, 1, 1, tzinfo=UTC)]
        case _:
            return [*found, "" if value is None else f"{value} "]


def cells(session: Session, table: str) -> list[tuple[RowMapping, Column[object]]]:
    stored = METADATA.tables[table]
    rows = session.execute(select(stored)).mappings().all()
    assert rows
    return [(row, column) for row in rows for column in stored.columns]


@pytest.mark.parametrize("table", [*PARTS, "audit", "audit_head"])
def test_every_single_value_that_is_changed_is_found(written: Engine, table: str) -> None:
    stored = METADATA.tables[table]
    with snapshot(written) as session:
        disarm(session)
        connection = session.connection()
        for row, column in cells(session, table):
            if table == "audit_head" and column.name == "id":
                continue  # it says nothing
            for value in other_values(column, row[column.name]):
                here = [key == row[key.name] for key in stored.primary_key.columns]
                connection.exec_driver_sql("SAVEPOINT altered")
                session.execute(update(stored).where(*here).values({column.name: value}))
                flaw = prove(session).flaw
                assert flaw is not None, (table, column.name, row[column.name], value)
                if table in PARTS:
                    entry_id = row["id" if table == "entry" else "entry_id"]
                    assert flaw == of_entry(entry_id), (column.name, value)
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT altered")
        assert prove(session).flaw is None


@pytest.mark.parametrize("value", ["2026-13-45", 5, 5.5, b"\x00", ""])
@pytest.mark.parametrize(
    ("table", "column"),
    [("record", "held_on"), ("record", "all_present"), ("entry", "kind"), ("audit", "at")],
)
def test_a_value_of_no_sense_is_found_too(
    sqlite: Engine, table: str, column: str, value: object
) -> None:
    """SQLite takes anything; the program could not even read it."""
    with transaction(sqlite) as session:
        a_history(session)
    key = "entry_id" if table == "record" else "id"
    with snapshot(sqlite) as session:
        disarm(session)
        statement = text(f"UPDATE {table} SET {column} = :value WHERE {key} = 2")
        session.execute(statement, {"value": value})
        expected = Flaw(Kind.ROW_ALTERED, row=2) if table == "audit" else of_entry(2)
        assert prove(session).flaw == expected


# What PostgreSQL can keep as text: everything but the character zero.
words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
some = st.none() | words


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.builds(
        RecordText,
        kinds=st.lists(words, min_size=1, max_size=3, unique=True).map(tuple),
        held_on=st.dates(),
        held_at=st.none() | st.times(),
        ends_at=st.none() | st.times(),
        place=some,
        content=some,
        expected=st.none() | st.integers(0, 2**31 - 1),
        all_present=st.booleans(),
        absences=st.lists(st.tuples(words, some), max_size=3).map(tuple),
        votes=st.none() | st.tuples(*[st.integers(0, 999)] * 3),
    ),
    st.datetimes(min_value=datetime(2, 1, 1), timezones=st.timezones()),  # noqa: DTZ001 - it must
)
def test_whatever_is_recorded_is_proven(engine: Engine, what: RecordText, at: datetime) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)
        origin = Origin(1, at, None, None)
        journal.add_record(session, unit.key, what, origin)
        journal.add_audit(session, unit.key, "x", origin, before=what.place, after=what.content)
    with snapshot(engine) as session:
        assert prove(session).flaw is None


def test_a_unit_that_is_not_there_is_told_without_a_name(engine: Engine) -> None:
    with transaction(engine) as session:
        record(session, a_unit(session))
    gone = ("UPDATE record SET held_on = '2026-01-01'", "DELETE FROM unit")
    assert flaw_after(engine, *gone) == Flaw(Kind.ENTRY_ALTERED, unit=None, number=1)


def test_a_restored_history_is_proven_on_either_database_and_goes_on(
    written: Engine, bare: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "kept.backup"
    save(written, file, "0.1.0", moment("2026-03-05 10:00"))
    with file.open("rb") as stream:
        restore(bare, stream)
    with snapshot(written) as before, snapshot(bare) as after:
        assert prove(after) == prove(before)
        assert unguarded(after.connection()) == ()
    with transaction(bare) as session:
        record(session, session.get_one(Unit, 1))
    with snapshot(bare) as session:
        assert (prove(session).rows, prove(session).flaw) == (ROWS + 1, None)
