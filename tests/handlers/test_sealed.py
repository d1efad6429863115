"""What a year that the superior has assessed lets whom do."""

import pytest

from compliance.access import Role
from handlers.corrections.amending import amend
from handlers.corrections.returning import send_back
from handlers.corrections.undoing import undo
from handlers.dues.paying import dues
from handlers.records.recording import meeting
from handlers.request import Handler
from storage import journal
from storage.journal import Origin, RecordText
from storage.messages import Message
from tests.handlers.office import FIRST, GENERAL, SECOND, Office
from tests.storage.samples import day, moment

NOW = moment("2027-02-10 10:00")
THEN = moment("2026-11-25 10:00")


@pytest.fixture
def superior(office: Office) -> int:
    return office.appoint(Role.SUPERVISOR, office.general)


@pytest.fixture
def sealed(office: Office, superior: int) -> Office:
    """A study (#1), a payment (#2) and a remittance (#3) of 2026; assessed on 20 January (#4)."""
    office.ask(meeting, "学习 11月20日 应到4 实到4", message_id=5, now=THEN)
    office.ask(dues, "张三 40 11月", message_id=6, now=THEN)
    office.ask(dues, "上缴 11月 40", message_id=7, now=THEN)
    assess(office, superior)
    return office


def assess(office: Office, superior: int, at: str = "2027-01-20 10:00") -> int:
    text = RecordText(kinds=("考核",), held_on=day("2026-12-31"))
    return journal.add_record(
        office.session, office.first.key, text, Origin(superior, moment(at), GENERAL, None)
    )


TOUCHING: list[tuple[Handler, str]] = [
    (meeting, "学习 2026年12月20日 应到4 实到4"),
    (dues, "李四 50 2026年12月"),
    (dues, "全部 2026年12月"),
    (dues, "上缴 2026年12月 40"),
    (dues, "核定 张三 月交90 2026年3月"),
    (dues, "核定 张三 月交90 2025年3月"),
    (amend, "#1 实到3"),
    (amend, "#2 30"),
    (amend, "#2 2027年1月"),
    (undo, "#1"),
    (undo, "#2"),
    (undo, "#3"),
    (undo, "1-2"),
]


@pytest.mark.parametrize(("handler", "said"), TOUCHING)
def test_the_branch_changes_nothing_of_a_sealed_year(
    sealed: Office, handler: Handler, said: str
) -> None:
    answer = sealed.ask(handler, said, now=NOW)
    assert answer.template == "sealed"
    entering = handler in (meeting, dues) and not said.startswith("核定")
    values = {"unit": "第一支部", "year": 2026, "number": 4, "entering": entering}
    assert answer.values == values
    assert sealed.entries() == 4


def test_an_edited_message_of_a_sealed_year_is_refused(sealed: Office) -> None:
    for handler, said, message_id in (
        (meeting, "学习 2026年11月20日 应到4 实到3", 5),
        (dues, "张三 30 2026年11月", 6),
    ):
        answer = sealed.ask(handler, said, message_id=message_id, edited=True, now=NOW)
        assert answer.template == "sealed"


def test_what_is_moved_into_a_sealed_year_is_refused(sealed: Office) -> None:
    sealed.ask(meeting, "学习 2027年2月5日 应到4 实到4", now=NOW)
    sealed.ask(dues, "张三 40 2027年1月", now=NOW)
    assert sealed.ask(amend, "#5 2026年12月20日", now=NOW).template == "sealed"
    assert sealed.ask(amend, "#6 2026年12月", now=NOW).template == "sealed"
    assert sealed.ask(amend, "#5 2027年2月6日", now=NOW).template == "amended"


@pytest.mark.parametrize(("chat", "private"), [(GENERAL, False), (FIRST, False), (77, True)])
def test_the_superior_corrects_it_and_the_branch_is_told(
    sealed: Office, superior: int, chat: int, private: bool
) -> None:
    told: list[tuple[str, object]] = []
    for handler, said in ((amend, "#1 实到3"), (amend, "#2 30"), (undo, "#3")):
        named = said if chat == FIRST else f"第一支部 {said}"
        here, *others = sealed.replies(
            handler, named, actor=superior, chat=chat, private=private, now=NOW
        )
        assert (here.values["by_superior"], here.values["assessed"]) == ("第一支部", 2026)
        assert [each.chat_id for each in others] == ([] if chat == FIRST else [FIRST])
        assert all(each.template == here.template and not each.buttons for each in others)
        told += [(each.template, each.values.get("private")) for each in others]
    assert sealed.live() == {4, 5, 6, 7}
    assert {private for _, private in told} <= {False}


def test_what_the_superior_took_back_in_private_names_nobody_in_the_branch(
    sealed: Office, superior: int
) -> None:
    here, there = sealed.replies(
        undo, "第一支部 #2", actor=superior, chat=superior, private=True, now=NOW
    )
    shown = [each.values["entries"][0]["payment"] for each in (here, there)]  # type: ignore[index]
    assert (shown[0].person, shown[1]) == ("张三", None)


