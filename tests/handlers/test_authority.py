"""Who may do what where: every role, in its own group's chat and elsewhere."""

from datetime import date, timedelta

import pytest

from bot.commands import TAPS
from compliance.access import Role
from handlers.corrections.amending import amend
from handlers.corrections.undoing import undo
from handlers.dues.paying import dues
from handlers.records.recording import meeting
from handlers.request import Handler
from handlers.telling.explaining import why
from handlers.telling.listing import records
from handlers.telling.standing import due, status
from storage.units import Unit
from tests.handlers.office import FIRST, GENERAL, NOW, SECOND, STRANGER, UNBOUND, Office
from tests.rows import check_each

MEETING = "学习 11月20日 应到4 实到4"
GROUP_MEETING = "党小组会 第一小组 11月20日"
DOINGS: dict[str, tuple[Handler, str, str]] = {
    "record": (meeting, MEETING, "recorded"),
    "group": (meeting, GROUP_MEETING, "recorded"),
    "pay": (dues, "张三 40", "paid"),
    "status": (status, "", "status"),
    "due": (due, "", "due"),
    "month": (dues, "", "dues_month"),
    "why": (why, "支委会", "why"),
    "today": (why, "", "why_today"),
    "undo": (undo, "#1", "undone"),
}
EVERYTHING = set(DOINGS)
SEEING = {"status", "due", "month", "why", "today"}
RECORDING = SEEING | {"record", "group"}
# What each role may do in the chat of its own branch (a group leader's branch is the group's).
OWN = {
    Role.SECRETARY: EVERYTHING,
    Role.DEPUTY: EVERYTHING,
    Role.ORGANISATION: EVERYTHING,
    Role.PUBLICITY: RECORDING,
    Role.DISCIPLINE: RECORDING,
    Role.GROUP_LEADER: SEEING | {"group"},
    Role.SUPERVISOR: SEEING,
    Role.OWNER: SEEING,
    Role.MEMBER: SEEING,
}


def refusal(role: Role, doing: str) -> str:
    """How a role is refused: who records for the branch takes back what they entered themselves."""
    records = "record" in OWN[role]
    return "entered_by_another" if doing == "undo" and records else "not_allowed"


def home(office: Office, role: Role) -> Unit:
    return office.group if role is Role.GROUP_LEADER else office.first


def tried(office: Office, doing: str, actor: int, chat: int, *, private: bool = False) -> str:
    """The template of the answer; the first entry is a study recorded by the secretary."""
    handler, arguments, _ = DOINGS[doing]
    return office.ask(handler, arguments, actor=actor, chat=chat, private=private).template


@pytest.fixture
def recorded(office: Office) -> Office:
    assert office.ask(meeting, MEETING).template == "recorded"
    return office


@pytest.mark.parametrize("role", Role)
def test_in_the_chat_of_ones_own_branch(recorded: Office, role: Role) -> None:
    actor = recorded.appoint(role, home(recorded, role))

    def check(doing: str) -> None:
        before = recorded.entries()
        answer = tried(recorded, doing, actor, FIRST)
        if doing in OWN[role]:
            assert answer == DOINGS[doing][2]
        else:
            assert answer == refusal(role, doing)
            assert recorded.entries() == before

    check_each(DOINGS, check)


@pytest.mark.parametrize("role", Role)
def test_in_a_private_chat_one_does_the_same_for_ones_own_branch(
    recorded: Office, role: Role
) -> None:
    actor = recorded.appoint(role, home(recorded, role))

    def check(doing: str) -> None:
        answer = tried(recorded, doing, actor, actor, private=True)
        assert answer == (DOINGS[doing][2] if doing in OWN[role] else refusal(role, doing))

    check_each(DOINGS, check)


@pytest.mark.parametrize("role", Role)
def test_in_the_chat_of_another_branch_nobody_does_anything(recorded: Office, role: Role) -> None:
    actor = recorded.appoint(role, home(recorded, role))
    for doing in DOINGS:
        assert (doing, tried(recorded, doing, actor, SECOND)) == (doing, "not_allowed")
    assert recorded.entries(recorded.second) == 0


@pytest.mark.parametrize("role", Role)
def test_a_role_above_sees_a_branch_and_changes_nothing_in_it(recorded: Office, role: Role) -> None:
    actor = recorded.appoint(role, recorded.general)
    before = recorded.entries()

    def check(doing: str) -> None:
        answer = tried(recorded, doing, actor, FIRST)
        seeing = doing in SEEING and role not in (Role.GROUP_LEADER, Role.MEMBER)
        assert answer == (DOINGS[doing][2] if seeing else "not_allowed")
        assert recorded.entries() == before

    check_each(DOINGS, check)


