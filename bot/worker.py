"""The worker thread: the one place where the synchronous core runs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """One thread, so that transactions of this process follow one another and never lock out."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sanhui-worker")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in the worker thread and answer what it returns.

        Once begun it is waited for, even when the waiting task is cancelled: a transaction is
        never left half-way. How it ended is then told to nobody. What has not begun is left out.
        """
        begun = self._pool.submit(work, *args, **kwargs)
        future = asyncio.wrap_future(begun)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if begun.cancel():
                raise
            await asyncio.wait([future])
            # Taken note of, or asyncio logs the error with what it quotes of people's words.
            if not future.cancelled():
                future.exception()
            raise

    def close(self) -> None:
        """Let the thread finish what it does, then end it."""
        self._pool.shutdown(wait=True)
