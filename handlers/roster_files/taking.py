"""A roster that was confirmed is taken: chunk by chunk, each whole or not at all."""

from collections.abc import Sequence

from handlers.request import Refused, Reply, Request
from handlers.roster_files.misfits import UnfitRoster
from handlers.roster_files.showing import previewed, show
from storage import directory, uploads
from storage.imports.rows import RosterRow
from storage.imports.taking import Undecided, chunks, take_chunk
from storage.journal import Origin
from storage.messages import Message
from storage.uploads import Upload, UploadState


def begin(
    request: Request, upload: Upload, rows: Sequence[RosterRow], left: list[Sequence[RosterRow]]
) -> Reply:
    """Answer in ``left`` the chunks that are yet to be taken.

    What was confirmed must still be what would be done, by one who still may: else it is shown
    anew, and nothing is left.
    """
    unit = directory.unit(request.session, upload.unit_id)
    if upload.position == 0 and not _as_shown(request, upload, rows):
        return show(request, upload, rows, anew=True)
    taken = 0
    for chunk in chunks(request.session, unit, rows):
        taken += len(chunk)
        if taken > upload.position:
            left.append(chunk)
    return ()


def _as_shown(request: Request, upload: Upload, rows: Sequence[RosterRow]) -> bool:
    unit = directory.unit(request.session, upload.unit_id)
    try:
        return previewed(request, unit, rows).digest == upload.seen
    except (UnfitRoster, Refused):
        return False


def take(request: Request, upload: Upload, chunk: Sequence[RosterRow]) -> Reply:
    """Take a chunk, and tell how far it is; all that it does is one transaction."""
    unit = directory.unit(request.session, upload.unit_id)
    origin = Origin(upload.actor, request.now, upload.chat_id, upload.message_id)
    values = {"name": upload.name, "unit": unit.name, "total": upload.total}
    try:
        take_chunk(request.session, unit, chunk, origin, request.today(unit))
    except Undecided:
        uploads.end(upload, UploadState.REFUSED)
        return (Message("roster_halted", {**values, "taken": upload.position}, edits=True),)
    upload.position, upload.touched_at = upload.position + len(chunk), request.now
    if upload.position >= upload.total:
        uploads.end(upload, UploadState.DONE)
        return (Message("roster_taken", values, edits=True),)
    return (Message("roster_taking", {**values, "taken": upload.position}, edits=True),)
