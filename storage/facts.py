"""What is known about a unit, in the shapes the policy reads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlmodel import Session

from compliance.assessment import Group, Held, Ledger, Paid, UnitFacts, Waiver
from compliance.catalogue import Catalogue, SubjectKind
from compliance.periods import Cadence, Period
from compliance.requirement import Evidence
from storage.columns import table_of
from storage.database import run
from storage.entries import dead_entries
from storage.ledger import Entry, Payment, Record, RecordKind, WaiverRow
from storage.money import yuan
from storage.roster import groups, members, members_with_bases
from storage.units import Unit

Asked = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Needs:
    """Which facts a catalogue's requirements rest on; the others need not be read."""

    groups: bool
    members: bool
    payments: bool
    kinds: tuple[str, ...]


def needs_of(catalogue: Catalogue) -> Needs:
    """Answer which facts an assessment by this catalogue reads."""
    chosen = catalogue.requirements
    payments = any(r.evidence is Evidence.PAYMENTS for r in chosen)
    each_member = any(r.subject is SubjectKind.MEMBER for r in chosen)
    return Needs(
        groups=any(r.subject is SubjectKind.PARTY_GROUP for r in chosen),
        members=payments or each_member or any(r.needs_committee for r in chosen),
        payments=payments,
        kinds=tuple(sorted({kind for r in chosen for kind in r.kinds})),
    )


def unit_facts(session: Session, unit: Unit, needs: Needs) -> UnitFacts:
    """Answer what decides which requirements bind the unit: its dates, groups and people."""
    found = groups(session, unit.key) if needs.groups else []
    read = members_with_bases if needs.payments else members
    people = read(session, unit.key) if needs.members else ()
    return UnitFacts(
        id=unit.key,
        name=unit.name,
        founded=unit.founded,
        dissolved=unit.dissolved,
        committee_declared=unit.committee,
        groups=tuple(Group(g.key, g.name, g.founded, g.dissolved) for g in found),
        members=people,
    )


def ledger(
    session: Session,
    unit: Unit,
    first: date,
    last: date,
    known_on: date | None = None,
    *,
    needs: Needs,
) -> Ledger:
    """Answer the unit's live entries for a span of days (both included), in its own zone.

    ``known_on`` leaves out all that was entered after that day: what was then known.
    """
    zone = ZoneInfo(unit.timezone)
    before = None if known_on is None else _end_of(known_on, zone)
    asked: Asked = {
        "unit": unit.key,
        "first": first,
        "last": last,
        "before": before or _END_OF_TIME,
        "kinds": needs.kinds,
    }
    dead = dead_entries(session, unit.key, before)
    return Ledger(
        held=_held(session, asked, dead, zone),
        paid=_paid(session, asked, dead, zone) if needs.payments else (),
        waivers=_waivers(session, asked, zone),
    )


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone)


_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_ENTRY, _RECORD, _KIND = table_of(Entry), table_of(Record), table_of(RecordKind)
_PAYMENT, _WAIVER = table_of(Payment), table_of(WaiverRow)
_HELD = (
    select(
        _ENTRY.c.id,
        _ENTRY.c.number,
        _RECORD.c.held_on,
        _RECORD.c.group_id,
        _KIND.c.kind,
        _KIND.c.first_entered_at,
    )
    .join(_RECORD, _RECORD.c.entry_id == _ENTRY.c.id)
    .join(_KIND, _KIND.c.entry_id == _ENTRY.c.id)
    .where(_RECORD.c.unit_id == bindparam("unit"))
    .where(_RECORD.c.held_on.between(bindparam("first"), bindparam("last")))
    .where(_KIND.c.kind.in_(bindparam("kinds", expanding=True)))
    .where(_ENTRY.c.entered_at < bindparam("before"))
    .order_by(_ENTRY.c.id, _KIND.c.position)
)
_PAID = (
    select(
        _ENTRY.c.id,
        _ENTRY.c.number,
        _ENTRY.c.entered_at,
        _PAYMENT.c.person_id,
        _PAYMENT.c.month,
        _PAYMENT.c.amount_fen,
        _PAYMENT.c.paid_on,
    )
    .join(_PAYMENT, _PAYMENT.c.entry_id == _ENTRY.c.id)
    .where(_ENTRY.c.unit_id == bindparam("unit"))
    .where(_PAYMENT.c.month.between(bindparam("first"), bindparam("last")))
    .where(_ENTRY.c.entered_at < bindparam("before"))
    .order_by(_ENTRY.c.id)
)
_WAIVED = (
    select(_WAIVER)
    .where(_WAIVER.c.unit_id == bindparam("unit"))
    .where(_WAIVER.c.first_on <= bindparam("last"), _WAIVER.c.last_on >= bindparam("first"))
    .where(_WAIVER.c.granted_at < bindparam("before"))
    .order_by(_WAIVER.c.id)
)


def _held(session: Session, asked: Asked, dead: frozenset[int], zone: ZoneInfo) -> tuple[Held, ...]:
    found: dict[int, Held] = {}
    for row in run(session, _HELD, asked):
        if row.id in dead:
            continue
        kind = (row.kind, _day(row.first_entered_at, zone))
        before = found.get(row.id)
        kinds = (kind,) if before is None else (*before.kinds, kind)
        found[row.id] = Held(row.number, kinds, row.held_on, row.group_id)
    return tuple(found.values())


def _paid(session: Session, asked: Asked, dead: frozenset[int], zone: ZoneInfo) -> tuple[Paid, ...]:
    return tuple(
        Paid(
            number=row.number,
            member_id=row.person_id,
            month=Period.of(Cadence.MONTHLY, row.month),
            amount=yuan(row.amount_fen),
            entered_on=_day(row.entered_at, zone),
            paid_on=row.paid_on,
        )
        for row in run(session, _PAID, asked | {"first": asked["first"].replace(day=1)})
        if row.id not in dead
    )


def _waivers(session: Session, asked: Asked, zone: ZoneInfo) -> tuple[Waiver, ...]:
    return tuple(
        Waiver(
            requirement=row.requirement,
            subject_id=row.subject_id,
            first=row.first_on,
            last=row.last_on,
            reason=row.reason,
            granted_on=_day(row.granted_at, zone),
        )
        for row in run(session, _WAIVED, asked)
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
