"""The worker thread: what it has begun it ends, and it keeps to itself what went wrong."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from bot.worker import Worker


def work_of_a_cancelled_caller(fails: Callable[[], None], reported: list[dict[str, Any]]) -> None:
    begun, go_on, worker = Event(), Event(), Worker()

    def work() -> None:
        begun.set()
        go_on.wait()
        fails()

    async def cancel_midway() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: reported.append(said))
        caller = asyncio.create_task(worker.run(work))
        await asyncio.to_thread(begun.wait)
        caller.cancel()
        await asyncio.sleep(0)
        assert not caller.done()  # what was begun is waited for
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await caller

    asyncio.run(cancel_midway())
    worker.close()


def test_work_that_fails_after_its_caller_was_cancelled_is_not_logged() -> None:
    def fails() -> None:
        raise ValueError("what somebody said")

    reported: list[dict[str, Any]] = []
    work_of_a_cancelled_caller(fails, reported)
    gc.collect()

    assert reported == []


async def test_work_that_has_not_begun_when_its_caller_goes_away_is_left_out() -> None:
    go_on, done, worker = Event(), list[str](), Worker()
    first = asyncio.create_task(worker.run(go_on.wait))
    second = asyncio.create_task(worker.run(done.append, "the second"))
    await asyncio.sleep(0)  # both have asked
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    go_on.set()
    assert await first
    await worker.run(done.append, "the third")
    worker.close()

    assert done == ["the third"]
