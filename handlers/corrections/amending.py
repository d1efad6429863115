"""Correcting an entry: a new one takes its place."""

import re
from collections.abc import Iterable
from dataclasses import fields, replace

from handlers.corrections.adding_up import contradictions
from handlers.corrections.amending_dues import amend_payment, payment_named
from handlers.corrections.pointing import NUMBERED, Pointed, pointed, standing_entry
from handlers.corrections.rights import require_corrector, told
from handlers.grammar import (
    About,
    Changes,
    Choice,
    Context,
    Problem,
    Said,
    Unreadable,
    as_late_reason,
    is_plain,
    late_reason_said,
    late_reasons,
    read_changes,
    unfit,
)
from handlers.kinds import own_kinds
from handlers.reading import context_for
from handlers.records.late import lacks_reason
from handlers.records.recorder import require_recorder
from handlers.records.recording import (
    group_ids,
    kept_absences,
    kept_people,
    kept_votes,
    write,
)
from handlers.request import Refused, Reply, Request, in_place
from storage import listing
from storage.journal import People, RecordText
from storage.ledger import Entry, EntryKind
from storage.messages import Message
from storage.units import Unit

_NO_CORRECTION = {"not_understood", "nothing_said"}  # the problems of words about something else
_ANOTHER = re.compile(r"[#＃]\s*\d")  # the number of one more


def amend(request: Request) -> Reply:
    """Amend the entry with a number: ``#12 实到19``; a superior names the branch before it."""
    there = pointed(request)
    number, said = _numbered(request, there)
    entry = standing_entry(request, there, number)
    if entry.kind not in _AMENDABLE:
        raise Refused(Message("not_amended", {"number": number, "kind": entry.kind.value}))
    if entry.kind == EntryKind.PAYMENT and _ANOTHER.search(said):
        raise Refused(Message("amend_one", {"number": entry.number, "read": said}))
    seal = require_corrector(request, there.unit, entry)
    if not said:
        return (_ask(there, entry),)
    head = request.arguments[: len(request.arguments) - len(said)]
    change = _AMENDABLE[entry.kind]
    try:
        echo = change(request.saying(said), there.unit, entry, by_superior=seal is not None)
    except Unreadable as unreadable:
        problems = unreadable.after(head).problems
        raise Unreadable(problems, head, (entry.number,)) from unreadable
    return told(request, there.unit, echo, seal)


def say_why_late(request: Request) -> Reply:
    """Give a back-entry the reason that was tapped: ``12 forgotten``, ``@7 12 forgotten``."""
    number, _, code = request.arguments.rpartition(" ")
    reason = late_reasons().get(code)
    if reason is None:
        raise Refused(Message("answered_already", toast=True))
    return in_place(amend(request.saying(f"{number} {reason}")))


def _numbered(request: Request, there: Pointed) -> tuple[int, str]:
    """Split ``#12 the rest``; refuses what does not begin with the number of one entry.

    Of several payments the one may be told by its person's name.
    """
    match = NUMBERED.fullmatch(there.said)
    if match is None:
        raise Refused(Message("no_number", {"read": there.said}))
    if match[2] is None:
        return int(match[1]), match[3]
    first, last = int(match[1]), int(match[2])
    one = NUMBERED.fullmatch(match[3])
    if one is not None and not one[2] and first <= int(one[1]) <= last:
        return int(one[1]), one[3]
    number = None if one else payment_named(request, there.unit, (first, last), match[3])
    if number is None:
        prompt = f"/amend {there.place}#{first}-{last}"
        raise Refused(Message("amend_which", {"first": first, "last": last}, prompt=prompt))
    return number, match[3]


def _ask(there: Pointed, entry: Entry) -> Message:
    """Ask what to correct; the reply to this message says it."""
    values = {"number": entry.number, "kind": entry.kind.value}
    return Message("ask_amend", values, prompt=f"/amend {there.place}#{entry.number}")


