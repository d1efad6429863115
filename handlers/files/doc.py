"""Photos and files of a record: attaching them, listing them, taking them off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from compliance.access import Action
from handlers.authority import allowed, require
from handlers.corrections.pointing import Pointed, numbered, pointed, pointed_at
from handlers.corrections.rights import require_corrector
from handlers.files.accepted import require_fit
from handlers.files.adding import attach, rest_of_album
from handlers.files.choosing import ask_which, how
from handlers.files.record_files import (
    files_of,
    live_of,
    prompt_of,
    record_numbered,
    taken_off,
    with_copies,
)
from handlers.meant import unit_for
from handlers.records.recorder import require_recorder
from handlers.request import Refused, Reply, Request
from handlers.roster_files.arriving import imported, is_called_roster
from storage import directory, entries, filing, listing, loose_files, tree
from storage.attachments import LooseFile
from storage.ledger import Entry
from storage.messages import Button, Message
from storage.units import Unit

_CHOSEN = re.compile(r"(\d{1,18})\.(\d{1,9})")


def doc(request: Request) -> Reply:
    """Attach the file that came to the record with a number, or list what that has: ``#12``.

    ``#12 删 1`` takes the first one off. A superior names the branch before the number. Without a
    number the record is the one whose message this replies to, else the person is asked which.
    """
    if not request.arguments:
        return _unnumbered(request)
    there, entry, rest = _meant(request)
    if request.file is not None:
        return _attached(request, there, entry, unread=rest)
    return taken_off(request, there, entry, rest) if rest else _listed(request, there, entry)


def ask_doc(request: Request) -> Reply:
    """Show what a record has, and ask for more: a reply to this message brings it."""
    there, entry, _ = _meant(request)
    return _listed(request, there, entry)


def _meant(request: Request) -> tuple[Pointed, Entry, str]:
    """Answer the record that is pointed at, and what was said after its number."""
    there = pointed(request)
    number, rest = numbered(there.said)
    return there, record_numbered(request, there.unit, number), rest


def _listed(request: Request, there: Pointed, entry: Entry) -> Reply:
    """List a record's files for one who may list the records, or enter this one."""
    if not allowed(request, Action.RECORDS, there.unit):
        require_recorder(request, there.unit, listing.record_text(request.session, entry))
    return (files_of(request, there, entry),)


def file_said(request: Request) -> Reply:
    """Take a file that came to the bot without a command; its words, if any, are quoted back."""
    reply = overheard(request)
    if reply is not None:
        return reply
    if request.private and is_called_roster(request) and (shown := _as_roster(request)):
        return shown
    unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
    if _came(request)[0].message_id != request.message_id:
        return ()  # not the first of its album: the person was asked, or the words are to come
    return (ask_which(request, unit),)


def _as_roster(request: Request) -> Reply:
    """Read a file as a roster, which is shown before it is taken; nothing for who may not."""
    try:
        return imported(request, "")
    except Refused as refused:
        if refused.message.template != "not_allowed":
            raise
        return ()


def file_overheard(request: Request) -> Reply:
    """Take a file that was not sent to the bot, if it belongs to a record; else say nothing.

    Nor is anything said to one who may not attach it: people show each other pictures.
    """
    try:
        return overheard(request) or ()
    except Refused as refused:
        if refused.message.template != "not_allowed":
            raise
        return ()


def overheard(request: Request) -> Reply | None:
    """Attach a file that belongs to a record by its album or by the message that it replies to.

    None when it belongs to none. Of an album only the first is told of.
    """
    first = _of_album(request)
    if first is not None:
        there = _place_of(request, first)
        require(request, Action.STATUS, there.unit)
        return _attached(request, there, live_of(request, first))
    entry = _made_by(request)
    if entry is None:
        return None
    return _attached(request, _place_of(request, entry), entry, unread=request.arguments)


def choose(request: Request) -> Reply:
    """Attach a file that came before to the record that was tapped: ``345.12``."""
    match = _CHOSEN.fullmatch(request.arguments)
    file = match and loose_files.of_message(request.session, request.chat_id, int(match[1]))
    if not match or not file:
        raise Refused(Message("file_gone", toast=True))
    if file.actor != request.actor:
        raise Refused(Message("not_yours", toast=True))
    unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
    entry = record_numbered(request, unit, int(match[2]))
    seal = require_corrector(request, unit, entry, adding=True)
    files = loose_files.with_album(request.session, file)
    message = replace(_attach(request, pointed_at(request, unit), entry, files), edits=True)
    return with_copies(request, unit, message, seal)


def _unnumbered(request: Request) -> Reply:
    """Go by the message that this replies to; without one ask which record, or say how."""
    entry = _made_by(request)
    if entry is None:
        unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
        return (how(request, unit) if request.file is None else ask_which(request, unit),)
    there = _place_of(request, entry)
    if request.file is not None:
        return _attached(request, there, entry)
    return _listed(request, there, entry)


def _place_of(request: Request, entry: Entry) -> Pointed:
    return pointed_at(request, directory.unit(request.session, entry.unit_id))


def _made_by(request: Request) -> Entry | None:
    """Answer the live record that the message made which this one replies to."""
    if request.follows is None:
        return None
    for unit in _units_here(request):
        made_by = (unit.key, request.chat_id, request.follows)
        entry = entries.live_from_message(request.session, *made_by)
        if entry is not None:
            return entry
    return None


def _units_here(request: Request) -> Iterator[Unit]:
    """Answer the units that a message of this chat may have made a record for."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None:
        yield tree.branch_of(request.session, bound[0])
    elif request.private:
        for unit in directory.units_of(request.session, request.actor):
            yield tree.branch_of(request.session, unit)


def _came(request: Request) -> Sequence[LooseFile]:
    """Answer the file that came with the request, with those of its album that came before."""
    file = loose_files.of_message(request.session, request.chat_id, request.message_id or 0)
    if file is None:
        raise Refused(Message("file_gone"))
    return loose_files.with_album(request.session, file)


def _of_album(request: Request) -> Entry | None:
    """Answer the record, as first entered, to which others of the file's album were attached."""
    if request.file is None or request.file.album is None:
        return None
    return filing.entry_of_album(request.session, request.chat_id, request.file.album)


def _attached(request: Request, there: Pointed, entry: Entry, *, unread: str = "") -> Reply:
    """Attach what came, and say so; of an album once, unless there are words to quote back."""
    seal = require_corrector(request, there.unit, entry, adding=True)
    require_fit(request, request.arguments)
    before = _of_album(request)
    told = before is not None and before.id == filing.first_entered(request.session, entry).id
    message = _attach(request, there, entry, _came(request), unread=unread)
    return () if told and not unread else with_copies(request, there.unit, message, seal)


def _attach(
    request: Request, there: Pointed, entry: Entry, files: Sequence[LooseFile], *, unread: str = ""
) -> Message:
    """Attach files, and say so. That the person may is for the caller to require."""
    new = attach(request, entry, files)
    buttons = ((Button("take_off", f"unfile:{new[0].id}"),),) if new else ()
    values = {
        "number": entry.number,
        "files": new,
        "album": rest_of_album(request),
        "unread": unread,
    }
    return Message("filed", values, buttons=buttons, prompt=prompt_of(there, entry))
