"""What a recorded `/meeting` costs, beside what a bare echo bot takes to echo it.

`python -m tests.bench.recording [--quick]`: CPU time of the bot's process, durable and with its
reply, after the start and a warm-up; medians of rounds in turns. It fails on no figure.
"""

from __future__ import annotations

from statistics import median

from tests.bench.rounds import BOT, ECHO, Plan, Run, Runs, measure, plan, tell


def report(runs: Runs, chosen: Plan) -> list[str]:
    """Say the figures, a line for each bot and one for the ratios."""
    count = chosen.messages
    ours, theirs = (median(run.used.both for run in runs[name]) for name in (BOT, ECHO))
    ours_wall, theirs_wall = (median(run.seconds for run in runs[name]) for name in (BOT, ECHO))
    return [
        *(_line(name, runs[name], count) for name in (BOT, ECHO)),
        (
            f"{'ratio':8} {ours / theirs:6.2f} of the echo's CPU,"
            f" {theirs_wall / ours_wall:.2f} of its rate"
            f" ({count} messages a round, {chosen.rounds} rounds)"
        ),
    ]


def _line(name: str, runs: list[Run], count: int) -> str:
    both, user, system = (
        1000 * median(taken) / count
        for taken in (
            [run.used.both for run in runs],
            [run.used.user for run in runs],
            [run.used.system for run in runs],
        )
    )
    rate = count / median(run.seconds for run in runs)
    return (
        f"{name:8} {both:6.2f} ms CPU an update (user {user:.2f}, system {system:.2f})"
        f" {rate:7.0f} updates/s"
    )


def main() -> None:
    """Measure and print."""
    chosen = plan(__doc__)
    tell(report(measure(chosen), chosen))


if __name__ == "__main__":
    main()
