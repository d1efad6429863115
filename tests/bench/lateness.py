"""How late the machine wakes up who sleeps: what an even pace can be kept to on it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

SLEEP_SECONDS = 0.02


@contextmanager
def lateness() -> Iterator[list[float]]:
    """Note, while the block lasts, how many seconds too late a sleeper is woken up each time."""
    late: list[float] = []
    stop = Event()

    def sleep() -> None:
        while not stop.is_set():
            due = time.perf_counter() + SLEEP_SECONDS
            time.sleep(SLEEP_SECONDS)
            late.append(time.perf_counter() - due)

    sleeper = Thread(target=sleep)
    sleeper.start()
    try:
        yield late
    finally:
        stop.set()
        sleeper.join()


def told(late: Sequence[float]) -> str:
    """Say how late it was."""
    ordered = sorted(late)
    return (
        f"the machine woke sleepers up {1000 * ordered[-len(ordered) // 100]:.0f} ms late or more"
        f" once in a hundred times, {1000 * ordered[-1]:.0f} ms at most"
    )
