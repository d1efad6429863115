"""Waiting: until it happens, or the time is up; and told to stop, one stops."""

from __future__ import annotations

import asyncio

import pytest

from bot.waiting import wait


async def test_it_ends_when_the_event_comes() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(wait(event, None))
    await asyncio.sleep(0)
    assert not waiting.done()
    event.set()
    await waiting


async def test_it_ends_when_the_time_is_up() -> None:
    await wait(asyncio.Event(), 0.001)


@pytest.mark.parametrize("later", range(5))
async def test_whoever_is_told_to_stop_as_the_event_comes_stops(later: int) -> None:
    event = asyncio.Event()

    async def for_ever() -> None:
        while True:
            await wait(event, 10)
            event.clear()

    part = asyncio.create_task(for_ever())
    await asyncio.sleep(0)
    event.set()
    for _ in range(later):
        await asyncio.sleep(0)
    part.cancel()
    await asyncio.wait([part], timeout=1)
    assert part.cancelled()
