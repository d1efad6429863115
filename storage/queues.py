"""The durable queues: updates that came in, messages that go out, reminders that were settled."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Key, Keyed, coded


def _only(name: str, rows: str, *columns: str) -> Index:
    """Make an index of some of a table's rows: those of a queue that are not done."""
    return Index(name, *columns, sqlite_where=text(rows), postgresql_where=text(rows))


class InboxState(StrEnum):
    """Where an update stands."""

    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Inbox(Keyed, table=True):
    """An update as it came, committed before Telegram is told that it was received.

    ``happening`` names what the update is about (this message, that tap), so that the same
    happening delivered again counts once, also under a new ``update_id``. Numbers of updates are
    not unique: after a quiet week Telegram begins anew, anywhere. ``chat_id`` is the chat whose
    order the update keeps, 0 when it could not be told.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        _only("ix_inbox_waiting", "state = 'waiting'", "chat_id", "id"),
        _only("ix_inbox_set_aside", "state = 'set_aside'", "id"),
    )

    update_id: int = Field(sa_type=BigInteger)
    happening: str = Field(unique=True)
    chat_id: int = Field(sa_type=BigInteger)
    payload: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Instant)
    state: InboxState = Field(default=InboxState.WAITING, sa_type=coded(InboxState))
    attempts: int = 0
    problem: str | None = None


class OutboxState(StrEnum):
    """Where a message stands; ``unknown`` was sent perhaps, ``dropped`` was no longer needed."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class OutboxKind(StrEnum):
    """Replies are sent again after a crash, digests never: a reminder must not come twice."""

    REPLY = "reply"
    ANSWER = "answer"
    DIGEST = "digest"


class Outbox(Keyed, table=True):
    """A Bot API call that is owed: its method and its parameters as JSON.

    ``update_id`` is the update it answers. While ``taken_until`` lies ahead (seconds of the
    database's clock) the replica ``taken_by`` alone may send it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _only("ix_outbox_queued", "state = 'queued'", "kind", "id"),
        _only("ix_outbox_open", "state IN ('queued', 'sending')", "chat_id", "id"),
        _only("ix_outbox_failed", "state = 'failed'", "id"),
        _only("ix_outbox_unknown", "state = 'unknown'", "id"),
        _only("ix_outbox_said", "payload <> '{}'", "id"),
        Index("ix_outbox_message", "chat_id", "message_id"),
        _only("ix_outbox_prompt", "prompt IS NOT NULL", "chat_id", "id"),
    )

    update_id: int | None = Field(default=None, sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    kind: OutboxKind = Field(sa_type=coded(OutboxKind))
    method: str
    payload: str = Field(sa_type=Text)
    prompt: str | None = None
    digest_on: date | None = None
    created_at: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    state: OutboxState = Field(default=OutboxState.QUEUED, sa_type=coded(OutboxState))
    attempts: int = 0
    problem: str | None = None
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_by: str | None = None
    taken_until: float | None = None


class OutboxFile(SQLModel, table=True):
    """The file that a call of the outbox sends: its name and its bytes, until it was sent."""

    __tablename__ = "outbox_file"

    outbox_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="outbox.id",
        sa_column_kwargs={"autoincrement": False},
    )
    name: str
    content: bytes = Field(sa_type=LargeBinary)


class Pace(SQLModel, table=True):
    """When a chat may be written to again, for all replicas; chat 0 stands for everyone.

    Moments are seconds of the database's clock. ``recent`` are those of the last messages to a
    group, as JSON. A row noted long after now is void: the clock was set back.
    """

    __tablename__ = "pace"

    chat_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    noted_at: float
    free_at: float
    recent: str = "[]"


class Heartbeat(SQLModel, table=True):
    """When a part of the running program was last seen alive."""

    __tablename__ = "heartbeat"

    part: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class ReminderOutcome(StrEnum):
    """How a step was settled: told, passed over after downtime, or nothing was missing."""

    SENT = "sent"
    SKIPPED = "skipped"
    SILENT = "silent"


class Reminder(Keyed, table=True):
    """One step of one requirement's period, settled once for one recipient."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("unit_id", "requirement", "subject_id", "period", "step", "chat_id"),
        Index("ix_reminder_digest", "chat_id", "digest_on"),
    )

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id")
    requirement: str
    subject_id: int
    period: str
    step: str
    chat_id: int = Field(sa_type=BigInteger)
    outcome: ReminderOutcome = Field(sa_type=coded(ReminderOutcome))
    settled_at: datetime = Field(sa_type=Instant)
    digest_on: date
