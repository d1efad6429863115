"""What the running bot takes: memory after its messages, and time until it first asks for updates.

`python -m tests.bench.footprint [--quick]`: beside a bare echo bot, medians of rounds in turns.
"""

from __future__ import annotations

from statistics import median

from tests.bench.rounds import BOT, ECHO, Plan, Runs, measure, plan, tell


def report(runs: Runs, chosen: Plan) -> list[str]:
    """Say the figures, a line for each bot."""
    return [
        f"{name:8} {median(run.resident for run in runs[name]):6.1f} MB resident after"
        f" {chosen.warm_up + chosen.messages} messages,"
        f" {median(run.first_poll for run in runs[name]):.2f} s to the first poll"
        for name in (BOT, ECHO)
    ]


def main() -> None:
    """Measure and print."""
    chosen = plan(__doc__)
    tell(report(measure(chosen), chosen))


if __name__ == "__main__":
    main()
