"""The worker thread: what it has begun it ends, and it keeps to itself what went wrong."""

from __future__ import annotations

import asyncio
import gc
from threading import Event
from typing import Any

import pytest

from bot.worker import Worker


async def test_work_that_fails_after_its_caller_was_cancelled_is_not_logged() -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: reported.append(said))
    begun, go_on, worker = Event(), Event(), Worker()

    def work() -> None:
        begun.set()
        go_on.wait()
        raise ValueError("what somebody said")

    caller = asyncio.create_task(worker.run(work))
    await asyncio.to_thread(begun.wait)
    caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()  # what was begun is waited for
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    worker.close()
    del caller
    gc.collect()

    assert reported == []