def test_a_stranger_is_refused_everywhere(recorded: Office) -> None:
    for doing in DOINGS:
        for chat in (FIRST, SECOND, GENERAL):
            assert (doing, tried(recorded, doing, STRANGER, chat)) == (doing, "not_allowed")
        alone = tried(recorded, doing, STRANGER, STRANGER, private=True)
        assert (doing, alone) == (doing, "not_allowed")


def test_a_group_that_belongs_to_no_branch(recorded: Office) -> None:
    for doing in DOINGS:
        answer = tried(recorded, doing, recorded.secretary, UNBOUND)
        assert (doing, answer) == (doing, "unbound_chat")


def test_a_refusal_names_who_may(office: Office) -> None:
    member = office.appoint(Role.MEMBER, office.first)
    message = office.ask(dues, "张三 40", actor=member)
    assert message.values == {"roles": (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)}


def test_a_group_leader_records_only_the_own_groups_meeting(office: Office) -> None:
    leader = office.appoint(Role.GROUP_LEADER, office.group)
    for said, answer in (
        ("党小组会 第一小组 11月20日", "recorded"),
        ("党小组会 第二小组 11月20日", "own_group"),
        ("党小组会+学习 第一小组 11月20日", "not_allowed"),
        ("学习 11月20日", "not_allowed"),
    ):
        assert office.ask(meeting, said, actor=leader).template == answer


def test_a_group_leader_takes_back_only_the_own_groups_meeting(office: Office) -> None:
    leader = office.appoint(Role.GROUP_LEADER, office.group)
    office.ask(meeting, "党小组会 第一小组 11月20日")
    office.ask(meeting, "党小组会 第二小组 11月20日")
    office.ask(meeting, "党小组会 第一小组 11月21日", actor=leader)
    assert office.ask(undo, "#2", actor=leader).template == "own_group"
    assert office.ask(undo, "#1", actor=leader).template == "entered_by_another"
    assert office.ask(undo, "#3", actor=leader).template == "undone"
    assert office.ask(undo, "#4", actor=leader).template == "undone"  # and brings it back


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION])
def test_three_officers_correct_what_others_entered(office: Office, role: Role) -> None:
    publicity, officer = (office.appoint(each, office.first) for each in (Role.PUBLICITY, role))
    office.ask(meeting, MEETING, actor=publicity, message_id=5)
    assert office.ask(amend, "#1 地点:三楼", actor=officer).template == "amended"
    refused = office.ask(amend, "#2 地点:四楼", actor=publicity)
    assert (refused.template, refused.values["number"]) == ("entered_by_another", 2)
    assert refused.values["roles"] == (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)
    edit = office.ask(meeting, f"{MEETING} 地点:四楼", actor=publicity, message_id=5, edited=True)
    assert edit.template == "entered_by_another"
    assert office.ask(undo, "#2", actor=publicity).template == "entered_by_another"
    assert office.ask(undo, "#2", actor=officer).template == "undone"
    assert office.ask(undo, "#3", actor=publicity).template == "entered_by_another"
    assert office.ask(amend, "#1 地点:四楼", actor=publicity).template == "amended"


@pytest.mark.parametrize("role", [Role.PUBLICITY, Role.DISCIPLINE])
def test_one_who_may_not_pay_takes_back_no_payment(office: Office, role: Role) -> None:
    office.ask(dues, "张三 40")
    office.ask(undo, "#1")
    officer = office.appoint(role, office.first)
    assert office.ask(undo, "#2", actor=officer).template == "not_allowed"
    assert office.ask(undo, "#2").template == "undone"
    assert office.ask(undo, "#1", actor=officer).template == "not_allowed"


def test_a_role_that_has_ended_is_no_role(office: Office) -> None:
    yesterday = date(2026, 11, 24)
    former = office.appoint(Role.SECRETARY, office.first, to_on=yesterday)
    assert office.ask(meeting, MEETING, actor=former).template == "not_allowed"
    assert office.ask(status, actor=former, chat=former, private=True).template == "not_allowed"
    then = NOW - timedelta(days=1)
    assert office.ask(status, actor=former, now=then).template == "status"


