"""The pacer, against a clock of its own: what a server that counts strictly would see."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Limits, Pacer

LIMITS = Limits(per_second=10, per_chat_second=1, per_group_minute=20)
SOMEONE, GROUP, OTHER = 5, -5, -6


def send(pacer: Pacer, chats: list[int], now: float = 0.0) -> list[float]:
    """Send to the chats in order, each as soon as it may be; answer the moments."""
    moments = []
    for chat_id in chats:
        now = max(now, pacer.ready_at(chat_id, now))
        pacer.take(chat_id, now)
        moments.append(now)
    return moments


def test_the_first_call_goes_at_once() -> None:
    assert Pacer(LIMITS).ready_at(SOMEONE, 100.0) <= 100.0


def test_calls_to_many_chats_keep_an_even_pace() -> None:
    moments = send(Pacer(LIMITS), list(range(1, 31)), now=100.0)
    gaps = [later - earlier for earlier, later in pairwise(moments)]

    assert all(gap > 0.09 for gap in gaps[1:])
    assert moments[-1] - moments[0] < 3.0


def test_a_rest_earns_no_burst() -> None:
    pacer = Pacer(LIMITS)
    send(pacer, [1, 2, 3])
    moments = send(pacer, list(range(10, 40)), now=1000.0)

    assert moments[10] - moments[0] >= 0.9


def test_a_chat_is_written_to_once_a_second() -> None:
    assert send(Pacer(LIMITS), [SOMEONE] * 4) == [0.0, 1.0, 2.0, 3.0]


def test_a_group_is_written_to_twenty_times_a_minute() -> None:
    moments = send(Pacer(LIMITS), [GROUP] * 41)

    assert moments[19] == 19.0
    assert moments[20] == 60.0
    assert moments[40] == 120.0


def test_a_person_has_no_limit_a_minute() -> None:
    assert send(Pacer(LIMITS), [SOMEONE] * 30)[-1] == 29.0


def test_one_full_group_holds_nobody_else_up() -> None:
    pacer = Pacer(LIMITS)
    send(pacer, [GROUP] * 20)

    assert pacer.ready_at(GROUP, 19.5) == 60.0
    assert pacer.ready_at(OTHER, 19.5) <= 19.5


def test_a_chat_on_hold_waits_and_others_do_not() -> None:
    pacer = Pacer(LIMITS)
    pacer.hold_chat(GROUP, 30.0)

    assert pacer.ready_at(GROUP, 1.0) == 30.0
    assert pacer.held_until(GROUP) == 30.0
    assert pacer.ready_at(OTHER, 1.0) <= 1.0


def test_a_hold_on_everyone_holds_chats_never_seen_before() -> None:
    pacer = Pacer(LIMITS)
    pacer.hold_all(30.0)
    pacer.hold_all(20.0)

    assert pacer.ready_at(GROUP, 1.0) == 30.0
    assert pacer.held_until(SOMEONE) == 30.0


@given(st.lists(st.sampled_from([1, 2, -1, -2, -3]), max_size=120))
def test_no_window_of_a_second_or_a_minute_holds_too_many(chats: list[int]) -> None:
    moments = send(Pacer(LIMITS), chats)
    by_chat: dict[int, list[float]] = {}
    for chat_id, at in zip(chats, moments, strict=True):
        by_chat.setdefault(chat_id, []).append(at)

    assert most_within(moments, 1.0) <= LIMITS.per_second + 1  # one slot may be made up for
    for chat_id, times in by_chat.items():
        assert most_within(times, 1.0) <= LIMITS.per_chat_second
        if chat_id < 0:
            assert most_within(times, 60.0) <= LIMITS.per_group_minute


def most_within(moments: list[float], seconds: float) -> int:
    """Count the most moments in any window of that length, its end left out."""
    ends = (bisect_right(moments, at + seconds - 1e-6) for at in moments)
    return max((end - start for start, end in enumerate(ends)), default=0)
