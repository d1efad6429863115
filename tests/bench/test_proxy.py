"""The proxy: in turn, past a backend that refuses, cut, frozen and thawed."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest

from tests.bench.proxy import Proxy


class Client:
    """A connection through the proxy."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, proxy: Proxy) -> Client:
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def ask(self) -> int:
        """Ask which backend this is; 0 when the connection is broken."""
        try:
            self._writer.write(b"?\n")
            return int(await self._reader.readline() or 0)
        except ConnectionError:
            return 0

    def close(self) -> None:
        self._writer.close()


async def _backend() -> asyncio.Server:
    """A server that answers every line with its own port."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        while await reader.readline():
            writer.write(b"%d\n" % writer.get_extra_info("sockname")[1])
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


@pytest.fixture
async def backends() -> AsyncIterator[dict[int, asyncio.Server]]:
    servers = [await _backend() for _ in range(3)]
    yield {server.sockets[0].getsockname()[1]: server for server in servers}
    for server in servers:
        server.close()


async def test_connections_go_to_the_backends_in_turn(
    backends: dict[int, asyncio.Server],
) -> None:
    async with Proxy(list(backends)) as proxy:
        clients = [await Client.connect(proxy) for _ in range(6)]
        answers = [await client.ask() for client in clients for _ in range(2)]
        for client in clients:
            client.close()

    assert answers == [port for port in [*backends] * 2 for _ in range(2)]


async def test_a_backend_that_refuses_is_passed_over(backends: dict[int, asyncio.Server]) -> None:
    one, two, three = backends
    backends[two].close()
    async with Proxy([one, two, three]) as proxy:
        clients = [await Client.connect(proxy) for _ in range(3)]
        assert [await client.ask() for client in clients] == [one, three, three]
        for port in (one, three):
            backends[port].close()
        nobody = await Client.connect(proxy)
        assert await nobody.ask() == 0
        for client in (*clients, nobody):
            client.close()


async def test_a_cut_breaks_the_connections_of_one_backend(
    backends: dict[int, asyncio.Server],
) -> None:
    one, two, _ = backends
    async with Proxy([one, two]) as proxy:
        clients = [await Client.connect(proxy) for _ in range(2)]
        assert [await client.ask() for client in clients] == [one, two]
        proxy.cut(one)
        assert [await client.ask() for client in clients] == [0, two]
        again = await Client.connect(proxy)
        assert await again.ask() == one
        for client in (*clients, again):
            client.close()


async def test_what_is_frozen_comes_through_when_it_thaws(
    backends: dict[int, asyncio.Server],
) -> None:
    one, two, _ = backends
    async with Proxy([one, two]) as proxy:
        frozen, free = [await Client.connect(proxy) for _ in range(2)]
        assert await frozen.ask() == one
        proxy.freeze(one)
        asking = asyncio.create_task(frozen.ask())
        assert [await free.ask() for _ in range(20)] == [two] * 20
        assert not asking.done()
        proxy.thaw(one)
        assert await asking == one
        for client in (frozen, free):
            client.close()
