"""`python -m tests.bench.morning`: the bot as `sanhui run` runs it, on the morning of `branches`.

Its clock is set to that morning and goes on from there. It says a line when it has started, and
ticks when it is sent SIGUSR1, not only at its next minute.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime

from bot.logs import set_up_logs
from bot.service import Service
from bot.settings import Settings
from tests.bench.branches import MORNING


async def run() -> None:
    """Run until stopped."""
    set_up_logs(as_json=False)  # to standard error: nobody reads standard output any further
    begun = datetime.now(UTC)
    service = Service(Settings(), lambda: MORNING + (datetime.now(UTC) - begun))
    stop = asyncio.Event()
    ticks: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, lambda: ticks.add(loop.create_task(service.tick())))
    await service.start(stop)
    sys.stdout.write("started\n")
    sys.stdout.flush()
    try:
        await stop.wait()
    finally:
        await service.stop()


if __name__ == "__main__":
    asyncio.run(run())
