"""The pace of sending: two ways of counting, refusals for a time, and the round trip."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.errors import ApiError
from bot.sandbox.pace import COUNTING, Limits, Pace
from bot.sandbox.refusals import Refusals
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api

TEXT = {"text": "a"}


class Sends:
    """A pace with a clock that one moves."""

    def __init__(self, counting: Limits) -> None:
        self.now = 0.0
        self.pace: Pace = COUNTING[counting](lambda: self.now)

    def refused(self, *chats: int) -> list[int]:
        """Send once to each chat, and answer the waits of those that were refused."""
        return [wait for chat_id in chats if (wait := self.wait(chat_id))]

    def wait(self, chat_id: int) -> int:
        try:
            self.pace.spend(chat_id)
        except ApiError as error:
            return error.parameters["retry_after"]
        return 0


@pytest.mark.parametrize(("counting", "passed"), [("bucket", 3), ("window", 1)])
async def test_beyond_the_pace_there_is_429(
    api: Api, sandbox: Sandbox, counting: Limits, passed: int
) -> None:
    sandbox.pace = COUNTING[counting](lambda: 0.0)
    answers = [await api.raw("sendMessage", chat_id=LI, **TEXT) for _ in range(5)]

    assert [status for status, _ in answers] == [200] * passed + [429] * (5 - passed)
    assert answers[-1][1]["parameters"] == {"retry_after": 1}
    assert (sandbox.sent, sandbox.refusals.given) == (passed, {LI: 5 - passed})
    await api.ok("getMe")


def test_a_bucket_lets_a_burst_pass_and_each_limit_counts_for_itself() -> None:
    sends = Sends("bucket")
    assert sends.refused(*range(1, 31)) == []
    assert sends.refused(31) == [1]
    sends.now = 1.0
    assert sends.refused(*range(1, 31)) == []
    in_group: list[int] = []
    for second in range(2, 40):
        sends.now = float(second)
        in_group += sends.refused(-5)
    assert len(in_group) == 38 - 20 - 12  # 20 at once, and one more every 3 seconds
    assert all(1 <= wait <= 3 for wait in in_group)


def test_no_second_holds_more_than_thirty_wherever_it_begins() -> None:
    sends = Sends("window")
    for chat_id in range(1, 31):
        sends.now = 0.5 + chat_id / 100
        assert sends.refused(chat_id) == []
    sends.now = 1.505  # a bucket would have filled up again
    assert sends.refused(31) == [1]
    sends.now = 1.51  # the first of them is a second ago: room for one
    assert sends.refused(31) == []
    assert sends.refused(32) == [1]


def test_a_window_lets_an_even_pace_pass() -> None:
    sends = Sends("window")
    refused = []
    for number in range(300):
        sends.now = number * 0.0334  # 29.94 a second
        refused += sends.refused(1000 + number)
    assert refused == []


def test_in_a_window_a_chat_gets_one_a_second_give_or_take_the_journey() -> None:
    sends = Sends("window")
    assert sends.refused(LI, LI) == [1]
    sends.now = 0.8
    assert sends.refused(LI, WANG) == [1]
    sends.now = 0.95
    assert sends.refused(LI) == []


def test_in_a_window_a_group_gets_twenty_in_any_minute() -> None:
    sends = Sends("window")
    for number in range(20):
        sends.now = float(number)
        assert sends.refused(GROUP) == []
    sends.now = 30.0
    assert sends.refused(GROUP, LI) == [30]
    sends.now = 59.9
    assert sends.refused(GROUP) == [1]
    sends.now = 60.0
    assert sends.refused(GROUP) == []


def test_refusals_end_when_their_time_is_over() -> None:
    now = 0.0
    refusals = Refusals(lambda: now)

    def waits() -> list[int]:
        found = []
        for chat_id in (LI, WANG):
            try:
                refusals.check(chat_id)
            except ApiError as error:
                found.append(error.parameters["retry_after"])
            else:
                found.append(0)
        return found

    assert waits() == [0, 0]
    refusals.order(7.5, LI)
    refusals.order(2)
    assert waits() == [8, 2]
    now = 2.0
    assert waits() == [6, 0]
    now = 7.5
    assert waits() == [0, 0]


async def test_one_chat_or_everyone_is_refused_and_it_is_counted(
    api: Api, sandbox: Sandbox
) -> None:
    sandbox.refuse(seconds=60, chat_id=GROUP)
    refused = await api.refused("sendMessage", chat_id=GROUP, **TEXT)
    sent = await api.ok("sendMessage", chat_id=LI, **TEXT)
    sandbox.refuse(seconds=30)
    changed = {"chat_id": LI, "message_id": sent["message_id"], "text": "b"}
    for method, params in (
        ("sendMessage", {"chat_id": WANG, **TEXT}),
        ("editMessageText", changed),
    ):
        status, answer = await api.raw(method, **params)
        assert (status, answer["parameters"]) == (429, {"retry_after": 30})
    await api.ok("getMe")

    assert refused == "429 Too Many Requests: retry after 60"
    assert sandbox.refusals.told() == {
        "refused": 3,
        "refused_by_chat": {str(GROUP): 1, str(WANG): 1, str(LI): 1},
    }


async def test_calls_are_executed_at_once_and_answered_after_the_round_trip(
    api: Api, sandbox: Sandbox
) -> None:
    sandbox.delay = 0.2
    begun = time.monotonic()
    calls = [asyncio.create_task(api.raw("sendMessage", chat_id=GROUP, **TEXT)) for _ in range(9)]
    await sandbox.wait_until(lambda: sandbox.sent == 9)
    answered_early = [call for call in calls if call.done()]
    await asyncio.gather(*calls)
    taken = time.monotonic() - begun

    assert answered_early == []
    assert 0.2 <= taken < 9 * 0.2  # side by side


async def test_a_poll_takes_the_round_trip_too(api: Api, sandbox: Sandbox) -> None:
    sandbox.delay = 0.05
    polling = asyncio.create_task(api.updates(timeout=50))
    await sandbox.wait_until(lambda: sandbox.updates.polled)
    said = time.monotonic()
    sandbox.say(LI, LI, "a")

    assert len(await polling) == 1
    assert time.monotonic() - said >= 0.05
