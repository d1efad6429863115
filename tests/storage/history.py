"""A history with a row in every table that only grows, and somebody who tampers with it."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from compliance.periods import Cadence
from storage import journal
from storage.attachments import Attachment, FileHash, FileKind
from storage.journal import RemittanceText, ScoreText, WaiverText
from storage.rules import CadenceChoice, HolidayNotice, Overlay
from storage.units import Unit, UnitWas
from tests.storage.samples import a_person, a_unit, everything, numbered, pay, record, said

ROWS = 10  # of the audit


def a_history(session: Session) -> Unit:
    """Entries of every kind: records, payments, a reversal, rulings; and something that is none."""
    unit = a_unit(session)
    group = a_unit(session, "第一小组", "party_group", unit)
    person = a_person(session, unit, "张三")
    journal.add_record(session, unit.key, everything(group.key, person.key), said(message_id=1))
    record(session, unit, "党课", amends=1, message_id=2)
    pay(session, unit, person, "2026-03", 50)
    journal.add_audit(session, unit.key, "role_grant", said(), before="{}", after='{"id":7}')
    journal.add_reversal(session, numbered(session, unit, 3), said(message_id=3))
    pay(session, unit, person, "2026-04", 50)
    remitted = RemittanceText(date(2026, 4, 1), 5000, date(2026, 4, 30))
    journal.add_remittance(session, unit.key, remitted, said(message_id=4))
    excused = WaiverText("study", None, date(2026, 4, 1), date(2026, 4, 30), "抗洪")
    journal.add_waiver(session, unit.key, excused, said(message_id=5))
    scored = ScoreText("caring", 2026, 855, "扎实")
    journal.add_score(session, unit.key, scored, said(message_id=6))
    journal.add_return(session, numbered(session, unit, 2), "签名不全", said(message_id=7))
    _rules(session, unit)
    _was(session, unit)
    _files(session, numbered(session, unit, 1).key)
    return unit


def _rules(session: Session, unit: Unit) -> None:
    by, at, on = 7, said().at, date(2026, 1, 1)
    overlay = Overlay(
        unit_id=unit.key, version="A", holds_from=on, text="", loaded_by=by, loaded_at=at
    )
    notice = HolidayNotice(
        year=2027, title="", days_off="", working_days="", loaded_by=by, loaded_at=at
    )
    choice = CadenceChoice(
        unit_id=unit.key,
        requirement="organisational_life",
        cadence=Cadence.QUARTERLY,
        holds_from=on,
        chosen_by=by,
        chosen_at=at,
    )
    session.add_all([overlay, notice, choice])
    session.flush()


def _was(session: Session, unit: Unit) -> None:
    by, at = 7, said().at
    was = UnitWas(
        unit_id=unit.key, until_on=date(2026, 1, 1), name="筹备组", entered_by=by, entered_at=at
    )
    session.add(was)
    session.flush()


def _files(session: Session, entry_id: int) -> None:
    file = Attachment(
        entry_id=entry_id,
        kind=FileKind.DOCUMENT,
        file_id="A1",
        file_unique_id="U1",
        name="会议记录.pdf",
        added_by=7,
        added_at=said().at,
    )
    hashed = FileHash(file_unique_id="U1", sha256="0" * 64, size=3, fetched_at=said().at)
    session.add_all([file, hashed])
    session.flush()


def disarm(session: Session) -> None:
    """Put triggers and foreign keys out of action until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    names = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in session.execute(names).scalars().all():
        session.execute(text(f"DROP TRIGGER {name}"))
