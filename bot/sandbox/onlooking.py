"""`GET /sandbox/events`: what happens, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.feed import Happening
from bot.sandbox.queries import number_in

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_QUIET = 15.0  # seconds, after which a comment shows that the connection lives
_AT_ONCE = 200
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


async def events(sandbox: Sandbox, request: web.BaseRequest) -> web.StreamResponse:
    """Tell what came after `Last-Event-ID`, or else `since`, and then what comes.

    Ends when the sandbox stops, or the one who looks on goes away.
    """
    number = number_in(request.headers, "Last-Event-ID", number_in(request.query, "since", 0))
    response = web.StreamResponse(headers=_HEADERS)
    try:
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        await _tell(sandbox, response, number)
    except ConnectionError:
        pass  # gone away; nobody is left to be told
    return response


async def _tell(sandbox: Sandbox, response: web.StreamResponse, number: int) -> None:
    feed, endings = sandbox.feed, sandbox.feed.endings
    number = number or feed.begun
    while feed.endings == endings:
        happenings = feed.since(number, _AT_ONCE)
        if happenings is None:
            happenings = [Happening(feed.number, "reset", {})]
        if happenings:
            number = happenings[-1].number
            await response.write(b"".join(map(_event, happenings)))
        elif not await _news(sandbox, number, endings):
            await response.write(b": quiet\n\n")


async def _news(sandbox: Sandbox, number: int, endings: int) -> bool:
    """Wait for what comes after that number, or an end; False when it stays quiet."""
    feed = sandbox.feed
    try:
        async with asyncio.timeout(_QUIET):
            await sandbox.changes.until(lambda: feed.number > number or feed.endings > endings)
    except TimeoutError:
        return False
    return True


def _event(happening: Happening) -> bytes:
    data = json.dumps(happening.data)  # ASCII, in one line
    return f"id: {happening.number}\nevent: {happening.kind}\ndata: {data}\n\n".encode()
