"""Work done together: what is asked for while the database is busy shares the next transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Gathers what many tasks ask for, and does it in one go: a commit costs more than a row.

    ``work`` answers one result for each thing asked for; when it fails, all who asked are told.
    """

    def __init__(self, work: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._work = work
        self._asked: list[tuple[T, asyncio.Future[R]]] = []
        self._doing: asyncio.Task[None] | None = None

    async def ask(self, thing: T) -> R:
        """Ask for one thing, and wait until it is done."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._asked.append((thing, future))
        if self._doing is None:
            self._doing = asyncio.create_task(self._do())
        return await future

    async def _do(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                await self._do_these(asked)
        finally:
            self._doing = None

    async def _do_these(self, asked: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._work([thing for thing, _ in asked])
        except Exception as error:
            for _, future in asked:
                if not future.done():
                    future.set_exception(error)
        else:
            for (_, future), result in zip(asked, results, strict=True):
                if not future.done():  # who asked may have gone away
                    future.set_result(result)
