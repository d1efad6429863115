"""Writing to the ledger: entries are added, and each change is noted in the audit."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from sqlalchemy import bindparam, insert, literal_column, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col

from compliance.appraisal import Grade
from storage.chain import Row, Rows, canonical, seal
from storage.columns import table_of
from storage.database import defer, forget, run
from storage.ledger import (
    AbsenceRow,
    Entry,
    EntryKind,
    Payment,
    Record,
    RecordKind,
    RecordMaterial,
    RecordPerson,
    Remittance,
    ReturnRow,
    ScoreRow,
    WaiverRow,
)
from storage.moved import revise_others
from storage.people import Person
from storage.units import Unit

_ENTRY, _UNIT, _PERSON = table_of(Entry), table_of(Unit), table_of(Person)
_NEXT_NUMBER = (
    update(_UNIT)
    .where(_UNIT.c.id == bindparam("unit"))
    .values(last_number=_UNIT.c.last_number + 1)
    .returning(_UNIT.c.last_number)
)
_INSERT_ENTRY = insert(_ENTRY).returning(_ENTRY.c.id)
_INSERT_RECORD = insert(table_of(Record))
_INSERT_KIND = insert(table_of(RecordKind))
_INSERT_ABSENCE = insert(table_of(AbsenceRow))
_INSERT_PERSON = insert(table_of(RecordPerson))
_INSERT_MATERIAL = insert(table_of(RecordMaterial))
# Told with the payment itself: nearly nobody has moved, and those who have not cost no statement.
_HAS_MOVED = (
    columns(or_(_PERSON.c.came_from_id.is_not(None), _PERSON.c.arrived_on.is_not(None)))
    .where(_PERSON.c.id == literal_column("payment.person_id"))
    .scalar_subquery()
)
_INSERT_PAYMENT = insert(table_of(Payment)).returning(_HAS_MOVED)
_INSERT_REMITTANCE = insert(table_of(Remittance))
_INSERT_WAIVER = insert(table_of(WaiverRow))
_INSERT_SCORE = insert(table_of(ScoreRow))
_INSERT_RETURN = insert(table_of(ReturnRow))


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said something, when, and in which message."""

    actor: int
    at: datetime
    chat_id: int | None
    message_id: int | None


# The ids of those whom a record is about, each with the grade an appraisal gave, if any.
People = tuple[tuple[int, Grade | None], ...]


@dataclass(frozen=True, slots=True)
class RecordText:
    """What a record says; the fields are those of the ``record`` table.

    ``people`` are the ids of those it is about, each with the grade an appraisal gave, if any.
    ``late_reason`` is why it was entered only after its deadline (补记原因).
    """

    kinds: tuple[str, ...]
    held_on: date
    held_at: time | None = None
    ends_at: time | None = None
    held_until: date | None = None
    group_id: int | None = None
    place: str | None = None
    host: str | None = None
    recorder: str | None = None
    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    all_present: bool = False
    absences: tuple[tuple[str, str | None], ...] = ()
    observers: str | None = None
    topics: str | None = None
    content: str | None = None
    votes: tuple[int, int, int] | None = None
    resolution: str | None = None
    people: People = ()
    materials: tuple[str, ...] = ()
    late_reason: str | None = None


@dataclass(frozen=True, slots=True)
class RemittanceText:
    """What a remittance says: how many fen of a month's dues (its first day), and when."""

    month: date
    amount_fen: int
    remitted_on: date


@dataclass(frozen=True, slots=True)
class PaymentText:
    """What a payment says: who paid how many fen, for which month (its first day), and when."""

    person_id: int
    month: date
    amount_fen: int
    paid_on: date


@dataclass(frozen=True, slots=True)
class WaiverText:
    """What a waiver says: the deadlines of which days of which requirement, for whom, and why."""

    requirement: str
    subject_id: int | None
    first_on: date
    last_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class ScoreText:
    """What a score says: tenths of a point (0 to 1000) for one requirement and year, and why."""

    requirement: str
    year: int
    tenths: int
    comment: str


_PLAIN_FIELDS = (
    "held_on",
    "held_at",
    "ends_at",
    "held_until",
    "group_id",
    "place",
    "host",
    "recorder",
    "expected",
    "voting",
    "present",
    "all_present",
    "observers",
    "topics",
    "content",
    "resolution",
    "late_reason",
)


