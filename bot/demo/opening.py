"""Putting up the stage and taking it down: nothing is left on the machine afterwards."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from bot.demo.clock import MovableClock
from bot.demo.organisation import Organisation
from bot.demo.stage import Stage
from bot.sandbox import Sandbox

PREFIX = "sanhui-demo-"


@asynccontextmanager
async def stage_up(locale: str, *, keep: bool = False) -> AsyncIterator[Stage]:
    """Start the sandbox, everybody in it; the bot starts when the stage is opened.

    With ``keep`` the database stays in its folder (``stage.folder``) when all is over.
    """
    organisation = Organisation()
    clock = MovableClock(organisation.begins)
    with _folder(keep=keep) as folder:
        async with Sandbox(clock=clock) as sandbox:
            organisation.enter(sandbox, locale)
            stage = Stage(organisation, sandbox, clock, folder, locale, keep=keep)
            try:
                yield stage
            finally:
                await stage.bot.stop()


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    if keep:
        yield Path(mkdtemp(prefix=PREFIX))
        return
    with TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        yield Path(name)
