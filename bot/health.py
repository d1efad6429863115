"""Health: whether the database answers, and what it tells, soon or not at all."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlmodel import Session

from bot.metrics import depths, written
from bot.runtime import Runtime
from storage.database import seconds

# Who asks for health gives up soon; so long an answer is waited for.
SOON_SECONDS = 2.0

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)


class Health:
    """Answers those who watch, whatever state the database is in."""

    def __init__(self, runtime: Runtime, sends: Mapping[str, int]) -> None:
        self._runtime = runtime
        self._sends = sends
        self._asked: set[asyncio.Task[Any]] = set()

    async def ready(self) -> bool:
        """Tell whether the database answers."""
        return await self._soon(seconds) is not None

    async def measured(self) -> bytes:
        """Write the metrics down, with what the database tells if it answers."""
        return written(await self._soon(depths, self._runtime.clock()), self._sends)

    async def _soon(
        self, ask: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        asked = asyncio.create_task(self._runtime.read(ask, *args, **kwargs))
        self._asked.add(asked)
        asked.add_done_callback(self._ended)
        await asyncio.wait([asked], timeout=SOON_SECONDS)
        answered = asked.done() and not asked.cancelled() and asked.exception() is None
        return asked.result() if answered else None

    def _ended(self, asked: asyncio.Task[Any]) -> None:
        self._asked.discard(asked)
        if not asked.cancelled() and (error := asked.exception()) is not None:
            log.warning("database_silent", error=type(error).__name__)
