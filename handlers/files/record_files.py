"""The files that a record has: showing them, and taking them off."""

import re
from collections.abc import Sequence
from dataclasses import replace

from compliance.access import Action
from handlers.authority import require
from handlers.corrections.pointing import Pointed, dead_entry, pointed_at
from handlers.corrections.rights import copies, require_corrector, under
from handlers.corrections.sealing import Seal
from handlers.grammar import vocabulary
from handlers.request import Refused, Reply, Request
from storage import directory, entries, filing
from storage.attachments import Attachment
from storage.filing import Filed
from storage.ledger import Entry, EntryKind
from storage.messages import Message
from storage.units import Unit

_TAKE_OFF = re.compile(r"([^\s\d]+)\s*(\d{1,3})")


def record_numbered(request: Request, unit: Unit, number: int) -> Entry:
    """Answer what stands for the record of that number; refuses what is none, or taken back."""
    entry = entries.entry_numbered(request.session, unit.key, number)
    if entry is None:
        raise Refused(Message("no_entry", {"number": number, "unit": unit.name, "branch": None}))
    if entry.kind != EntryKind.RECORD:
        raise Refused(Message("no_files_there", {"number": number}))
    return live_of(request, filing.first_entered(request.session, entry))


def live_of(request: Request, first: Entry) -> Entry:
    """Answer what stands for a record first entered as this; refuses one that was taken back.

    What a superior sent back stands: perhaps for want of a file.
    """
    standing = entries.standing(request.session, first)
    if standing is None:
        raise Refused(dead_entry(request, first, None))
    return standing


def take_off(request: Request) -> Reply:
    """Take off the file whose 📎 was tapped, and those of its album."""
    number = int(request.arguments) if re.fullmatch(r"\d{1,18}", request.arguments) else 0
    file = request.session.get(Attachment, number)
    if file is None:
        raise Refused(Message("file_gone", toast=True))
    first = entries.entry(request.session, file.entry_id)
    unit = directory.unit(request.session, first.unit_id)
    require(request, Action.STATUS, unit)
    live = live_of(request, first)  # nobody else takes off what is read from here on
    mates = filing.together_with(request.session, file)
    if file not in mates:
        raise Refused(Message("file_gone", toast=True))
    return _off(request, pointed_at(request, unit), live, mates, edits=True)


def taken_off(request: Request, there: Pointed, entry: Entry, said: str) -> Reply:
    """Take off the file that ``删 1`` names by its place in the list."""
    match = _TAKE_OFF.fullmatch(said)
    word = match and vocabulary.look_up("file_words", match[1])
    files = filing.attached(request.session, filing.first_entered(request.session, entry))
    place = int(match[2]) if match and word == "take_off" else 0
    if match is None or not 0 < place <= len(files):
        raise Refused(Message("doc_unread", {"read": said, "number": entry.number}))
    return _off(request, there, entry, [files[place - 1]])


def _off(
    request: Request,
    there: Pointed,
    entry: Entry,
    files: Sequence[Attachment],
    *,
    edits: bool = False,
) -> Reply:
    """Take files off for one who attached them, or may correct the record that has them."""
    own = all(file.added_by == request.actor for file in files)
    seal = require_corrector(request, there.unit, entry, adding=own)
    first = filing.first_entered(request.session, entry)
    filing.detach(request.session, first, files, request.origin)
    values = {"number": entry.number, "files": _told(files)}
    message = Message("unfiled", values, prompt=prompt_of(there, entry), edits=edits)
    return with_copies(request, there.unit, message, seal)


def with_copies(request: Request, unit: Unit, message: Message, seal: Seal | None) -> Reply:
    """Answer what is said of files; the branch is told, too, of what a superior did."""
    if seal is None:
        return (message,)
    marked = replace(message, values={**message.values, **under(unit, seal)})
    return marked, *copies(request, unit, marked)


def prompt_of(there: Pointed, entry: Entry) -> str:
    """Answer what a reply to a message about a record's files goes on with."""
    return f"/doc {there.place}#{entry.number}"


def files_of(request: Request, there: Pointed, entry: Entry) -> Message:
    """Answer the message that lists a record's files; a reply to it attaches more."""
    first = filing.first_entered(request.session, entry)
    files = _told(filing.attached(request.session, first))
    values = {"number": entry.number, "files": files}
    return Message("files", values, prompt=prompt_of(there, entry))


def _told(files: Sequence[Attachment]) -> tuple[Filed, ...]:
    return tuple(filing.filed(each) for each in files)
