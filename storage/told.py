"""Which reminder steps went out when and to whom, and why the others did not."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Date, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from compliance.deadline_story import MovedStep
from compliance.deadlines import Hearer, hearer_of
from compliance.requirement import Requirement
from storage import directory, pauses
from storage.columns import table_of
from storage.database import run
from storage.pauses import Rest
from storage.queues import Outbox, OutboxKind, OutboxState, Reminder, ReminderOutcome
from storage.reminding import ChatDay
from storage.units import Chat, Unit


class Fate(StrEnum):
    """What became of a reminder step for a chat, or of a digest."""

    SENT = "sent"
    WAITING = "waiting"  # in the outbox: quiet hours, or Telegram cannot be reached
    FAILED = "failed"
    UNKNOWN = "unknown"  # sent perhaps: the connection broke
    DROPPED = "dropped"  # done before it was sent
    PLANNED = "planned"  # told, but the outbox knows no more of it
    SKIPPED = "skipped"  # a later step of the same line was told instead, after a downtime
    SILENT = "silent"  # nothing was missing
    AHEAD = "ahead"  # falls due later
    NOT_LOOKED = "not_looked"  # has fallen due, and the bot has not looked since
    NO_CHAT = "no_chat"  # there is no chat to tell
    PAUSED = "paused"  # the unit is not reminded for a while
    PUT_OFF = "put_off"  # the requirement is put off for some days
    CHAT_GONE = "chat_gone"  # the bot was removed from it
    UNPLANNED = "unplanned"  # the chat was not bound then, or nothing was asked of the unit


_OF_STATE = {
    OutboxState.QUEUED: Fate.WAITING,
    OutboxState.SENDING: Fate.WAITING,
    OutboxState.SENT: Fate.SENT,
    OutboxState.FAILED: Fate.FAILED,
    OutboxState.UNKNOWN: Fate.UNKNOWN,
    OutboxState.DROPPED: Fate.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What became of a step for one recipient.

    ``at`` is the moment, in the unit's zone: when it was sent, was settled, or falls due. ``to`` is
    the name of the unit whose chat it is.
    """

    fate: Fate
    at: datetime | None
    to: str = ""
    chat_id: int | None = None


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step and what became of it for each who was to hear of it."""

    step: MovedStep
    tellings: tuple[Telling, ...]

    @property
    def ahead(self) -> bool:
        """Tell whether it has not fallen due yet."""
        return self.tellings[0].fate is Fate.AHEAD

    @property
    def fates(self) -> tuple[Telling, ...]:
        """Answer what became of it; where nothing was said, without the moment."""
        return tuple(t if t.fate is Fate.SENT else replace(t, at=None) for t in self.tellings)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A digest in the outbox: its fate, when it was sent or may be delivered."""

    fate: Fate
    created_at: datetime
    at: datetime | None


_REMINDER, _OUTBOX = table_of(Reminder), table_of(Outbox)
_CHAT, _UNIT = table_of(Chat), table_of(Unit)
_SETTLED = (
    columns(
        _REMINDER.c.subject_id,
        _REMINDER.c.period,
        _REMINDER.c.step,
        _REMINDER.c.chat_id,
        _REMINDER.c.outcome,
        _REMINDER.c.settled_at,
        _REMINDER.c.digest_on,
        _UNIT.c.name,
    )
    .outerjoin(_CHAT, _CHAT.c.id == _REMINDER.c.chat_id)
    .outerjoin(_UNIT, _UNIT.c.id == _CHAT.c.unit_id)
    .where(_REMINDER.c.unit_id == bindparam("unit"))
    .where(_REMINDER.c.requirement == bindparam("requirement"))
    .where(_REMINDER.c.period.in_(bindparam("periods", expanding=True)))
    .order_by(_REMINDER.c.id)
)
_DELIVERED = (
    columns(
        _OUTBOX.c.chat_id,
        _OUTBOX.c.digest_on,
        _OUTBOX.c.state,
        _OUTBOX.c.created_at,
        _OUTBOX.c.sent_at,
        _OUTBOX.c.not_before,
    )
    .where(_OUTBOX.c.kind == OutboxKind.DIGEST)
    .where(_OUTBOX.c.chat_id.in_(bindparam("chats", expanding=True, type_=BigInteger)))
    .where(_OUTBOX.c.digest_on.in_(bindparam("days", expanding=True, type_=Date)))
    .order_by(_OUTBOX.c.id)
)
_GONE = columns(_CHAT.c.id).where(
    _CHAT.c.unit_id == bindparam("unit"), _CHAT.c.state == "gone", _CHAT.c.moved_to.is_(None)
)

# A line of the reminders: its subject's id (0: the unit) and its period.
LineKey = tuple[int, str]


