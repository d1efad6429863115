"""What commands cost in a large organisation: 20 general branches, 400 branches, 12,000 people.

`python -m tests.bench.large_organisation [--quick]`: CPU of each command from what was said to the
replies in the outbox, committed: the median of some runs, beside the status of one branch in the
same organisation. The overview of all is also measured with nothing kept, as at a midnight, with
all kept but one branch changed, and as the tick reckons it beforehand. It fails on no figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bot.commands import BY_NAME
from bot.core import Core, core
from bot.incoming import Incoming
from bot.settings import Settings
from compliance.access import Role
from compliance.people import Stage
from storage import directory
from storage.columns import table_of
from storage.database import open_database, transaction
from storage.ledger import Entry, EntryKind, Payment, Record, RecordKind
from storage.migrate import upgrade
from storage.people import DuesBasisRow, Person
from storage.units import Chat, Unit
from tests.bench.processes import Json
from tests.bench.rounds import quick, tell

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
FOUNDED = date(2026, 10, 1)
MONTHS = (date(2026, 10, 1), date(2026, 11, 1))
SUPERIOR, BETWEEN, SECRETARY = 1, 2, 3  # Telegram users
SUPERIORS_CHAT, BETWEENS_CHAT, BRANCHS_CHAT = -1, -2, -3
_SEEN = {"planned_through": NOW, "next_step_at": NOW + timedelta(days=400)}
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the organisation is, and how often each command is said."""

    between: int = 20
    branches: int = 400
    people: int = 30
    runs: int = 9


QUICK = Plan(between=4, branches=40, runs=3)


@dataclass(frozen=True, slots=True)
class Said:
    """A command, who says it, and where."""

    name: str
    text: str
    actor: int = SUPERIOR
    chat_id: int = SUPERIORS_CHAT

    @property
    def incoming(self) -> Incoming:
        """Answer what dispatch is given."""
        word, _, rest = self.text.partition(" ")
        tapped = ":" in word
        verb, _, data = self.text.partition(":")
        return Incoming(
            update_id=1,
            actor=self.actor,
            chat_id=self.chat_id,
            private=self.chat_id > 0,
            thread_id=None,
            message_id=5,
            sent_at=None,
            written_at=None,
            text=data if tapped else rest,
            command=None if tapped else word.removeprefix("/"),
            verb=verb if tapped else None,
            callback_id="1" if tapped else None,
            addressed=True,
        )


BASE = Said("/status, a branch's", "/status", SECRETARY, BRANCHS_CHAT)
ALL = Said("/status 全部", "/status 全部")
COMMANDS = (
    BASE,
    ALL,
    Said("  in private", "/status 全部", SUPERIOR, SUPERIOR),
    Said("  of a general branch", "/status 全部", BETWEEN, BETWEENS_CHAT),
    Said("  tap: down", "all:2.0"),
    Said("  tap: a branch", "status:{last}.1.0"),
    Said("/status, the superior's", "/status"),
    Said("  in private", "/status", SUPERIOR, SUPERIOR),
    Said("  of a branch, by name", "/status 第1支部"),
    Said("/due, the superior's", "/due"),
    Said("/due, a branch's", "/due", SECRETARY, BRANCHS_CHAT),
    Said("/records, which branch?", "/records"),
    Said("/records of a branch", "/records 第1支部"),
    Said("/why", "/why"),
    Said("/why of a branch", "/why 第1支部"),
    Said("/report, which branch?", "/report"),
    Said("/waive, alone", "/waive"),
    Said("/waive a branch", "/waive 第1支部 学习 2026年11月 原因:抗洪"),
    Said("/score, alone", "/score"),
    Said("/dues, a branch's", "/dues", SECRETARY, BRANCHS_CHAT),
    Said("/meeting", "/meeting 支委会 11月20日 应到5 实到5", SECRETARY, BRANCHS_CHAT),
    Said("/units", "/units"),
    Said("/roster, a branch's", "/roster", SECRETARY, BRANCHS_CHAT),
    Said("/start", "/start", SUPERIOR, SUPERIOR),
)


