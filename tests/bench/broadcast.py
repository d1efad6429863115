"""A broadcast: 900 messages to 900 groups at the real pace, against a server that counts.

`python -m tests.bench.broadcast [--quick]`: plain messages, owed since before the start, with both
ways of counting and with round trips of 0 and 80 ms; with one chat refused for a while, and with
everyone. Each case has a sandbox and a bot of its own; as many run at once as there are cores, four
at most. A busy machine wakes processes up late, and then even an even pace arrives unevenly: how
late it was is told with the figures.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from math import ceil
from pathlib import Path

from storage import outbox
from storage.database import open_database, transaction
from storage.migrate import upgrade
from storage.outbox import Owed
from storage.queues import OutboxKind
from tests.bench import organisation
from tests.bench.bots import bot
from tests.bench.lateness import lateness, told
from tests.bench.processes import Json, Sandbox, sandbox
from tests.bench.rounds import populate, quick, tell

AT_ONCE = min(4, os.cpu_count() or 1)
RATE = 30
FAR = 0.08  # seconds of round trip
_COUNTINGS = ("bucket", "window")


@dataclass(frozen=True, slots=True)
class Case:
    """How the server counts, how far away it is, and who is refused for some seconds.

    ``refused``: nobody, one or all.
    """

    counting: str
    round_trip: float
    refused: str = "nobody"

    @property
    def name(self) -> str:
        """Say which case it is."""
        name = f"{self.counting} {1000 * self.round_trip:3.0f} ms"
        return name if self.refused == "nobody" else f"{name}, {self.refused} refused"


CASES = (
    *(Case(counting, far) for counting in _COUNTINGS for far in (0, FAR)),
    *(Case(counting, FAR, refused) for counting in _COUNTINGS for refused in ("one", "all")),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many messages are sent, in which cases, and for how many seconds who is refused.

    The bots' greeting is answered after ``start_seconds``, so that all of them have started by
    then: a process that starts takes from the others what they need to keep the pace.
    """

    messages: int = 900
    cases: Sequence[Case] = CASES
    refused_seconds: float = 5
    start_seconds: float = 4

    @property
    def refused_chat(self) -> int:
        """Answer the one chat that is refused: its turn comes while it is."""
        return organisation.chat_of(self.messages // 3 + self.messages // 9)


QUICK = Plan(messages=60, cases=CASES[-2:], refused_seconds=2, start_seconds=1)


@dataclass(frozen=True, slots=True)
class Send:
    """A call that arrived: when, to whom, and with which status it was answered."""

    at: datetime
    chat_id: int
    status: int


def owe(database: Path, messages: int) -> None:
    """Make a database in which a message is owed to each group."""
    engine = open_database(f"sqlite:///{database}")
    upgrade(engine)
    now = datetime.now(UTC)
    with transaction(engine) as session:
        for branch in range(messages):
            chat_id = organisation.chat_of(branch)
            payload = json.dumps({"text": f"通知 {branch + 1}: 本周五 14:30 在三楼会议室开会"})
            outbox.put(session, Owed(chat_id, OutboxKind.REPLY, "sendMessage", payload), now)
    engine.dispose()


def watch(fresh: Path, plan: Plan, case: Case) -> list[Send]:
    """Let a bot of its own send what is owed, and answer the calls it made."""
    database = Path(shutil.copyfile(fresh, fresh.with_name(f"{case.name}.db")))
    with sandbox("--limits", case.counting, "--delay", str(case.round_trip)) as server:
        populate(server, plan.messages)
        greeting = {"method": "getMe", "error_code": 200, "delay": plan.start_seconds}
        server.post("fail", [greeting])
        with bot(server, f"sqlite:///{database}", {}):
            _refuse(server, case, plan)
            with suppress(RuntimeError):  # not all of them in twice the time: the report says it
                server.get("wait", sent=plan.messages, timeout=30 + 2 * plan.messages / RATE)
        return [_send(call) for call in server.get("calls", method="sendMessage")]


def _refuse(server: Sandbox, case: Case, plan: Plan) -> None:
    """After a third of the messages, refuse those whose turn is soon to come."""
    if case.refused == "nobody":
        return
    server.get("wait", sent=plan.messages // 3, timeout=60)
    chat_id = plan.refused_chat if case.refused == "one" else None
    server.post("refuse", [{"seconds": plan.refused_seconds, "chat_id": chat_id}])


def _send(call: Json) -> Send:
    return Send(datetime.fromisoformat(call["at"]), call["params"]["chat_id"], call["status"])


def line(case: Case, sends: list[Send], plan: Plan) -> str:
    """Say how a case went."""
    passed = [send for send in sends if send.status == 200]
    chats = {send.chat_id for send in passed}
    twice, refusals = len(passed) - len(chats), len(sends) - len(passed)
    head = (
        f"{case.name:26} {len(chats)} of {plan.messages} delivered, {twice} twice,"
        f" {refusals} refusals"
    )
    if case.refused == "all":
        return f"{head}, {_resumed(case, plan, [send.at for send in passed])}"
    one = plan.refused_chat if case.refused == "one" else None
    return f"{head}, {_share([send.at for send in passed if send.chat_id != one])}"


def _share(moments: list[datetime]) -> str:
    """Say how much of the allowed rate was reached from the first moment to the last."""
    seconds = (moments[-1] - moments[0]).total_seconds()
    return f"{100 * (len(moments) - 1) / seconds / RATE:.1f} % of {RATE}/s"


def _resumed(case: Case, plan: Plan, moments: list[datetime]) -> str:
    """Say how it went on after everyone had been refused: the longest pause is that one."""
    pauses = [(after - before).total_seconds() for before, after in pairwise(moments)]
    pause = max(pauses)
    after = moments[pauses.index(pause) + 1 :]
    first = sum((at - after[0]).total_seconds() < 1 for at in after)
    return (
        f"at most {ceil(case.round_trip * RATE) + 1} wanted; silent for {pause:.1f} s of"
        f" {plan.refused_seconds}, then {first} in the first second, {_share(after)}"
    )


def report(plan: Plan) -> list[str]:
    """Measure the cases, some at once, and say how each went."""
    with tempfile.TemporaryDirectory(prefix="sanhui-bench-") as folder:
        fresh = Path(folder, "fresh.db")
        owe(fresh, plan.messages)
        with lateness() as late, ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(partial(watch, fresh, plan), plan.cases))
    lines = [line(case, sends, plan) for case, sends in zip(plan.cases, found, strict=True)]
    return [*lines, told(late)]


def main() -> None:
    """Print how each case went."""
    tell(report(QUICK if quick(__doc__) else Plan()))


if __name__ == "__main__":
    main()
