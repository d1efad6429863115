"""``python -m bot.demo``: the page, until Ctrl-C."""

import argparse
import asyncio
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TextIO

from bot.demo.opening import stage_up
from bot.demo.page.server import Server
from bot.demo.page.words import LOCALES, TERMINAL, words


async def serve(locale: str, port: int | None, *, keep: bool) -> int:
    """Serve until told to stop; answers the exit code, raises what kept the stage from opening."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    said = words(locale, TERMINAL)["served"]
    async with stage_up(locale, keep=keep) as stage:
        server = Server(stage, locale)
        try:
            await server.start(port)
        except OSError:
            _print(said["no_port"], sys.stderr)
            return 1
        _print(said["ready"].format(address=server.address) + said["stays" if keep else "gone"])
        opening = asyncio.create_task(stage.open())
        opening.add_done_callback(partial(_opened, stopping))
        await stopping.wait()
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await server.stop()
    if keep:
        command = Path(sys.executable).with_name("sanhui")
        _print(said["kept"].format(folder=stage.folder, sanhui=command))
    if not opening.cancelled():
        opening.result()  # raises what went wrong
    return 0


def _opened(stopping: asyncio.Event, opening: asyncio.Task[None]) -> None:
    """End when the stage could not be opened."""
    if not opening.cancelled() and opening.exception() is not None:
        stopping.set()


def _print(text: str, to: TextIO = sys.stdout) -> None:
    to.write(text.rstrip() + "\n")
    to.flush()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo", description=__doc__)
    parser.add_argument("--locale", choices=LOCALES, default=LOCALES[0])
    parser.add_argument("--port", type=int, default=None, help="8080, or the next that is free")
    parser.add_argument("--keep", action="store_true", help="leave the database in its folder")
    options = parser.parse_args()
    sys.exit(asyncio.run(serve(options.locale, options.port, keep=options.keep)))


if __name__ == "__main__":
    main()
