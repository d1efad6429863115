"""The stage's event loop in a thread of its own: the bot lives on while a person is typing."""

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Backstage:
    """Runs coroutines for code that may block, such as a prompt."""

    def __init__(self) -> None:
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop, wait for it, and answer or raise what it does."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    @contextmanager
    def entered(self, context: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Enter an asynchronous context in the loop, and leave it there at the end.

        Only for the main thread: a second Ctrl-C does not keep the leaving from tidying up.
        """
        value = self.do(context.__aenter__())
        try:
            yield value
        finally:
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                self.do(context.__aexit__(None, None, None))
            finally:
                signal.signal(signal.SIGINT, before)

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        self._up.set()
        await self._end.wait()
