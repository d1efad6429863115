"""The ledger as people list it: every record with all it says, and every payment."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from compliance.appraisal import Grade
from compliance.assessment import State
from compliance.deadlines import due_on, grace_ends
from compliance.periods import Cadence, Period
from compliance.policy import Policy
from storage import filing
from storage.entries import dead_entries
from storage.filing import Filed
from storage.journal import PaymentText, RecordText
from storage.ledger import (
    AbsenceRow,
    Entry,
    EntryKind,
    Payment,
    Record,
    RecordKind,
    RecordMaterial,
    RecordPerson,
)
from storage.money import yuan
from storage.people import Person
from storage.returns import Returned, returned
from storage.roster import names_of
from storage.rulebooks import policy_of
from storage.standing import findings
from storage.units import Unit


@dataclass(frozen=True, slots=True)
class Listed:
    """A record in the ledger.

    ``amends`` and ``amended_by`` are entry numbers. ``reversed``, ``amended_by`` and ``returned``
    tell why a record does not count; ``struck_by`` is the number of the entry that put it out of
    force. What a superior sent back (``returned``) counts again once it is amended.
    ``attachments`` are the files it has now, its amendments' the same.
    ``entered_at`` is in the unit's zone.
    """

    number: int
    text: RecordText
    entered_by: int
    entered_at: datetime
    late: bool
    reversed: bool
    amends: int | None
    amended_by: int | None
    chat_id: int | None
    message_id: int | None
    struck_by: int | None = None
    attachments: tuple[Filed, ...] = ()
    returned: Returned | None = None

    @property
    def live(self) -> bool:
        """Tell whether the record counts."""
        return self.struck_by is None


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """A payment in the ledger; ``month`` is the first day of the month it is for.

    ``reversed``: it does not count, be it taken back, amended or sent back. ``amends``,
    ``amended_by``, ``struck_by`` and ``returned`` are as those of ``Listed``.
    """

    number: int
    person_id: int
    month: date
    amount: Decimal
    paid_on: date
    reversed: bool
    chat_id: int | None
    message_id: int | None
    struck_by: int | None = None
    amends: int | None = None
    amended_by: int | None = None
    returned: Returned | None = None


def records(session: Session, policy: Policy, unit: Unit, first: date, last: date) -> list[Listed]:
    """Answer the records held between two days (both included), the earliest held first."""
    query = (
        select(Entry, Record)
        .join(Record, col(Record.entry_id) == Entry.id)
        .where(Entry.unit_id == unit.id, Record.held_on >= first, Record.held_on <= last)
        .order_by(col(Record.held_on), col(Entry.number))
    )
    rows = [(entry, record) for entry, record in session.exec(query)]
    fates = Fates(session, unit)
    ids = [record.entry_id for _, record in rows]
    texts = _texts(session, [record for _, record in rows])
    first_entered = _first_entered(session, ids)
    zone = ZoneInfo(unit.timezone)
    own = policy_of(session, policy, unit)
    late = _late_in_cases(session, policy, unit, texts.values())
    files = filing.of_unit(session, unit.key)
    return [
        Listed(
            number=entry.number,
            text=texts[record.entry_id],
            entered_by=entry.entered_by,
            entered_at=entry.entered_at.astimezone(zone),
            late=entry.number in late
            or _late(own, first_entered[record.entry_id], record.held_on, zone),
            reversed=fates.reversed(entry),
            amends=fates.number(entry.target_id),
            amended_by=fates.amended_by(entry),
            chat_id=entry.chat_id,
            message_id=entry.message_id,
            struck_by=fates.struck_by(entry),
            attachments=files.get(record.entry_id, ()),
            returned=fates.returned(entry),
        )
        for entry, record in rows
    ]


def entered_late(
    session: Session,
    policy: Policy,
    unit: Unit,
    *,
    number: int,
    text: RecordText,
    entered: Mapping[str, datetime],
) -> bool:
    """Tell whether the record of that number counts as entered late (补记), as ``records`` does.

    ``entered`` tells when each of its kinds was first entered.
    """
    own = policy_of(session, policy, unit)
    late = _late(own, entered, text.held_on, ZoneInfo(unit.timezone))
    return late or number in _late_in_cases(session, policy, unit, [text])


def first_entered(session: Session, unit_id: int, number: int) -> Mapping[str, datetime]:
    """Answer when each kind of the record of that number was first entered."""
    query = (
        select(RecordKind.kind, RecordKind.first_entered_at)
        .join(Entry, col(Entry.id) == RecordKind.entry_id)
        .where(Entry.unit_id == unit_id, Entry.number == number)
    )
    return dict(session.exec(query).all())


def record_text(session: Session, entry: Entry) -> RecordText:
    """Answer what a record entry says; LookupError when the entry is no record."""
    record = session.get(Record, entry.id)
    if record is None:
        raise LookupError(f"entry {entry.number} is no record")
    return _texts(session, [record])[record.entry_id]


def names_in(session: Session, texts: Iterable[RecordText]) -> dict[int, str]:
    """Answer the names of those whom records are about, by their ids."""
    return names_of(session, {who for text in texts for who, _ in text.people})


def payments(session: Session, unit: Unit, first: date, last: date) -> list[ListedPayment]:
    """Answer the payments for the months between two days, in the order entered."""
    query = (
        select(Entry, Payment)
        .join(Payment, col(Payment.entry_id) == Entry.id)
        .where(Entry.unit_id == unit.id)
        .where(Payment.month >= first.replace(day=1), Payment.month <= last)
        .order_by(col(Entry.number))
    )
    rows = session.exec(query).all()
    dead = dead_entries(session, unit.key)
    # By which entry is only looked up where there is one: an echo of dues must not pay for it.
    fated = any(entry.id in dead or entry.target_id is not None for entry, _ in rows)
    fates = Fates(session, unit) if fated else None
    return [
        ListedPayment(
            number=entry.number,
            person_id=payment.person_id,
            month=payment.month,
            amount=yuan(payment.amount_fen),
            paid_on=payment.paid_on,
            reversed=entry.id in dead,
            chat_id=entry.chat_id,
            message_id=entry.message_id,
            struck_by=fates.struck_by(entry) if fates else None,
            amends=fates.number(entry.target_id) if fates else None,
            amended_by=fates.amended_by(entry) if fates else None,
            returned=fates.returned(entry) if fates else None,
        )
        for entry, payment in rows
    ]


def payment_text(session: Session, entry: Entry) -> PaymentText:
    """Answer what a payment entry keeps; LookupError when the entry is no payment."""
    paid = session.get(Payment, entry.id)
    if paid is None:
        raise LookupError(f"entry {entry.number} is no payment")
    return PaymentText(paid.person_id, paid.month, paid.amount_fen, paid.paid_on)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What a payment says: who, for which month (its first day), how many yuan."""

    person: str
    month: Period
    amount: Decimal


