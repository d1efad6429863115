"""The buttons below what a roster would change: it is taken, or dropped."""

from compliance.access import Action
from handlers.authority import require
from handlers.request import Refused, Reply, Request
from storage import directory, uploads
from storage.messages import Message
from storage.uploads import OPEN_FOR, Upload, UploadState


def take(request: Request) -> Reply:
    """Let a roster be taken that was shown: ``take:7``; only its sender confirms it."""
    upload = _shown(request)
    unit = directory.unit(request.session, upload.unit_id)
    require(request, Action.ROSTER_EDIT, unit)
    upload.state, upload.message_id = UploadState.TAKING, request.message_id
    upload.touched_at, upload.position = request.now, 0
    request.session.flush()
    values = {"name": upload.name, "taken": 0, "total": upload.total}
    return (Message("roster_taking", values, edits=True),)


def drop(request: Request) -> Reply:
    """Let a roster go that was shown: ``drop:7``."""
    upload = _shown(request)
    uploads.end(upload, UploadState.CANCELLED)
    request.session.flush()
    return (Message("roster_dropped", {"name": upload.name}, edits=True),)


def _shown(request: Request) -> Upload:
    """Answer the roster that waits for a yes; one that does not is answered like any that is not.

    The data of a button is hostile until read: a number that is another's tells nothing.
    """
    number = request.arguments
    known = number.isascii() and number.isdecimal() and len(number) <= 18
    upload = uploads.sent_by(request.session, int(number), *_whose(request)) if known else None
    if upload is None or upload.state is not UploadState.SHOWN:
        raise Refused(Message("roster_closed", toast=True))
    if request.now - upload.touched_at > OPEN_FOR:
        raise Refused(Message("roster_closed", toast=True))
    return upload


def _whose(request: Request) -> tuple[int, int]:
    return request.actor, request.chat_id
