"""Files that come with the words of a record, or after it: where they go, and how many may."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.request import Refused, Request
from storage import entries, filing, loose_files
from storage.attachments import LooseFile
from storage.filing import Filed
from storage.ledger import Entry
from storage.messages import Message
from storage.units import Unit

MOST_FILES = 30  # of one record


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The files that are new to a record, and how many more it could not have."""

    files: tuple[Filed, ...] = ()
    left_off: int = 0


def enclosed(request: Request, unit: Unit, number: int) -> Enclosed:
    """Attach what came with the words to the record they made, as many as it may have.

    The words may have come a while ago: questions have been answered since, and what came with
    the answers is taken, too. Of an album all that came so far are taken; the rest follow as they
    come.
    """
    if request.file is None and request.draft is None:
        return Enclosed()
    entry = entries.entry_numbered(request.session, unit.key, number)
    files = [] if entry is None else _coming(request, entry)
    return Enclosed() if entry is None or not files else _enclose(request, entry, files)


def brings_files(request: Request, entry: Entry) -> bool:
    """Tell whether a correction of an entry comes with files that may be new to it."""
    return bool(_coming(request, entry))


def _coming(request: Request, entry: Entry) -> list[LooseFile]:
    """Answer what came with the words, and with the answers to what was asked about them."""
    files = _with_words(request)
    if request.edited and files:  # what was taken off does not come back with every correction
        known = filing.ever_attached(request.session, filing.first_entered(request.session, entry))
        files = [each for each in files if each.file_unique_id not in known]
    answers = () if request.draft is None else loose_files.of_draft(request.session, request.draft)
    return [*files, *answers]


def _with_words(request: Request) -> Sequence[LooseFile]:
    """Answer what came with the message that began the record."""
    if request.message_id is None or (request.file is None and request.draft is None):
        return ()
    file = loose_files.of_message(request.session, request.chat_id, request.message_id)
    if file is None or file.actor != request.actor:
        return ()
    return loose_files.with_album(request.session, file)


def rest_of_album(request: Request) -> str | None:
    """Tell whether the rest of the album that comes is ``coming``, too; None without an album.

    It is ``doubtful`` in a group: where the bot does not hear all, it is shown only the picture
    with the command, unless the album replies to it.
    """
    if request.file is None or request.file.album is None:
        return None
    return "coming" if request.private or request.follows is not None else "doubtful"


def attach(request: Request, entry: Entry, files: Sequence[LooseFile]) -> tuple[Filed, ...]:
    """Attach files to a record; answer those that it did not have. Refuses more than it may have.

    That the person may record it is for the caller to require.
    """
    added = _enclose(request, entry, files)
    if added.left_off:
        raise Refused(Message("too_many_files", {"number": entry.number, "most": MOST_FILES}))
    return added.files


def _enclose(request: Request, entry: Entry, files: Sequence[LooseFile]) -> Enclosed:
    """Attach files to a record, as many as it may have."""
    first = filing.first_entered(request.session, entry)
    new = filing.new_among(request.session, first, files)
    room = max(0, MOST_FILES - len(filing.attached(request.session, first)))
    loose_files.release(request.session, files)
    attached = filing.attach(request.session, first, new[:room], request.origin)
    return Enclosed(tuple(filing.filed(each) for each in attached), len(new[room:]))
