"""What it costs to find, compose and send the digests that are due, among very many that are not.

`python -m tests.bench.digests [--quick]`: planning and beginning in this process, then the whole
way from a tick to the last digest delivered, by the running bot without a limit to its pace,
beside the 68 alerts a second that healthchecks finds and sends. It fails on no figure.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func
from sqlmodel import select

from bot.holidays import ChineseHolidays
from bot.in_force import InForce
from bot.render import Renderer
from bot.sending import MOST_UNMARKED
from bot.ticking import Ticking
from bot.words import speak
from compliance.catalogue import default
from compliance.policy import Policy
from storage import calls
from storage.database import open_database, snapshot, transaction
from storage.queues import Outbox, OutboxKind, OutboxState
from tests.bench import branches
from tests.bench.bots import UNHELD, bot
from tests.bench.branches import ESCALATION, MORNING, SUPERIOR, Size
from tests.bench.processes import Used, cpu, sandbox
from tests.bench.rounds import quick, tell

HEALTHCHECKS = 68.0
FULL, QUICK = Size(), Size(branches=60, due=20, reporting=20)
MORNING_BOT = ("-m", "tests.bench.morning")


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that something took."""

    cpu: float
    wall: float


@contextmanager
def timed(into: dict[str, Taken], name: str) -> Iterator[None]:
    """Note what a block takes."""
    used, clock = time.process_time(), time.perf_counter()
    yield
    into[name] = Taken(time.process_time() - used, time.perf_counter() - clock)


def report(size: Size) -> list[str]:
    """Measure, and say the figures."""
    with tempfile.TemporaryDirectory(prefix="sanhui-bench-") as folder:
        fresh = Path(folder, "fresh.db")
        branches.found(f"sqlite:///{fresh}", size)
        alone = _alone(_copy(fresh, "alone.db"), size)
        used, seconds = _whole(_copy(fresh, "whole.db"), size)
    rate = size.due / seconds
    return [
        f"{size.due} digests due among {size.branches} branches with {branches.PEOPLE} people each",
        *(_line(name, taken, size.due) for name, taken in alone.items()),
        (
            f"{'the whole way':22} {1000 * used.both / size.due:6.2f} ms CPU a digest (user"
            f" {used.user:.2f} s, system {used.system:.2f} s), {rate:5.0f} digests/s,"
            f" {rate / HEALTHCHECKS:.1f} times healthchecks' {HEALTHCHECKS:.0f}/s"
        ),
    ]


def _line(name: str, taken: Taken, count: int) -> str:
    return (
        f"{name:22} {1000 * taken.cpu / count:6.2f} ms CPU a branch"
        f" ({taken.cpu:.2f} s CPU, {taken.wall:.2f} s)"
    )


def _copy(fresh: Path, name: str) -> Path:
    return Path(shutil.copyfile(fresh, fresh.with_name(name)))


def _alone(database: Path, size: Size) -> dict[str, Taken]:
    """Plan and refresh in this process, without a network."""
    engine = open_database(f"sqlite:///{database}")
    policy = Policy(default(), ChineseHolidays())
    ticking = Ticking(engine, InForce(policy), Renderer(speak(policy.catalogue)))
    taken: dict[str, Taken] = {}
    with timed(taken, "planning"):
        for chat_ids in ticking.candidates(MORNING):
            ticking.plan(chat_ids, MORNING)
    with timed(taken, "beginning"):
        for _ in range(0, size.due, MOST_UNMARKED):
            with transaction(engine) as session:
                heads = calls.take(session, "bench", MORNING, 0.0, MOST_UNMARKED)
                ticking.begin_all(session, [head.due for head in heads], MORNING)
    _check(engine, {OutboxState.SENDING: size.due})
    with timed(taken, "a superior's chat"):
        ticking.plan([SUPERIOR], ESCALATION)
    _check(engine, {OutboxState.SENDING: size.due, OutboxState.QUEUED: 1})
    engine.dispose()
    return taken


def _whole(database: Path, size: Size) -> tuple[Used, float]:
    """Let the running bot tick, until the last digest is delivered."""
    url = f"sqlite:///{database}"
    with sandbox() as server, bot(server, url, UNHELD, MORNING_BOT) as running:
        server.post("users", [{"user_id": 7, "first_name": "书记", "started": True}])
        server.post("groups", branches.groups(size))
        if running.stdout is None or not running.stdout.readline():
            raise RuntimeError("the bot did not start")
        before, used, clock = server.get("state")["sent"], cpu(running.pid), time.perf_counter()
        running.send_signal(signal.SIGUSR1)
        server.wait_sent(before + size.due)
        taken = cpu(running.pid).since(used), time.perf_counter() - clock
    engine = open_database(f"sqlite:///{database}")
    _check(engine, {OutboxState.SENT: size.due})
    engine.dispose()
    return taken


def _check(engine: Engine, states: dict[OutboxState, int]) -> None:
    """Raise when what was measured is not each digest that was due, once, and no other."""
    query = select(Outbox.state, func.count()).where(Outbox.kind == OutboxKind.DIGEST)
    with snapshot(engine) as session:
        found = dict(session.exec(query.group_by(Outbox.state)).all())
    if found != states:
        raise RuntimeError(f"{found} instead of {states}")


def main() -> None:
    """Measure and print."""
    tell(report(QUICK if quick(__doc__) else FULL))


if __name__ == "__main__":
    main()
