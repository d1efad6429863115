"""The one scheduled job: a tick every minute. The database remembers what is due, not the job."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK_SECONDS = 60


def schedule(tick: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """Make a scheduler for the tick; the caller starts it and shuts it down.

    A tick that comes late still runs (its default grace of one second would drop it), several
    late ones run once, and never two at a time.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tick,
        IntervalTrigger(seconds=TICK_SECONDS, timezone="UTC"),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    return scheduler
