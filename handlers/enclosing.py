"""Files that come with the words of a record, or after it: where they go, and how many may."""

from collections.abc import Sequence

from handlers.request import Refused, Request
from storage import entries, filing, loose_files
from storage.attachments import LooseFile
from storage.filing import Filed
from storage.ledger import Entry
from storage.messages import Message
from storage.units import Unit

MOST_FILES = 30  # of one record


def enclosed(request: Request, unit: Unit, number: int) -> tuple[Filed, ...]:
    """Attach what came with the words to the record they made; answer what is new to it.

    The words may have come a while ago: questions have been answered since, and what came with
    the answers is taken, too. Of an album all that came so far are taken; the rest follow as they
    come.
    """
    entry = entries.entry_numbered(request.session, unit.key, number)
    if entry is None:
        return ()
    files = _with_words(request)
    if request.edited and files:  # what was taken off does not come back with every correction
        known = filing.ever_attached(request.session, filing.first_entered(request.session, entry))
        files = [each for each in files if each.file_unique_id not in known]
    answers = () if request.draft is None else loose_files.of_draft(request.session, request.draft)
    return attach(request, entry, [*files, *answers]) if files or answers else ()


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
    first = filing.first_entered(request.session, entry)
    new = filing.new_among(request.session, first, files)
    if len(filing.attached(request.session, first)) + len(new) > MOST_FILES:
        raise Refused(Message("too_many_files", {"number": entry.number, "most": MOST_FILES}))
    loose_files.release(request.session, files)
    attached = filing.attach(request.session, first, new, request.origin)
    return tuple(filing.filed(each) for each in attached)
