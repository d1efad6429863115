"""``python -m bot.demo.child``: orders come as lines of JSON, and each is answered by one.

An order is what is ``said`` under a ``number``; its answer bears the same number.
"""

import asyncio
import json
import sys
from asyncio import StreamReader, StreamReaderProtocol
from collections.abc import Mapping

from bot.demo.child.desk import Told, at_work
from bot.demo.child.orders import obey


async def serve() -> None:
    """Work until the one who gives the orders is gone."""
    reader = await _lines()
    first = json.loads(await reader.readline())
    async with at_work(Told(**first["said"])) as desk:
        _answer(first["number"], {"result": "ready"})
        while line := await reader.readline():
            order = json.loads(line)
            _answer(order["number"], await obey(desk, order["said"]))


async def _lines() -> StreamReader:
    reader = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: StreamReaderProtocol(reader), sys.stdin
    )
    return reader


def _answer(number: int, answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps({"number": number, **answer}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
