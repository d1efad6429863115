"""The inbox: nothing counts twice, nothing is forgotten."""

import pytest
from sqlmodel import Session, select

from storage import inbox
from storage.inbox import Arrival, SetAside, Waiting
from storage.queues import Inbox
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")


def arrive(session: Session, *arrivals: tuple[int, str | None]) -> None:
    inbox.take_in(session, [Arrival(n, happening, f"{{{n}}}") for n, happening in arrivals], NOW)


def waiting(session: Session) -> list[str]:
    return [each.payload for each in inbox.waiting(session, 100)]


def test_updates_wait_in_the_order_they_came(session: Session) -> None:
    arrive(session, (12, "m:1"), (11, "m:2"))
    arrive(session, (10, None))
    assert waiting(session) == ["{12}", "{11}", "{10}"]
    (first,) = inbox.waiting(session, 1)
    assert first == Waiting(first.id, "{12}", 0)
    assert session.exec(select(Inbox.received_at)).all() == [NOW] * 3


def test_no_updates_are_no_rows(session: Session) -> None:
    arrive(session)
    assert waiting(session) == []


def test_an_update_that_comes_again_counts_once(session: Session) -> None:
    arrive(session, (10, "m:1"), (10, "m:1"))
    arrive(session, (10, "m:1"), (11, "m:2"))
    arrive(session, (10, None))
    assert waiting(session) == ["{10}", "{11}"]


def test_a_happening_told_under_another_number_counts_once(session: Session) -> None:
    arrive(session, (10, "tap:5"), (11, "tap:5"))
    arrive(session, (12, "tap:5"), (13, "tap:6"))
    assert waiting(session) == ["{10}", "{13}"]


def test_updates_about_nothing_in_particular_all_count(session: Session) -> None:
    arrive(session, (10, None), (11, None), (12, "m:1"), (13, None))
    assert waiting(session) == ["{10}", "{11}", "{12}", "{13}"]


def test_an_update_is_handled_once(session: Session) -> None:
    arrive(session, (10, None), (11, None))
    first = inbox.waiting(session, 1)[0].id
    assert inbox.claim(session, [first])
    assert not inbox.claim(session, [first])
    assert waiting(session) == ["{11}"]
    assert not inbox.claim(session, [99])


def test_what_was_handled_does_not_come_back(session: Session) -> None:
    arrive(session, (10, "m:1"))
    inbox.claim(session, [inbox.waiting(session, 1)[0].id])
    arrive(session, (10, "m:1"))
    arrive(session, (11, "m:1"))
    assert waiting(session) == []
    assert inbox.counts(session) == {"done": 1}


def test_an_update_that_fails_is_tried_again_and_then_set_aside(session: Session) -> None:
    arrive(session, (10, None), (11, None))
    first = inbox.waiting(session, 1)[0].id
    assert inbox.claim(session, [first]) == {first}
    inbox.put_back(session, first, "KeyError in x:1")
    assert [each.attempts for each in inbox.waiting(session, 2)] == [1, 0]
    inbox.lay_aside(session, first, "KeyError in x:2")
    assert waiting(session) == ["{11}"]
    assert inbox.set_aside(session) == [SetAside(10, NOW, "KeyError in x:2")]
    assert not inbox.claim(session, [first])
    assert inbox.counts(session) == {"set_aside": 1, "waiting": 1}


def test_the_newest_set_aside_come_first(session: Session) -> None:
    arrive(session, *((n, None) for n in range(10, 15)))
    for each in inbox.waiting(session, 100):
        inbox.lay_aside(session, each.id, "no")
    assert [each.update_id for each in inbox.set_aside(session, 2)] == [14, 13]


@pytest.mark.parametrize("text", ["开会😀", '{"text":"\'; DROP TABLE inbox; --"}', ""])
def test_a_payload_comes_back_as_it_was(session: Session, text: str) -> None:
    inbox.take_in(session, [Arrival(1, None, text)], NOW)
    assert waiting(session) == [text]