def payment(session: Session, entry: Entry) -> PaymentView:
    """Answer what a payment entry says; LookupError when the entry is no payment."""
    query = select(Payment, Person.name).join(Person, col(Person.id) == Payment.person_id)
    row = session.exec(query.where(Payment.entry_id == entry.id)).first()
    if row is None:
        raise LookupError(f"entry {entry.number} is no payment")
    paid, name = row
    return PaymentView(name, Period.of(Cadence.MONTHLY, paid.month), yuan(paid.amount_fen))


class Fates:
    """What became of a unit's entries: amended, reversed or sent back, and by which number."""

    def __init__(self, session: Session, unit: Unit) -> None:
        self._dead = dead_entries(session, unit.key)
        query = select(Entry).where(Entry.unit_id == unit.id, col(Entry.target_id).is_not(None))
        self._by_target: dict[int, list[Entry]] = defaultdict(list)
        for entry in session.exec(query.order_by(col(Entry.id))):
            self._by_target[entry.target_id or 0].append(entry)
        targets = select(Entry.id, Entry.number).where(col(Entry.id).in_(list(self._by_target)))
        self._numbers = dict(session.exec(targets).all())
        self._returned = returned(session, unit.key, self._dead)

    def _killer(self, entry: Entry) -> Entry | None:
        """Answer the live entry that put this one out of force, be it by amending an amendment.

        What was amended stays so while its amendment waits to be amended in turn, and when it is
        taken back as well; what is taken back does not wait.
        """
        taken_back = returned = None
        for later in self._by_target[entry.key]:
            live = later if later.id not in self._dead else None
            if later.kind == EntryKind.RETURN:
                returned = live or returned
            elif later.kind == EntryKind.REVERSAL:
                taken_back = live or taken_back
            elif (amending := live or self._in_turn(later)) is not None:
                return amending
        return taken_back or returned

    def _in_turn(self, amendment: Entry) -> Entry | None:
        """Answer what holds the place of an amendment that is not in force; None when nothing."""
        last = self._killer(amendment)
        if last is None or last.kind == EntryKind.REVERSAL:
            return None
        return amendment if last.kind == EntryKind.RETURN else last

    def reversed(self, entry: Entry) -> bool:
        """Tell whether the entry was taken back."""
        killer = self._killer(entry)
        return killer is not None and killer.kind == EntryKind.REVERSAL

    def amended_by(self, entry: Entry) -> int | None:
        """Answer the number of what amended the entry."""
        killer = self._killer(entry)
        return killer.number if killer and killer.kind == entry.kind else None

    def returned(self, entry: Entry) -> Returned | None:
        """Answer how a superior sent the entry back."""
        killer = self._killer(entry)
        sent_back = killer is not None and killer.kind == EntryKind.RETURN
        return self._returned.get(entry.key) if sent_back else None

    def struck_by(self, entry: Entry) -> int | None:
        """Answer the number of what put the entry out of force."""
        killer = self._killer(entry)
        return killer.number if killer else None

    def number(self, entry_id: int | None) -> int | None:
        """Answer the number of an entry that another one targets."""
        return None if entry_id is None else self._numbers.get(entry_id)


