"""Rows in few words."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.appraisal import Grade
from compliance.catalogue import default
from compliance.people import Stage
from compliance.policy import Policy
from storage import directory, entries, journal
from storage.journal import Origin, PaymentText, RecordText
from storage.ledger import Entry
from storage.people import DuesBasisRow, Person
from storage.units import Unit
from tests.compliance.calendars import NOTICE

POLICY = Policy(default(), NOTICE)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECRETARY = 7001


def moment(text: str) -> datetime:
    """``2026-03-05 10:00`` in Shanghai, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_unit(
    session: Session,
    name: str = "第一支部",
    kind: str = "branch",
    parent: Unit | None = None,
    *,
    founded: date | None = None,
    timezone: str = "Asia/Shanghai",
    remind_at: time = time(9, 0),
) -> Unit:
    return directory.add_unit(
        session,
        Unit(
            name=name,
            kind=kind,
            parent_id=None if parent is None else parent.key,
            founded=founded,
            timezone=timezone,
            remind_at=remind_at,
        ),
    )


def a_person(
    session: Session,
    unit: Unit,
    name: str,
    base: int | None = None,
    stage: Stage = Stage.FULL,
    joined_on: date | None = None,
    left_on: date | None = None,
) -> Person:
    """Someone on the roster; ``base`` is a wage in yuan."""
    person = Person(unit_id=unit.key, name=name, stage=stage, joined_on=joined_on, left_on=left_on)
    session.add(person)
    session.flush()
    if base is not None:
        basis = DuesBasisRow(person_id=person.key, category="employed", base_fen=base * 100)
        session.add(basis)
        session.flush()
    return person


def said(at: str = "2026-03-05 10:00", message_id: int | None = None) -> Origin:
    return Origin(SECRETARY, moment(at), -100, message_id)


def everything(group_id: int, person_id: int) -> RecordText:
    """A record that says all that one can say."""
    return RecordText(
        kinds=("党员大会", "党课"),
        held_on=day("2026-03-05"),
        held_at=time(14, 30),
        ends_at=time(16, 30),
        held_until=day("2026-03-06"),
        group_id=group_id,
        place="三楼会议室",
        host="张三",
        recorder="李四",
        expected=5,
        voting=4,
        present=3,
        absences=(("王五", "出差"), ("赵六", None)),
        observers="县委组织部",
        topics="讨论接收预备党员",
        content="内容",
        votes=(3, 0, 0),
        resolution="同意",
        people=((person_id, Grade.EXCELLENT),),
        materials=("公示", "入党志愿书"),
        late_reason="漏记",
    )


def record(
    session: Session,
    unit: Unit,
    kinds: str = "支委会",
    held_on: str = "2026-03-05",
    at: str = "2026-03-05 10:00",
    *,
    amends: int | None = None,
    group_id: int | None = None,
    message_id: int | None = None,
) -> int:
    """Record ``党员大会+党课``; answers the entry's number."""
    text = RecordText(kinds=tuple(kinds.split("+")), held_on=day(held_on), group_id=group_id)
    target = None if amends is None else numbered(session, unit, amends)
    return journal.add_record(session, unit.key, text, said(at, message_id), target)


def reverse(session: Session, unit: Unit, number: int, at: str = "2026-03-05 11:00") -> int:
    return journal.add_reversal(session, numbered(session, unit, number), said(at))


def pay(
    session: Session,
    unit: Unit,
    person: Person,
    month: str,
    yuan: int,
    at: str = "2026-03-05 10:00",
) -> int:
    text = PaymentText(person.key, day(f"{month}-01"), yuan * 100, day(at[:10]))
    return journal.add_payment(session, unit.key, text, said(at))


def numbered(session: Session, unit: Unit, number: int) -> Entry:
    entry = entries.entry_numbered(session, unit.key, number)
    assert entry is not None
    return entry


def live_numbers(session: Session, unit: Unit) -> set[int]:
    """The numbers of the unit's records and payments that count."""
    session.refresh(unit)
    facts_of = (numbered(session, unit, n) for n in range(1, unit.last_number + 1))
    dead = entries.dead_entries(session, unit.key)
    return {entry.number for entry in facts_of if entry.id not in dead}
