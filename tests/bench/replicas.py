"""How much faster three replicas on PostgreSQL record meetings than one does.

`python -m tests.bench.replicas [--quick]`: meetings of many chats come by the webhook, to one
replica or to three behind a proxy that shares out connections. The pace of sending is off. It needs
PostgreSQL where SANHUI_TEST_POSTGRES_URL says, and measures no more than the cores allow.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median

from sqlalchemy import text
from sqlalchemy.engine import make_url

from storage.database import open_database
from tests.bench import organisation
from tests.bench.bots import UNHELD, bot
from tests.bench.processes import Sandbox, process, ready, sandbox
from tests.bench.rounds import Plan, check_order, check_recorded, converse, populate, quick, tell
from tests.storage.databases import VARIABLE, new_postgres_database

MANY = 3
START_SECONDS = 30
FULL = Plan(messages=1000, warm_up=80, rounds=3, chats=40)
QUICK = Plan(messages=40, warm_up=40, rounds=1, chats=40)


def free_ports(count: int) -> list[int]:
    """Answer ports on which nobody listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def proxy(ports: Sequence[int]) -> Iterator[int]:
    """Run a proxy before backends while the block lasts; answer its port."""
    with process(("-m", "tests.bench.proxy", *map(str, ports))) as running:
        yield ready(running)["port"]


@contextmanager
def replicas(server: Sandbox, url: str, count: int) -> Iterator[None]:
    """Run replicas behind the webhook while the block lasts; one alone has no proxy before it."""
    ports = free_ports(count)
    with ExitStack() as stack:
        front = ports[0] if count == 1 else stack.enter_context(proxy(ports))
        for port in ports:
            settings = {
                "SANHUI_WEBHOOK_URL": f"http://127.0.0.1:{front}/telegram",
                "SANHUI_WEBHOOK_SECRET": "bench-secret",
                "SANHUI_LISTEN": f"127.0.0.1:{port}",
            }
            stack.enter_context(bot(server, url, UNHELD | settings))
        for port in ports:
            _await_listening(port)
        yield


def _await_listening(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def rate(count: int, chosen: Plan) -> float:
    """Answer how many meetings a second so many replicas record and answer."""
    with new_postgres_database() as url, sandbox() as server:
        _durable(url)
        organisation.found(url, chosen.chats)
        populate(server, chosen.chats)
        with replicas(server, url, count):
            converse(server, 0, chosen.warm_up, chosen.chats)
            seconds = converse(server, chosen.warm_up, chosen.messages, chosen.chats)
        check_recorded(url, chosen)
        check_order(server, chosen)
    return chosen.messages / seconds


def _durable(url: str) -> None:
    """Let a commit reach the disk, as it does in earnest and not in the tests."""
    engine = open_database(url)
    with engine.begin() as connection:
        name = make_url(url).database
        connection.execute(text(f'ALTER DATABASE "{name}" RESET synchronous_commit'))
    engine.dispose()


def report(chosen: Plan) -> list[str]:
    """Say the rates and their ratio; or why nothing was measured."""
    if not os.environ.get(VARIABLE):
        return [f"three replicas to one: left out, {VARIABLE} is not set"]
    rates: dict[int, list[float]] = {1: [], MANY: []}
    for number in range(chosen.rounds):
        for count in (1, MANY) if number % 2 == 0 else (MANY, 1):
            rates[count].append(rate(count, chosen))
    one, many = (median(rates[count]) for count in (1, MANY))
    return [
        (
            f"three replicas to one: {many / one:.2f} times the rate, {many:.0f} to {one:.0f} a"
            f" second ({chosen.messages} messages of {chosen.chats} chats, {os.cpu_count()} cores)"
        )
    ]


def main() -> None:
    """Measure and print."""
    tell(report(QUICK if quick(__doc__) else FULL))


if __name__ == "__main__":
    main()