def test_one_who_belongs_to_several_units_is_asked_which(office: Office) -> None:
    actor = office.appoint(Role.SECRETARY, office.first)
    office.session.flush()
    from storage import directory

    directory.grant_role(office.session, actor, office.second.key, Role.MEMBER)
    message = office.ask(status, actor=actor, chat=actor, private=True)
    assert message.template == "which_unit"
    assert message.values["names"] == ("第一支部", "第二支部")
    named = office.ask(status, "第二支部", actor=actor, chat=actor, private=True)
    assert (named.template, named.values["unit"]) == ("status", "第二支部")


def test_two_roles_in_one_branch_are_one_branch(office: Office) -> None:
    from storage import directory

    actor = office.appoint(Role.MEMBER, office.first)
    directory.grant_role(office.session, actor, office.group.key, Role.GROUP_LEADER)
    assert office.ask(status, actor=actor, chat=actor, private=True).template == "status"


def test_a_unit_out_of_reach_is_refused_like_one_that_is_not_there(office: Office) -> None:
    member = office.appoint(Role.MEMBER, office.first)
    out_of_reach = office.ask(status, "第二支部", actor=member)
    not_there = office.ask(status, "第九支部", actor=member)
    assert out_of_reach.template == not_there.template == "unknown_unit"
    assert out_of_reach.values["roles"] == not_there.values["roles"]


def test_a_superior_sees_the_own_unit_and_names_a_branch_below(office: Office) -> None:
    superior = office.appoint(Role.SUPERVISOR, office.general)
    message = office.ask(status, actor=superior, chat=GENERAL)
    assert (message.template, message.values["unit"]) == ("status", "党总支")
    assert message.values["below"] == ("第一支部", "第二支部")
    named = office.ask(status, "第二支部", actor=superior, chat=GENERAL)
    assert (named.values["unit"], named.values["below"]) == ("第二支部", ())


@pytest.mark.parametrize("role", Role)
def test_a_unit_above_keeps_books_of_its_own(office: Office, role: Role) -> None:
    actor = office.appoint(role, office.general)
    answer = office.ask(meeting, "民主生活会 11月20日", actor=actor, chat=GENERAL).template
    own = {Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE}
    assert answer == ("recorded" if role in own else "not_allowed")
    assert office.entries(office.general) == (answer == "recorded")
    assert office.entries(office.first) == office.entries(office.second) == 0


def test_officers_of_a_branch_record_nothing_for_the_unit_above(office: Office) -> None:
    said = "民主生活会 11月20日"
    assert office.ask(meeting, said, actor=office.secretary, chat=GENERAL).template == "not_allowed"
    assert office.ask(records, actor=office.secretary, chat=GENERAL).template == "not_allowed"


def test_the_books_of_a_unit_above_are_listed_and_due_there(office: Office) -> None:
    secretary = office.appoint(Role.SECRETARY, office.general)
    office.ask(meeting, "民主生活会 11月20日", actor=secretary, chat=GENERAL)
    listed = office.ask(records, actor=secretary, chat=GENERAL)
    assert [record.text.kinds for record in listed.values["records"]] == [("民主生活会",)]  # type: ignore[attr-defined]
    assert office.ask(due, actor=secretary, chat=GENERAL).values["unit"] == "党总支"


def test_an_owner_by_the_settings_sees_every_branch(office: Office) -> None:
    assert office.ask(status, actor=STRANGER, owner=True).template == "status"
    assert office.ask(meeting, MEETING, actor=STRANGER, owner=True).template == "not_allowed"


@pytest.mark.parametrize("role", Role)
def test_names_of_those_who_owe_are_shown_to_few_and_only_in_private(
    office: Office, role: Role
) -> None:
    actor = office.appoint(role, home(office, role))
    in_group = office.ask(dues, "", actor=actor)
    assert (in_group.values["bound"], in_group.values["names"]) == (4, [])
    assert not office.ask(status, actor=actor).values["names"]
    shown = office.ask(dues, "", actor=actor, chat=actor, private=True).values["names"]
    treasurers = {Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION, Role.SUPERVISOR}
    assert bool(shown) == (role in treasurers)


def test_buttons_that_record_are_shown_only_to_those_who_record(office: Office) -> None:
    member = office.appoint(Role.MEMBER, office.first)
    assert office.ask(status).buttons
    assert not office.ask(status, actor=member).buttons
    assert office.ask(TAPS["form"], "学习", actor=STRANGER).template == "not_allowed"
    assert office.ask(TAPS["form"], "学习", actor=member).template == "not_allowed"
