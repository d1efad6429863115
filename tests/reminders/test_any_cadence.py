"""Any tick cadence, any downtime: each step is settled exactly once, and rightly."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from storage import entries, journal, roster
from storage.database import snapshot, transaction
from storage.journal import Origin, RecordText
from storage.ledger import Record
from storage.messages import Message
from storage.queues import ReminderOutcome
from storage.units import Unit
from tests.reminders.world import (
    CHAT,
    SENT,
    SILENT,
    SKIPPED,
    Owing,
    at,
    founded,
    lines_of,
    owed_lines,
    settled,
    ticking,
)
from tests.storage.databases import opened

KINDS = (
    "学习",
    "支委会",
    "党员大会+党课",
    "工作计划+教育计划+责任书",
    "党小组会",
    "廉政教育+组织生活会+征求意见",
    "流动党员联系+个人汇报",
)
MINUTES, HOURS, DAYS, WEEKS = 1, 60, 60 * 24, 60 * 24 * 7

waits = st.one_of(
    st.integers(1, 90).map(lambda n: n * MINUTES),
    st.integers(1, 30).map(lambda n: n * HOURS),
    st.integers(1, 10).map(lambda n: n * DAYS),
    st.integers(1, 14).map(lambda n: n * WEEKS + 7),
)
ticks = st.tuples(waits, st.one_of(st.none(), st.just("undo"), st.sampled_from(KINDS)))


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick: when, what it said, and the lines that were met at that moment."""

    now: datetime
    messages: list[Message]
    met: frozenset[tuple[str, int, str]]


class Walk:
    """A branch lived through ticks, with records entered and taken back in between."""

    def __init__(self, engine: Engine, start: datetime) -> None:
        self.engine = engine
        self.unit: Unit = founded(engine)
        self.lines: list[Owing] = owed_lines(engine, self.unit, (2026, 2027))
        self.clock = ticking(engine)
        self.now = start
        self.ticks: list[Tick] = []
        self.held: list[tuple[frozenset[str], datetime, int]] = []

    def tick(self) -> list[Message]:
        messages = self.clock.tick(self.now)
        self.ticks.append(Tick(self.now, messages, self._met()))
        return messages

    def enter(self, said: str | None) -> None:
        """Record kinds held today, or take the last record back."""
        origin = Origin(1, self.now, None, None)
        with transaction(self.engine) as session:
            if said == "undo":
                last = entries.last_live_entry(session, self.unit.key, entered_by=1)
                if last is not None:
                    journal.add_reversal(session, last, origin)
                    self.held = [each for each in self.held if each[2] != last.number]
            elif said is not None:
                kinds = tuple(said.split("+"))
                people = roster.people_named(session, self.unit.key, "张三")
                text = RecordText(
                    kinds=kinds,
                    held_on=self.now.date(),
                    group_id=self._group(said),
                    people=tuple((person.key, None) for person in people),
                )
                number = journal.add_record(session, self.unit.key, text, origin)
                self.held.append((frozenset(kinds), self.now, number))

    def _group(self, said: str) -> int | None:
        groups = {line.subject_id for line in self.lines} - {0}
        return min(groups) if said == "党小组会" else None

    def _met(self) -> frozenset[tuple[str, int, str]]:
        return frozenset(
            line.key
            for line in self.lines
            for kinds, held_at, _ in self.held
            if kinds & set(line.requirement.kinds)
            and line.span.start <= held_at.date() <= min(line.span.end, self.now.date())
        )

    def expected(self) -> Counter[tuple[tuple[str, int, str], str, ReminderOutcome, datetime]]:
        """Each step that fell due, settled at the first tick that came after it."""
        found: Counter[tuple[tuple[str, int, str], str, ReminderOutcome, datetime]] = Counter()
        first = self.ticks[0].now
        for line in self.lines:
            live_at_first = first.date() <= line.span.grace_ends
            settling: dict[int, list[str]] = {}
            for code, due in line.steps:
                after = next((n for n, t in enumerate(self.ticks) if t.now >= due), None)
                if after is not None and (due > first or live_at_first):
                    settling.setdefault(after, []).append(code)
            for n, codes in settling.items():
                for code in codes:
                    outcome = self._outcome(line, n, latest=code == codes[-1])
                    found[line.key, code, outcome, self.ticks[n].now] += 1
        return found

    def _outcome(self, line: Owing, n: int, *, latest: bool) -> ReminderOutcome:
        tick = self.ticks[n]
        if line.key in tick.met:
            return SILENT
        open_still = tick.now.date() <= line.span.grace_ends
        return SENT if latest and open_still else SKIPPED

    def check(self) -> None:
        rows = settled(self.engine)
        assert self.expected() == Counter(
            ((r.requirement, r.subject_id, r.period), r.step, r.outcome, r.settled_at) for r in rows
        )
        moments = Counter(tick.now for tick in self.ticks)
        for tick in self.ticks:
            if moments[tick.now] > 1:  # the clock went back to the very minute of another tick
                continue
            told = {
                (r.requirement, r.subject_id, r.period)
                for r in rows
                if r.outcome is SENT and r.settled_at == tick.now
            }
            assert not told & tick.met
            assert bool(tick.messages) == bool(told)
            for message in tick.messages:
                assert message.chat_id == CHAT
                assert told <= lines_of(message)
                assert not lines_of(message) & tick.met


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 120 * DAYS),
    st.lists(ticks, min_size=1, max_size=9),
    st.integers(0, 8),
    st.integers(1, 40 * DAYS),
)
def test_each_step_is_settled_exactly_once(
    template: Path, start: int, steps: list[tuple[int, str | None]], when_back: int, back: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(template, Path(folder) / "sanhui.db")
        with opened(f"sqlite:///{path}") as engine:
            walk = Walk(engine, at("2026-01-05 00:00") + timedelta(minutes=start))
            earliest = walk.now
            walk.tick()
            for n, (wait, said) in enumerate(steps):
                walk.now += timedelta(minutes=wait)
                if n == when_back:  # the clock is set back, though not to before the beginning
                    walk.now = max(earliest, walk.now - timedelta(minutes=back + wait))
                walk.enter(said)
                walk.tick()
                assert walk.clock.tick(walk.now) == []
            walk.check()
            with snapshot(engine) as session:
                assert len(session.exec(select(Record)).all()) == sum(
                    said not in (None, "undo") for _, said in steps
                )
