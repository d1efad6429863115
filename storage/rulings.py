"""What a superior ruled on a unit: what a waiver or a score entry says."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from storage.ledger import Entry, EntryKind, ScoreRow, WaiverRow


@dataclass(frozen=True, slots=True)
class Ruling:
    """A waiver of a requirement (its code) for the deadlines of some days, or a score of a year."""

    requirement: str
    first_on: date
    last_on: date
    points: Decimal | None = None


def ruling(session: Session, entry: Entry) -> Ruling:
    """Answer what a superior's entry says; LookupError when the entry is none."""
    if entry.kind == EntryKind.WAIVER:
        waiver = session.get_one(WaiverRow, entry.id)
        return Ruling(waiver.requirement, waiver.first_on, waiver.last_on)
    score = session.get(ScoreRow, entry.id)
    if score is None:
        raise LookupError(f"entry {entry.number} is no ruling")
    year = score.year
    points = Decimal(score.tenths) / 10
    return Ruling(score.requirement, date(year, 1, 1), date(year, 12, 31), points)