def test_the_buttons_of_a_superiors_correction_name_the_branch(
    sealed: Office, superior: int
) -> None:
    echo = sealed.ask(amend, "第一支部 #1 实到3", actor=superior, chat=GENERAL, now=NOW)
    ((change, back),) = echo.buttons
    assert echo.prompt == f"/amend @{sealed.first.key} #5"
    asked = sealed.ask(
        amend, change.data.removeprefix("amend:"), actor=superior, chat=GENERAL, now=NOW
    )
    assert (asked.template, asked.prompt) == ("ask_amend", f"/amend @{sealed.first.key} #5")
    said = f"{asked.prompt.removeprefix('/amend ')} 实到2"  # type: ignore[union-attr]
    assert sealed.ask(amend, said, actor=superior, chat=GENERAL, now=NOW).values["amends"] == 5
    assert sealed.live() == {2, 3, 4, 6}
    assert back.data == f"undo:@{sealed.first.key} 5"


def test_taking_back_the_assessment_opens_the_year(sealed: Office, superior: int) -> None:
    here, *others = sealed.replies(undo, "第一支部 #4", actor=superior, chat=GENERAL, now=NOW)
    assert (here.template, [each.chat_id for each in others]) == ("undone", [FIRST])
    assert sealed.ask(amend, "#1 实到3", now=NOW).template == "amended"
    assert sealed.ask(undo, "#2", now=NOW).template == "undone"
    said = "学习 2026年12月20日 应到4 实到4"
    assert sealed.ask(meeting, said, now=NOW).template == "recorded"
    refused = sealed.ask(amend, "第一支部 #6 实到2", actor=superior, chat=GENERAL, now=NOW)
    assert refused.template in ("dead_entry", "not_amended", "not_allowed")


def test_a_superior_changes_nothing_of_an_open_year(sealed: Office, superior: int) -> None:
    sealed.ask(meeting, "学习 2027年2月5日 应到4 实到4", now=NOW)
    for handler, said in ((amend, "第一支部 #5 实到3"), (undo, "第一支部 #5")):
        answer = sealed.ask(handler, said, actor=superior, chat=GENERAL, now=NOW)
        assert answer.template == "not_allowed"


def test_one_with_a_post_in_the_branch_is_no_superior_of_it(sealed: Office, superior: int) -> None:
    sealed.grant(superior, Role.SECRETARY, sealed.first)
    answer = sealed.ask(amend, "#1 实到3", actor=superior, now=NOW)
    assert answer.template == "sealed"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GROUP_LEADER, Role.PUBLICITY, None])
def test_others_are_refused_as_ever(sealed: Office, role: Role | None) -> None:
    home = sealed.group if role is Role.GROUP_LEADER else sealed.first
    actor = 99 if role is None else sealed.appoint(role, home)
    answer = sealed.ask(undo, "#1", actor=actor, now=NOW)
    expected = "entered_by_another" if role is Role.PUBLICITY else "not_allowed"
    assert answer.template == expected
    assert sealed.ask(undo, "第一支部 #1", actor=actor, chat=SECOND, now=NOW).template in (
        expected,
        "unknown_unit",
    )


def test_a_provisional_assessment_leaves_the_last_days_to_be_entered(
    office: Office, superior: int
) -> None:
    assess(office, superior, "2026-12-20 10:00")

    def entered(at: str) -> Message:
        return office.ask(meeting, "学习 2026年12月30日 应到4 实到4", now=moment(at))

    assert entered("2026-12-31 10:00").template == "recorded"
    assert entered("2027-01-04 10:00").template == "recorded"
    assert entered("2027-01-20 10:00").template == "sealed"


def test_an_unsealed_year_of_long_ago_is_corrected(office: Office) -> None:
    office.ask(meeting, "学习 11月20日 应到4 实到4", now=THEN)
    far = moment("2030-05-05 10:00")
    assert office.ask(amend, "#1 实到3", now=far).template == "amended"
    assert office.ask(undo, "#2", now=far).template == "undone"


def test_another_branch_is_not_sealed_with_it(sealed: Office) -> None:
    secretary = sealed.appoint(Role.SECRETARY, sealed.second)
    said = "学习 2026年12月20日 应到1 实到1"
    answer = sealed.ask(meeting, said, actor=secretary, chat=SECOND, now=NOW)
    assert answer.template == "recorded"


@pytest.mark.parametrize("said", ["第一支部 #1 原因:签名不全", "第一支部 #2 原因:数不对"])
def test_a_sealed_year_is_not_sent_back_to_those_who_may_not_amend_it(
    sealed: Office, superior: int, said: str
) -> None:
    refused = sealed.ask(send_back, said, actor=superior, chat=GENERAL, now=NOW)
    assert (refused.template, sealed.entries()) == ("sealed", 4)
