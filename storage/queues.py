"""The durable queues: updates that came in, messages that go out, reminders that were settled."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Key, Keyed, coded


class InboxState(StrEnum):
    """Where an update stands."""

    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Inbox(Keyed, table=True):
    """An update as it came, committed before Telegram is told that it was received.

    ``happening`` names what the update is about (this message, that tap), so that the same
    happening delivered under a new ``update_id`` counts once.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    update_id: int = Field(sa_type=BigInteger, unique=True)
    happening: str | None = Field(default=None, unique=True)
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
    """A Bot API call that is owed: its method and its parameters as JSON."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_queued",
            "not_before",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_outbox_message", "chat_id", "message_id"),
    )

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
