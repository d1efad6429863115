"""The real bot as a process of its own, and what it is told for a measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from subprocess import Popen

from tests.bench.processes import Sandbox, process

_NO_LIMIT = "1000000"
UNHELD = {  # by no pace of sending
    "SANHUI_SENDS_PER_SECOND": _NO_LIMIT,
    "SANHUI_SENDS_PER_CHAT_SECOND": _NO_LIMIT,
    "SANHUI_SENDS_PER_GROUP_MINUTE": _NO_LIMIT,
}


@contextmanager
def bot(server: Sandbox, url: str, settings: Mapping[str, str]) -> Iterator[Popen[str]]:
    """Run the bot on the database at a URL while the block lasts."""
    base = {
        "SANHUI_BOT_TOKEN": server.token,
        "SANHUI_API_BASE_URL": server.base_url,
        "SANHUI_DATABASE_URL": url,
    }
    arguments = ("-c", "from bot.cli import main; main()", "run")
    with process(arguments, base | dict(settings)) as running:
        yield running
