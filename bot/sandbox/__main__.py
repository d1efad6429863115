"""`python -m bot.sandbox`: the sandbox as a process of its own, driven by its control API."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from bot.sandbox.pace import COUNTING
from bot.sandbox.sandbox import Sandbox


async def serve(sandbox: Sandbox, port: int) -> None:
    """Run until SIGTERM or SIGINT; prints one JSON line with the addresses when ready."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await sandbox.start(port)
    ready = {"base_url": sandbox.base_url, "file_url": sandbox.file_url, "token": sandbox.token}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await stopping.wait()
    await sandbox.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--token", default="1:sandbox", help="<bot id>:<anything>")
    parser.add_argument("--username", default="sanhui_bot")
    parser.add_argument("--limits", choices=COUNTING, help="answer 429 beyond Telegram's pace")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds until a call is answered")
    options = vars(parser.parse_args())
    port = options.pop("port")
    asyncio.run(serve(Sandbox(**options), port))


if __name__ == "__main__":
    main()