def found(url: str, plan: Plan) -> None:
    """Make the organisation in an empty database."""
    engine = open_database(url)
    upgrade(engine)
    with transaction(engine) as session:
        top = _unit(1, "机关党组", "leading_group")
        between = [
            _unit(2 + n, f"第{n + 1}党总支", "general_branch", 1) for n in range(plan.between)
        ]
        _put(session, Unit, [top, *between])
        for first in range(0, plan.branches, _AT_ONCE):
            _branches(session, plan, range(first, min(first + _AT_ONCE, plan.branches)))
        chats = {SUPERIORS_CHAT: 1, BETWEENS_CHAT: 2, BRANCHS_CHAT: branch_id(plan, 0)}
        _put(
            session,
            Chat,
            [{"id": c, "unit_id": u, "state": "active", **_SEEN} for c, u in chats.items()],
        )
        directory.grant_role(session, SUPERIOR, 1, Role.SUPERVISOR)
        directory.grant_role(session, BETWEEN, 2, Role.SUPERVISOR)
        directory.grant_role(session, SECRETARY, branch_id(plan, 0), Role.SECRETARY)
    engine.dispose()


def branch_id(plan: Plan, place: int) -> int:
    """Answer the id of a branch, by its place from 0; its two groups follow it."""
    return 2 + plan.between + 3 * place


def _put(session: Session, model: type[SQLModel], rows: Iterable[Json]) -> None:
    session.connection().execute(insert(table_of(model)), list(rows))


def _unit(unit_id: int, name: str, kind: str, parent: int | None = None) -> Json:
    unit = Unit(id=unit_id, name=name, kind=kind, parent_id=parent, founded=FOUNDED, committee=True)
    return unit.model_dump()


def _branches(session: Session, plan: Plan, places: range) -> None:
    rows = [_Branch(plan, place) for place in places]
    _put(session, Unit, (unit for branch in rows for unit in branch.units()))
    _put(session, Person, (person for branch in rows for person in branch.people()))
    _put(session, DuesBasisRow, (basis for branch in rows for basis in branch.bases()))
    _put(session, Entry, (entry for branch in rows for entry in branch.entries()))
    _put(session, Record, (record for branch in rows for record in branch.records()))
    _put(session, RecordKind, (kind for branch in rows for kind in branch.kinds()))
    _put(session, Payment, (payment for branch in rows for payment in branch.payments()))


@dataclass(frozen=True, slots=True)
class _Branch:
    """A branch with two months in its ledger; every fifth has left something out."""

    plan: Plan
    place: int

    @property
    def id(self) -> int:
        return branch_id(self.plan, self.place)

    @property
    def _held(self) -> list[tuple[str, date, int | None]]:
        groups = (self.id + 1, self.id + 2)
        kinds = ["学习", "支委会", "主题党日", *([] if self.place % 5 == 0 else ["党小组会"] * 2)]
        return [
            (kind, month + timedelta(days=9), groups[n % 2] if kind == "党小组会" else None)
            for month in MONTHS
            for n, kind in enumerate(kinds)
        ]

    @property
    def _entries(self) -> int:
        return len(self._held) + len(MONTHS) * self.plan.people

    def _entry(self, number: int) -> int:
        return 1000 * (self.place + 1) + number

    def _person(self, n: int) -> int:
        return 1000 * (self.place + 1) + n

    def units(self) -> Iterator[Json]:
        parent = 2 + self.place % self.plan.between
        branch = _unit(self.id, f"第{self.place + 1}支部", "branch", parent)
        yield branch | {"last_number": self._entries}
        for n in (1, 2):
            yield _unit(self.id + n, f"第{n}小组", "party_group", self.id)

    def people(self) -> Iterator[Json]:
        for n in range(self.plan.people):
            person = Person(
                id=self._person(n),
                unit_id=self.id,
                group_id=self.id + 1 + n % 2,
                name=f"党员{n + 1}",
                stage=Stage.FULL,
                admitted_on=date(2010, 7, 1),
                full_on=date(2011, 7, 1),
            )
            yield person.model_dump()

    def bases(self) -> Iterator[Json]:
        for n in range(self.plan.people):
            yield {"person_id": self._person(n), "category": "在职", "base_fen": 400_000}

    def entries(self) -> Iterator[Json]:
        records = len(self._held)
        for number in range(1, self._entries + 1):
            yield {
                "id": self._entry(number),
                "unit_id": self.id,
                "number": number,
                "kind": EntryKind.RECORD if number <= records else EntryKind.PAYMENT,
                "entered_by": 7,
                "entered_at": datetime(2026, 11, 12, 2, tzinfo=UTC),
            }

    def records(self) -> Iterator[Json]:
        for number, (_, held_on, group) in enumerate(self._held, 1):
            yield {
                "entry_id": self._entry(number),
                "unit_id": self.id,
                "held_on": held_on,
                "group_id": group,
                "all_present": True,
            }

    def kinds(self) -> Iterator[Json]:
        for number, (kind, held_on, _) in enumerate(self._held, 1):
            yield {
                "entry_id": self._entry(number),
                "kind": kind,
                "position": 0,
                "first_entered_at": datetime.combine(held_on, time(12), UTC),
            }

    def payments(self) -> Iterator[Json]:
        paid = [(month, n) for month in MONTHS for n in range(self.plan.people)]
        for number, (month, n) in enumerate(paid, len(self._held) + 1):
            yield {
                "entry_id": self._entry(number),
                "person_id": self._person(n),
                "month": month,
                "amount_fen": 2_000,
                "paid_on": month + timedelta(days=7),
            }


