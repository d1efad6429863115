"""The pace of sending: what a server that counts strictly would see, whoever sends."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from storage import calls, outbox, pace
from storage.calls import Result
from storage.database import rehearsal, seconds
from storage.outbox import Owed
from storage.pace import EVERYONE, Limits
from storage.queues import OutboxKind, OutboxState
from tests.storage.samples import moment

NOW = moment("2026-03-05 10:00")
LIMITS = Limits(per_second=10, per_chat_second=1, per_group_minute=20)
SOMEONE, GROUP, OTHER = 5, -5, -6


def send(session: Session, chats: list[int], begin: float = 1000.0) -> list[tuple[int, float]]:
    """Owe each chat a message, and send all as soon as they may be; answer who, and when."""
    for chat_id in chats:
        outbox.put(session, Owed(chat_id, OutboxKind.REPLY, "sendMessage", "{}"), NOW)
    at, done = begin, list[tuple[int, float]]()
    while len(done) < len(chats):
        taken = calls.take(session, "us", NOW, at, 4)
        done += reserve(session, {head.due.chat_id: head.recent for head in taken}, at).items()
        results = [Result(head.due, OutboxState.SENT) for head in taken]
        calls.settle(session, "us", results, NOW)
        waits = [pace.free_at(session, at), calls.next_free(session, NOW, at) or at]
        at = max(waits) if not taken else max(at, waits[0])
    return done


def reserve(session: Session, chats: dict[int, str | None], now: float) -> dict[int, float]:
    return pace.reserve(session, chats, LIMITS, pace.free_at(session, now), now)


def moments(session: Session, chats: list[int], begin: float = 1000.0) -> list[float]:
    return [at for _, at in send(session, chats, begin)]


def test_the_first_message_goes_at_once(session: Session) -> None:
    assert reserve(session, {SOMEONE: None}, 1000.0) == {SOMEONE: 1000.0}


def test_nobody_to_write_to_costs_nothing(session: Session) -> None:
    assert reserve(session, {}, 1000.0) == {}
    assert pace.free_at(session, 1000.0) == 1000.0


def test_messages_to_many_chats_keep_an_even_pace(session: Session) -> None:
    at = moments(session, list(range(1, 31)))
    gaps = [later - earlier for earlier, later in pairwise(at)]

    assert all(gap == pytest.approx(LIMITS.gap) for gap in gaps)


def test_a_rest_earns_no_burst(session: Session) -> None:
    moments(session, [1, 2, 3])
    at = moments(session, list(range(10, 40)), begin=2000.0)

    assert at[10] - at[0] >= 1.0


def test_a_chat_is_written_to_once_a_second(session: Session) -> None:
    at = moments(session, [SOMEONE] * 4)

    assert [round(later - earlier, 2) for earlier, later in pairwise(at)] == [1.01] * 3


def test_a_group_is_written_to_twenty_times_a_minute(session: Session) -> None:
    at = moments(session, [GROUP] * 41)

    assert at[19] - at[0] < 20
    assert at[20] - at[0] > 60
    assert at[40] - at[0] > 120


def test_a_person_has_no_limit_a_minute(session: Session) -> None:
    assert moments(session, [SOMEONE] * 30)[-1] < 1030


def test_all_are_held_when_all_are_refused(session: Session) -> None:
    pace.hold(session, {EVERYONE: 30.0}, 1000.0)

    assert pace.free_at(session, 1001.0) == 1030.0
    given = reserve(session, {SOMEONE: None, GROUP: None}, 1030.0)
    assert list(given.values()) == [1030.0, pytest.approx(1030.0 + LIMITS.gap)]


def test_a_clock_set_back_holds_nobody(session: Session) -> None:
    reserve(session, {SOMEONE: None}, 5000.0)

    assert pace.free_at(session, 1000.0) == 1000.0
    assert reserve(session, {SOMEONE: None}, 1000.0) == {SOMEONE: 1000.0}


def test_the_databases_clock_goes_on(session: Session) -> None:
    first = seconds(session)
    assert 1.7e9 < first <= seconds(session)


@tried(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([SOMEONE, 6, 7, 8, GROUP, OTHER]), max_size=60))
def test_no_window_of_time_ever_holds_too_many(sqlite: Engine, chats: list[int]) -> None:
    with rehearsal(sqlite) as session:
        sent = send(session, chats)

    assert_at_most(10, 1.0, [at for _, at in sent])
    for chat_id in set(chats):
        mine = [at for whom, at in sent if whom == chat_id]
        assert_at_most(1, 1.0, mine)
        if chat_id < 0:
            assert_at_most(20, 60.0, mine)


def assert_at_most(allowed: int, window: float, at: list[float]) -> None:
    ordered = sorted(at)
    for place, begin in enumerate(ordered):
        assert bisect_right(ordered, begin + window) - place <= allowed
