"""Files of records: loose, attached, taken off, hashed; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from storage import drafts, entries, file_hashes, filing, journal, listing, loose_files
from storage.attachments import Attachment, FileHash, FileKind, LooseFile, SentFile
from storage.database import snapshot, transaction
from storage.drafts import Draft
from storage.journal import RecordText
from storage.ledger import Audit, Entry
from storage.proof import prove
from storage.units import Unit
from tests.storage.samples import POLICY, a_unit, day, said

PDF = SentFile(FileKind.DOCUMENT, "A1", "U1", "会议记录.pdf", "application/pdf", 1200)
PHOTO = SentFile(FileKind.PHOTO, "P1", "Q1", size=300, album="7")
NOW = said().at
MEETING = RecordText(kinds=("支委会",), held_on=day("2026-03-05"))


def a_record(session: Session, unit: Unit, amends: Entry | None = None) -> Entry:
    number = journal.add_record(session, unit.key, MEETING, said(), amends)
    entry = entries.entry_numbered(session, unit.key, number)
    assert entry is not None
    return entry


def came(
    session: Session, file: SentFile, message_id: int, at: str = "2026-03-05 10:00"
) -> LooseFile:
    loose_files.keep(session, file, said(at, message_id))
    found = loose_files.of_message(session, -100, message_id)
    assert found is not None
    return found


def attach(session: Session, entry: Entry, *files: LooseFile) -> list[Attachment]:
    new = filing.new_among(session, entry, files)
    return filing.attach(session, entry, new, said())


def test_a_loose_file_is_kept_for_a_day_and_once_for_a_message(session: Session) -> None:
    came(session, PDF, 1)
    assert came(session, replace(PDF, file_unique_id="U2"), 1).file_unique_id == "U2"
    came(session, PDF, 2, "2026-03-06 10:01")

    assert loose_files.of_message(session, -100, 1) is None
    assert loose_files.of_message(session, -100, 2) is not None


def test_an_album_is_what_one_person_sent_together(session: Session) -> None:
    second = came(session, replace(PHOTO, file_unique_id="Q2"), 12)
    first = came(session, PHOTO, 11)
    came(session, replace(PHOTO, album="8"), 13)
    loose_files.keep(session, PHOTO, replace(said(message_id=14), actor=9))

    assert list(loose_files.with_album(session, second)) == [first, second]
    assert list(loose_files.with_album(session, came(session, PDF, 15))) == [
        loose_files.of_message(session, -100, 15)
    ]


def test_what_is_sent_for_a_draft_stays_as_long_as_it_and_goes_to_one_record(
    session: Session,
) -> None:
    draft = Draft(
        chat_id=-100, actor=said().actor, command="meeting", written_at=NOW, touched_at=NOW
    )
    number = drafts.keep(session, draft)
    loose_files.keep(session, PDF, said(message_id=1), number)
    loose_files.keep(session, PHOTO, said(message_id=2), number)
    loose_files.keep(session, PHOTO, replace(said(message_id=3), actor=9), number)
    came(session, PDF, 4, "2026-03-09 10:00")
    assert [each.message_id for each in loose_files.of_draft(session, draft)] == [1, 2]

    came(session, PDF, 1)  # its caption was edited
    assert [each.message_id for each in loose_files.of_draft(session, draft)] == [1, 2]

    loose_files.release(session, loose_files.of_draft(session, draft)[:1])
    assert [each.message_id for each in loose_files.of_draft(session, draft)] == [2]
    drafts.close(session, draft)
    came(session, PDF, 5, "2026-03-09 10:00")
    assert loose_files.of_message(session, -100, 2) is None


def test_the_same_file_counts_once_and_each_is_audited(session: Session) -> None:
    entry = a_record(session, a_unit(session))
    attach(session, entry, came(session, PDF, 1), came(session, PDF, 2))
    assert attach(session, entry, came(session, PDF, 3)) == []

    assert [each.name for each in filing.attached(session, entry)] == ["会议记录.pdf"]


def test_what_is_taken_off_is_gone_and_may_come_back(session: Session) -> None:
    entry = a_record(session, a_unit(session))
    (pdf,) = attach(session, entry, came(session, PDF, 1))
    photos = attach(
        session,
        entry,
        came(session, PHOTO, 2),
        came(session, replace(PHOTO, file_unique_id="Q2"), 3),
    )
    assert filing.together_with(session, pdf) == [pdf]
    assert [each.id for each in filing.together_with(session, photos[1])] == [
        each.id for each in photos
    ]
    found = filing.entry_of_album(session, -100, "7")
    assert found is not None
    assert found.id == entry.id
    filing.detach(session, entry, photos, said())

    assert [each.id for each in filing.attached(session, entry)] == [pdf.id]
    assert filing.together_with(session, photos[0]) == []
    assert filing.entry_of_album(session, -100, "7") is None
    assert filing.ever_attached(session, entry) == {"U1", "Q1", "Q2"}
    assert len(attach(session, entry, came(session, PHOTO, 4))) == 1


def test_the_audit_tells_of_every_file(engine: Engine) -> None:
    with transaction(engine) as session:
        entry = a_record(session, a_unit(session))
        files = attach(session, entry, came(session, PDF, 1))
        filing.detach(session, entry, files, said())
    with snapshot(engine) as session:
        actions = list(session.exec(select(Audit.action).order_by(col(Audit.id))))
        assert actions[-2:] == ["attach", "detach"]
        assert prove(session).flaw is None


def test_amendments_have_the_files_of_the_record(session: Session) -> None:
    unit = a_unit(session)
    entry = a_record(session, unit)
    amended = a_record(session, unit, a_record(session, unit, entry))
    other = a_record(session, unit)
    assert filing.first_entered(session, amended).id == entry.id
    attach(session, entry, came(session, PDF, 1))
    file_hashes.keep_hash(session, "U1", "ab", 1201, said().at)

    listed = listing.records(session, POLICY, unit, day("2026-03-01"), day("2026-03-31"))
    files = {each.number: each.attachments for each in listed}
    assert [len(found) for found in files.values()] == [1, 1, 1, 0]
    assert files[other.number] == ()
    (file,) = files[amended.number]
    assert (file.name, file.size, file.sha256) == ("会议记录.pdf", 1201, "ab")
    assert filing.of_unit(session, a_unit(session, "第二支部").key) == {}


def test_what_was_not_looked_at_is_found_and_the_first_answer_stays(session: Session) -> None:
    entry = a_record(session, a_unit(session))
    second = a_record(session, a_unit(session, "第二支部"))
    attach(session, entry, came(session, PDF, 1), came(session, PHOTO, 2))
    attach(session, second, came(session, PDF, 3))
    at = said().at
    hour = timedelta(hours=1)

    waiting = file_hashes.unhashed(session, at)
    assert [each.file_unique_id for each in waiting] == ["U1", "Q1"]
    assert file_hashes.unhashed(session, at + hour) == []
    assert file_hashes.late_hashes(session, at, at + hour) == 3
    assert file_hashes.late_hashes(session, at - hour, at) == 0
    for sha256 in ("ab", "cd"):
        file_hashes.keep_hash(session, "U1", sha256, 3, at)

    assert session.exec(select(FileHash.sha256)).all() == ["ab"]
    assert [each.file_unique_id for each in file_hashes.unhashed(session, at)] == ["Q1"]
    filing.detach(session, entry, filing.attached(session, entry), said())
    assert file_hashes.unhashed(session, at) == []


def test_a_file_once_attached_cannot_be_changed(session: Session) -> None:
    attach(session, a_record(session, a_unit(session)), came(session, PDF, 1))
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("UPDATE attachment SET name = 'x'"))