def _amend_record(request: Request, unit: Unit, entry: Entry, *, by_superior: bool) -> Message:
    before = listing.record_text(request.session, entry)
    context = context_for(request, unit)
    changes = _changes(request, unit, entry, context)
    text = _merge(request, unit, before, changes, context)
    if not by_superior:
        require_recorder(request, unit, text)
    return write(request, unit, text, entry)


def _changes(request: Request, unit: Unit, entry: Entry, context: Context) -> Changes:
    """Read a correction; what is none is the reason of a late entry whose echo has asked for it."""
    said = request.arguments
    try:
        return read_changes(late_reason_said(said), context)
    except Unreadable as unread:
        foreign = {problem.code for problem in unread.problems} == _NO_CORRECTION
        before = listing.record_text(request.session, entry)
        asked = lacks_reason(request, unit, before, entry.number)
        if not (asked and foreign and is_plain(said)):
            raise
        return read_changes(as_late_reason(said), context)


_AMENDABLE = {EntryKind.RECORD: _amend_record, EntryKind.PAYMENT: amend_payment}


def _merge(
    request: Request, unit: Unit, before: RecordText, changes: Changes, context: Context
) -> RecordText:
    """Lay what was said over the record; what was not said stays."""
    said = {field.name: getattr(changes, field.name) for field in fields(changes)}
    said = {name: value for name, value in said.items() if name in changes.given}
    if "group" in said:
        said["group_id"] = group_ids(request, unit)[said.pop("group")]
    if said.get("absences") is not None:
        said["absences"] = kept_absences(said["absences"])
    if said.get("votes") is not None:
        said["votes"] = kept_votes(said["votes"])
    if "held_on" in said:
        said.setdefault("held_until", None)  # a day said anew is all of when it was
    if "held_at" in said:
        said.setdefault("ends_at", None)  # and so is a time
    people = _people(before, changes, context)
    held_on = said.get("held_on", before.held_on)
    anew = "people" in said or held_on != before.held_on
    if anew:
        said["people"] = _laid_over(before, kept_people(people, held_on, context))
    text = _all_or_some(replace(before, **said), said.keys())
    text = _with_group(request, unit, text)
    words = tuple(word for word in (text.topics, text.content, text.resolution) if word)
    as_said = Said(text.kinds, held_on if anew else None, people, text.materials, words)
    problems = (*contradictions(text, request.arguments, context), *unfit(as_said, context))
    if problems:
        raise Unreadable(problems)
    return text


def _people(before: RecordText, changes: Changes, context: Context) -> tuple[About, ...]:
    """Answer whom the record is about: those said now, else those it named, by their names."""
    if changes.people is not None:
        return changes.people
    names = {member.id: member.name for member in context.members}
    return tuple(About(names[who], grade) for who, grade in before.people if who in names)


def _laid_over(before: RecordText, said: People) -> People:
    """Let grades said now take the place of those same people's: who is not named keeps theirs."""
    if not any(grade for _, grade in said):
        return said
    return tuple((dict(before.people) | dict(said)).items())


def _with_group(request: Request, unit: Unit, text: RecordText) -> RecordText:
    """Let a meeting of a party group have its group: the only one, or the one that is named."""
    groups = group_ids(request, unit)
    if text.group_id is not None or not (set(text.kinds) & own_kinds(request)):
        return text
    if len(groups) != 1:
        said = request.arguments
        choices = tuple(Choice("group", group, f"{said}\n{group}") for group in groups)
        raise Unreadable((Problem("group_needed", "", {"groups": tuple(groups)}, choices),))
    return replace(text, group_id=next(iter(groups.values())))


def _all_or_some(text: RecordText, said: Iterable[str]) -> RecordText:
    """Let everyone have come when that is said anew, and not everyone when it no longer fits."""
    if not text.all_present:
        return text
    if text.present is None or ("all_present" in said and "present" not in said):
        text = replace(text, present=text.expected)
    return replace(text, all_present=not text.absences and text.present == text.expected)
