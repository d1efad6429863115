"""Counting what became of what people said: lost is nought, double is two."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, closing, contextmanager
from logging import INFO
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import col, select

from bot.sandbox import Sandbox
from storage.database import snapshot
from storage.ledger import Entry
from storage.queues import Inbox, Outbox, OutboxKind
from tests.stage import Stage


def entries(stage: Stage) -> Counter[tuple[int, int]]:
    """Answer how often each message made an entry, by chat and number."""
    with snapshot(stage.service.core.engine) as session:
        found = session.exec(select(Entry.chat_id, Entry.message_id)).all()
    return Counter((chat_id or 0, message_id or 0) for chat_id, message_id in found)


def replies(sandbox: Sandbox, chat_id: int) -> Counter[int]:
    """Answer how often each message of a group was replied to, by its number."""
    return Counter(
        message["reply_to_message"]["message_id"]
        for message in sandbox.messages(chat_id)
        if message["from"]["id"] == sandbox.world.bot_id and "reply_to_message" in message
    )


def statuses(sandbox: Sandbox, method: str, chat_id: int | None = None) -> list[int]:
    """Answer how the bot's calls of a method (to a chat) were answered, in order."""
    return [
        call.status
        for call in sandbox.calls
        if call.method == method and chat_id in {None, call.params.get("chat_id")}
    ]


def received(stage: Stage) -> list[tuple[str, int]]:
    """Answer how all updates stand, with their failed attempts, in the order they came."""
    query = select(Inbox.state, Inbox.attempts).order_by(col(Inbox.id))
    with snapshot(stage.service.core.engine) as session:
        return [(str(state), attempts) for state, attempts in session.exec(query)]


def owed(stage: Stage, kind: OutboxKind) -> list[str]:
    """Answer how all calls of a kind stand, the oldest first."""
    query = select(Outbox.state).where(Outbox.kind == kind).order_by(col(Outbox.id))
    with snapshot(stage.service.core.engine) as session:
        return [str(state) for state in session.exec(query)]


@asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """Hold the write lock of a SQLite database, as another program may."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        # Not in this thread: a transaction that is under way may need the event loop to end.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def overheard() -> Iterator[list[MutableMapping[str, Any]]]:
    """Give the list of what is logged meanwhile, as by ``sanhui run``."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(INFO))
    try:
        with structlog.testing.capture_logs() as logged:
            yield logged
    finally:
        structlog.configure(**before)


def without_number(update: Mapping[str, object]) -> dict[str, object]:
    """Answer an update to be delivered under a new number."""
    return {name: value for name, value in update.items() if name != "update_id"}