def deliveries(session: Session, wanted: Collection[ChatDay]) -> Mapping[ChatDay, list[Delivery]]:
    """Answer what the outbox knows of chats' digests of a day each, the oldest first."""
    found: dict[ChatDay, list[Delivery]] = defaultdict(list)
    asked = {"chats": list({chat for chat, _ in wanted}), "days": list({on for _, on in wanted})}
    for chat_id, on, state, created_at, sent_at, not_before in run(session, _DELIVERED, asked):
        delivery = Delivery(_OF_STATE[OutboxState(state)], created_at, sent_at or not_before)
        found[chat_id, on].append(delivery)
    return found


def steps_told(
    session: Session,
    unit: Unit,
    requirement: Requirement,
    lines: Mapping[LineKey, Sequence[MovedStep]],
    now: datetime,
) -> dict[LineKey, tuple[StepTold, ...]]:
    """Answer what became of each step of lines of one requirement, for each who was to hear."""
    periods = [period for _, period in lines]
    asked = {"unit": unit.key, "requirement": requirement.code, "periods": periods}
    rows = run(session, _SETTLED, asked).all()
    sent = deliveries(session, [(row.chat_id, row.digest_on) for row in rows])
    zone = ZoneInfo(unit.timezone)
    settled: dict[tuple[int, str, str], list[Telling]] = defaultdict(list)
    for row in rows:
        fate, at = fate_of(row.outcome, row.settled_at, sent.get((row.chat_id, row.digest_on), ()))
        telling = Telling(fate, at.astimezone(zone), row.name or "", row.chat_id)
        settled[row.subject_id, row.period, row.step].append(telling)
    hearers = _Hearers.of(session, unit, requirement, now)
    return {
        (subject, period): tuple(
            StepTold(step, tuple(settled[subject, period, step.code]) or hearers.untold(step))
            for step in steps
            if hearers.has(step)
        )
        for (subject, period), steps in lines.items()
    }


def fate_of(
    outcome: ReminderOutcome, settled_at: datetime, of_day: Sequence[Delivery]
) -> tuple[Fate, datetime]:
    """Answer what became of a settled step, and when.

    A digest says all that its chat is told on its day, so any one sent after the step was settled
    told it; short of that the newest decides.
    """
    if outcome is not ReminderOutcome.SENT:
        return Fate(outcome.value), settled_at
    for each in of_day:
        if each.fate is Fate.SENT and each.at is not None and each.at >= settled_at:
            return each.fate, each.at
    if not of_day:
        return Fate.PLANNED, settled_at
    return of_day[-1].fate, of_day[-1].at or settled_at


@dataclass(frozen=True, slots=True)
class _Hearers:
    """The chats that were to hear of a unit's steps: its own, and the superior's."""

    unit: Unit
    requirement: Requirement
    own: Sequence[Chat]
    above: Sequence[Chat]
    gone: bool
    resting: Sequence[Rest]
    now: datetime

    @classmethod
    def of(
        cls, session: Session, unit: Unit, requirement: Requirement, now: datetime
    ) -> "_Hearers":
        own = directory.chats_of(session, unit.key)
        above = directory.chat_above(session, unit)
        gone = not own and run(session, _GONE, {"unit": unit.key}).first() is not None
        resting = pauses.running(session, unit, now)
        return cls(unit, requirement, own, [above] if above else [], gone, resting, now)

    def has(self, step: MovedStep) -> bool:
        """Tell whether anybody is to hear of a step."""
        return hearer_of(self.requirement, step.code) is not None

    def untold(self, step: MovedStep) -> tuple[Telling, ...]:
        """Say why a step is not settled."""
        zone = ZoneInfo(self.unit.timezone)
        at = datetime.combine(step.on, self.unit.remind_at, zone)
        upward = hearer_of(self.requirement, step.code) is Hearer.SUPERIOR
        chats = self.above if upward else self.own
        if at > self.now:
            return (Telling(Fate.AHEAD, at),)
        if not chats:
            gone = self.gone and not upward
            return (Telling(Fate.CHAT_GONE if gone else Fate.NO_CHAT, None),)
        if not upward and (waiting := self._waiting()) is not None:
            return (waiting,)
        looked = [chat.planned_through for chat in chats]
        not_yet = any(through is None or through < at for through in looked)
        return (Telling(Fate.NOT_LOOKED if not_yet else Fate.UNPLANNED, at),)

    def _waiting(self) -> Telling | None:
        """Say that a step waits until a pause ends; a pause of everything goes first."""
        zone = ZoneInfo(self.unit.timezone)
        for rest in self.resting:
            if rest.requirement in (None, self.requirement.code):
                fate = Fate.PAUSED if rest.requirement is None else Fate.PUT_OFF
                return Telling(fate, rest.ends.astimezone(zone))
        return None
