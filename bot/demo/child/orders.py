"""The orders that the demo's bot takes beside what Telegram tells it: time, and questions."""

import asyncio
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.demo.child import ledger, moments, queues, reminded
from bot.demo.child.desk import Desk
from bot.demo.child.founding import speak
from storage import reminding
from storage.database import snapshot

log = structlog.get_logger(__name__)

# A refusal of the sandbox holds sending up for longer: that is no reason to stop the clock.
SETTLE_SECONDS = 5.0
Order = Callable[..., Awaitable[Any]]


async def obey(desk: Desk, said: Mapping[str, Any]) -> dict[str, object]:
    """Carry out an order; answers its ``result``, or the ``error`` that kept it from being done."""
    values = dict(said)
    try:
        order = ORDERS[values.pop("order")]
        return {"result": await order(desk, **values)}
    except Exception as error:  # whatever it is, the bot lives on
        log.exception("order_failed", said=said)
        return {"error": f"{type(error).__name__}: {error}"}


async def tick(desk: Desk, at: str) -> bool:
    """Let it be a moment (ISO), tick, and settle; answers as ``settle``."""
    desk.clock.now = datetime.fromisoformat(at)
    await desk.service.tick()
    return await settle(desk)


async def morning(desk: Desk, at: str) -> bool:
    """Let it be a morning (ISO), and tick if any chat may be owed something; as ``tick``.

    Months of mornings are lived before the demo begins, and most of them are silent.
    """
    desk.clock.now = datetime.fromisoformat(at)
    return not await to_thread(_owed, desk) or await tick(desk, at)


def _owed(desk: Desk) -> bool:
    with snapshot(desk.service.core.engine) as session:
        return bool(reminding.chats_to_plan(session, desk.clock.now))


async def settle(desk: Desk, at: str | None = None) -> bool:
    """Wait until all that was taken in is handled and sent; False when that takes too long.

    With ``at`` it is that moment from now on.
    """
    if at is not None:
        desk.clock.now = datetime.fromisoformat(at)
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            await desk.service.settled()
    except TimeoutError:
        return False
    return True


def asking(look: Callable[..., object]) -> Order:
    """Make an order of a question that is answered from one snapshot of the database."""

    async def ask(desk: Desk, **values: Any) -> object:
        return await to_thread(_look, desk, look, values)

    return ask


def _look(desk: Desk, look: Callable[..., object], values: Mapping[str, Any]) -> object:
    with snapshot(desk.service.core.engine) as session:
        return look(desk, session, **values)


async def language(desk: Desk, locale: str) -> None:
    """Let every unit be spoken to in a language, and those who have none."""
    desk.service.core.dispatch.locale = locale
    await to_thread(speak, desk.service.core.engine, locale)


ORDERS: Mapping[str, Order] = {
    "tick": tick,
    "morning": morning,
    "settle": settle,
    "language": language,
    "entries": asking(ledger.entries),
    "entered": asking(ledger.entered),
    "moments": asking(moments.moments),
    "records": asking(ledger.records),
    "outbox": asking(queues.outbox),
    "reminders": asking(reminded.reminders),
}
