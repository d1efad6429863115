"""What is known about a unit, in the shapes the policy reads."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from compliance.assessment import Group, Held, Ledger, Paid, UnitFacts, Waiver
from compliance.periods import Cadence, Period
from storage.journal import dead_entries
from storage.ledger import Entry, Payment, Record, RecordKind, WaiverRow
from storage.money import yuan
from storage.roster import groups, members
from storage.units import Unit

T = TypeVar("T", bound=Select)  # type: ignore[type-arg]


def unit_facts(session: Session, unit: Unit) -> UnitFacts:
    """Answer what decides which requirements bind the unit: its dates, groups and people."""
    return UnitFacts(
        id=unit.key,
        name=unit.name,
        founded=unit.founded,
        dissolved=unit.dissolved,
        committee_declared=unit.committee,
        groups=tuple(
            Group(group.key, group.name, group.founded, group.dissolved)
            for group in groups(session, unit.key)
        ),
        members=members(session, unit.key),
    )


@dataclass(frozen=True, slots=True)
class _Extent:
    """Which part of a unit's ledger is read: the days, and what was known before a moment."""

    unit_id: int
    first: date
    last: date
    before: datetime | None
    zone: ZoneInfo

    def known(self, query: T, at: Mapped[datetime]) -> T:
        """Leave out of a query what was entered at the moment or later."""
        return query if self.before is None else query.where(at < self.before)

    def day(self, at: datetime) -> date:
        """Answer the day of a moment in the unit's zone."""
        return at.astimezone(self.zone).date()


def ledger(
    session: Session, unit: Unit, first: date, last: date, known_on: date | None = None
) -> Ledger:
    """Answer the unit's live entries for a span of days (both included), in its own zone.

    ``known_on`` leaves out all that was entered after that day: what was then known.
    """
    zone = ZoneInfo(unit.timezone)
    before = None if known_on is None else _end_of(known_on, zone)
    extent = _Extent(unit.key, first, last, before, zone)
    dead = dead_entries(session, unit.key, before)
    return Ledger(
        held=_held(session, extent, dead),
        paid=_paid(session, extent, dead),
        waivers=_waivers(session, extent),
    )


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _held(session: Session, extent: _Extent, dead: frozenset[int]) -> tuple[Held, ...]:
    query = (
        select(col(Entry.id), col(Entry.number), col(Record.held_on), col(Record.group_id))
        .join(Record, col(Record.entry_id) == Entry.id)
        .where(col(Entry.unit_id) == extent.unit_id)
        .where(col(Record.held_on).between(extent.first, extent.last))
        .order_by(col(Entry.id))
    )
    query = extent.known(query, col(Entry.entered_at))
    rows = [row for row in session.execute(query) if row.id not in dead]
    kinds = _kinds(session, extent, [row.id for row in rows])
    return tuple(Held(row.number, kinds[row.id], row.held_on, row.group_id) for row in rows)


def _kinds(
    session: Session, extent: _Extent, entry_ids: list[int]
) -> dict[int, tuple[tuple[str, date], ...]]:
    found: dict[int, tuple[tuple[str, date], ...]] = defaultdict(tuple)
    if entry_ids:
        query = (
            select(col(RecordKind.entry_id), col(RecordKind.kind), col(RecordKind.first_entered_at))
            .where(col(RecordKind.entry_id).in_(entry_ids))
            .order_by(col(RecordKind.entry_id), col(RecordKind.position))
        )
        for entry_id, kind, at in session.execute(query):
            found[entry_id] += ((kind, extent.day(at)),)
    return found


def _paid(session: Session, extent: _Extent, dead: frozenset[int]) -> tuple[Paid, ...]:
    query = (
        select(
            col(Entry.id),
            col(Entry.number),
            col(Entry.entered_at),
            col(Payment.person_id),
            col(Payment.month),
            col(Payment.amount_fen),
            col(Payment.paid_on),
        )
        .join(Payment, col(Payment.entry_id) == Entry.id)
        .where(col(Entry.unit_id) == extent.unit_id)
        .where(col(Payment.month).between(extent.first.replace(day=1), extent.last))
        .order_by(col(Entry.id))
    )
    query = extent.known(query, col(Entry.entered_at))
    return tuple(
        Paid(
            number=row.number,
            member_id=row.person_id,
            month=Period.of(Cadence.MONTHLY, row.month),
            amount=yuan(row.amount_fen),
            entered_on=extent.day(row.entered_at),
            paid_on=row.paid_on,
        )
        for row in session.execute(query)
        if row.id not in dead
    )


def _waivers(session: Session, extent: _Extent) -> tuple[Waiver, ...]:
    query = select(WaiverRow).where(
        col(WaiverRow.unit_id) == extent.unit_id,
        col(WaiverRow.first_on) <= extent.last,
        col(WaiverRow.last_on) >= extent.first,
    )
    query = extent.known(query, col(WaiverRow.granted_at)).order_by(col(WaiverRow.id))
    return tuple(
        Waiver(
            requirement=row.requirement,
            subject_id=row.subject_id,
            first=row.first_on,
            last=row.last_on,
            reason=row.reason,
            granted_on=extent.day(row.granted_at),
        )
        for row in session.execute(query).scalars()
    )
