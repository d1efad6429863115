"""The benchmarks run and tell their figures. What the figures are is nothing a test can say."""

import subprocess
import sys

import pytest

from tests.bench.processes import ROOT
from tests.browser.chromium import LEFT_OUT, found

TOLD = (
    "ms CPU an update",
    "updates/s",
    "of the echo's CPU",
    "MB resident",
    "s to the first poll",
    "times the echo's rate",
    "three replicas to one",
    "delivered",
    "refusals",
    "of 30/s",
    "in the first second",
    "ms CPU a branch",
    "digests/s",
    "times healthchecks'",
    "times the JSON of its update",
    "time grows by the power",
    "for the status of one branch",
    "times a hand-written GROUP BY",
    "times that of one branch",
    "times a plain executemany",
    "requests/s",
)
TOLD_BY_A_BROWSER = ("to the first message", "frames late", "MB PSS in both processes")


@pytest.mark.bench
@pytest.mark.timeout(300)  # a minute when the machine is its own
def test_every_benchmark_runs_and_tells_its_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = TOLD + (TOLD_BY_A_BROWSER if found() else (LEFT_OUT,))
    assert [figure for figure in told if figure not in done.stdout] == []
