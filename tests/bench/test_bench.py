"""The benchmarks run and tell their figures. What the figures are is nothing a test can say."""

import subprocess
import sys

from tests.bench.processes import ROOT

TOLD = (
    "ms CPU an update",
    "updates/s",
    "of the echo's CPU",
    "MB resident",
    "s to the first poll",
    "requests/s",
)


def test_every_benchmark_runs_and_tells_its_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [figure for figure in TOLD if figure not in done.stdout] == []