def _first_entered(session: Session, ids: list[int]) -> Mapping[int, Mapping[str, datetime]]:
    """Answer when each kind of each record was first entered."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for row in session.exec(select(RecordKind).where(col(RecordKind.entry_id).in_(ids))):
        found[row.entry_id][row.kind] = row.first_entered_at
    return found


def _late_in_cases(
    session: Session, policy: Policy, unit: Unit, texts: Collection[RecordText]
) -> frozenset[int]:
    """Answer the numbers of the records that close a case too late: each has its own deadline."""
    of_cases = {k for r in policy.catalogue.requirements if r.clock for k in r.kinds}
    days = [text.held_on for text in texts if of_cases.intersection(text.kinds)]
    if not days:
        return frozenset()
    found = findings(
        session,
        policy,
        unit,
        first=min(days),
        last=max(days),
        on=max(days),
        only=lambda requirement: requirement.clock is not None,
    )
    late = (finding for finding in found if finding.state is State.MET_LATE)
    return frozenset(number for finding in late for number in finding.records)


def _late(policy: Policy, kinds: Mapping[str, datetime], held_on: date, zone: ZoneInfo) -> bool:
    """Tell whether any of the kinds was entered after the grace of a requirement it meets."""
    return any(
        at.astimezone(zone).date()
        > grace_ends(due_on(requirement, period), policy.days, policy.on(held_on).recording_grace)
        for requirement, (period,) in policy.wanted(held_on, held_on)
        if requirement.clock is None  # a case has a deadline of its own
        for kind, at in kinds.items()
        if kind in requirement.kinds
    )


def _texts(session: Session, found: list[Record]) -> dict[int, RecordText]:
    ids = [record.entry_id for record in found]
    kinds: dict[int, tuple[str, ...]] = defaultdict(tuple)
    kind_query = select(RecordKind).where(col(RecordKind.entry_id).in_(ids))
    for row in session.exec(kind_query.order_by(col(RecordKind.position))):
        kinds[row.entry_id] += (row.kind,)
    absences: dict[int, tuple[tuple[str, str | None], ...]] = defaultdict(tuple)
    absence_query = select(AbsenceRow).where(col(AbsenceRow.entry_id).in_(ids))
    for absence in session.exec(absence_query.order_by(col(AbsenceRow.position))):
        absences[absence.entry_id] += ((absence.name, absence.reason),)
    people: dict[int, tuple[tuple[int, Grade | None], ...]] = defaultdict(tuple)
    people_query = select(RecordPerson).where(col(RecordPerson.entry_id).in_(ids))
    for person in session.exec(people_query.order_by(col(RecordPerson.position))):
        people[person.entry_id] += ((person.person_id, person.grade),)
    materials: dict[int, tuple[str, ...]] = defaultdict(tuple)
    material_query = select(RecordMaterial).where(col(RecordMaterial.entry_id).in_(ids))
    for filed in session.exec(material_query.order_by(col(RecordMaterial.position))):
        materials[filed.entry_id] += (filed.material,)
    return {
        record.entry_id: RecordText(
            kinds=kinds[record.entry_id],
            absences=absences[record.entry_id],
            votes=_votes(record),
            held_on=record.held_on,
            held_at=record.held_at,
            ends_at=record.ends_at,
            held_until=record.held_until,
            group_id=record.group_id,
            place=record.place,
            host=record.host,
            recorder=record.recorder,
            expected=record.expected,
            voting=record.voting,
            present=record.present,
            all_present=record.all_present,
            observers=record.observers,
            topics=record.topics,
            content=record.content,
            resolution=record.resolution,
            people=people[record.entry_id],
            materials=materials[record.entry_id],
            late_reason=record.late_reason,
        )
        for record in found
    }


def _votes(record: Record) -> tuple[int, int, int] | None:
    votes = (record.votes_for, record.votes_against, record.votes_abstain)
    if any(vote is None for vote in votes):
        return None
    return (votes[0] or 0, votes[1] or 0, votes[2] or 0)
