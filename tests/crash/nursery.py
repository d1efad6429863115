"""A process that has imported the bot once and forks it for each start: most of a start is that."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 65536


class Nursery:
    """Starts commands of the bot, each in a process of its own, and learns how each ends."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.nursery", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._codes: dict[int, int] = {}

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], out: int, err: int
    ) -> int:
        """Start a command that writes to those file descriptors; answer its process id."""
        order = json.dumps({"command": command, "environment": environment}).encode()
        socket.send_fds(self._ours, [order], [out, err])
        while (told := self._hear()).keys() != {"pid"}:
            pass
        return told["pid"]

    def code(self, pid: int) -> int:
        """Answer the exit code of a process that has ended, a signal's as a negative number."""
        while pid not in self._codes:
            self._hear()
        return self._codes[pid]

    def _hear(self) -> dict[str, int]:
        told: dict[str, int] = json.loads(self._ours.recv(LONGEST))
        if "code" in told:
            self._codes[told["pid"]] = told["code"]
        return told

    def close(self) -> None:
        self._ours.close()
        self._process.wait()


def serve(control: socket.socket) -> None:
    """Fork for each order until nobody gives any more; the fork returns as well, to be ended."""
    from bot.cli import main

    def tell(**values: int) -> None:
        control.send(json.dumps(values).encode())

    def reap(*_: object) -> None:
        # One by one: a second child that ends meanwhile calls this within itself.
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                tell(pid=pid, code=os.waitstatus_to_exitcode(status))

    signal.signal(signal.SIGCHLD, reap)
    while True:
        words, descriptors, _, _ = socket.recv_fds(control, LONGEST, 2)
        if not words:
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])  # a start is told before its end
        pid = os.fork()
        if pid == 0:
            break
        tell(pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        for each in descriptors:
            os.close(each)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    control.close()
    for ours, standard in zip(descriptors, (1, 2), strict=True):
        os.dup2(ours, standard)
        os.close(ours)
    order = json.loads(words)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["sanhui", *order["command"]]
    main()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
