"""The inbox: nothing counts twice, nothing is forgotten."""

import pytest
from sqlmodel import Session, select

from storage import inbox
from storage.inbox import Arrival, SetAside, Waiting
from storage.queues import Inbox
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")


def arrive(session: Session, *arrivals: tuple[int, str], chat_id: int = 0) -> int:
    rows = [Arrival(n, happening, f"{{{n}}}", chat_id) for n, happening in arrivals]
    return inbox.take_in(session, rows, NOW)


def taken(session: Session, most: int = 100) -> list[str]:
    return [each.payload for each in inbox.take(session, most)]


def test_updates_are_taken_in_the_order_they_came(session: Session) -> None:
    arrive(session, (12, "m:1"), (11, "m:2"))
    arrive(session, (10, "m:3"))
    assert session.exec(select(Inbox.received_at)).all() == [NOW] * 3
    assert inbox.oldest_waiting(session) == NOW
    (first,) = inbox.take(session, 1)
    assert first == Waiting(first.id, 12, 0, "{12}", 0)
    assert taken(session) == ["{11}", "{10}"]
    assert taken(session) == []
    assert inbox.oldest_waiting(session) is None


def test_no_updates_are_no_rows(session: Session) -> None:
    assert arrive(session) == 0
    assert taken(session) == []


def test_an_update_that_comes_again_counts_once(session: Session) -> None:
    assert arrive(session, (10, "m:1"), (10, "m:1")) == 1
    assert arrive(session, (10, "m:1"), (11, "m:2")) == 1
    assert taken(session) == ["{10}", "{11}"]


def test_a_happening_told_under_another_number_counts_once(session: Session) -> None:
    arrive(session, (10, "tap:5"), (11, "tap:5"))
    arrive(session, (12, "tap:5"), (13, "tap:6"))
    assert taken(session) == ["{10}", "{13}"]


def test_a_number_that_comes_again_for_something_else_counts(session: Session) -> None:
    arrive(session, (10, "m:1"), (10, "m:2"))
    assert taken(session) == ["{10}", "{10}"]


def test_each_chat_has_its_turn_and_keeps_its_order(session: Session) -> None:
    arrive(session, *((n, f"m:{n}") for n in range(10, 60)), chat_id=-1)
    arrive(session, (60, "m:60"), (61, "m:61"), chat_id=-2)
    arrive(session, (62, "m:62"), chat_id=-3)
    first = inbox.take(session, 6)
    assert [(each.chat_id, each.payload) for each in first] == [
        (-1, "{10}"),
        (-1, "{11}"),
        (-2, "{60}"),
        (-2, "{61}"),
        (-3, "{62}"),
    ]
    assert taken(session, 3) == ["{12}", "{13}", "{14}"]


def test_what_was_taken_does_not_come_back(session: Session) -> None:
    arrive(session, (10, "m:1"))
    assert taken(session) == ["{10}"]
    arrive(session, (10, "m:1"))
    arrive(session, (11, "m:1"))
    assert taken(session) == []
    assert inbox.counts(session) == {"done": 1}


def test_one_update_can_be_taken_by_what_it_is_about(session: Session) -> None:
    arrive(session, (10, "m:1"), (11, "m:2"))
    (one,) = inbox.take_one(session, "m:2")
    assert one.payload == "{11}"
    assert inbox.take_one(session, "m:2") == []
    assert inbox.take_one(session, "m:3") == []
    assert taken(session) == ["{10}"]


def test_an_update_that_fails_is_tried_again_and_then_set_aside(session: Session) -> None:
    arrive(session, (10, "m:1"), (11, "m:2"))
    (first, second) = inbox.take(session, 2)
    inbox.put_back(session, first.id, "KeyError in x:1")
    inbox.put_back(session, second.id)
    assert [each.attempts for each in inbox.take(session, 2)] == [1, 0]
    inbox.lay_aside(session, first.id, "KeyError in x:2")
    assert taken(session) == []
    assert inbox.set_aside(session) == [SetAside(10, NOW, "KeyError in x:2")]
    assert inbox.counts(session) == {"set_aside": 1, "done": 1}


def test_what_cannot_be_handled_is_set_aside_as_it_comes(session: Session) -> None:
    inbox.take_in(session, [Arrival(0, "unnumbered:1", "{}", problem="no number")], NOW)
    assert taken(session) == []
    assert inbox.set_aside(session) == [SetAside(0, NOW, "no number")]


def test_the_newest_set_aside_come_first(session: Session) -> None:
    arrive(session, *((n, f"m:{n}") for n in range(10, 15)))
    for each in inbox.take(session, 100):
        inbox.lay_aside(session, each.id, "no")
    assert [each.update_id for each in inbox.set_aside(session, 2)] == [14, 13]


@pytest.mark.parametrize("text", ["开会😀", '{"text":"\'; DROP TABLE inbox; --"}', ""])
def test_a_payload_comes_back_as_it_was(session: Session, text: str) -> None:
    inbox.take_in(session, [Arrival(1, "m:1", text)], NOW)
    assert taken(session) == [text]
