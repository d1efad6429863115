"""A roster that is sent to the bot: kept, to be fetched and read, and shown before it is taken."""

from compliance.access import Action
from handlers.grammar import vocabulary
from handlers.meant import unit_for
from handlers.request import Refused, Reply, Request
from handlers.roster_files.columns import IGNORED
from handlers.roster_files.misfits import MOST_BYTES, unfit
from storage import loose_files, uploads
from storage.attachments import FileKind, SentFile
from storage.messages import Message
from storage.units import Unit
from storage.uploads import Upload, UploadState

UNNAMED = "roster"
_TABLES = (".csv", ".xlsx")


def require_private(request: Request) -> None:
    """Refuse to deal with people's data where others read along."""
    if not request.private:
        raise Refused(Message("roster_in_private"))


def is_called_roster(request: Request) -> bool:
    """Tell whether the file that came is called a roster, and of a kind that one is read from."""
    name = "" if request.file is None else (request.file.name or "").lower()
    words = vocabulary.table("commands")["roster"]
    return name.endswith(_TABLES) and any(word in name for word in words)


def imported(request: Request, named: str) -> Reply:
    """Take the roster that came with the request, or in the message that it replies to.

    ``named`` is what the unit is called that it is for, if one is. Without a file it is told how
    to send one.
    """
    require_private(request)
    unit = unit_for(request, Action.ROSTER_EDIT, named)
    file = request.file or _followed(request)
    if file is None:
        return (how(unit),)
    name = file.name or UNNAMED
    wrong = _wrong_with(file)
    if wrong is not None:
        values = {"name": name, "misfits": unfit(wrong).misfits, "sheet": ""}
        raise Refused(Message("roster_unfit", values))
    new = Upload(
        unit_id=unit.key,
        actor=request.actor,
        chat_id=request.chat_id,
        thread_id=request.thread_id,
        file_id=file.file_id,
        name=name,
        state=UploadState.FETCHING,
        sent_at=request.now,
        touched_at=request.now,
    )
    uploads.add(request.session, new)
    return (Message("roster_reading", {"name": name, "unit": unit.name}),)


def how(unit: Unit) -> Message:
    """Tell how a roster is imported, in which columns."""
    chinese = unit.locale == "zh"
    columns = tuple(
        words[0] if chinese else next(word for word in words if word.isascii())
        for field, words in vocabulary.table("roster_columns").items()
        if field not in (IGNORED, "name")
    )
    return Message("roster_how_file", {"most": MOST_BYTES // 10**6, "columns": columns})


def _followed(request: Request) -> SentFile | None:
    """Answer the file of the message that this replies to, if its sender asks."""
    if request.follows is None:
        return None
    kept = loose_files.of_message(request.session, request.chat_id, request.follows)
    if kept is None or kept.actor != request.actor:
        return None
    return SentFile(
        kind=kept.kind,
        file_id=kept.file_id,
        file_unique_id=kept.file_unique_id,
        name=kept.name,
        mime=kept.mime,
        size=kept.size,
        album=None,
    )


def _wrong_with(file: SentFile) -> str | None:
    """Answer what can be seen to be wrong with a file before it is fetched."""
    if file.kind is not FileKind.DOCUMENT:
        return "roster_no_workbook"
    return "roster_too_large" if file.size is not None and file.size > MOST_BYTES else None
