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

    The words may have come a while ago: a question has been answered since. Of an album all that
    came so far are taken; the rest follow as they come.
    """
    if request.message_id is None or (request.file is None and request.draft is None):
        return ()
    file = loose_files.of_message(request.session, request.chat_id, request.message_id)
    entry = entries.entry_numbered(request.session, unit.key, number)
    if file is None or file.actor != request.actor or entry is None:
        return ()
    files = loose_files.with_album(request.session, file)
    if request.edited:  # what was taken off since does not come back with every correction
        known = filing.ever_attached(request.session, filing.first_entered(request.session, entry))
        files = [each for each in files if each.file_unique_id not in known]
    return attach(request, entry, files)


def attach(request: Request, entry: Entry, files: Sequence[LooseFile]) -> tuple[Filed, ...]:
    """Attach files to a record; answer those that it did not have. Refuses more than it may have.

    That the person may record it is for the caller to require.
    """
    first = filing.first_entered(request.session, entry)
    new = filing.new_among(request.session, first, files)
    if len(filing.attached(request.session, first)) + len(new) > MOST_FILES:
        raise Refused(Message("too_many_files", {"number": entry.number, "most": MOST_FILES}))
    attached = filing.attach(request.session, first, new, request.origin)
    return tuple(filing.filed(each) for each in attached)
