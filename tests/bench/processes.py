"""Processes that are measured, and the sandbox they talk to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 20
WAIT_SECONDS = 300

Json = dict[str, Any]
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def process(
    arguments: Sequence[str], settings: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a Python process while the block lasts; only the settings given reach it.

    What it logs is shown only when the block fails.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
    with TemporaryFile("w+") as log:
        running = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=ours | dict(settings or {}),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield running
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read())
            raise
        finally:
            _end(running)


def _end(running: subprocess.Popen[str]) -> None:
    """Ask a process to stop, and insist if it does not; its pipe is closed."""
    running.send_signal(signal.SIGTERM)
    try:
        running.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds that a process has used: in its own code, and in the kernel for it."""

    user: float
    system: float

    @property
    def both(self) -> float:
        """Answer user and system time together."""
        return self.user + self.system

    def since(self, before: Used) -> Used:
        """Answer what was used after an earlier look."""
        return Used(self.user - before.user, self.system - before.system)


def cpu(pid: int) -> Used:
    """Answer the CPU time of a process and all its threads (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return Used(int(fields[11]) / _TICKS, int(fields[12]) / _TICKS)


def resident(pid: int) -> float:
    """Answer the resident memory of a process in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError("VmRSS")


class Sandbox:
    """The control API of a sandbox that is a process of its own."""

    def __init__(self, ready: Json) -> None:
        self.base_url: str = ready["base_url"]
        self.token: str = ready["token"]
        self._host = urlsplit(self.base_url).netloc

    def post(self, path: str, items: Sequence[Json]) -> None:
        """Do something many times in one call."""
        body = json.dumps({"items": items}, ensure_ascii=False).encode()
        self._ask("POST", path, body)

    def get(self, path: str, **query: object) -> Any:
        """Ask for something."""
        return self._ask("GET", f"{path}?{urlencode(query)}")

    def wait_sent(self, sent: int) -> None:
        """Return once the bot has sent that many messages and confirmed all it was given."""
        self.get("wait", sent=sent, unconfirmed=0, timeout=WAIT_SECONDS)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        connection = HTTPConnection(self._host, timeout=WAIT_SECONDS + 10)
        try:
            connection.request(method, f"/sandbox/{path}", body)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if not answer["ok"]:
            raise RuntimeError(answer["error"])
        return answer["result"]


@contextmanager
def sandbox(*options: str) -> Iterator[Sandbox]:
    """Run a sandbox process while the block lasts."""
    with process(("-m", "bot.sandbox", *options)) as running:
        yield Sandbox(ready(running))


def ready(running: subprocess.Popen[str]) -> Json:
    """Wait for the line in which a process tells that it is ready, and what it has made."""
    if running.stdout is None:
        raise RuntimeError("no output")
    told: Json = json.loads(running.stdout.readline())
    return told
