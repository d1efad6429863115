"""The demo as a newcomer starts and ends it: a process that leaves nothing behind."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 50.0  # seconds, of a machine that is busy with other tests


def environment(folder: Path) -> dict[str, str]:
    """A real bot's settings, which have no say here, and a place for temporary files."""
    real = {
        "SANHUI_DATABASE_URL": f"sqlite:///{folder}/real.db",
        "SANHUI_BOT_TOKEN": "7:real",
        "SANHUI_OWNER_IDS": "nobody",  # which no bot would start with
    }
    ours = {"TMPDIR": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return {**os.environ, **real, **ours}


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.demo", *options],
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell runs in the background has Ctrl-C ignored, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """Answer the first line that holds it."""
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return line
    assert process.stderr is not None
    raise AssertionError(f"{wanted!r} was never said: {process.stderr.read()}")


def address_of(process: subprocess.Popen[str]) -> str:
    return next(w for w in read_until(process, "http://").split() if w.startswith("http://"))


def bot_of(process: subprocess.Popen[str]) -> int:
    """Wait until the bot runs, and answer the id of its process."""
    with urlopen(address_of(process) + "sandbox/events?since=0", timeout=PATIENCE) as events:
        told = (line for line in events if line.strip() == b"event: bot")
        next(told)  # it is being started
        next(told)  # it runs
    (bot,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(bot)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_ends_it_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    with demo(tmp_path, "--port", "0") as process:
        read_until(process, "Ctrl-C")
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_to_be_kept_stays_and_is_named(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0", "--keep", "--locale", "en") as process:
        bot_of(process)
        process.send_signal(signal.SIGINT)
        kept = read_until(process, str(tmp_path))
        assert process.wait(PATIENCE) == 0
    (folder,) = tmp_path.iterdir()
    assert str(folder) in kept
    assert (folder / "demo.db").is_file()


def test_a_port_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the demo does
        try:
            taken.bind(("127.0.0.1", 8080))
            taken.listen()
        except OSError:  # by somebody else
            pass
        with demo(tmp_path) as process:
            assert urlsplit(address_of(process)).port in range(8081, 8100)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0


def test_a_port_that_was_asked_for_and_is_taken_is_said_to_be(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with demo(tmp_path, "--port", str(taken.getsockname()[1])) as process:
            assert process.wait(PATIENCE) == 1
            assert process.stderr is not None
            assert "PORT" in process.stderr.read()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs to see a process end")
def test_nothing_is_left_even_of_a_demo_that_is_killed(tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "0") as process:
        bot = os.pidfd_open(bot_of(process))
        process.kill()
        ended, _, _ = select.select([bot], [], [], PATIENCE)
        os.close(bot)
        assert ended, "the bot lives on"
    assert list(tmp_path.iterdir()) == []
