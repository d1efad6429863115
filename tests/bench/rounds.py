"""Rounds in which the bot and a bare echo bot take turns at the same messages."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

from tests.bench import organisation
from tests.bench.processes import Sandbox, Used, cpu, process, resident, sandbox

BOT, ECHO = "sanhui", "echo"
NO_LIMIT = "1000000"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: messages a round, messages before it to warm up, rounds."""

    messages: int = 1000
    warm_up: int = 50
    rounds: int = 5


QUICK = Plan(messages=40, warm_up=20, rounds=1)


@dataclass(frozen=True, slots=True)
class Run:
    """One process from its start to the last of its messages; seconds, and MB at the end."""

    first_poll: float
    used: Used
    seconds: float
    resident: float


Runs = dict[str, list[Run]]


def tell(lines: list[str]) -> None:
    """Print a report."""
    sys.stdout.write("\n".join(lines) + "\n")


def plan(description: str | None) -> Plan:
    """Read the plan from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="few messages: does it run at all?")
    return QUICK if parser.parse_args().quick else Plan()


def measure(chosen: Plan) -> Runs:
    """Measure both bots on one sandbox, in turns; the one that begins changes each round."""
    runs: Runs = {BOT: [], ECHO: []}
    with tempfile.TemporaryDirectory(prefix="sanhui-bench-") as folder, sandbox() as server:
        server.post("users", organisation.people())
        server.post("groups", organisation.groups())
        fresh = Path(folder, "fresh.db")
        organisation.found(f"sqlite:///{fresh}")
        for number in range(chosen.rounds):
            for name in (BOT, ECHO) if number % 2 == 0 else (ECHO, BOT):
                runs[name].append(_run(name, server, fresh, chosen))
    return runs


def _run(name: str, server: Sandbox, fresh: Path, chosen: Plan) -> Run:
    if name == ECHO:
        with process(("-m", "tests.bench.echo_bot", server.base_url, server.token)) as echo:
            return _watch(echo, server, chosen)
    database = fresh.with_name("round.db")
    shutil.copyfile(fresh, database)
    try:
        with _bot(server, database) as bot:
            run = _watch(bot, server, chosen)
        _check(database, chosen)
    finally:
        for left in database.parent.glob("round.db*"):
            left.unlink()
    return run


@contextmanager
def _bot(server: Sandbox, database: Path) -> Iterator[Popen[str]]:
    """Run the real bot, held back by no pace of sending."""
    settings = {
        "SANHUI_BOT_TOKEN": server.token,
        "SANHUI_API_BASE_URL": server.base_url,
        "SANHUI_DATABASE_URL": f"sqlite:///{database}",
        "SANHUI_SENDS_PER_SECOND": NO_LIMIT,
        "SANHUI_SENDS_PER_CHAT_SECOND": NO_LIMIT,
        "SANHUI_SENDS_PER_GROUP_MINUTE": NO_LIMIT,
    }
    with process(("-c", "from bot.cli import main; main()", "run"), settings) as running:
        yield running


def _watch(running: Popen[str], server: Sandbox, chosen: Plan) -> Run:
    """Let a process that has just been started answer the messages, and look at it meanwhile.

    A message that waits for it makes its first getUpdates end at once, so that it is seen.
    """
    begun = datetime.now(UTC)
    before = server.get("state")
    server.post("say", organisation.sayings(0, chosen.warm_up))
    server.wait_sent(before["sent"] + chosen.warm_up)
    polls = server.get("calls", method="getUpdates", since=before["calls"])
    used, clock = cpu(running.pid), time.perf_counter()
    server.post("say", organisation.sayings(chosen.warm_up, chosen.messages))
    server.wait_sent(before["sent"] + chosen.warm_up + chosen.messages)
    return Run(
        first_poll=(datetime.fromisoformat(polls[0]["at"]) - begun).total_seconds(),
        used=cpu(running.pid).since(used),
        seconds=time.perf_counter() - clock,
        resident=resident(running.pid),
    )


def _check(database: Path, chosen: Plan) -> None:
    """Raise when what was measured is not the recording of every message."""
    recorded = organisation.records_in(database)
    if recorded != chosen.warm_up + chosen.messages:
        raise RuntimeError(f"{recorded} records")
