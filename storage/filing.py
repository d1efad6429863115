"""Files of records: attached, taken off, and listed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage import journal
from storage.attachments import Attachment, FileHash, FileKind, LooseFile
from storage.chain import canonical
from storage.columns import table_of
from storage.database import run
from storage.journal import Origin
from storage.ledger import Entry, EntryKind

_ATTACHMENT = table_of(Attachment)
_INSERT = insert(_ATTACHMENT).returning(_ATTACHMENT.c.id)
_FIELDS = ("kind", "file_id", "file_unique_id", "name", "mime", "size", "album")


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a record; ``sha256`` is None until its bytes were looked at. ``size`` in bytes."""

    id: int
    kind: FileKind
    name: str | None
    mime: str | None
    size: int | None
    file_id: str
    sha256: str | None = None


def first_entered(session: Session, entry: Entry) -> Entry:
    """Answer a record as it was first entered: what this amends in the end, if it amends any."""
    while entry.kind == EntryKind.RECORD and entry.target_id is not None:
        entry = session.get_one(Entry, entry.target_id)
    return entry


def entry_of_album(session: Session, chat_id: int, album: str) -> Entry | None:
    """Answer the record, as first entered, to which an album was attached last and still is."""
    query = select(Attachment).where(
        Attachment.chat_id == chat_id, Attachment.album == album, *live()
    )
    found = session.exec(query.order_by(col(Attachment.id).desc())).first()
    return None if found is None else session.get_one(Entry, found.entry_id)


def new_among(session: Session, entry: Entry, files: Iterable[LooseFile]) -> list[LooseFile]:
    """Answer the files that a record does not have, each once; ``entry`` as first entered."""
    there = {each.file_unique_id for each in attached(session, entry)}
    new = {file.file_unique_id: file for file in files if file.file_unique_id not in there}
    return list(new.values())


def attach(
    session: Session, entry: Entry, files: Iterable[LooseFile], origin: Origin
) -> list[Attachment]:
    """Attach files that a record does not have to it; ``entry`` is as first entered."""
    return [
        _add(session, entry, "attach", origin, {**_said_of(file), **_came_in(file)})
        for file in files
    ]


def detach(session: Session, entry: Entry, files: Iterable[Attachment], origin: Origin) -> None:
    """Take files off a record, each by a row of its own; ``entry`` is as first entered."""
    for file in files:
        _add(session, entry, "detach", origin, {"removes_id": file.id, **_said_of(file)})


def _said_of(file: LooseFile | Attachment) -> dict[str, Any]:
    return {name: getattr(file, name) for name in _FIELDS}


def _came_in(file: LooseFile) -> dict[str, Any]:
    return {"chat_id": file.chat_id, "message_id": file.message_id}


def _add(
    session: Session, entry: Entry, action: str, origin: Origin, values: dict[str, Any]
) -> Attachment:
    """Add a row, past the mapper: it must not remember one that a refusal undoes."""
    row = {
        "entry_id": entry.key,
        "added_by": origin.actor,
        "added_at": origin.at,
        "chat_id": origin.chat_id,
        "message_id": origin.message_id,
        **values,
    }
    number: int = run(session, _INSERT, row).scalar_one()
    after = canonical({"attachment": [{"id": number, **row}]})
    journal.add_audit(session, entry.unit_id, action, origin, after=after)
    return Attachment(id=number, **row)


def live() -> tuple[ColumnElement[bool], ...]:
    """Answer what makes a row of the table a file that is attached still."""
    removal = aliased(Attachment)
    taken_off = select(removal.id).where(col(removal.removes_id) == col(Attachment.id)).exists()
    return col(Attachment.removes_id).is_(None), ~taken_off


def attached(session: Session, entry: Entry) -> Sequence[Attachment]:
    """Answer the files that a record has, in the order attached; ``entry`` as first entered."""
    query = select(Attachment).where(Attachment.entry_id == entry.id, *live())
    query = query.order_by(col(Attachment.id)).execution_options(populate_existing=True)
    return session.exec(query).all()


def ever_attached(session: Session, entry: Entry) -> frozenset[str]:
    """Answer which files a record has or had, by what Telegram knows them by."""
    query = select(Attachment.file_unique_id).where(Attachment.entry_id == entry.id)
    return frozenset(session.exec(query))


def together_with(session: Session, file: Attachment) -> list[Attachment]:
    """Answer a file of a record with those of its album that the record has, too."""
    entry = session.get_one(Entry, file.entry_id)
    album = (file.chat_id, file.album)
    return [
        each
        for each in attached(session, entry)
        if each.id == file.id or (file.album is not None and (each.chat_id, each.album) == album)
    ]


def of_unit(session: Session, unit_id: int) -> Mapping[int, tuple[Filed, ...]]:
    """Answer the files of a unit's records: by the id of each entry, an amendment's too."""
    query = (
        select(Attachment, FileHash)
        .join(Entry, col(Entry.id) == col(Attachment.entry_id))
        .outerjoin(FileHash, col(FileHash.file_unique_id) == col(Attachment.file_unique_id))
        .where(Entry.unit_id == unit_id, *live())
        .order_by(col(Attachment.id))
    )
    found: dict[int, tuple[Filed, ...]] = defaultdict(tuple)
    for attachment, hashed in session.exec(query):
        found[attachment.entry_id] += (filed(attachment, hashed),)
    return {**found, **_of_amendments(session, unit_id, found)} if found else found


def _of_amendments(
    session: Session, unit_id: int, found: Mapping[int, tuple[Filed, ...]]
) -> dict[int, tuple[Filed, ...]]:
    """Answer the files of amendments: those of what each amends, which is always older."""
    query = select(Entry.id, Entry.target_id).where(
        Entry.unit_id == unit_id, Entry.kind == EntryKind.RECORD, col(Entry.target_id).is_not(None)
    )
    files = dict(found)
    for entry_id, target_id in session.exec(query.order_by(col(Entry.id))):
        if entry_id is not None and target_id in files:
            files[entry_id] = files[target_id]
    return files


def filed(attachment: Attachment, hashed: FileHash | None = None) -> Filed:
    """Answer what is told of a file; its true size, once that is known."""
    return Filed(
        id=attachment.key,
        kind=attachment.kind,
        name=attachment.name,
        mime=attachment.mime,
        size=attachment.size if hashed is None else hashed.size,
        file_id=attachment.file_id,
        sha256=None if hashed is None else hashed.sha256,
    )
