"""The last look before a call: what a server that counts strictly would see."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from bot.window import Window
from storage.pace import Limits

LIMITS = Limits(per_second=10)


def begun(late: list[float]) -> list[float]:
    """When calls begin whose moments are evenly apart, if each wakes that late."""
    window, now, found = Window(LIMITS), 0.0, list[float]()
    for place, lateness in enumerate(late):
        now = max(now, place * LIMITS.gap + lateness)
        now += max(0.0, window.wait(now))
        window.note(now)
        found.append(now)
    return found


def test_calls_that_wake_in_time_wait_for_nothing() -> None:
    assert begun([0.0] * 40) == [place * LIMITS.gap for place in range(40)]


@given(st.lists(st.floats(min_value=0.0, max_value=2.0), max_size=80))
def test_no_second_ever_holds_too_many_whatever_is_late(late: list[float]) -> None:
    moments = begun(late)
    for place, begin in enumerate(moments):
        assert bisect_left(moments, begin + 1.0) - place <= 10