def add_record(
    session: Session, unit_id: int, text: RecordText, origin: Origin, amends: Entry | None = None
) -> int:
    """Add a record (or the amendment of one) and answer its number."""
    entry = _add_entry(session, unit_id, EntryKind.RECORD, origin, amends)
    first = {} if amends is None else _first_entered(session, amends, text.held_on)
    votes = text.votes or (None, None, None)
    record = {name: getattr(text, name) for name in _PLAIN_FIELDS} | {
        "entry_id": entry.id,
        "unit_id": unit_id,
        "votes_for": votes[0],
        "votes_against": votes[1],
        "votes_abstain": votes[2],
    }
    run(session, _INSERT_RECORD, record)
    kinds = [
        {
            "entry_id": entry.id,
            "kind": kind,
            "position": position,
            "first_entered_at": first.get(kind, origin.at),
        }
        for position, kind in enumerate(text.kinds)
    ]
    run(session, _INSERT_KIND, kinds)
    lists = _lists(entry.id, text)
    for name, rows in lists.items():
        run(session, _INSERT_LIST[name], rows)
    parts = {"record": [record], "record_kind": kinds, **lists}
    _audit_entry(session, "record" if amends is None else "amend", origin, entry, parts)
    return entry.number


_INSERT_LIST = {
    "absence": _INSERT_ABSENCE,
    "record_person": _INSERT_PERSON,
    "record_material": _INSERT_MATERIAL,
}


def _lists(entry_id: int, text: RecordText) -> dict[str, list[dict[str, object]]]:
    """Answer the rows of what a record says in lists, by their tables; an empty list has none."""
    said: dict[str, list[dict[str, object]]] = {
        "absence": [{"name": name, "reason": reason} for name, reason in text.absences],
        "record_person": [{"person_id": who, "grade": grade} for who, grade in text.people],
        "record_material": [{"material": material} for material in text.materials],
    }
    return {
        name: [{"entry_id": entry_id, "position": n, **row} for n, row in enumerate(rows)]
        for name, rows in said.items()
        if rows
    }


def _first_entered(session: Session, amended: Entry, held_on: date) -> dict[str, datetime]:
    """Answer when each kind was first entered, if the amendment stays in the same month."""
    query = (
        columns(col(RecordKind.kind), col(RecordKind.first_entered_at), col(Record.held_on))
        .join(Record, col(Record.entry_id) == RecordKind.entry_id)
        .where(col(RecordKind.entry_id) == amended.id)
    )
    month = (held_on.year, held_on.month)
    return {kind: at for kind, at, on in session.execute(query) if (on.year, on.month) == month}


def add_payment(
    session: Session, unit_id: int, text: PaymentText, origin: Origin, amends: Entry | None = None
) -> int:
    """Add a payment (or the amendment of one); answer the entry's number."""
    entry = _add_entry(session, unit_id, EntryKind.PAYMENT, origin, amends)
    first = None if amends is None else _first_paid(session, amends, text)
    payment = {"entry_id": entry.id, **asdict(text), "first_entered_at": first}
    if run(session, _INSERT_PAYMENT, payment).scalar_one():
        revise_others(session, [text.person_id])
    action = "pay" if amends is None else "amend"
    _audit_entry(session, action, origin, entry, {"payment": [payment]})
    return entry.number


def _first_paid(session: Session, amended: Entry, text: PaymentText) -> datetime | None:
    """Answer when a payment was first entered, if the amendment leaves person and month alone."""
    was = session.get_one(Payment, amended.id)
    if was.person_id != text.person_id:
        revise_others(session, [was.person_id])
    if (was.person_id, was.month) != (text.person_id, text.month):
        return None
    return was.first_entered_at or amended.entered_at


def add_remittance(session: Session, unit_id: int, text: RemittanceText, origin: Origin) -> int:
    """Add a remittance of dues to the unit above; answer the entry's number."""
    entry = _add_entry(session, unit_id, EntryKind.REMITTANCE, origin)
    remittance = {"entry_id": entry.id, **asdict(text)}
    run(session, _INSERT_REMITTANCE, remittance)
    _audit_entry(session, "remit", origin, entry, {"remittance": [remittance]})
    return entry.number


