"""What was begun and left for a day: closed once, and said without disturbing anybody."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, select

from storage import drafts, outbox
from storage.attachments import FileKind, LooseFile
from storage.database import snapshot, transaction
from storage.drafts import Draft
from storage.outbox import Owed
from storage.queues import Outbox, OutboxKind, OutboxState
from tests.reminders.world import CHAT, a_branch, at, outbox_rows, ticking

BEGUN = at("2026-03-05 23:00")
A_DAY = timedelta(hours=24)
SHOWN = 77


def left(engine: Engine, *, shown: bool, touched: datetime = BEGUN, said: str = "支委会") -> int:
    """A form that somebody began; answers its number."""
    with transaction(engine) as session:
        a_branch(session)
        draft = Draft(
            chat_id=CHAT,
            actor=11,
            command="meeting",
            said=said,
            guided=True,
            written_at=BEGUN,
            touched_at=touched,
        )
        number = drafts.keep(session, draft)
        if shown:
            _shown(session, number)
        session.add(
            LooseFile(
                chat_id=CHAT,
                message_id=5,
                actor=11,
                kind=FileKind.PHOTO,
                file_id="a",
                file_unique_id="b",
                came_at=touched,
            )
        )
    return number


def _shown(session: Session, number: int) -> None:
    prompt = drafts.prompt_of(number)
    owed = Owed(CHAT, OutboxKind.REPLY, "sendMessage", "{}", prompt=prompt)
    row = session.get_one(Outbox, outbox.put(session, owed, BEGUN, OutboxState.SENT))
    row.message_id = SHOWN
    session.add(row)


def open_rows(engine: Engine) -> tuple[int, int]:
    """How many forms and loose files are there."""
    with snapshot(engine) as session:
        return len(session.exec(select(Draft)).all()), len(session.exec(select(LooseFile)).all())


def owed(engine: Engine) -> list[Outbox]:
    return [row for row in outbox_rows(engine) if row.state is OutboxState.QUEUED]


def test_the_question_is_changed_once_and_at_any_hour(engine: Engine) -> None:
    left(engine, shown=True, said="支委会\n<b>2026-03-04")
    ticking(engine).close_left(BEGUN + A_DAY)
    assert (open_rows(engine), owed(engine)) == ((1, 1), [])

    now = BEGUN + A_DAY + timedelta(seconds=1)
    ticking(engine).close_left(now)
    ticking(engine).close_left(now + A_DAY)

    assert open_rows(engine) == (0, 0)
    (row,) = owed(engine)
    said = json.loads(row.payload)
    assert (row.method, said["message_id"], row.not_before) == ("editMessageText", SHOWN, now)
    assert "/meeting 支委会\n&lt;b&gt;2026-03-04" in said["text"]
    assert "reply_markup" not in said


def test_where_the_question_is_unknown_a_message_waits_for_the_morning(engine: Engine) -> None:
    left(engine, shown=False)
    ticking(engine).close_left(BEGUN + 2 * A_DAY)

    (row,) = owed(engine)
    assert row.method == "sendMessage"
    assert at("2026-03-08 06:00") < row.not_before < at("2026-03-08 10:00")


def test_of_two_replicas_one_says_it(engine: Engine) -> None:
    left(engine, shown=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ticking(engine).close_left, [BEGUN + 2 * A_DAY] * 2))
    assert len(owed(engine)) == 1


def test_a_preview_closes_nothing(engine: Engine) -> None:
    left(engine, shown=True)
    ticking(engine).preview(BEGUN + 2 * A_DAY)
    assert open_rows(engine) == (1, 1)
    ticking(engine).tick(BEGUN + 2 * A_DAY)
    assert open_rows(engine) == (0, 0)
