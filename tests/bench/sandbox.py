"""How many requests per second the sandbox carries, beside a bare aiohttp handler.

`python -m tests.bench.sandbox [--quick]`: the servers are processes of their own, the client speaks
raw HTTP over keep-alive connections in this one. It tells rates, and fails on none.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from statistics import median

from aiohttp import web

CONNECTIONS = 16
ROUNDS = 5
SECONDS, QUICK_SECONDS = 3.0, 0.3
_BARE = json.dumps({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "bot"}}).encode()


def request(path: str, body: bytes = b"") -> bytes:
    """Write one HTTP request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes
) -> int:
    """Send one request, read its answer to the end, and return its status."""
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12])


async def rate(port: int, message: bytes, seconds: float) -> float:
    """Answered requests per second over all connections; every answer must be a 200."""
    done = 0
    begun = time.perf_counter()

    async def client() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - begun < seconds:
            status = await exchange(reader, writer, message)
            if status != 200:
                raise RuntimeError(f"status {status}")
            done += 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return done / (time.perf_counter() - begun)


async def started(*arguments: str) -> tuple[Process, int]:
    """Start a server process and wait for its line; returns it with its port."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=PIPE)
    if process.stdout is None:
        raise RuntimeError("no output of the server")
    ready = json.loads(await process.stdout.readline())
    return process, int(ready["base_url"].split(":")[2].partition("/")[0])


async def bare() -> None:
    """Serve a constant answer: what aiohttp itself costs."""

    async def answer(received: web.BaseRequest) -> web.Response:
        await received.read()
        return web.Response(body=_BARE, headers={"Content-Type": "application/json"})

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    sys.stdout.write(json.dumps({"base_url": address}) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def measure(seconds: float) -> dict[str, tuple[float, float]]:
    """Measure each call on the sandbox and the bare handler, in turns: the machine's moods pass.

    Answers call → median requests per second of the sandbox, and of the bare handler.
    """
    sandbox, port = await started("-m", "bot.sandbox")
    baseline, bare_port = await started("-m", "tests.bench.sandbox", "--bare")
    text = {"chat_id": 7, "text": "已记录 #12 支委会 2026-11-20 周五"}
    calls = {
        "getMe": request("/bot1:sandbox/getMe"),
        "sendMessage": request("/bot1:sandbox/sendMessage", json.dumps(text).encode()),
    }
    rates: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in calls}
    try:
        await add_person(port)
        for _ in range(ROUNDS):
            for name, message in calls.items():
                rates[name][0].append(await rate(port, message, seconds / ROUNDS))
                rates[name][1].append(await rate(bare_port, message, seconds / ROUNDS))
    finally:
        for process in (sandbox, baseline):
            process.terminate()
            await process.wait()
    return {name: (median(ours), median(bares)) for name, (ours, bares) in rates.items()}


async def add_person(port: int) -> None:
    """Let there be someone to write to."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    person = json.dumps({"user_id": 7, "first_name": "张三"}).encode()
    await exchange(reader, writer, request("/sandbox/users", person))
    writer.close()
    await writer.wait_closed()


def report(seconds: float) -> list[str]:
    """Measure, and say the rates and their ratio to the bare handler, a line for each call."""
    return [
        f"{name:12} {ours:8.0f} requests/s, bare {bares:8.0f}, ratio {ours / bares:.2f}"
        for name, (ours, bares) in asyncio.run(measure(seconds)).items()
    ]


def main() -> None:
    """Print the rates."""
    if "--bare" in sys.argv:
        asyncio.run(bare())
        return
    for line in report(QUICK_SECONDS if "--quick" in sys.argv else SECONDS):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
