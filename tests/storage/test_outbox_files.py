"""The files of the outbox: kept with their call until it was sent or given up, and no longer."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from storage import calls, outbox
from storage.calls import DOCUMENT, LEASE, Due, Result
from storage.messages import Document
from storage.outbox import Owed
from storage.queues import OutboxFile, OutboxKind, OutboxState
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")
FILE = Document("名册.csv", bytes(range(256)))
US, THEM, MOMENT = "us", "them", 1000.0


def owe(session: Session, state: OutboxState = OutboxState.QUEUED) -> int:
    owed = Owed(-100, OutboxKind.REPLY, DOCUMENT, "{}", document=FILE)
    return outbox.put(session, owed, NOW, state)


def take(session: Session, by: str = US, after: float = 0) -> Due:
    (head,) = calls.take(session, by, NOW, MOMENT + after, 10)
    return head.due


def kept(session: Session) -> list[str]:
    session.expire_all()
    return list(session.exec(select(OutboxFile.name)))


def test_a_file_is_there_as_it_was_until_its_call_is_sent(session: Session) -> None:
    outbox_id = owe(session)
    due = take(session)

    assert outbox.document_of(session, due.id) == FILE
    calls.settle(session, US, [Result(due, OutboxState.SENT, 7)], NOW)
    assert kept(session) == []
    assert outbox.document_of(session, outbox_id) is None


@pytest.mark.parametrize("state", [OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.DROPPED])
def test_a_call_that_is_given_up_gives_up_its_file(session: Session, state: OutboxState) -> None:
    owe(session)
    calls.settle(session, US, [Result(take(session), state)], NOW)

    assert kept(session) == []


def test_a_call_that_is_to_be_tried_again_keeps_its_file(session: Session) -> None:
    owe(session)
    calls.settle(session, US, [Result(take(session), OutboxState.QUEUED, problem="429")], NOW)

    assert kept(session) == [FILE.name]
    assert take(session).attempts == 1


def test_who_was_too_late_takes_no_file_from_who_sends_it_now(session: Session) -> None:
    owe(session)
    late = take(session)
    take(session, THEM, LEASE + timedelta(minutes=1).total_seconds())
    calls.settle(session, US, [Result(late, OutboxState.SENT, 7)], NOW)

    assert kept(session) == [FILE.name]


def test_what_is_only_printed_keeps_no_file(session: Session) -> None:
    owe(session, OutboxState.SENT)

    assert kept(session) == []
