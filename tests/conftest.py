"""Fixtures of the tests that play on the whole bot."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sample import found
from tests.stage import Stage, playing

# Rooms whose tests mostly wait for processes: for one that was killed, for a browser, for a demo.
WAITING = ("crash", "browser", "demo")


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample organisation's database, made once; every test takes a copy."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    found(path)
    return path


@pytest.fixture
def database(founded: Path, tmp_path: Path) -> Path:
    """A database with the sample organisation, and nothing recorded yet."""
    return Path(shutil.copy(founded, tmp_path / "sanhui.db"))


@pytest.fixture
async def stage(database: Path) -> AsyncIterator[Stage]:
    """The whole bot, on Wednesday 25 November 2026, 10:00."""
    async with playing(database) as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was left out and how to run it, and what the crash tests counted."""
    reasons: Counter[str] = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", ())
    )
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} {reason}")
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name == "counts":
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {value}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait for processes; then with the longest files.

    What waits is done beside what reckons, and no long file is begun last.
    """
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (_place(item.path), -tests[item.path]))


def _place(path: Path) -> int:
    """Answer where in the row of all tests those of a file belong."""
    rooms = (place for place, room in enumerate(WAITING) if room in path.parts)
    return next(rooms, len(WAITING))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: the crash tests wait for processes most of their time."""
    return (os.cpu_count() or 1) + 1
