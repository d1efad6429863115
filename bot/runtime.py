"""What every part of the running bot stands on: the database, the worker thread, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.worker import Worker
from storage.database import snapshot, transaction

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Runtime:
    """The database, the one thread that works on it, and the clock."""

    engine: Engine
    worker: Worker
    clock: Clock

    async def write(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do some work in a transaction of its own, in the worker thread."""

        def whole() -> T:
            with transaction(self.engine) as session:
                return work(session, *args, **kwargs)

        return await self.worker.run(whole)

    async def read(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask the database something, in the worker thread."""

        def whole() -> T:
            with snapshot(self.engine) as session:
                return work(session, *args, **kwargs)

        return await self.worker.run(whole)
