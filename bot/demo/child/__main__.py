"""``python -m bot.demo.child``: orders come as lines of JSON, and each is answered by one.

An order is what is ``said`` under a ``number``; its answer bears the same number.
"""

import asyncio
import json
import sys
from asyncio import FIRST_COMPLETED, Queue, StreamReader, StreamReaderProtocol
from collections.abc import Mapping
from shutil import rmtree

from bot.demo.child.desk import Told, at_work
from bot.demo.child.orders import obey


async def serve() -> None:
    """Work until the one who gives the orders is gone, whatever is under way then."""
    orders: Queue[bytes] = Queue()
    hearing = asyncio.create_task(_hear(await _lines(), orders))
    working = asyncio.create_task(_work(orders))
    await asyncio.wait((hearing, working), return_when=FIRST_COMPLETED)
    working.cancel()
    hearing.cancel()
    await asyncio.wait((hearing, working))
    if not working.cancelled():
        working.result()


async def _hear(lines: StreamReader, orders: Queue[bytes]) -> None:
    while line := await lines.readline():
        orders.put_nowait(line)


async def _work(orders: Queue[bytes]) -> None:
    first = json.loads(await orders.get())
    told = Told(**first["said"])
    try:
        async with at_work(told) as desk:
            _answer(first["number"], {"result": "ready"})
            while True:
                order = json.loads(await orders.get())
                _answer(order["number"], await obey(desk, order["said"]))
    finally:
        if not told.keep:  # whoever gave the orders may have been killed
            rmtree(told.folder, ignore_errors=True)


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
