"""How SQLite finds what waits: by the indexes of what is not done, however much is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from storage import calls, entries, inbox, outbox, retention, uploads
from storage.database import transaction
from storage.inbox import Arrival
from storage.outbox import Owed
from storage.queues import OutboxKind
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")
LOOKS: dict[str, Callable[[Session], object]] = {
    "inbox.take": lambda session: inbox.take(session, 100),
    "inbox.undone": inbox.undone,
    "inbox.oldest_waiting": inbox.oldest_waiting,
    "inbox.set_aside": inbox.set_aside,
    "calls.take": lambda session: calls.take(session, "us", NOW, 1000.0, 16),
    "calls.next_free": lambda session: calls.next_free(session, NOW, 1000.0),
    "calls.let_go": lambda session: calls.let_go(session, "us"),
    "calls.give_up": lambda session: calls.give_up(session, 1000.0),
    "outbox.undone": outbox.undone,
    "outbox.oldest_due": lambda session: outbox.oldest_due(session, NOW),
    "outbox.asked_last": lambda session: outbox.asked_last(session, -1),
    "outbox.shown_with": lambda session: outbox.shown_with(session, -1, "typed:1"),
    "outbox.document_of": lambda session: outbox.document_of(session, 1),
    "entries.standing_from": lambda session: entries.standing_from(session, -1, 1),
    "uploads.claim": lambda session: uploads.claim(session, "us", 1000.0),
    "retention.prune": lambda session: retention.prune(session, retention.KEEPING, NOW),
}


@pytest.mark.parametrize("look", LOOKS)
def test_what_was_done_long_ago_is_not_looked_through(sqlite: Engine, look: str) -> None:
    said: list[tuple[str, Any]] = []
    with transaction(sqlite) as session:
        inbox.take_in(session, [Arrival(1, "m:1", "{}")], NOW)
        outbox.put(session, Owed(-1, OutboxKind.REPLY, "sendMessage", "{}"), NOW)

    @event.listens_for(sqlite, "before_cursor_execute")
    def listen(_: object, __: object, statement: str, given: Any, *___: object) -> None:
        said.append((statement, given))

    with transaction(sqlite) as session:
        LOOKS[look](session)
        asked = [each for each in said if each[0].startswith(("SELECT", "UPDATE"))]
        assert asked
        for statement, given in asked:
            explained = session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", given
            )
            steps = [step for *_, step in explained]
            walks = [s for s in steps if s.startswith(("SCAN inbox", "SCAN outbox", "SCAN entry"))]
            assert not [step for step in walks if "USING" not in step], steps
