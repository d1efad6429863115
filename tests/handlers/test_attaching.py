"""Who may attach files to which record and take them off, and whom nobody answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from compliance.access import Role
from handlers.corrections.undoing import undo
from handlers.files.accepted import MOST_BYTES
from handlers.files.doc import choose, doc, file_overheard, file_said
from handlers.files.record_files import take_off
from handlers.records.recording import meeting
from storage import journal
from storage.attachments import FileKind, SentFile
from storage.journal import Origin, RecordText
from storage.messages import Message
from tests.handlers.office import FIRST, GENERAL, NOW, SECOND, STRANGER, Office
from tests.storage.samples import day, moment

NEXT_YEAR = moment("2027-02-10 10:00")
MEETING = "学习 11月20日 应到4 实到4"


def pdf(name: str, size: int = 10) -> SentFile:
    return SentFile(FileKind.DOCUMENT, name, name, f"{name}.pdf", "application/pdf", size)


@pytest.fixture
def recorded(office: Office) -> Office:
    """The secretary's study (#1, message 5) with one file of theirs."""
    office.ask(meeting, MEETING, message_id=5)
    assert office.ask(doc, "#1", file=pdf("A"), message_id=6).template == "filed"
    return office


@pytest.fixture
def superior(recorded: Office) -> int:
    return recorded.appoint(Role.SUPERVISOR, recorded.general)


@pytest.fixture
def sealed(recorded: Office, superior: int) -> Office:
    """The same, once 2026 has been assessed (#2)."""
    text = RecordText(kinds=("考核",), held_on=day("2026-12-31"))
    origin = Origin(superior, moment("2027-01-20 10:00"), GENERAL, None)
    journal.add_record(recorded.session, recorded.first.key, text, origin)
    return recorded


def undoing(message: Message) -> str:
    ((button,),) = message.buttons
    return button.data.removeprefix("unfile:")


def test_who_may_record_attaches_to_anothers_record_and_takes_off_only_their_own(
    recorded: Office,
) -> None:
    officer = recorded.appoint(Role.PUBLICITY, recorded.first)
    filed = recorded.ask(doc, "#1", actor=officer, file=pdf("B"), message_id=7)

    assert recorded.ask(doc, "#1 删 1", actor=officer).template == "entered_by_another"
    assert recorded.ask(take_off, "1", actor=officer).template == "entered_by_another"
    assert recorded.ask(take_off, undoing(filed), actor=officer).template == "unfiled"
    assert recorded.ask(doc, "#1 删 1").template == "unfiled"


def test_who_may_correct_takes_off_anothers_file(recorded: Office) -> None:
    deputy = recorded.appoint(Role.DEPUTY, recorded.first)
    assert recorded.ask(doc, "#1 删 1", actor=deputy).template == "unfiled"


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPUTY, Role.PUBLICITY])
def test_the_branch_changes_no_files_of_a_sealed_year(sealed: Office, role: Role) -> None:
    actor = sealed.secretary if role is Role.SECRETARY else sealed.appoint(role, sealed.first)

    def refused(message: Message) -> bool:
        return message.template in ("sealed", "entered_by_another")

    assert refused(sealed.ask(doc, "#1 删 1", actor=actor, now=NEXT_YEAR))
    assert refused(sealed.ask(take_off, "1", actor=actor, now=NEXT_YEAR))
    for handler, said, follows in ((doc, "#1", None), (doc, "", 5), (file_said, "", 5)):
        told = sealed.ask(
            handler,
            said,
            actor=actor,
            file=pdf("B"),
            message_id=20,
            follows=follows,
            now=NEXT_YEAR,
        )
        assert told.template == "sealed"
    told = sealed.ask(choose, "20.1", actor=actor, now=NEXT_YEAR)
    assert told.template == "sealed"
    assert len(files(sealed, NEXT_YEAR)) == 1


def files(office: Office, now: datetime = NOW) -> tuple[object, ...]:
    listed = office.ask(doc, "#1", now=now).values["files"]
    assert isinstance(listed, tuple)
    return listed


@pytest.mark.parametrize("named", ["第一支部 #1", "@{id} #1"])
def test_a_superior_attaches_to_a_sealed_year_and_the_branch_is_told(
    sealed: Office, superior: int, named: str
) -> None:
    said = named.format(id=sealed.first.key)
    place = f"/doc @{sealed.first.key} #1"
    here, there = sealed.replies(
        doc, said, actor=superior, chat=GENERAL, file=pdf("B"), message_id=8, now=NEXT_YEAR
    )
    assert (here.template, here.prompt, here.values["by_superior"]) == ("filed", place, "第一支部")
    assert (there.template, there.chat_id, there.buttons) == ("filed", FIRST, ())

    back, told = sealed.replies(
        take_off, undoing(here), actor=superior, chat=GENERAL, now=NEXT_YEAR
    )
    assert (back.template, back.prompt, told.chat_id) == ("unfiled", place, FIRST)
    listed = sealed.ask(doc, said, actor=superior, chat=GENERAL, now=NEXT_YEAR)
    assert (listed.template, listed.prompt) == ("files", place)
    assert listed.values["files"] == files(sealed, NEXT_YEAR)


def test_a_superior_lists_the_files_of_an_open_year_and_changes_none(
    recorded: Office, superior: int
) -> None:
    def ask(said: str, **more: object) -> str:
        return recorded.ask(doc, said, actor=superior, chat=GENERAL, **more).template

    assert ask("第一支部 #1") == "files"
    assert ask("第一支部 #1 删 1") == "not_allowed"
    assert ask("第一支部 #1", file=pdf("B"), message_id=8) == "not_allowed"


def test_files_of_a_unit_out_of_reach_are_not_shown(recorded: Office) -> None:
    other = recorded.appoint(Role.SECRETARY, recorded.second)
    for said in ("第一支部 #1", f"@{recorded.first.key} #1", f"@{recorded.first.key} #1 删 1"):
        told = recorded.ask(doc, said, actor=other, chat=SECOND)
        assert told.template in ("unknown_unit", "not_allowed")


@pytest.mark.parametrize("size", [10, MOST_BYTES + 1])
def test_what_others_send_in_reply_to_a_record_is_passed_over(recorded: Office, size: int) -> None:
    member = recorded.appoint(Role.MEMBER, recorded.first)
    for actor in (STRANGER, member):
        said = recorded.replies(
            file_overheard, "", actor=actor, file=pdf("B", size), message_id=9, follows=5
        )
        assert said == ()
    told = recorded.ask(file_overheard, "", file=pdf("C", size), message_id=10, follows=5)
    assert told.template == ("filed" if size == 10 else "file_refused")


def test_a_stranger_is_not_told_which_records_were_taken_back(recorded: Office) -> None:
    recorded.ask(undo, "#1")
    assert recorded.ask(take_off, "1", actor=STRANGER).template == "not_allowed"
    assert recorded.ask(take_off, "1").template == "dead_entry"


def test_a_group_leader_sees_the_files_of_the_groups_own_meeting_alone(recorded: Office) -> None:
    leader = recorded.appoint(Role.GROUP_LEADER, recorded.group)
    recorded.ask(meeting, "党小组会 第一小组 11月20日", actor=leader, message_id=11)
    assert recorded.ask(doc, "#2", actor=leader).template == "files"
    assert recorded.ask(doc, "#1", actor=leader).template == "not_allowed"
