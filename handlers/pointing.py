"""Which entries of which branch a message, or a button, points at."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from compliance.access import Action, who_may
from handlers.authority import require, unit_for
from handlers.request import Refused, Request
from storage import directory, entries
from storage.ledger import Entry
from storage.messages import Message
from storage.units import Unit

_BY_ID = re.compile(r"@(\d{1,18}) (.*)", re.DOTALL)
_BY_NAME = re.compile(r"\s*([^\s#＃\d].*?)\s+([#＃]?\s*\d.*)", re.DOTALL)
# ``#12 the rest``; or a span before it, as a reply to the echo of several payments has it.
NUMBERED = re.compile(r"\s*[#＃]?\s*(\d{1,9})(?:-(\d{1,9})(?=\s|$))?\s*(.*)", re.DOTALL)


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
    unit = unit_for(request, Action.STATUS, by_name[1], naming=Action.RECORD)
    return Pointed(unit, by_name[2], f"@{unit.key} ")


def pointed_at(request: Request, unit: Unit) -> Pointed:
    """Answer how one points at a unit's entries from this chat, where none was named."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    here = bound is not None and directory.branch_of(request.session, bound[0]).key == unit.key
    return Pointed(unit, "", "" if here else f"@{unit.key} ")


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


def live_entry(request: Request, unit: Unit, number: int) -> Entry:
    """Answer the unit's entry of that number; refuses one that is not there or counts no more.

    An edited message that amended it before now amends what it made then.
    """
    entry = entries.entry_numbered(request.session, unit.key, number)
    if entry is None:
        raise Refused(Message("no_entry", {"number": number}))
    standing = entries.in_force(request.session, entry)
    if standing is not entry and not _made_now(request, standing):
        raise Refused(Message("dead_entry", {"number": number}))
    return standing or entry


def _made_now(request: Request, standing: Entry | None) -> bool:
    """Tell whether what stands for an entry was made by this very message, before it was edited."""
    if standing is None or not request.edited:
        return False
    made_by = standing.chat_id, standing.message_id
    return made_by == (request.chat_id, request.message_id)
