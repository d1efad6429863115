"""`python -m tests.bench.policy [--quick]`: the status of one branch, and of a thousand at once.

Of the thousand every requirement is judged in each of its periods of a year; of what binds each
member, whether any is behind. The yardstick is a GROUP BY over the same tables, written by hand: it
only counts, by branch, kind and month, and judges nothing.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from bot.holidays import ChineseHolidays
from compliance.assessment import wanted_between
from compliance.catalogue import default
from compliance.policy import Policy
from storage.database import open_database, snapshot
from storage.standing import Asked, findings, findings_of
from storage.units import Unit
from tests.bench import a_year
from tests.bench.rounds import quick, tell

_BRANCHES = select(Unit).where(Unit.kind == "branch").order_by(col(Unit.id))
NEW_YEAR, ON = date(2026, 1, 1), date(2026, 12, 31)
COUNTED = text("""
    SELECT record.unit_id, record.group_id, record_kind.kind, strftime('%Y-%m', record.held_on),
           count(*), min(record_kind.first_entered_at)
    FROM record
    JOIN entry ON entry.id = record.entry_id
    JOIN record_kind ON record_kind.entry_id = record.entry_id
    WHERE record.held_on BETWEEN '2026-01-01' AND '2026-12-31'
      AND NOT EXISTS (SELECT 1 FROM entry later WHERE later.target_id = entry.id)
    GROUP BY 1, 2, 3, 4""")
PAID = text("""
    SELECT payment.person_id, payment.month, sum(payment.amount_fen), min(entry.entered_at)
    FROM payment
    JOIN entry ON entry.id = payment.entry_id
    WHERE payment.month BETWEEN '2026-01-01' AND '2026-12-31'
      AND NOT EXISTS (SELECT 1 FROM entry later WHERE later.target_id = entry.id)
    GROUP BY 1, 2""")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many branches there are, and how often each thing is measured."""

    branches: int = 1000
    rounds: int = 5


QUICK = Plan(branches=20, rounds=2)


def report(plan: Plan) -> list[str]:
    """Measure, and answer the figures as lines."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'policy.db'}"
        a_year.found(url, plan.branches)
        engine = open_database(url)
        try:
            return _measured(engine, plan)
        finally:
            engine.dispose()


def _measured(engine: Engine, plan: Plan) -> list[str]:
    policy = Policy(default(), ChineseHolidays())
    one = _median(plan.rounds * 4, lambda: _one(engine, policy))
    many, counted = [], []
    for _ in range(plan.rounds):  # in turns, so that the machine's moods meet both
        counted.append(_seconds(lambda: _count(engine)))
        many.append(_seconds(lambda: _all(engine, policy)))
    ratio = statistics.median(m / c for m, c in zip(many, counted, strict=True))
    return [
        f"{1000 * one:.2f} ms CPU for the status of one branch for a year",
        f"{statistics.median(many):.2f} s CPU for {plan.branches} branches, 12 months each",
        f"{statistics.median(counted):.2f} s CPU for the GROUP BY alone",
        f"{ratio:.1f} times a hand-written GROUP BY",
    ]


def _one(engine: Engine, policy: Policy) -> None:
    with snapshot(engine) as session:
        unit = session.exec(_BRANCHES.limit(1)).one()
        findings(session, policy, unit, first=NEW_YEAR, last=ON, on=ON)


def _all(engine: Engine, policy: Policy) -> None:
    wanted = wanted_between(policy.catalogue, NEW_YEAR, ON)
    with snapshot(engine) as session:
        asked = [Asked(unit, ON, wanted) for unit in _branches(session)]
        for _ in findings_of(session, policy, asked, any_member=True):
            pass


def _count(engine: Engine) -> None:
    with snapshot(engine) as session:
        session.execute(COUNTED).all()
        session.execute(PAID).all()


def _branches(session: Session) -> list[Unit]:
    return list(session.exec(_BRANCHES))


def _median(rounds: int, work: Callable[[], None]) -> float:
    return statistics.median(_seconds(work) for _ in range(rounds))


def _seconds(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    tell(report(QUICK if quick(__doc__) else Plan()))
