"""The JSON fields of the command line. Scripts rely on their names: see docs/command-line.md."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from bot.words import Words
from compliance.assessment import Finding
from compliance.quorum import Flag
from storage.dues_book import DuesLine
from storage.listing import Listed, ListedPayment
from storage.units import Unit


def finding(found: Finding, unit: Unit, words: Words) -> dict[str, object]:
    """Answer the fields of a finding."""
    requirement = found.requirement
    return {
        "code": requirement.code,
        "article": requirement.article,
        "title": requirement.title if words.locale == "zh" else requirement.title_en,
        "subject": found.subject or unit.name,
        "period": found.period.code,
        "due_on": found.due_on.isoformat(),
        "required": found.required,
        "done": found.done,
        "state": found.state.value,
        "reason": str(words.reason(found.reason)) or None,
        "records": list(found.records),
        "clause": requirement.clause,
        "confirmed": found.confirmed,
    }


def record(
    listed: Listed, unit: Unit, people: Mapping[int, str], flags: Collection[Flag]
) -> dict[str, object]:
    """Answer the fields of a record; ``people`` are the names of the roster by their ids."""
    text = listed.text
    votes = text.votes
    return {
        "number": listed.number,
        "unit": unit.name,
        "kinds": list(text.kinds),
        "held_on": text.held_on.isoformat(),
        "held_at": None if text.held_at is None else text.held_at.strftime("%H:%M"),
        "place": text.place,
        "host": text.host,
        "recorder": text.recorder,
        "expected": text.expected,
        "voting": text.voting,
        "present": text.present,
        "absences": [{"name": name, "reason": reason} for name, reason in text.absences],
        "observers": text.observers,
        "topics": text.topics,
        "content": text.content,
        "votes": votes and {"for": votes[0], "against": votes[1], "abstain": votes[2]},
        "resolution": text.resolution,
        "people": [{"name": people[who], "grade": grade} for who, grade in text.people],
        "materials": list(text.materials),
        "flags": [{"code": flag.code, **flag.values} for flag in flags],
        "attachments": [],
        "entered_by": listed.entered_by,
        "entered_at": listed.entered_at.isoformat(),
        "late": listed.late,
        "reversed": listed.reversed,
        "amends": listed.amends,
        "amended_by": listed.amended_by,
        "source": {"chat_id": listed.chat_id, "message_id": listed.message_id},
    }


def dues(line: DuesLine) -> dict[str, object]:
    """Answer the fields of one member's dues of one month; money as decimal strings."""
    return {
        "person": line.person,
        "month": line.month.code,
        "due": None if line.due is None else money(line.due),
        "paid": money(line.paid),
        "state": line.state.value,
        "payments": [_payment(payment) for payment in line.payments],
    }


def _payment(payment: ListedPayment) -> dict[str, object]:
    return {
        "number": payment.number,
        "amount": money(payment.amount),
        "paid_on": payment.paid_on.isoformat(),
        "reversed": payment.reversed,
        "source": {"chat_id": payment.chat_id, "message_id": payment.message_id},
    }


def money(amount: Decimal) -> str:
    """Write yuan with two places."""
    return f"{amount:.2f}"
