"""Who may waive and score: a superior, and never for oneself."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from compliance.access import Role
from handlers.request import Handler
from handlers.rulings.scoring import score
from handlers.rulings.waiving import waive
from storage.database import forget
from storage.messages import Message
from tests.handlers.office import FIRST, GENERAL, STRANGER, UNBOUND, Office
from tests.storage.samples import a_unit

RULINGS: dict[str, tuple[Handler, str, str]] = {
    "waive": (waive, "学习 11月 原因:抗洪", "waived"),
    "score": (score, "创新 85 评语:好", "scored"),
    "finish": (score, "完成", "not_finished"),
}
ruling = pytest.mark.parametrize("doing", RULINGS)


def ask(
    office: Office, doing: str, actor: int, *, chat: int = FIRST, owner: bool = False
) -> Message:
    handler, said, _ = RULINGS[doing]
    return office.ask(handler, said, actor=actor, chat=chat, owner=owner)


def assert_refused(office: Office, answer: Message, template: str = "not_allowed") -> None:
    assert answer.template == template
    if template == "not_allowed":
        assert answer.values["roles"] == (Role.SUPERVISOR,)
    assert office.entries() == 0


@ruling
@pytest.mark.parametrize("role", Role)
def test_no_role_at_the_branch_itself_may(office: Office, role: Role, doing: str) -> None:
    home = office.group if role is Role.GROUP_LEADER else office.first
    assert_refused(office, ask(office, doing, office.appoint(role, home)))


@ruling
@pytest.mark.parametrize("role", Role)
def test_of_the_roles_above_only_the_superior_may(office: Office, role: Role, doing: str) -> None:
    answer = ask(office, doing, office.appoint(role, office.general))

    if role is Role.SUPERVISOR:
        assert answer.template == RULINGS[doing][2]
    else:
        assert_refused(office, answer)


@ruling
def test_a_stranger_may_not(office: Office, doing: str) -> None:
    assert_refused(office, ask(office, doing, STRANGER))


@ruling
def test_the_installations_owner_alone_may_not(office: Office, doing: str) -> None:
    assert_refused(office, ask(office, doing, STRANGER, owner=True))


@ruling
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", ["first", "group"])
def test_a_superior_with_a_post_there_is_told_why_not(
    office: Office, role: Role, place: str, doing: str
) -> None:
    superior = office.appoint(role, getattr(office, place))
    office.grant(superior, Role.SUPERVISOR, office.general)

    assert_refused(office, ask(office, doing, superior), "own_unit")
    assert_refused(office, ask(office, doing, superior, owner=True), "own_unit")


@ruling
def test_a_superior_with_a_post_elsewhere_may(office: Office, doing: str) -> None:
    superior = office.appoint(Role.SECRETARY, office.second)
    office.grant(superior, Role.SUPERVISOR, office.general)

    assert ask(office, doing, superior).template == RULINGS[doing][2]


@ruling
def test_a_superior_of_other_branches_may_not(office: Office, doing: str) -> None:
    assert_refused(office, ask(office, doing, office.appoint(Role.SUPERVISOR, office.second)))


@ruling
def test_in_the_superiors_own_chat_the_branch_is_named(office: Office, doing: str) -> None:
    handler, said, _ = RULINGS[doing]
    superior = office.appoint(Role.SUPERVISOR, office.general)

    answer = office.ask(handler, said, actor=superior, chat=GENERAL)
    assert answer.template == "name_branch"
    assert answer.values["names"] == ("第一支部", "第二支部")
    assert ask(office, doing, superior, chat=UNBOUND).template == "unbound_chat"


@pytest.mark.parametrize("doing", ["score", "finish"])
def test_a_branch_whose_name_has_several_words_is_named(office: Office, doing: str) -> None:
    handler, said, template = RULINGS[doing]
    office.second.name = "第二 联合支部"
    office.session.flush()
    superior = office.appoint(Role.SUPERVISOR, office.general)

    answer = office.ask(handler, f"第二 联合支部 {said}", actor=superior, chat=GENERAL)
    assert (answer.template, answer.values["unit"]) == (template, "第二 联合支部")
    answer = office.ask(handler, f"第二 联合支部组 {said}", actor=superior, chat=GENERAL)
    assert answer.template == "name_branch"


@ruling
def test_an_edited_message_rules_nothing(office: Office, doing: str) -> None:
    handler, said, _ = RULINGS[doing]
    superior = office.appoint(Role.SUPERVISOR, office.general)

    assert_refused(office, office.ask(handler, said, actor=superior, edited=True), "ruling_edited")


def test_a_score_that_counts_for_nothing_is_flagged(office: Office) -> None:
    superior = office.appoint(Role.SUPERVISOR, office.general)
    said = "廉政教育 85 评语:好"

    assert office.ask(score, said, actor=superior).values["idle"] == []
    office.first.founded = date(2026, 10, 1)
    office.session.add(office.first)
    office.session.flush()
    assert office.ask(score, said, actor=superior).values["idle"] == [2]


def statements(office: Office, actor: int) -> int:
    """How many statements it takes to list the waivers of all branches."""
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    office.session.flush()
    forget(office.session)
    connection = office.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    assert office.ask(waive, actor=actor, chat=GENERAL).template == "waivers"
    event.remove(connection, "before_cursor_execute", note)
    return len(asked)


def test_the_waivers_of_many_branches_are_read_at_once(office: Office) -> None:
    superior = office.appoint(Role.SUPERVISOR, office.general)
    few = statements(office, superior)
    for number in range(10):
        a_unit(office.session, f"支部{number}", "branch", office.general)

    assert statements(office, superior) <= few
