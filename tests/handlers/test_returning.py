"""Who may send an entry back, what becomes of it, and what a group hears of a payment."""

import pytest

from compliance.access import Role
from handlers.corrections.amending import amend
from handlers.corrections.returning import LONGEST, send_back
from handlers.corrections.undoing import undo
from handlers.dues.paying import dues
from handlers.records.recording import meeting
from handlers.rulings.waiving import waive
from storage import posts
from storage.journal import Origin
from storage.messages import Message
from tests.handlers.office import FIRST, GENERAL, NOW, STRANGER, Office

MEETING = "支委会 11月20日 应到5 实到4 缺席:李四(出差)"


@pytest.fixture
def superior(office: Office) -> int:
    return office.appoint(Role.SUPERVISOR, office.general)


def back(office: Office, actor: int, said: str = "第一支部 #1 原因:签名不全") -> Message:
    return office.ask(send_back, said, actor=actor, chat=GENERAL)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("above", [True, False])
def test_only_a_superior_may(office: Office, role: Role, above: bool) -> None:
    office.ask(meeting, MEETING)
    home = office.group if role is Role.GROUP_LEADER else office.first
    actor = office.appoint(role, office.general if above else home)
    answer = office.ask(send_back, "#1 原因:签名不全", actor=actor, chat=FIRST)
    if role is Role.SUPERVISOR and above:
        assert (answer.template, office.live()) == ("returned", {2})
    else:
        assert (answer.template, office.live()) == ("not_allowed", {1})


def test_a_stranger_learns_nothing(office: Office) -> None:
    office.ask(meeting, MEETING)
    answers = [
        office.ask(send_back, said, actor=STRANGER, chat=STRANGER, private=True)
        for said in ("第一支部 #1 原因:无", "第八支部 #1 原因:无", "第一支部 #7 原因:无")
    ]
    assert [answer.template for answer in answers] == ["unknown_unit"] * 3


def test_never_for_oneself(office: Office, superior: int) -> None:
    office.ask(meeting, MEETING)
    office.grant(superior, Role.MEMBER, office.first)
    assert back(office, superior).template == "own_unit"
    assert office.live() == {1}


def test_what_was_sent_back_can_be_amended_and_nothing_else(office: Office, superior: int) -> None:
    office.ask(meeting, MEETING)
    assert back(office, superior).template == "returned"
    assert office.ask(undo, "#1").template == "sent_back"
    assert back(office, superior).template == "sent_back"
    assert office.ask(amend, "#1 实到5 缺席:无").template == "amended"
    assert office.live() == {2, 3}


def test_said_anew_as_it_is_it_counts_again(office: Office, superior: int) -> None:
    office.ask(meeting, MEETING)
    back(office, superior)
    assert office.ask(amend, "#1 实到4").template == "amended"
    assert office.ask(amend, "#1 实到4").template == "unchanged"


def test_an_amendment_undone_waits_again_and_may_come_back(office: Office, superior: int) -> None:
    office.ask(meeting, MEETING)
    back(office, superior)
    office.ask(amend, "#1 实到5 缺席:无")
    office.ask(undo, "#3")
    assert office.live() == {2, 4}
    assert office.ask(undo, "#4").template == "undone"
    assert office.live() == {2, 3, 5}


def test_an_amendment_of_before_does_not_come_back_past_the_return(
    office: Office, superior: int
) -> None:
    office.ask(meeting, MEETING)
    office.ask(amend, "#1 实到5 缺席:无")
    office.ask(undo, "#2")
    back(office, superior)
    assert office.ask(undo, "#3").template == "place_taken"
    assert 2 not in office.live()


def test_a_return_is_the_superiors_to_take_back(office: Office, superior: int) -> None:
    office.ask(meeting, MEETING)
    back(office, superior)
    assert office.ask(undo, "#2").template == "not_allowed"
    assert office.ask(amend, "#2 实到5").template == "not_amended"
    taken = office.replies(undo, "第一支部 #2", actor=superior, chat=GENERAL)
    assert [message.chat_id for message in taken] == [None, FIRST]
    assert office.live() == {1, 3}


@pytest.mark.parametrize("said", ["第一支部 #1", "第一支部 #1 原因:", "第一支部 #1 退回原因: "])
def test_without_a_reason_it_is_asked_for(office: Office, superior: int, said: str) -> None:
    office.ask(meeting, MEETING)
    asked = back(office, superior, said)
    assert asked.prompt == f"/return @{office.first.key} #1"
    again = back(office, superior, f"@{office.first.key} #1 签名不全")
    assert (again.template, again.values["reason"]) == ("returned", "签名不全")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("第一支部 #2 原因:x", "not_returned"),
        ("第一支部 #9 原因:x", "no_entry"),
        ("第一支部 原因:x", "return_how"),
        (f"第一支部 #1 原因:{'长' * (LONGEST + 1)}", "long_reason"),
        ("", "return_how"),
        ("第八支部 #1 原因:x", "unknown_unit"),
    ],
)
def test_what_cannot_be_sent_back(office: Office, superior: int, said: str, refusal: str) -> None:
    office.ask(meeting, MEETING)
    office.ask(waive, "第一支部 学习 11月 原因:抗洪", actor=superior, chat=GENERAL)
    assert back(office, superior, said).template == refusal
    assert office.live() == {1, 2}


def test_an_edited_message_sends_nothing_back(office: Office, superior: int) -> None:
    office.ask(meeting, MEETING)
    answer = office.ask(send_back, "#1 原因:x", actor=superior, edited=True)
    assert (answer.template, office.live()) == ("ruling_edited", {1})


def test_of_a_payment_a_group_hears_the_number_alone(office: Office, superior: int) -> None:
    office.ask(dues, "张三 40 11月")
    replies = office.replies(
        send_back, "第一支部 #1 原因:张三的数不对", actor=superior, chat=GENERAL
    )
    heard = {message.chat_id: message.values for message in replies}
    assert set(heard) == {None, FIRST, office.secretary}
    for chat in (None, FIRST):
        assert (heard[chat]["payment"], heard[chat]["reason"]) == (None, None)
    assert heard[office.secretary]["reason"] == "张三的数不对"
    assert office.live() == {2}
    assert office.ask(amend, "#1 60").template == "dues_amended"


def test_of_a_payment_the_deputy_hears_while_the_secretary_is_away(
    office: Office, superior: int
) -> None:
    office.ask(dues, "张三 40 11月")
    deputy, today = office.appoint(Role.DEPUTY, office.first), NOW.date()
    by = Origin(superior, NOW, None, None)
    posts.take_leave(office.session, office.first.key, office.secretary, (today, today), by)
    said = "第一支部 #1 原因:张三的数不对"
    replies = office.replies(send_back, said, actor=superior, chat=GENERAL)
    assert {message.chat_id for message in replies} == {None, FIRST, deputy}


def test_an_edit_of_the_message_answers_the_return(office: Office, superior: int) -> None:
    office.ask(dues, "张三 40 11月", message_id=7)
    back(office, superior)
    assert office.ask(dues, "张三 60 11月", message_id=7, edited=True).template == "dues_amended"
    assert office.live() == {2, 3}
