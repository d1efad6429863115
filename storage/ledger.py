"""The ledger: entries are added, never changed and never deleted.

Every record, payment, ruling of a superior and reversal is one entry with a number of its own
within the unit. An entry
that amends or reverses another one ``targets`` it. An entry is *live* while no live entry targets
it, so that reversing a reversal brings the first entry back. An entry that was amended stays out of
force while its amendment is amended in turn.
"""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from compliance.appraisal import Grade
from storage.columns import Instant, Key, Keyed, coded


class EntryKind(StrEnum):
    """What an entry holds."""

    RECORD = "record"
    PAYMENT = "payment"
    REMITTANCE = "remittance"
    WAIVER = "waiver"
    SCORE = "score"
    REVERSAL = "reversal"
    RETURN = "return"


class Entry(Keyed, table=True):
    """The head of every entry: its number, who entered it when, and from which message."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        Index("ix_entry_message", "chat_id", "message_id"),
    )

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id")
    number: int
    kind: EntryKind = Field(sa_type=coded(EntryKind))
    target_id: int | None = Field(sa_type=Key, default=None, foreign_key="entry.id", index=True)
    entered_by: int = Field(sa_type=BigInteger)
    entered_at: datetime = Field(sa_type=Instant)
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)


class Record(SQLModel, table=True):
    """Something that was done: a meeting, a plan, a report.

    What lasted several days was held from ``held_on`` until ``held_until``; ``ends_at`` is
    the time at which it ended. ``late_reason`` is why
    it was entered so late.
    """

    __tablename__ = "record"
    __table_args__ = (Index("ix_record_held", "unit_id", "held_on"),)

    entry_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="entry.id",
        sa_column_kwargs={"autoincrement": False},
    )
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id")
    held_on: date
    held_at: time | None = None
    ends_at: time | None = None
    held_until: date | None = None
    group_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id")
    place: str | None = None
    host: str | None = None
    recorder: str | None = None
    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    all_present: bool = False
    observers: str | None = None
    topics: str | None = None
    content: str | None = None
    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstain: int | None = None
    resolution: str | None = None
    late_reason: str | None = None


class RecordKind(SQLModel, table=True):
    """A kind that a record declares, and when it was first entered for that month.

    An amendment that leaves kind and month alone keeps the first moment: correcting the
    attendance of a meeting recorded in time does not make the record late.
    """

    __tablename__ = "record_kind"

    entry_id: int = Field(sa_type=Key, primary_key=True, foreign_key="entry.id")
    kind: str = Field(primary_key=True)
    position: int
    first_entered_at: datetime = Field(sa_type=Instant)


class AbsenceRow(SQLModel, table=True):
    """Who was absent from a recorded meeting, and why."""

    __tablename__ = "absence"

    entry_id: int = Field(sa_type=Key, primary_key=True, foreign_key="entry.id")
    position: int = Field(primary_key=True)
    name: str
    reason: str | None = None


class RecordPerson(SQLModel, table=True):
    """Someone of the roster whom a record is about; ``grade`` is what an appraisal gave them."""

    __tablename__ = "record_person"
    __table_args__ = (UniqueConstraint("entry_id", "person_id"),)

    entry_id: int = Field(sa_type=Key, primary_key=True, foreign_key="entry.id")
    position: int = Field(primary_key=True)
    person_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    grade: Grade | None = Field(default=None, sa_type=coded(Grade))


class RecordMaterial(SQLModel, table=True):
    """A paper that a record puts on file, by the name it has in the catalogue's checklists."""

    __tablename__ = "record_material"

    entry_id: int = Field(sa_type=Key, primary_key=True, foreign_key="entry.id")
    position: int = Field(primary_key=True)
    material: str


class Payment(SQLModel, table=True):
    """Dues paid by one person for one month; ``month`` is its first day, the amount is in fen.

    ``first_entered_at`` is kept by an amendment that leaves person and month alone, as a record's
    kinds keep it: correcting a sum does not make a payment late. None: as the entry itself.
    """

    __tablename__ = "payment"

    entry_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="entry.id",
        sa_column_kwargs={"autoincrement": False},
    )
    person_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    month: date
    amount_fen: int
    paid_on: date
    first_entered_at: datetime | None = Field(default=None, sa_type=Instant)


class Remittance(SQLModel, table=True):
    """A month's dues handed on to the unit above; ``month`` is its first day, amount in fen."""

    __tablename__ = "remittance"

    entry_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="entry.id",
        sa_column_kwargs={"autoincrement": False},
    )
    month: date
    amount_fen: int
    remitted_on: date


class WaiverRow(SQLModel, table=True):
    """A superior frees a unit from a requirement (its code) for the deadlines of some days.

    ``subject_id`` is a group's or a person's id; None frees every subject of the unit.
    """

    __tablename__ = "waiver"

    entry_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="entry.id",
        sa_column_kwargs={"autoincrement": False},
    )
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    requirement: str
    subject_id: int | None = None
    first_on: date
    last_on: date
    reason: str


class ReturnRow(SQLModel, table=True):
    """A superior sends an entry back (退回), for a reason: it does not count until it is mended."""

    __tablename__ = "returned"

    entry_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="entry.id",
        sa_column_kwargs={"autoincrement": False},
    )
    reason: str


class ScoreRow(SQLModel, table=True):
    """What a superior gave a unit for one requirement (its code) and year; the newest counts.

    ``tenths`` are tenths of a point, 0 to 1000: nothing here is a float.
    """

    __tablename__ = "score"
    __table_args__ = (Index("ix_score_of_year", "unit_id", "year"),)

    entry_id: int = Field(
        sa_type=Key,
        primary_key=True,
        foreign_key="entry.id",
        sa_column_kwargs={"autoincrement": False},
    )
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id")
    requirement: str
    year: int
    tenths: int
    comment: str


class Audit(Keyed, table=True):
    """Who changed what, when, from which message; before and after as JSON.

    The row of an entry names it, and its ``after`` is the entry's whole content; what it amends or
    reverses is in the row of its target. ``hash`` seals the row and all before it: see ``chain``.
    """

    __tablename__ = "audit"

    at: datetime = Field(sa_type=Instant)
    actor: int | None = Field(default=None, sa_type=BigInteger)
    action: str
    unit_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id")
    entry_id: int | None = Field(
        sa_type=Key, default=None, foreign_key="entry.id", index=True, unique=True
    )
    before: str | None = None
    after: str | None = None
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    hash: str


class AuditHead(SQLModel, table=True):
    """Where the audit ends: its only row tells the last row's id and hash."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_id: int = Field(sa_type=BigInteger)
    last_hash: str
