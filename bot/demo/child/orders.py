"""The orders that the demo's bot takes beside what Telegram tells it: time, and questions."""

import asyncio
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import func, select

from bot.demo.child.desk import Desk
from storage.database import snapshot, transaction
from storage.ledger import Entry
from storage.units import Unit

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


async def entries(desk: Desk) -> int:
    """Answer how many entries the ledger holds."""
    return await to_thread(_count, desk)


def _count(desk: Desk) -> int:
    with snapshot(desk.service.core.engine) as session:
        return session.exec(select(func.count()).select_from(Entry)).one()


async def language(desk: Desk, locale: str) -> None:
    """Let every unit be spoken to in a language."""
    await to_thread(_speak, desk, locale)


def _speak(desk: Desk, locale: str) -> None:
    with transaction(desk.service.core.engine) as session:
        session.execute(update(Unit).values(locale=locale))


ORDERS: Mapping[str, Order] = {
    "tick": tick,
    "settle": settle,
    "entries": entries,
    "language": language,
}
