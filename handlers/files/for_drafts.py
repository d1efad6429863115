"""Files that come in answer to a question or a guided form: they wait for the record made of it.

Each was kept for the draft before its words were read (``storage/loose_files.py``).
"""

from handlers.asking.answer import TYPED, own
from handlers.files.accepted import TAKING_FILES
from handlers.files.adding import MOST_FILES
from handlers.files.doc import file_said, overheard
from handlers.request import Handler, Reply, Request
from storage import drafts, loose_files
from storage.drafts import Draft
from storage.messages import Message


def keeping(typed: Handler) -> Handler:
    """Make the handler of typed answers (``7 昨天``) one that takes files with them, too."""

    def handle(request: Request) -> Reply:
        match = TYPED.fullmatch(request.arguments)
        if request.file is None or match is None:
            return typed(request)
        draft = drafts.find(request.session, int(match[1]))
        alone = request.saying(match[2].strip())
        if draft is None or draft.chat_id != request.chat_id:
            return file_said(alone)
        if _is_one_too_many(request, draft):
            return (Message("too_many_files", {"number": None, "most": MOST_FILES}),)
        unused = () if draft.command in TAKING_FILES else (Message("file_unused"),)
        if alone.arguments:
            return typed(request) + unused
        belongs = overheard(alone)
        return _kept(request, draft, unused) if belongs is None else belongs

    return handle


def _is_one_too_many(request: Request, draft: Draft) -> bool:
    """Tell whether the record would have too many files; lets go of those it cannot have."""
    over = loose_files.of_draft(request.session, draft)[MOST_FILES:]
    loose_files.release(request.session, over)
    return request.message_id in [file.message_id for file in over]


def _kept(request: Request, draft: Draft, unused: Reply) -> Reply:
    """Leave the question as it is, and say that the file waits; of an album once."""
    came = loose_files.of_message(request.session, request.chat_id, request.message_id or 0)
    album = [] if came is None else loose_files.with_album(request.session, came)
    if came not in album[:1]:
        return ()
    own(request, draft.key)
    draft.touched_at = request.now
    drafts.keep(request.session, draft)
    return unused or (Message("file_kept", {"album": came is not None and came.album is not None}),)
