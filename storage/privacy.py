"""What is kept about one Telegram user, and about the person on a roster who that is.

Who somebody is, only the account tells: nobody is found by a name.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, delete, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from compliance.access import Role
from storage import journal, retention
from storage.accounts import Account, Invitation
from storage.attachments import Attachment, LooseFile
from storage.columns import table_of
from storage.database import forget, run
from storage.drafts import Draft
from storage.journal import Origin
from storage.ledger import AbsenceRow, Entry, Payment, Record, RecordPerson
from storage.people import DuesBasisRow, Person, PersonWas
from storage.queues import Inbox, Outbox
from storage.retention import BLANKED, SAID_NOTHING
from storage.units import RoleHeld, RoleLeave, Unit
from storage.uploads import Upload

# What a person's row says beside the numbers that join it to others.
JOINS = ("id", "unit_id", "group_id", "came_from_id", "going_to_id", "arrived_on", "mark")
Rows = list[dict[str, object]]


def people_of(session: Session, telegram_id: int) -> list[Person]:
    """Answer the rows of the person a Telegram user is, of this unit and of those before."""
    account = session.get(Account, telegram_id)
    found: dict[int, Person] = {}
    ahead = [] if account is None or account.person_id is None else [account.person_id]
    while ahead:
        person = session.get(Person, ahead.pop())
        if person is None or person.key in found:
            continue
        found[person.key] = person
        later = session.exec(select(Person.id).where(Person.came_from_id == person.key))
        ahead += [each for each in (person.came_from_id, *later) if each is not None]
    return sorted(found.values(), key=lambda person: -person.key)


def fields_of(person: Person) -> tuple[str, ...]:
    """Answer which fields of a person's row say something."""
    return tuple(
        name
        for name in Person.model_fields
        if name not in JOINS and getattr(person, name) not in (None, False)
    )


def everything(session: Session, telegram_id: int) -> dict[str, Rows]:
    """Answer every row about a Telegram user, by what it is; an empty list where there is none."""
    people = people_of(session, telegram_id)
    ids = [person.key for person in people]
    return {**_of_user(session, telegram_id), **_of_person(session, people, ids)}


def _of_user(session: Session, telegram_id: int) -> dict[str, Rows]:
    """Answer the rows that bear the number of a Telegram user."""

    def mine(model: type, column: str = "telegram_id", *left_out: str) -> Rows:
        table = table_of(model)
        return _rows(session, table, table.c[column] == telegram_id, left_out)

    inbox, outbox = table_of(Inbox), table_of(Outbox)
    said = (outbox.c.chat_id == telegram_id) & (outbox.c.payload != SAID_NOTHING)
    return {
        "account": mine(Account),
        "posts": mine(RoleHeld),
        "leaves": mine(RoleLeave),
        "invitations_used": mine(Invitation, "used_by", "token_hash"),
        "entered": mine(Entry, "entered_by"),
        "files_attached": mine(Attachment, "added_by"),
        "drafts": mine(Draft, "actor"),
        "loose_files": mine(LooseFile, "actor"),
        "uploads": mine(Upload, "actor", "content"),
        "messages_received": _rows(session, inbox, inbox.c.chat_id == telegram_id),
        "messages_sent": _rows(session, outbox, said),
    }


def _of_person(session: Session, people: Sequence[Person], ids: list[int]) -> dict[str, Rows]:
    """Answer the rows about someone on a roster."""

    def of(model: type) -> Rows:
        table = table_of(model)
        return _rows(session, table, table.c.person_id.in_(ids))

    return {
        "roster": [person.model_dump() for person in people],
        "roster_before": of(PersonWas),
        "dues_bases": of(DuesBasisRow),
        "payments": of(Payment),
        "mentions": of(RecordPerson),
        "absences": _absences(session, people),
        "invitations": _rows(
            session, table_of(Invitation), col(Invitation.person_id).in_(ids), ("token_hash",)
        ),
    }


def _absences(session: Session, people: Sequence[Person]) -> Rows:
    """Answer where someone was noted as absent: records of their own unit have the name alone."""
    absence, record = table_of(AbsenceRow), table_of(Record)
    joined = columns(absence).join(record, record.c.entry_id == absence.c.entry_id)
    found: Rows = []
    for person in people:
        query = joined.where(
            record.c.unit_id == person.unit_id, absence.c.name == person.name
        ).order_by(absence.c.entry_id)
        found += [dict(row) for row in run(session, query).mappings()]
    return found


def _rows(session: Session, table: Table, which: object, left_out: Collection[str] = ()) -> Rows:
    wanted = [column for column in table.columns if column.name not in left_out]
    query = columns(*wanted).where(which).order_by(*table.primary_key)  # type: ignore[arg-type]
    return [dict(row) for row in run(session, query).mappings()]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was let go of: whether a link was there, which fields, and how many unfinished things.

    Nothing of it is in the audit but its kind: else what was let go of would stand there for ever.
    """

    linked: bool
    fields: tuple[str, ...]
    unfinished: int


def erase(session: Session, telegram_id: int, origin: Origin) -> Erased:
    """Let go of all about a Telegram user that need not be kept.

    What is kept: the ledger and the audit, name and party dates on the roster, payments and what
    dues rest on, and which posts were held.
    """
    people = people_of(session, telegram_id)
    ids = [person.key for person in people]
    filled = tuple(n for n in BLANKED if any(getattr(person, n) is not None for person in people))
    account = session.get(Account, telegram_id)
    unit_id = people[0].unit_id if people else None
    retention.blank_fields(session, ids)
    _forget_invitations(session, telegram_id, ids)
    unfinished = sum(_delete(session, model, telegram_id) for model in (Draft, LooseFile, Upload))
    memberships = table_of(RoleHeld)
    run(
        session,
        delete(memberships).where(
            memberships.c.telegram_id == telegram_id, memberships.c.role == Role.MEMBER
        ),
    )
    retention.forget_talk(session, telegram_id, origin.at)
    if account is not None:
        session.delete(account)
    session.flush()
    forget(session)
    erased = Erased(account is not None, filled, unfinished)
    after = json.dumps({"people": ids, "fields": filled, "unfinished": unfinished})
    journal.add_audit(session, unit_id, "privacy_erase", origin, after=after)
    return erased


def _forget_invitations(session: Session, telegram_id: int, people: list[int]) -> None:
    table = table_of(Invitation)
    mine = or_(table.c.person_id.in_(people), table.c.used_by == telegram_id)
    run(session, update(table).where(mine).values(name=None, person_id=None))


def _delete(session: Session, model: type, telegram_id: int) -> int:
    table = table_of(model)
    return int(run(session, delete(table).where(table.c.actor == telegram_id)).rowcount)


def note_export(session: Session, telegram_id: int, origin: Origin) -> None:
    """Note that someone took out what is kept about them."""
    people = people_of(session, telegram_id)
    unit_id = people[0].unit_id if people else None
    after = json.dumps({"people": [person.key for person in people]})
    journal.add_audit(session, unit_id, "privacy_export", origin, after=after)


def unit_names(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """Answer the names of units by their ids."""
    rows = session.exec(select(Unit).where(col(Unit.id).in_(unit_ids)))
    return {unit.key: unit.name for unit in rows}
