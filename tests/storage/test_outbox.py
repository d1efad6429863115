"""The outbox: calls in order, held back until their time, taken once, and settled as they end."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from storage import calls, digests, outbox, pace
from storage.calls import LEASE, Due, Result
from storage.outbox import Owed
from storage.queues import Outbox, OutboxKind, OutboxState
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")
LATER = NOW + timedelta(hours=1)
US, MOMENT = "us", 1000.0  # who sends, and the database's clock
TODAY = date(2026, 3, 5)


def owe(
    session: Session,
    payload: str = "{}",
    *,
    kind: OutboxKind = OutboxKind.REPLY,
    prompt: str | None = None,
    digest_on: date | None = None,
    not_before: datetime | None = None,
    chat_id: int = -100,
) -> int:
    owed = Owed(chat_id, kind, "sendMessage", payload, prompt, digest_on, not_before)
    return outbox.put(session, owed, NOW)


def take(
    session: Session, now: datetime = NOW, *, by: str = US, moment: float = MOMENT, most: int = 100
) -> list[Due]:
    return [head.due for head in calls.take(session, by, now, moment, most)]


def due(session: Session, now: datetime = NOW, **more: Any) -> list[str]:
    return [each.payload for each in take(session, now, **more)]


def end(session: Session, *results: Result, by: str = US, now: datetime = NOW) -> None:
    calls.settle(session, by, results, now)


def sent(session: Session, due: Due, message_id: int | None = None) -> None:
    end(session, Result(due, OutboxState.SENT, message_id))


def row(session: Session, outbox_id: int) -> Outbox:
    session.expire_all()
    found = session.get(Outbox, outbox_id)
    assert found is not None
    return found


def test_calls_are_taken_in_the_order_they_were_put_one_a_chat(session: Session) -> None:
    for chat_id, payload in ((-1, "a"), (-1, "b"), (-2, "c"), (-3, "d")):
        owe(session, payload, chat_id=chat_id)
    first = take(session, most=2)
    assert [each.payload for each in first] == ["a", "c"]
    assert due(session) == ["d"]
    sent(session, first[0])
    assert due(session) == ["b"]


def test_who_asked_comes_before_the_many_who_are_reminded(session: Session) -> None:
    for chat_id in (-1, -2, -3):
        owe(session, f"digest{chat_id}", kind=OutboxKind.DIGEST, chat_id=chat_id)
    owe(session, "reply", chat_id=-4)
    assert due(session, most=2) == ["reply", "digest-1"]
    assert due(session, most=2) == ["digest-2", "digest-3"]


def test_a_call_is_held_back_until_its_time_and_holds_back_no_other(session: Session) -> None:
    owe(session, "later", kind=OutboxKind.DIGEST, not_before=LATER)
    owe(session, "now")
    (now,) = take(session)
    assert now.payload == "now"
    sent(session, now)
    assert due(session, LATER - timedelta(microseconds=1)) == []
    assert due(session, LATER) == ["later"]


def test_a_reply_does_not_wait_for_a_clock_that_was_set_back(session: Session) -> None:
    owe(session, "digest", kind=OutboxKind.DIGEST)
    owe(session, "reply")
    assert due(session, NOW - timedelta(hours=3)) == ["reply"]


def test_settled_calls_are_due_no_more(session: Session) -> None:
    for chat_id in (-1, -2):
        owe(session, chat_id=chat_id)
    first, second = take(session)
    end(
        session,
        Result(first, OutboxState.SENT, message_id=55),
        Result(second, OutboxState.FAILED, problem="403"),
        now=LATER,
    )
    end(session)
    assert due(session) == []
    assert (row(session, first.id).message_id, row(session, first.id).sent_at) == (55, LATER)
    assert (row(session, second.id).problem, row(session, second.id).sent_at) == ("403", None)
    digests.drop(session, [owe(session)])
    assert outbox.counts(session) == {"sent": 1, "failed": 1, "dropped": 1}
    assert outbox.problems(session, OutboxState.FAILED) == [("403", 1)]


def test_a_call_that_is_tried_again_counts_its_attempts(session: Session) -> None:
    first = owe(session)
    owe(session, "after it")
    for attempt, method in ((1, None), (2, "editMessageText")):
        (found,) = take(session)
        assert found.id == first
        end(session, Result(found, OutboxState.QUEUED, problem="429", method=method))
        assert row(session, first).attempts == attempt
    assert row(session, first).method == "editMessageText"
    (found,) = take(session)
    end(session, Result(found, OutboxState.QUEUED, tried=False))
    assert row(session, first).attempts == 2


def test_what_one_replica_took_is_no_others_until_its_lease_is_over(session: Session) -> None:
    owe(session, "a")
    owe(session, "b")
    (first,) = take(session, by="first")
    assert due(session, by="second", moment=MOMENT + LEASE) == []
    (again,) = take(session, by="second", moment=MOMENT + LEASE + 1)
    assert again == first
    end(session, Result(first, OutboxState.FAILED, problem="too late"), by="first")
    assert row(session, first.id).state == OutboxState.QUEUED
    end(session, Result(first, OutboxState.SENT, 55), by="second")
    assert row(session, first.id).message_id == 55


def test_a_clock_set_back_does_not_prolong_a_lease(session: Session) -> None:
    owe(session, "a")
    take(session, by="first")
    assert due(session, by="second", moment=MOMENT - 3600) == ["a"]


def test_after_a_crash_what_was_under_way_is_unknown_and_not_sent_again(session: Session) -> None:
    owe(session, "digest", kind=OutboxKind.DIGEST)
    owe(session, "reply", chat_id=-2)
    reply, digest = take(session)
    digests.begin(session, [digest])
    assert calls.let_go(session, "another") == 0
    assert calls.let_go(session, US) == 1
    assert calls.let_go(session, US) == 0
    assert row(session, digest.id).state == OutboxState.UNKNOWN
    assert row(session, reply.id).state == OutboxState.QUEUED
    assert due(session) == ["reply"]


def test_a_digest_of_a_replica_that_died_is_unknown_when_its_lease_is_over(
    session: Session,
) -> None:
    owe(session, kind=OutboxKind.DIGEST)
    (digest,) = take(session)
    digests.begin(session, [digest])
    owe(session, "after it")
    assert due(session, by="another") == []
    assert calls.give_up(session, MOMENT + LEASE) == 0
    assert calls.give_up(session, MOMENT + LEASE + 1) == 1
    assert due(session, by="another") == ["after it"]
    sent(session, digest, 55)  # it was alive after all, and knows
    assert row(session, digest.id).state == OutboxState.SENT


def test_a_chat_is_left_in_peace_until_its_moment(session: Session) -> None:
    owe(session, "one")
    owe(session, "another", chat_id=-101)
    pace.hold(session, {-100: 7.0}, MOMENT)
    assert due(session, moment=MOMENT + 6.9) == ["another"]
    assert calls.next_free(session, NOW, MOMENT + 6.9) == MOMENT + 7
    assert due(session, moment=MOMENT + 7) == ["one"]
    assert calls.next_free(session, NOW, MOMENT + 7) is None


def test_an_answer_to_a_tap_does_not_wait_for_its_chats_pace(session: Session) -> None:
    owe(session, "answer", kind=OutboxKind.ANSWER)
    owe(session, "reply")
    pace.hold(session, {-100: 7.0}, MOMENT)
    (answer,) = take(session)
    assert answer.payload == "answer"
    sent(session, answer)
    assert due(session) == []


def test_a_clock_set_back_does_not_prolong_a_hold(session: Session) -> None:
    owe(session, "one")
    pace.hold(session, {-100: 7.0}, MOMENT)
    assert due(session, moment=MOMENT - 3600) == ["one"]


def test_a_replica_that_asked_for_the_moment_earlier_takes_nothing_of_anothers(
    session: Session,
) -> None:
    owe(session, "a")
    owe(session, "held", chat_id=-101)
    pace.hold(session, {-101: 7.0}, MOMENT)
    take(session, by="first")
    assert due(session, by="second", moment=MOMENT - 0.01) == []


def test_a_reply_to_a_message_continues_what_it_asked_for(session: Session) -> None:
    owe(session, prompt="/amend #1")
    owe(session, chat_id=-101)
    first, plain = take(session)
    sent(session, first, 55)
    sent(session, plain, 56)
    assert outbox.prompt_of(session, -100, 55) == "/amend #1"
    assert outbox.prompt_of(session, -100, 56) is None
    assert outbox.prompt_of(session, -101, 56) is None


def test_what_waits_longest_is_known(session: Session) -> None:
    assert outbox.oldest_due(session, LATER) is None
    owe(session, not_before=LATER)
    assert outbox.oldest_due(session, NOW) is None
    assert outbox.oldest_due(session, LATER) == LATER
