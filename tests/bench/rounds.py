"""Rounds in which the bot and a bare echo bot take turns at the same messages."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

from tests.bench import organisation
from tests.bench.bots import UNHELD, bot
from tests.bench.processes import Sandbox, Used, cpu, process, resident, sandbox

BOT, ECHO = "sanhui", "echo"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: messages a round, messages before it to warm up, rounds.

    ``echoed``: messages a round for the echo bot, where that is not as many. ``round_trip``: how
    many seconds every call of the Bot API takes.
    """

    messages: int = 1000
    warm_up: int = 50
    rounds: int = 5
    chats: int = organisation.CHATS
    echoed: int | None = None
    round_trip: float = 0


QUICK = Plan(messages=40, warm_up=20, rounds=1)


@dataclass(frozen=True, slots=True)
class Run:
    """One process from its start to the last of its messages; seconds, and MB at the end."""

    messages: int
    first_poll: float
    used: Used
    seconds: float
    resident: float

    @property
    def rate(self) -> float:
        """Answer messages a second, each with its reply."""
        return self.messages / self.seconds


Runs = dict[str, list[Run]]


def tell(lines: list[str]) -> None:
    """Print a report."""
    sys.stdout.write("\n".join(lines) + "\n")


def quick(description: str | None) -> bool:
    """Tell from the command line whether the short form is asked for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="few messages: does it run at all?")
    return bool(parser.parse_args().quick)


def plan(description: str | None) -> Plan:
    """Read the plan from the command line."""
    return QUICK if quick(description) else Plan()


def measure(chosen: Plan) -> Runs:
    """Measure both bots on one sandbox, in turns; the one that begins changes each round."""
    runs: Runs = {BOT: [], ECHO: []}
    with (
        tempfile.TemporaryDirectory(prefix="sanhui-bench-") as folder,
        sandbox("--delay", str(chosen.round_trip)) as server,
    ):
        populate(server, chosen.chats)
        fresh = Path(folder, "fresh.db")
        organisation.found(f"sqlite:///{fresh}", chosen.chats)
        for number in range(chosen.rounds):
            for name in (BOT, ECHO) if number % 2 == 0 else (ECHO, BOT):
                runs[name].append(_run(name, server, fresh, chosen))
    return runs


def _run(name: str, server: Sandbox, fresh: Path, chosen: Plan) -> Run:
    if name == ECHO:
        with process(("-m", "tests.bench.echo_bot", server.base_url, server.token)) as echo:
            return _watch(echo, server, replace(chosen, messages=chosen.echoed or chosen.messages))
    database = fresh.with_name("round.db")
    shutil.copyfile(fresh, database)
    url = f"sqlite:///{database}"
    try:
        with bot(server, url, UNHELD) as running:
            run = _watch(running, server, chosen)
        check_recorded(url, chosen)
        check_order(server, chosen)
    finally:
        for left in database.parent.glob("round.db*"):
            left.unlink()
    return run


def _watch(running: Popen[str], server: Sandbox, chosen: Plan) -> Run:
    """Let a process that has just been started answer the messages, and look at it meanwhile.

    A message that waits for it makes its first getUpdates end at once, so that it is seen.
    """
    begun = datetime.now(UTC)
    before = server.get("state")
    converse(server, 0, chosen.warm_up, chosen.chats)
    polls = server.get("calls", method="getUpdates", since=before["calls"])
    used = cpu(running.pid)
    seconds = converse(server, chosen.warm_up, chosen.messages, chosen.chats)
    return Run(
        messages=chosen.messages,
        first_poll=(datetime.fromisoformat(polls[0]["at"]) - begun).total_seconds(),
        used=cpu(running.pid).since(used),
        seconds=seconds,
        resident=resident(running.pid),
    )


def populate(server: Sandbox, chats: int) -> None:
    """Let the secretaries and their groups be there."""
    server.post("users", organisation.people(chats))
    server.post("groups", organisation.groups(chats))


def converse(server: Sandbox, first: int, count: int, chats: int) -> float:
    """Let so many meetings be told, and answer after how many seconds all are answered."""
    sent = server.get("state")["sent"]
    begun = time.perf_counter()
    server.post("say", organisation.sayings(first, count, chats))
    server.wait_sent(sent + count)
    return time.perf_counter() - begun


def check_recorded(url: str, chosen: Plan) -> None:
    """Raise when what was measured is not the recording of every message."""
    recorded = organisation.records_in(url)
    if recorded != chosen.warm_up + chosen.messages:
        raise RuntimeError(f"{recorded} records")


def check_order(server: Sandbox, chosen: Plan) -> None:
    """Raise when a chat was not answered in the order in which its messages were said."""
    for branch in range(chosen.chats):
        chat_id = organisation.chat_of(branch)
        answered = [
            message["reply_to_message"]["message_id"]
            for message in server.get("messages", chat_id=chat_id)
            if "reply_to_message" in message
        ]
        if not answered or answered != sorted(answered):
            raise RuntimeError(f"answers out of order in chat {chat_id}")
