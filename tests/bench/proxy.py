"""A proxy in front of several backends: each connection goes to the next of them, in turn.

It passes bytes on and knows no protocol: it can stand before replicas behind a webhook, and between
a replica and its database. `python -m tests.bench.proxy PORT…` prints one JSON line with its port.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator, Sequence
from contextlib import suppress

_CHUNK = 65536


class _Backend:
    def __init__(self, port: int) -> None:
        self.port = port
        self.accepts = True
        self.freeze_at = b""
        self.frozen = asyncio.Event()
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.writers: set[StreamWriter] = set()

    def freeze(self) -> None:
        self.flowing.clear()
        self.frozen.set()

    def thaw(self) -> None:
        self.freeze_at = b""
        self.frozen.clear()
        self.flowing.set()


class Proxy:
    """Listens on 127.0.0.1, at `port` once it is started; backends are named by their ports."""

    def __init__(self, backends: Sequence[int]) -> None:
        self.port = 0
        self._backends = {port: _Backend(port) for port in backends}
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self, port: int) -> None:
        """Break every connection of a backend, at both ends; new ones are passed on."""
        for writer in self._backends[port].writers:
            writer.transport.abort()

    def refuse(self, port: int) -> None:
        """Break every connection of a backend, and pass none on to it."""
        self._backends[port].accepts = False
        self.cut(port)

    def accept(self, port: int) -> None:
        """Pass connections on to a backend again."""
        self._backends[port].accepts = True

    def freeze(self, port: int) -> None:
        """Let nothing through to a backend nor back, as when a network falls apart."""
        self._backends[port].freeze()

    def freeze_at(self, port: int, words: bytes) -> asyncio.Event:
        """Freeze a backend as soon as these words are to be let through; the event tells."""
        backend = self._backends[port]
        backend.freeze_at = words
        return backend.frozen

    def thaw(self, port: int) -> None:
        """Let everything through that was held back."""
        self._backends[port].thaw()

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass one connection on to the first backend that takes it."""
        for backend in self._in_turn():
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", backend.port)
            except OSError:  # it refuses: the next one
                continue
            await self._join(backend, (reader, far_writer), (far_reader, writer))
            return
        writer.transport.abort()

    def _in_turn(self) -> Iterator[_Backend]:
        backends = list(self._backends.values())
        first, self._turn = self._turn, self._turn + 1
        for number in range(len(backends)):
            backend = backends[(first + number) % len(backends)]
            if backend.accepts:
                yield backend

    async def _join(self, backend: _Backend, *ways: tuple[StreamReader, StreamWriter]) -> None:
        """Pass bytes on both ways until either end closes."""
        writers = {writer for _, writer in ways}
        backend.writers |= writers
        tasks = [asyncio.create_task(_pass(backend, *way)) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            backend.writers -= writers
            for writer in writers:
                writer.close()


async def _pass(backend: _Backend, reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            if backend.freeze_at and backend.freeze_at in data:
                backend.freeze()
            await backend.flowing.wait()
            writer.write(data)
            await writer.drain()
        await backend.flowing.wait()  # that an end has closed is no more seen than what it said


async def _main() -> None:
    async with Proxy([int(port) for port in sys.argv[1:]]) as proxy:
        sys.stdout.write(json.dumps({"port": proxy.port}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
