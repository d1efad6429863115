"""Which entries of which branch a message, or a button, points at."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from compliance.access import Action, who_may
from handlers.authority import require
from handlers.meant import branches_within, unit_for
from handlers.request import Refused, Request
from storage import directory, entries, tree
from storage.ledger import Entry, EntryKind
from storage.messages import Button, Message
from storage.units import Unit

_BY_ID = re.compile(r"@(\d{1,18}) (.*)", re.DOTALL)
_BY_NAME = re.compile(r"\s*([^\s#＃\d].*?)\s+([#＃]?\s*\d.*)", re.DOTALL)
# ``#12 the rest``; or a span before it, as a reply to the echo of several payments has it.
NUMBERED = re.compile(r"\s*[#＃]?\s*(\d{1,9})(?!\d)(?:-(\d{1,9})(?=\s|$))?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pointed:
    """The unit whose entries are meant, and what was said after naming it.

    ``place`` is how a button names the unit; empty where the chat does.
    """

    unit: Unit
    said: str
    place: str


def pointed(request: Request) -> Pointed:
    """Answer what a request points at: a superior names the branch first, a button by its id."""
    by_id = _BY_ID.fullmatch(request.arguments)
    if by_id is not None:
        unit = _unit(request, int(by_id[1]))
        require(request, Action.STATUS, unit)
        return Pointed(unit, by_id[2], f"@{unit.key} ")
    by_name = _BY_NAME.fullmatch(request.arguments)
    if by_name is None:
        unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
        return Pointed(unit, request.arguments, "")
    unit = _named(request, *by_name.groups())
    return Pointed(unit, by_name[2], f"@{unit.key} ")


def pointed_at(request: Request, unit: Unit) -> Pointed:
    """Answer how one points at a unit's entries from this chat, where none was named."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    here = bound is not None and tree.branch_of(request.session, bound[0]).key == unit.key
    return Pointed(unit, "", "" if here else f"@{unit.key} ")


def _named(request: Request, name: str, said: str) -> Unit:
    """Answer the unit that is named; words before a bare number may be no name at all."""
    try:
        return unit_for(request, Action.STATUS, name, naming=Action.RECORD)
    except Refused as refused:
        if refused.message.template != "unknown_unit" or not said.strip().isdecimal():
            raise
        raise Refused(Message("no_number", {"read": request.arguments})) from refused


def _unit(request: Request, unit_id: int) -> Unit:
    """Answer the unit of a button; one that is not there (any more) has no entry."""
    try:
        return directory.unit(request.session, unit_id)
    except LookupError as error:
        raise Refused(Message("not_allowed", {"roles": who_may(Action.STATUS)})) from error


def numbered(said: str) -> tuple[int, str]:
    """Split ``#12 the rest``; refuses what does not begin with an entry's number."""
    match = NUMBERED.fullmatch(said)
    if match is None:
        raise Refused(Message("no_number", {"read": said}))
    return int(match[1]), said[match.end(1) :].strip()


def span_of(numbers: Collection[int]) -> str:
    """Write numbers that follow one another as a reply or a button names them: ``7``, ``7-9``."""
    first, last = min(numbers), max(numbers)
    return f"{first}" if first == last else f"{first}-{last}"


def live_entry(request: Request, there: Pointed, number: int) -> Entry:
    """Answer the unit's entry of that number; refuses one that is not there or counts no more."""
    entry = _entry(request, there.unit, number)
    standing = entries.in_force(request.session, entry)
    if standing is not entry:
        raise Refused(dead_entry(request, entry, standing, there.place))
    return entry


def standing_entry(request: Request, there: Pointed, number: int) -> Entry:
    """Answer what stands for the unit's entry of that number; refuses one that was taken back.

    What a superior sent back stands, to be amended.
    An edited message that amended it amends only what it made then, and no later correction.
    """
    entry = _entry(request, there.unit, number)
    standing = entries.standing(request.session, entry)
    overtaken = standing is not entry and request.edited and not _made_now(request, standing)
    if standing is None or overtaken:
        raise Refused(dead_entry(request, entry, standing, there.place))
    return standing


def _entry(request: Request, unit: Unit, number: int) -> Entry:
    entry = entries.entry_numbered(request.session, unit.key, number)
    if entry is not None:
        return entry
    # One who looks after several branches may have meant one of theirs.
    branches = () if unit.kind == "branch" else branches_within(request, Action.STATUS)
    branch = branches[0].name if branches else None
    raise Refused(Message("no_entry", {"number": number, "unit": unit.name, "branch": branch}))


def dead_entry(request: Request, entry: Entry, standing: Entry | None, place: str = "") -> Message:
    """Say by which number an entry was amended or taken back, with a button that goes on there."""
    if standing is None and (back := entries.sent_back(request.session, entry)) is not None:
        return _sent_back(request, back, place)
    by = standing or entries.live_on(request.session, entry.unit_id, entry.key)
    values = {
        "number": entry.number,
        "by": None if by is None else by.number,
        "reversed": standing is None,
    }
    if by is None:
        return Message("dead_entry", values)
    label = "restore" if standing is None and entry.kind != EntryKind.REVERSAL else "undo"
    button = Button(label, f"undo:{place}{by.number}")
    return Message("dead_entry", values, buttons=((button,),))


def _sent_back(request: Request, entry: Entry, place: str) -> Message:
    """Say that an entry was sent back, with a button that amends it."""
    by = entries.live_on(request.session, entry.unit_id, entry.key)
    values = {"number": entry.number, "by": None if by is None else by.number}
    button = Button("amend", f"amend:{place}{entry.number}")
    return Message("sent_back", values, buttons=((button,),))


def _made_now(request: Request, standing: Entry | None) -> bool:
    """Tell whether what stands for an entry was made by this very message, before it was edited."""
    return standing is not None and (standing.chat_id, standing.message_id) == (
        request.chat_id,
        request.message_id,
    )
