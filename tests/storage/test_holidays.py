"""Holiday notices that were loaded: of each year the newest counts, and all are noted."""

from __future__ import annotations

import json

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from compliance.holiday_notice import Notice
from storage import directory, holidays
from storage.database import snapshot, transaction
from storage.ledger import Audit
from storage.units import Chat
from tests.storage.samples import a_unit, day, moment, said

FIRST = Notice(2027, "x", frozenset({day("2027-01-01")}), frozenset({day("2027-02-14")}))
CORRECTED = Notice(2027, "y", frozenset({day("2027-05-03"), day("2026-12-31")}), frozenset())
OTHER = Notice(2026, "", frozenset(), frozenset())


def test_the_newest_notice_of_a_year_counts(engine: Engine) -> None:
    with transaction(engine) as session:
        for notice in (FIRST, OTHER, CORRECTED):
            holidays.load_notice(session, notice, said())
    with snapshot(engine) as session:
        assert holidays.notices(session) == (OTHER, CORRECTED)


def test_loading_is_in_the_audit_with_what_held_before(engine: Engine) -> None:
    with transaction(engine) as session:
        holidays.load_notice(session, FIRST, said())
        holidays.load_notice(session, CORRECTED, said())
    with snapshot(engine) as session:
        first, second = session.exec(select(Audit).order_by(col(Audit.id)))

        assert (first.action, first.unit_id, first.before) == ("holidays_load", None, None)
        assert second.before == first.after
        assert json.loads(second.after or "") == {
            "year": 2027,
            "title": "y",
            "days_off": "2026-12-31 2027-05-03",
            "working_days": "",
        }


def test_every_chat_is_looked_at_anew(session: Session) -> None:
    directory.bind_chat(session, -100, a_unit(session).key)
    chat = session.get_one(Chat, -100)
    chat.next_step_at = moment("2026-02-01 09:00")
    holidays.load_notice(session, FIRST, said())
    session.refresh(chat)

    assert chat.next_step_at is None
