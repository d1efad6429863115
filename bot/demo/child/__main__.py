"""``python -m bot.demo.child``: orders come as lines of JSON, and each is answered by one."""

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
    told = json.loads(await reader.readline())
    async with at_work(Told(**told)) as desk:
        _answer({"result": "ready"})
        while line := await reader.readline():
            _answer(await obey(desk, json.loads(line)))


async def _lines() -> StreamReader:
    reader = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: StreamReaderProtocol(reader), sys.stdin
    )
    return reader


def _answer(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())