def _taken(work: Callable[[], object]) -> float:
    """Answer the milliseconds of CPU that something takes."""
    before = process_time()
    work()
    return 1000 * (process_time() - before)


def _say(running: Core, said: Said, now: datetime = NOW) -> None:
    with transaction(running.engine) as session:
        running.dispatch.answer(session, said.incoming, now)


def _warm(running: Core, now: datetime) -> int:
    """Warm all, as many ticks do; answer in how many transactions."""
    count = 0
    while batches := running.ticking.cold(now):
        for unit_ids in batches:
            running.ticking.warm(unit_ids, now)
            count += 1
    return count


def report(plan: Plan) -> list[str]:
    """Measure, and say the figures."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'large.db'}"
        found(url, plan)
        running = core(Settings(database_url=url))
        try:
            return [
                f"{plan.branches} branches below {plan.between}, {plan.people} people each",
                *_overviews(running, plan),
                *_commands(running, plan),
            ]
        finally:
            running.engine.dispose()


def _overviews(running: Core, plan: Plan) -> list[str]:
    _say(running, BASE)
    base = median(_taken(lambda: _say(running, BASE)) for _ in range(plan.runs))
    cold = _taken(lambda: _say(running, ALL))
    again = median(_taken(lambda: _say(running, ALL)) for _ in range(plan.runs))
    paid = Said("", "/dues 党员1 20", SECRETARY, BRANCHS_CHAT)
    changed = []
    for _ in range(plan.runs):
        _say(running, paid)
        changed.append(_taken(lambda: _say(running, ALL)))
    quarter = replace(ALL, text="/status 全部 四季度")
    first = _taken(lambda: _say(running, quarter))
    morrow = NOW + timedelta(days=1)
    batches: list[int] = []
    warming = _taken(lambda: batches.append(_warm(running, morrow)))
    idle = _taken(lambda: running.ticking.cold(morrow))
    warmed = _taken(lambda: _say(running, ALL, morrow))
    quarterly = _taken(lambda: _say(running, quarter, morrow))
    return [
        f"{base:8.1f} ms  the status of one branch",
        f"{cold:8.1f} ms  all, nothing kept: {cold / base:.1f} times that of one branch",
        f"{again:8.1f} ms  all, kept: {again / base:.1f} times",
        f"{median(changed):8.1f} ms  all, kept but for one branch that changed",
        f"{first:8.1f} ms  a quarter of all, nothing kept",
        f"{warming:8.1f} ms  the tick reckons all of a new day, in {batches[0]} transactions",
        f"{idle:8.1f} ms  the tick finds nothing to reckon",
        f"{warmed:8.1f} ms  all, the first time on a new day that was reckoned",
        f"{quarterly:8.1f} ms  a quarter of all, the first time then",
    ]


def _commands(running: Core, plan: Plan) -> Iterator[str]:
    last = branch_id(plan, plan.branches - 1)
    for each in COMMANDS:
        if each.incoming.verb or each.incoming.command in BY_NAME:
            said = replace(each, text=each.text.format(last=last))
            taken = median(_taken(partial(_say, running, said)) for _ in range(plan.runs))
            yield f"{taken:8.1f} ms CPU  {said.name}"


def main() -> None:
    """Measure and print."""
    tell(report(QUICK if quick(__doc__) else Plan()))


if __name__ == "__main__":
    main()
