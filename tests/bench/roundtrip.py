"""How fast meetings of many chats are recorded when every call takes 50 ms, beside an echo bot.

`python -m tests.bench.roundtrip [--quick]`: the echo bot answers one message after another, as
python-telegram-bot does by itself. The pace of sending is off. It raises when the order within a
chat was not kept.
"""

from __future__ import annotations

from statistics import median

from tests.bench.rounds import BOT, ECHO, Plan, Runs, measure, quick, tell

ROUND_TRIP = 0.05
FULL = Plan(messages=1000, warm_up=40, rounds=3, chats=40, echoed=100, round_trip=ROUND_TRIP)
QUICK = Plan(messages=80, warm_up=20, rounds=1, chats=20, echoed=20, round_trip=ROUND_TRIP)


def report(runs: Runs, chosen: Plan) -> list[str]:
    """Say the rates and their ratio."""
    ours, theirs = (median(run.rate for run in runs[name]) for name in (BOT, ECHO))
    return [
        (
            f"{ours / theirs:.1f} times the echo's rate at a round trip of"
            f" {1000 * chosen.round_trip:.0f} ms: {ours:.0f} to {theirs:.1f} a second"
            f" ({chosen.messages} messages of {chosen.chats} chats, each chat's in order)"
        )
    ]


def main() -> None:
    """Measure and print."""
    chosen = QUICK if quick(__doc__) else FULL
    tell(report(measure(chosen), chosen))


if __name__ == "__main__":
    main()
