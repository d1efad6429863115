"""The outbox: calls in order, held back until their time, and settled by how they ended."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from storage import outbox
from storage.outbox import Owed, Result
from storage.queues import Outbox, OutboxKind, OutboxState
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")
LATER = NOW + timedelta(hours=1)
TODAY = date(2026, 3, 5)


def owe(
    session: Session,
    payload: str = "{}",
    *,
    kind: OutboxKind = OutboxKind.REPLY,
    prompt: str | None = None,
    digest_on: date | None = None,
    not_before: datetime | None = None,
) -> int:
    owed = Owed(-100, kind, "sendMessage", payload, prompt, digest_on, not_before)
    return outbox.put(session, owed, NOW)


def due(session: Session, now: datetime = NOW) -> list[str]:
    return [each.payload for each in outbox.due(session, now, 100)]


def sent(session: Session, row: int, message_id: int | None = None) -> None:
    outbox.settle(session, [Result(row, OutboxState.SENT, message_id)], NOW)


def row(session: Session, outbox_id: int) -> Outbox:
    session.expire_all()
    found = session.get(Outbox, outbox_id)
    assert found is not None
    return found


def test_calls_are_due_in_the_order_they_were_put(session: Session) -> None:
    for payload in ("a", "b", "c"):
        owe(session, payload)
    assert due(session) == ["a", "b", "c"]
    assert [each.payload for each in outbox.due(session, NOW, 2)] == ["a", "b"]


def test_a_call_is_held_back_until_its_time(session: Session) -> None:
    owe(session, "later", not_before=LATER)
    owe(session, "now")
    assert due(session) == ["now"]
    assert due(session, LATER - timedelta(microseconds=1)) == ["now"]
    assert due(session, LATER) == ["later", "now"]


def test_settled_calls_are_due_no_more(session: Session) -> None:
    first, second, third = (owe(session, payload) for payload in "abc")
    results = [
        Result(first, OutboxState.SENT, message_id=55),
        Result(second, OutboxState.FAILED, problem="403"),
    ]
    outbox.settle(session, results, LATER)
    outbox.settle(session, [], LATER)
    assert due(session) == ["c"]
    assert (row(session, first).message_id, row(session, first).sent_at) == (55, LATER)
    assert (row(session, second).problem, row(session, second).sent_at) == ("403", None)
    outbox.drop(session, third)
    assert outbox.counts(session) == {"sent": 1, "failed": 1, "dropped": 1}
    assert outbox.problems(session, OutboxState.FAILED) == [("403", 1)]


def test_a_call_that_is_tried_again_counts_its_attempts(session: Session) -> None:
    first = owe(session)
    for attempt in (1, 2):
        (found,) = outbox.due(session, NOW, 1)
        outbox.begin_digest(session, first)
        assert due(session) == []
        outbox.requeue(session, found, "429", "editMessageText" if attempt == 2 else None)
        assert row(session, first).attempts == attempt
    assert row(session, first).method == "editMessageText"
    assert due(session) == ["{}"]


def test_after_a_crash_what_was_under_way_is_unknown_and_not_sent_again(session: Session) -> None:
    digest, reply = owe(session, "digest", kind=OutboxKind.DIGEST), owe(session, "reply")
    outbox.begin_digest(session, digest)
    assert outbox.recover(session) == 1
    assert outbox.recover(session) == 0
    assert row(session, digest).state == OutboxState.UNKNOWN
    assert row(session, reply).state == OutboxState.QUEUED
    assert due(session) == ["reply"]


def test_a_reply_to_a_message_continues_what_it_asked_for(session: Session) -> None:
    first = owe(session, prompt="/amend #1")
    plain = owe(session)
    sent(session, first, 55)
    sent(session, plain, 56)
    assert outbox.prompt_of(session, -100, 55) == "/amend #1"
    assert outbox.prompt_of(session, -100, 56) is None
    assert outbox.prompt_of(session, -101, 55) is None


def test_a_chats_digest_of_a_day(session: Session) -> None:
    assert outbox.queued_digest(session, -100, TODAY) is None
    first = owe(session, kind=OutboxKind.DIGEST, digest_on=TODAY)
    assert outbox.queued_digest(session, -100, TODAY) == first
    assert outbox.queued_digest(session, -100, date(2026, 3, 6)) is None
    assert outbox.queued_digest(session, -101, TODAY) is None
    assert outbox.digest_message(session, -100, TODAY) is None
    sent(session, first, 55)
    assert outbox.queued_digest(session, -100, TODAY) is None
    assert outbox.digest_message(session, -100, TODAY) == 55
    second = owe(session, kind=OutboxKind.DIGEST, digest_on=TODAY)
    assert outbox.digest_message(session, -100, TODAY) == 55
    sent(session, second, 56)
    assert outbox.digest_message(session, -100, TODAY) == 56


def test_what_a_waiting_call_says_can_be_said_anew(session: Session) -> None:
    first = owe(session, "old")
    outbox.rewrite(session, first, "editMessageText", "new")
    (found,) = outbox.due(session, NOW, 1)
    assert (found.method, found.payload) == ("editMessageText", "new")
