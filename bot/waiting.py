"""Waiting for something to happen, but not for ever."""

import asyncio
from contextlib import suppress


async def wait(event: asyncio.Event, seconds: float | None) -> None:
    """Wait until an event is set, or so many seconds have passed (None: until it is set).

    Not by ``asyncio.wait_for``: before Python 3.12 that loses a cancellation that comes together
    with the event, and whoever is told to stop goes on for ever.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
