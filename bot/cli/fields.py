"""The JSON fields of the command line. Scripts rely on their names: see docs/command-line.md."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.words import Words
from compliance.assessment import Finding
from compliance.catalogue import Requirement
from compliance.layers import Choice
from compliance.overlay import Overlay
from compliance.people import DuesBasis
from compliance.quorum import Flag
from storage.dues_book import DuesLine
from storage.filing import Filed
from storage.listing import Listed, ListedPayment
from storage.returns import Returned
from storage.units import Unit


def finding(found: Finding, unit: Unit, words: Words) -> dict[str, object]:
    """Answer the fields of a finding."""
    requirement = found.requirement
    return {
        "code": requirement.code,
        "article": requirement.article,
        "title": words.called(requirement),
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
        "kind": requirement.kind.value,
        "block": requirement.block,
        "weight": requirement.weight,
        "score": None if found.score is None else str(found.score.points),
        "comment": None if found.score is None else found.score.comment,
        "strictness": requirement.strictness.value,
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
        "ends_at": None if text.ends_at is None else text.ends_at.strftime("%H:%M"),
        "held_until": None if text.held_until is None else text.held_until.isoformat(),
        "place": text.place,
        "host": text.host,
        "recorder": text.recorder,
        "expected": text.expected,
        "voting": text.voting,
        "present": text.present,
        "all_present": text.all_present,
        "absences": [{"name": name, "reason": reason} for name, reason in text.absences],
        "observers": text.observers,
        "topics": text.topics,
        "content": text.content,
        "votes": votes and {"for": votes[0], "against": votes[1], "abstain": votes[2]},
        "resolution": text.resolution,
        "people": [{"name": people[who], "grade": grade} for who, grade in text.people],
        "materials": list(text.materials),
        "flags": [{"code": flag.code, **flag.values} for flag in flags],
        "attachments": [_attachment(file) for file in listed.attachments],
        "entered_by": listed.entered_by,
        "entered_at": listed.entered_at.isoformat(),
        "late": listed.late,
        "late_reason": text.late_reason,
        "reversed": listed.reversed,
        "amends": listed.amends,
        "amended_by": listed.amended_by,
        "returned": _returned(listed.returned),
        "source": {"chat_id": listed.chat_id, "message_id": listed.message_id},
    }


def _returned(found: Returned | None) -> dict[str, object] | None:
    """Answer by which entry and why a superior sent an entry back."""
    return None if found is None else {"number": found.number, "reason": found.reason}


def _attachment(file: Filed) -> dict[str, object]:
    return {
        "name": file.name,
        "kind": file.kind.value,
        "mime": file.mime,
        "size": file.size,
        "sha256": file.sha256,
        "file_id": file.file_id,
    }


def dues(line: DuesLine, reduction: DuesBasis | None, words: Words) -> dict[str, object]:
    """Answer the fields of one member's dues of one month; money as decimal strings."""
    return {
        "person": line.person,
        "month": line.month.code,
        "due": None if line.due is None else money(line.due),
        "paid": money(line.paid),
        "state": line.state.value,
        "payments": [_payment(payment) for payment in line.payments],
        "reason": str(words.reason(line.reason)) or None,
        "reduction": None if reduction is None else _reduction(reduction),
    }


def _reduction(basis: DuesBasis) -> dict[str, object]:
    until = basis.holds_until
    return {"until": None if until is None else until.isoformat(), "reason": basis.reason}


def _payment(payment: ListedPayment) -> dict[str, object]:
    return {
        "number": payment.number,
        "amount": money(payment.amount),
        "paid_on": payment.paid_on.isoformat(),
        "reversed": payment.reversed,
        "amends": payment.amends,
        "amended_by": payment.amended_by,
        "returned": _returned(payment.returned),
        "source": {"chat_id": payment.chat_id, "message_id": payment.message_id},
    }


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement in force, and what a unit laid down to make it so; None where it ships so."""

    requirement: Requirement
    source: Overlay | Choice | None
    unit: str | None

    @property
    def version(self) -> str | None:
        """Answer which version of an overlay it comes from; None when it comes from none."""
        return self.source.version if isinstance(self.source, Overlay) else None


def rule(found: Rule, version: str) -> dict[str, object]:
    """Answer the fields of a rule in force, and of where it comes from."""
    requirement, source = found.requirement, found.source
    due = requirement.due
    return {
        "code": requirement.code,
        "article": requirement.article,
        "title": requirement.title,
        "title_en": requirement.title_en,
        "kind": requirement.kind.value,
        "cadence": requirement.cadence.value,
        "cadences": [cadence.value for cadence in requirement.cadences],
        "count": requirement.count,
        "due": due and month_day(due),
        "steps": requirement.steps and list(requirement.steps),
        "subject": requirement.subject.value,
        "recorder": requirement.recorder.value,
        "kinds": list(requirement.kinds),
        "block": requirement.block or None,
        "weight": requirement.weight,
        "strictness": requirement.strictness.value,
        "basis": requirement.basis,
        "clause": requirement.clause,
        "version": version,
        "source": source
        and {
            "unit": found.unit,
            "overlay": found.version,
            "holds_from": source.holds_from.isoformat(),
        },
    }


def written(value: object) -> str | None:
    """Write a value of the catalogue as its file does; None for one that is not there."""
    match value:
        case None | "" | ():
            return None
        case tuple():
            return ", ".join(str(written(each)) for each in value)
        case bool():
            return str(value).lower()
        case StrEnum():
            return value.value
        case _:
            return str(value)


def month_day(due: tuple[int, int]) -> str:
    """Write a deadline as the catalogue's file does: MM-DD."""
    return f"{due[0]:02}-{due[1]:02}"


def money(amount: Decimal) -> str:
    """Write yuan with two places."""
    return f"{amount:.2f}"
