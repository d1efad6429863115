"""What units' entries say, in the shape the policy reads: records, payments, waivers, scores.

Each kind of fact is one statement, however many units are asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlmodel import Session

from compliance.facts import Held, Ledger, Paid, Score, Waiver
from compliance.periods import Cadence, Period
from storage.columns import table_of
from storage.database import remembered, run
from storage.entries import dead_among
from storage.ledger import (
    Entry,
    Payment,
    Record,
    RecordKind,
    RecordMaterial,
    RecordPerson,
    ScoreRow,
    WaiverRow,
)
from storage.money import yuan
from storage.needs import Needs
from storage.units import Unit

Asked = dict[str, Any]
Zones = Mapping[int, ZoneInfo]


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
    before = None if known_on is None else end_of(known_on, ZoneInfo(unit.timezone))
    return ledgers(session, [unit], first, last, before, needs=needs)[unit.key]


def ledgers(
    session: Session,
    units: Collection[Unit],
    first: date,
    last: date,
    before: datetime | None = None,
    *,
    needs: Needs,
) -> dict[int, Ledger]:
    """Answer what ``ledger`` does for many units, by their ids; entered before a moment, if any."""
    zones = {unit.key: ZoneInfo(unit.timezone) for unit in units}
    asked: Asked = {
        "units": list(zones),
        "first": first,
        "last": last,
        "before": before or END_OF_TIME,
        "kinds": needs.kinds,
        "case_kinds": needs.case_kinds,
    }
    dead = dead_among(session, zones, before)
    about = _About.of(session, asked) if needs.people else _NOBODY
    held = _held(session, asked, dead, zones, about)
    paid = _paid(session, asked, dead, zones) if needs.payments else {}
    scores = _scores(session, asked, dead, zones) if needs.scores else {}
    waivers = _waivers(session, asked, dead, zones)
    return {
        unit_id: Ledger(
            held=tuple(held.get(unit_id, ())),
            paid=tuple(paid.get(unit_id, ())),
            waivers=tuple(waivers.get(unit_id, ())),
            scores=tuple(scores.get(unit_id, ())),
        )
        for unit_id in zones
    }


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Answer the moment at which a day of a zone is over."""
    return datetime.combine(day + timedelta(days=1), time.min, zone)


END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
_ENTRY, _RECORD, _KIND = table_of(Entry), table_of(Record), table_of(RecordKind)
_PAYMENT, _WAIVER, _SCORE = table_of(Payment), table_of(WaiverRow), table_of(ScoreRow)
_ABOUT, _FILED = table_of(RecordPerson), table_of(RecordMaterial)
_UNITS: BindParameter[int] = bindparam("units", expanding=True)
_HELD = (
    select(
        _RECORD.c.unit_id,
        _ENTRY.c.id,
        _ENTRY.c.number,
        _RECORD.c.held_on,
        _RECORD.c.group_id,
        _KIND.c.kind,
        _KIND.c.first_entered_at,
    )
    .join(_RECORD, _RECORD.c.entry_id == _ENTRY.c.id)
    .join(_KIND, _KIND.c.entry_id == _ENTRY.c.id)
    .where(_RECORD.c.unit_id.in_(_UNITS))
    .where(_ENTRY.c.entered_at < bindparam("before"))
    .order_by(_ENTRY.c.id, _KIND.c.position)
)
_HELD_THEN = _HELD.where(
    _RECORD.c.held_on.between(bindparam("first"), bindparam("last")),
    _KIND.c.kind.in_(bindparam("kinds", expanding=True)),
)
_HELD_BEFORE = _HELD.where(
    _RECORD.c.held_on < bindparam("first"),
    _KIND.c.kind.in_(bindparam("case_kinds", expanding=True)),
)
# Payments for the months of some days, of whatever units; ``read_payment`` reads a row.
PAYMENTS = (
    select(
        _ENTRY.c.unit_id,
        _ENTRY.c.id,
        _ENTRY.c.number,
        func.coalesce(_PAYMENT.c.first_entered_at, _ENTRY.c.entered_at).label("entered_at"),
        _PAYMENT.c.person_id,
        _PAYMENT.c.month,
        _PAYMENT.c.amount_fen,
        _PAYMENT.c.paid_on,
    )
    .join(_PAYMENT, _PAYMENT.c.entry_id == _ENTRY.c.id)
    .where(_PAYMENT.c.month.between(bindparam("first"), bindparam("last")))
    .where(_ENTRY.c.entered_at < bindparam("before"))
    .order_by(_ENTRY.c.id)
)
_PAID = PAYMENTS.where(_ENTRY.c.unit_id.in_(_UNITS))
_UNTIL = _RECORD.c.unit_id.in_(_UNITS), _RECORD.c.held_on <= bindparam("last")
_PEOPLE = (
    select(_ABOUT.c.entry_id, _ABOUT.c.person_id)
    .join(_RECORD, _RECORD.c.entry_id == _ABOUT.c.entry_id)
    .where(*_UNTIL)
    .order_by(_ABOUT.c.entry_id, _ABOUT.c.position)
)
_MATERIALS = (
    select(_FILED.c.entry_id, _FILED.c.material)
    .join(_RECORD, _RECORD.c.entry_id == _FILED.c.entry_id)
    .where(*_UNTIL)
    .order_by(_FILED.c.entry_id, _FILED.c.position)
)
_SCORED = (
    select(
        _SCORE.c.unit_id,
        _ENTRY.c.id,
        _SCORE.c.requirement,
        _SCORE.c.year,
        _SCORE.c.tenths,
        _SCORE.c.comment,
        _ENTRY.c.entered_at,
        _ENTRY.c.number,
    )
    .join(_ENTRY, _ENTRY.c.id == _SCORE.c.entry_id)
    .where(_SCORE.c.unit_id.in_(_UNITS))
    .where(_SCORE.c.year.between(bindparam("first_year"), bindparam("last_year")))
    .where(_ENTRY.c.entered_at < bindparam("before"))
    .order_by(_ENTRY.c.id)
)
_WAIVED = (
    select(_WAIVER, _ENTRY.c.entered_at, _ENTRY.c.number)
    .join(_ENTRY, _ENTRY.c.id == _WAIVER.c.entry_id)
    .where(_WAIVER.c.unit_id.in_(_UNITS))
    .order_by(_WAIVER.c.entry_id)
)