def add_waiver(session: Session, unit_id: int, text: WaiverText, origin: Origin) -> int:
    """Add a superior's waiver; answer the entry's number."""
    entry = _add_entry(session, unit_id, EntryKind.WAIVER, origin)
    waiver = {"entry_id": entry.id, "unit_id": unit_id, **asdict(text)}
    run(session, _INSERT_WAIVER, waiver)
    forget(session)  # the unit's waivers may have been read already
    _audit_entry(session, "waive", origin, entry, {"waiver": [waiver]})
    return entry.number


def add_score(session: Session, unit_id: int, text: ScoreText, origin: Origin) -> int:
    """Add a superior's score; answer the entry's number."""
    entry = _add_entry(session, unit_id, EntryKind.SCORE, origin)
    score = {"entry_id": entry.id, "unit_id": unit_id, **asdict(text)}
    run(session, _INSERT_SCORE, score)
    _audit_entry(session, "score", origin, entry, {"score": [score]})
    return entry.number


def add_reversal(session: Session, target: Entry, origin: Origin) -> int:
    """Add an entry that takes back another one; answer its number."""
    entry = _add_entry(session, target.unit_id, EntryKind.REVERSAL, origin, target)
    _revise_with(session, target)
    _audit_entry(session, "reverse", origin, entry, {})
    return entry.number


def add_return(session: Session, target: Entry, reason: str, origin: Origin) -> int:
    """Add an entry by which a superior sends another one back; answer its number."""
    entry = _add_entry(session, target.unit_id, EntryKind.RETURN, origin, target)
    _revise_with(session, target)
    returned = {"entry_id": entry.id, "reason": reason}
    run(session, _INSERT_RETURN, returned)
    _audit_entry(session, "return", origin, entry, {"returned": [returned]})
    return entry.number


def _revise_with(session: Session, target: Entry) -> None:
    """Let all units be assessed anew whose people paid what is now out of force, or is back.

    With an amendment that is taken back, what it amended is back too.
    """
    payers: set[int] = set()
    entry: Entry | None = target
    while entry is not None:
        if entry.kind == EntryKind.PAYMENT:
            payers.add(session.get_one(Payment, entry.key).person_id)
        entry = None if entry.target_id is None else session.get_one(Entry, entry.target_id)
    revise_others(session, payers)


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of an entry just added: its id, its unit and number there, and its whole row."""

    id: int
    unit_id: int
    number: int
    row: Row


def _add_entry(
    session: Session, unit_id: int, kind: EntryKind, origin: Origin, target: Entry | None = None
) -> _Head:
    """Add the head of an entry."""
    number: int = run(session, _NEXT_NUMBER, {"unit": unit_id}).scalar_one()
    values = {
        "unit_id": unit_id,
        "number": number,
        "kind": kind,
        "target_id": None if target is None else target.id,
        "entered_by": origin.actor,
        "entered_at": origin.at,
        "chat_id": origin.chat_id,
        "message_id": origin.message_id,
    }
    entry_id: int = run(session, _INSERT_ENTRY, values).scalar_one()
    if target is not None:
        forget(session)  # other entries are dead now
    return _Head(entry_id, unit_id, number, {"id": entry_id, **values})


def _audit_entry(session: Session, action: str, origin: Origin, entry: _Head, parts: Rows) -> None:
    """Note an entry with all that it says: whoever alters it later contradicts the audit."""
    after = canonical({"entry": [entry.row], **parts})
    _audit(session, entry.unit_id, action, origin, entry_id=entry.id, after=after)


def add_audit(
    session: Session,
    unit_id: int | None,
    action: str,
    origin: Origin,
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Note who changed what; ``before`` and ``after`` are JSON.

    For what is no entry: an entry is noted as it is added. It is written right before the commit.
    """
    _audit(session, unit_id, action, origin, before=before, after=after)


def _audit(
    session: Session,
    unit_id: int | None,
    action: str,
    origin: Origin,
    *,
    entry_id: int | None = None,
    before: str | None = None,
    after: str | None = None,
) -> None:
    row: dict[str, object] = {
        "at": origin.at,
        "actor": origin.actor,
        "action": action,
        "unit_id": unit_id,
        "entry_id": entry_id,
        "before": before,
        "after": after,
        "chat_id": origin.chat_id,
        "message_id": origin.message_id,
    }
    defer(session, seal, row)
