"""Digests in the outbox: one waits for a chat and day, and what showed it is known afterwards."""

from datetime import date, timedelta

from sqlmodel import Session, select

from storage import calls, digests
from storage.calls import Due, Result
from storage.queues import Outbox, OutboxKind, OutboxState
from tests.storage.samples import moment

NOW = moment("2026-03-05 09:00")
TODAY, TOMORROW = date(2026, 3, 5), date(2026, 3, 6)
US, MOMENT = "us", 1000.0
HERE, THERE = (-100, TODAY), (-200, TODAY)


def queue(session: Session, *days: tuple[int, date]) -> None:
    digests.queue(session, dict.fromkeys(days, NOW), NOW)


def take(session: Session) -> list[Due]:
    return [head.due for head in calls.take(session, US, NOW, MOMENT, 10)]


def states(session: Session) -> list[str]:
    return [str(state) for state in session.exec(select(Outbox.state).order_by("id"))]


def send(session: Session, due: Due, message_id: int) -> None:
    calls.settle(session, US, [Result(due, OutboxState.SENT, message_id)], NOW)


def test_one_digest_of_a_day_waits_for_a_chat(session: Session) -> None:
    queue(session, HERE, THERE)
    queue(session, HERE, (-100, TOMORROW))
    queue(session)
    rows = session.exec(select(Outbox).order_by("id")).all()
    assert [(row.chat_id, row.digest_on) for row in rows] == [HERE, THERE, (-100, TOMORROW)]
    assert {row.kind for row in rows} == {OutboxKind.DIGEST}


def test_after_the_first_was_sent_another_of_the_day_may_wait(session: Session) -> None:
    queue(session, HERE)
    (first,) = take(session)
    send(session, first, 55)
    queue(session, HERE)
    assert states(session) == ["sent", "queued"]


def test_a_digest_is_not_due_before_it_may_be_delivered(session: Session) -> None:
    digests.queue(session, {HERE: NOW + timedelta(hours=1)}, NOW)
    assert take(session) == []


def test_the_last_message_that_showed_a_day_is_known(session: Session) -> None:
    assert digests.shown(session, [HERE, THERE]) == {}
    for message_id in (55, 56):
        queue(session, HERE)
        (found,) = take(session)
        send(session, found, message_id)
        assert digests.shown(session, [HERE, THERE]) == {HERE: message_id}
    queue(session, HERE, THERE)
    assert digests.shown(session, [HERE, THERE]) == {HERE: 56}
    assert digests.shown(session, [(-100, TOMORROW)]) == {}


def test_what_is_begun_is_under_way_and_what_is_dropped_needed_no_more(session: Session) -> None:
    queue(session, HERE, THERE)
    here, there = take(session)
    assert digests.chats_of(session, [here.id, there.id]) == {here.id: -100, there.id: -200}
    digests.begin(session, [here])
    digests.drop(session, [there.id])
    digests.begin(session, [])
    digests.drop(session, [])
    assert states(session) == ["sending", "dropped"]