@dataclass(frozen=True, slots=True)
class _About:
    """Whom records are about, and which papers they file, by the ids of their entries."""

    people: Mapping[int, tuple[int, ...]]
    materials: Mapping[int, tuple[str, ...]]

    @classmethod
    def of(cls, session: Session, asked: Asked) -> "_About":
        """Read both for all records up to a day: a case may have begun long before."""
        people: dict[int, tuple[int, ...]] = defaultdict(tuple)
        until = {name: asked[name] for name in ("units", "last")}
        for entry_id, person_id in run(session, _PEOPLE, until).all():
            people[entry_id] += (person_id,)
        materials: dict[int, tuple[str, ...]] = defaultdict(tuple)
        for entry_id, material in run(session, _MATERIALS, until).all():
            materials[entry_id] += (material,)
        return cls(people, materials)


_NOBODY = _About({}, {})


def _scores(
    session: Session, asked: Asked, dead: frozenset[int], zones: Zones
) -> Mapping[int, Sequence[Score]]:
    found: dict[int, list[Score]] = defaultdict(list)
    years = {"first_year": asked["first"].year, "last_year": asked["last"].year}
    of_years = {"units": asked["units"], "before": asked["before"], **years}
    for row in run(session, _SCORED, of_years).all():
        if row.id not in dead:
            score = Score(
                requirement=row.requirement,
                year=row.year,
                points=Decimal(row.tenths) / 10,
                comment=row.comment,
                scored_on=_day(row.entered_at, zones[row.unit_id]),
                number=row.number,
            )
            found[row.unit_id].append(score)
    return found


def _held(
    session: Session, asked: Asked, dead: frozenset[int], zones: Zones, about: _About
) -> Mapping[int, Collection[Held]]:
    found: dict[int, dict[int, Held]] = defaultdict(dict)
    rows = run(session, _HELD_BEFORE, asked).all() if asked["case_kinds"] else []
    for unit_id, entry_id, number, held_on, group_id, kind, entered in chain(
        rows, run(session, _HELD_THEN, asked)
    ):
        if entry_id in dead:
            continue
        of_unit = found[unit_id]
        before = of_unit.get(entry_id)
        kinds = () if before is None else before.kinds
        first = (kind, _day(entered, zones[unit_id]))
        people = about.people.get(entry_id, ())
        materials = about.materials.get(entry_id, ())
        kept = Held(number, (*kinds, first), held_on, group_id, people, materials)
        of_unit[entry_id] = kept
    return {unit_id: records.values() for unit_id, records in found.items()}


def _paid(
    session: Session, asked: Asked, dead: frozenset[int], zones: Zones
) -> Mapping[int, Sequence[Paid]]:
    found: dict[int, list[Paid]] = defaultdict(list)
    for row in run(session, _PAID, asked | {"first": asked["first"].replace(day=1)}).all():
        if row.id not in dead:
            found[row.unit_id].append(read_payment(row, zones[row.unit_id]))
    return found


def read_payment(row: Row[Any], zone: ZoneInfo, place: str | None = None) -> Paid:
    """Read a row of ``PAYMENTS``, as the unit in that zone sees it; ``place``: see ``Paid``."""
    return Paid(
        number=row.number,
        member_id=row.person_id,
        month=Period.of(Cadence.MONTHLY, row.month),
        amount=yuan(row.amount_fen),
        entered_on=_day(row.entered_at, zone),
        paid_on=row.paid_on,
        place=place,
    )


def _waivers(
    session: Session, asked: Asked, dead: frozenset[int], zones: Zones
) -> Mapping[int, Sequence[Waiver]]:
    found: dict[int, list[Waiver]] = defaultdict(list)
    units = tuple(zones)
    rows = remembered(session, ("waivers", units), lambda: _granted(session, units))
    for row in rows:
        overlaps = row.first_on <= asked["last"] and row.last_on >= asked["first"]
        if overlaps and row.entered_at < asked["before"] and row.entry_id not in dead:
            waiver = Waiver(
                requirement=row.requirement,
                subject_id=row.subject_id,
                first=row.first_on,
                last=row.last_on,
                reason=row.reason,
                granted_on=_day(row.entered_at, zones[row.unit_id]),
                number=row.number,
            )
            found[row.unit_id].append(waiver)
    return found


def _granted(session: Session, unit_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Answer all waivers of some units: they are few."""
    return run(session, _WAIVED, {"units": unit_ids}).all()


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
