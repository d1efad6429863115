"""A database with branches that are reminded, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.in_force import InForce
from bot.render import Renderer
from bot.ticking import Ticking
from bot.words import speak
from compliance.requirement import Requirement, SubjectKind
from storage import directory, tree
from storage.database import snapshot, transaction
from storage.messages import Message
from storage.queues import Outbox, Reminder, ReminderOutcome
from storage.units import Unit
from tests.reminders.almanac import COUNTED, LEADERS, SHANGHAI, SUPERIORS, Span, spans, steps_of
from tests.storage.samples import POLICY, a_person, a_unit

CHAT = -100
SUPERIOR = -900
SENT, SKIPPED, SILENT = ReminderOutcome
FOUNDED = date(2026, 1, 1)


@cache
def renderer() -> Renderer:
    return Renderer(speak(POLICY.catalogue))


def at(text: str) -> datetime:
    """``2026-03-05 09:00`` in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ticking(engine: Engine) -> Ticking:
    return Ticking(engine, InForce(POLICY), renderer())


def a_branch(
    session: Session, name: str = "第一支部", chat: int | None = CHAT, parent: Unit | None = None
) -> Unit:
    """A branch with a committee, one party group and one member, founded on 1 January 2026.

    The member is away (流动党员).
    """
    unit = a_unit(session, name, parent=parent, founded=FOUNDED)
    unit.committee = True
    a_unit(session, f"{name}小组", "party_group", unit, founded=FOUNDED)
    a_person(session, unit, "张三", base=4000).floating = True
    if chat is not None:
        directory.bind_chat(session, chat, unit.key)
    session.flush()
    return unit


@dataclass(frozen=True, slots=True)
class Told:
    """A settled step."""

    unit_id: int
    requirement: str
    subject_id: int
    period: str
    step: str
    outcome: ReminderOutcome
    settled_at: datetime


def settled(engine: Engine, chat: int = CHAT) -> list[Told]:
    with snapshot(engine) as session:
        rows = session.exec(select(Reminder).where(Reminder.chat_id == chat).order_by("id"))
        return [
            Told(
                row.unit_id,
                row.requirement,
                row.subject_id,
                row.period,
                row.step,
                row.outcome,
                row.settled_at,
            )
            for row in rows
        ]


def outbox_rows(engine: Engine, chat: int = CHAT) -> list[Outbox]:
    with transaction(engine) as session:  # its rows stay readable when it has ended
        return list(session.exec(select(Outbox).where(Outbox.chat_id == chat).order_by("id")))


def lines_of(message: Message) -> set[tuple[str, int, str]]:
    """What a digest names: requirement, subject and period."""
    units = message.values["units"]
    assert isinstance(units, list)
    return {
        (line.requirement.code, line.subject_id, line.period.code)
        for _, lines in units
        for line in lines
    }


@dataclass(frozen=True, slots=True)
class Owing:
    """A line that binds the branch for good: a requirement's subject in a period."""

    requirement: Requirement
    subject_id: int
    span: Span

    @property
    def key(self) -> tuple[str, int, str]:
        return self.requirement.code, self.subject_id, self.span.code

    @property
    def steps(self) -> list[tuple[str, datetime]]:
        return steps_of(self.requirement.code, self.requirement.cadence.value, self.span)


def owed_lines(engine: Engine, unit: Unit, years: tuple[int, ...]) -> list[Owing]:
    """Every line of the branch in those years, by the catalogue's cadences and days."""
    with snapshot(engine) as session:
        group_ids = [group.key for group in tree.children(session, unit.key)]
    return [
        Owing(requirement, subject, span)
        for requirement in POLICY.catalogue.requirements
        if requirement.kind in COUNTED and requirement.code not in (*LEADERS, *SUPERIORS)
        for subject in _subjects(requirement, group_ids)
        for span in spans(requirement.cadence.value, years, requirement.due)
    ]


def _subjects(requirement: Requirement, group_ids: list[int]) -> Iterable[int]:
    return group_ids if requirement.subject is SubjectKind.PARTY_GROUP else (0,)


def mornings(first: date, last: date) -> list[datetime]:
    count = (last - first).days + 1
    days = (first + timedelta(days=n) for n in range(count))
    return [datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI) for day in days]


def founded(engine: Engine) -> Unit:
    with transaction(engine) as session:
        return a_branch(session)
