"""The real bot as a process of its own, and what it is told for a measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from subprocess import Popen

from tests.bench.processes import Sandbox, process

_NO_LIMIT = "1000000"
UNHELD = {  # by no pace of sending
    "SANHUI_SENDS_PER_SECOND": _NO_LIMIT,
    "SANHUI_SENDS_PER_CHAT_SECOND": _NO_LIMIT,
    "SANHUI_SENDS_PER_GROUP_MINUTE": _NO_LIMIT,
}


RUN = ("-c", "from bot.cli import main; main()", "run")


@contextmanager
def bot(
    server: Sandbox, url: str, settings: Mapping[str, str], command: Sequence[str] = RUN
) -> Iterator[Popen[str]]:
    """Run the bot, by ``sanhui run`` or another command, on the database at a URL."""
    base = {
        "SANHUI_BOT_TOKEN": server.token,
        "SANHUI_API_BASE_URL": server.base_url,
        "SANHUI_DATABASE_URL": url,
    }
    with process(command, base | dict(settings)) as running:
        yield running
