"""What seals a year: its newest assessment, while it counts."""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlmodel import Session

from storage.database import transaction
from storage.sealing import Assessed, assessed
from storage.units import Unit
from tests.storage.samples import a_unit, moment, record, reverse

KINDS = frozenset({"考核"})


def of(session: Session, unit: Unit, year: int) -> Assessed | None:
    return assessed(session, unit.key, year, KINDS)


def test_a_year_is_assessed_while_the_newest_record_of_it_counts(engine: Engine) -> None:
    with transaction(engine) as session:
        unit, other = a_unit(session), a_unit(session, "第二支部")
        record(session, unit, "学习", "2025-12-31")
        record(session, unit, "考核", "2025-12-31", "2026-01-10 10:00")
        record(session, unit, "考核", "2027-01-01", "2027-01-10 10:00")
        assert of(session, unit, 2025) == Assessed(2, moment("2026-01-10 10:00"))
        assert of(session, unit, 2026) is None
        assert of(session, other, 2025) is None
        record(session, unit, "考核", "2025-12-31", "2026-02-10 10:00", amends=2)
        assert of(session, unit, 2025) == Assessed(4, moment("2026-02-10 10:00"))
        reverse(session, unit, 4)
        assert of(session, unit, 2025) is None  # the first is back, and seals nothing
        reverse(session, unit, 5)
        assert of(session, unit, 2025) == Assessed(4, moment("2026-02-10 10:00"))


def test_an_open_year_is_asked_for_in_one_indexed_statement(sqlite: Engine) -> None:
    said: list[tuple[str, object]] = []
    with transaction(sqlite) as session:
        unit = a_unit(session)
        record(session, unit, "学习", "2025-12-31")
        session.flush()

        @event.listens_for(sqlite, "before_cursor_execute")
        def listen(_: object, __: object, statement: str, given: object, *___: object) -> None:
            said.append((statement, given))

        assert of(session, unit, 2025) is None
        ((statement, given),) = said
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
        steps = [step for *_, step in plan]
        assert "ix_record_held" in steps[0], steps
        assert not [step for step in steps if step.startswith("SCAN")], steps
