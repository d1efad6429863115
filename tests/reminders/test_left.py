"""What was begun and left for a day: closed once, and said without disturbing anybody."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.in_force import InForce
from bot.ticking import Ticking
from storage import calls, directory, drafts, handovers, outbox
from storage.accounts import Handover
from storage.attachments import FileKind, LooseFile
from storage.database import snapshot, transaction
from storage.drafts import Draft
from storage.journal import Origin
from storage.outbox import Owed
from storage.queues import Outbox, OutboxKind, OutboxState
from tests.reminders.world import CHAT, a_branch, at, outbox_rows, renderer, ticking
from tests.storage.samples import POLICY

BEGUN = at("2026-03-05 23:00")
A_DAY = timedelta(hours=24)
SHOWN = 77


def left(engine: Engine, *, shown: bool, touched: datetime = BEGUN, said: str = "支委会") -> int:
    """A form that somebody began; answers its number."""
    with transaction(engine) as session:
        a_branch(session)
        number = drafts.keep(session, _draft(said, touched))
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


def _draft(said: str, touched: datetime) -> Draft:
    return Draft(
        chat_id=CHAT,
        actor=11,
        command="meeting",
        said=said,
        guided=True,
        written_at=BEGUN,
        touched_at=touched,
    )


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
    assert (row.method, said["message_id"]) == ("editMessageText", SHOWN)
    assert taken(engine, now) == ["editMessageText"]
    assert "/meeting 支委会\n&lt;b&gt;2026-03-04" in said["text"]
    assert "reply_markup" not in said


def taken(engine: Engine, now: datetime) -> list[str]:
    """The methods of the calls that are made now."""
    with transaction(engine) as session:
        return [head.due.method for head in calls.take(session, "us", now, 1000.0, 10)]


def test_where_the_question_is_unknown_a_message_waits_for_the_morning(engine: Engine) -> None:
    left(engine, shown=False)
    at_night = BEGUN + 2 * A_DAY
    ticking(engine).close_left(at_night)
    assert (open_rows(engine)[0], taken(engine, at_night)) == (1, [])

    morning = at("2026-03-08 10:00")
    ticking(engine).close_left(morning)
    assert (open_rows(engine), taken(engine, morning)) == ((0, 0), ["sendMessage"])


def test_one_that_cannot_be_closed_leaves_the_others_to_be(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = left(engine, shown=True)
    with transaction(engine) as session:
        good = drafts.keep(session, _draft("党员大会", BEGUN))
        _shown(session, good)
    at_once = outbox.shown_with

    def fails(session: Session, chat_id: int, prompt: str) -> int | None:
        if prompt == drafts.prompt_of(poisoned):
            raise LookupError(prompt)
        return at_once(session, chat_id, prompt)

    monkeypatch.setattr(outbox, "shown_with", fails)
    ticking(engine).close_left(BEGUN + 2 * A_DAY)

    with snapshot(engine) as session:
        assert [each.id for each in session.exec(select(Draft))] == [poisoned]
    (row,) = owed(engine)
    assert "党员大会" in row.payload


def test_a_handover_that_cannot_be_ended_leaves_everything_else_to_be(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(engine, shown=True)
    with transaction(engine) as session:
        (unit,) = directory.units_named(session, "第一支部")
        by = Origin(11, BEGUN, None, None)
        poisoned, good = (
            handovers.begin(session, unit, (11, who), "{}", by).key for who in (12, 13)
        )
    end = handovers.call_off

    def fails(session: Session, one: Handover, action: str, origin: Origin) -> None:
        if one.key == poisoned:
            raise LookupError(one.key)
        end(session, one, action, origin)

    monkeypatch.setattr(handovers, "call_off", fails)
    ticking(engine).close_left(BEGUN + handovers.LASTS)

    with snapshot(engine) as session:
        ended = session.exec(select(Handover.id).where(Handover.called_off)).all()
    assert ended == [good]
    assert open_rows(engine) == (0, 0)
    assert [len(outbox_rows(engine, chat)) for chat in (11, 12, 13)] == [1, 0, 1]
    assert len(owed(engine)) == 1


def test_it_is_said_in_the_language_of_the_settings_where_no_unit_has_one(engine: Engine) -> None:
    with transaction(engine) as session:
        drafts.keep(session, _draft("支委会", BEGUN))
    Ticking(engine, InForce(POLICY), renderer(), locale="en").close_left(BEGUN + 2 * A_DAY)
    (row,) = owed(engine)
    assert "Nothing recorded" in row.payload


def test_sums_that_nobody_typed_are_not_told_in_a_group(engine: Engine) -> None:
    with transaction(engine) as session:
        a_branch(session)
        draft = _draft("2026-03\n张三", BEGUN)
        draft.command = "dues"
        drafts.walk(draft, "sum")
        drafts.accept(draft, "due")
        draft.said = "2026-03\n张三 50.00"
        _shown(session, drafts.keep(session, draft))
    ticking(engine).close_left(BEGUN + 2 * A_DAY)
    (row,) = owed(engine)
    assert "张三" in row.payload
    assert "50" not in json.loads(row.payload)["text"]


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
