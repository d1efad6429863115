"""The directory: units, their chats, and who holds which role where."""

import pytest
from sqlmodel import Session, select

from compliance.access import Relation, Role
from storage import directory
from storage.directory import Holding
from storage.outbox import Owed, put
from storage.queues import Outbox, OutboxKind, Reminder, ReminderOutcome
from storage.reminding import Settlement, StepKey, settle_steps
from storage.tree import ancestors, branch_of, children, reporting_to
from storage.units import Chat, RoleHeld, Unit
from tests.storage.samples import a_unit, day, moment

NOW = moment("2026-03-05 10:00")


class Tree:
    """A committee, a general branch below it, two branches, and a group in the first."""

    def __init__(self, session: Session) -> None:
        self.top = a_unit(session, "党委", "leading_group")
        self.middle = a_unit(session, "党总支", "general_branch", self.top)
        self.branch = a_unit(session, "第一支部", "branch", self.middle)
        self.other = a_unit(session, "第二支部", "branch", self.middle)
        self.group = a_unit(session, "第一小组", "party_group", self.branch)


@pytest.fixture
def tree(session: Session) -> Tree:
    return Tree(session)


def test_a_role_stands_at_above_or_below_a_unit(session: Session, tree: Tree) -> None:
    def relation(at: Unit, target: Unit) -> list[Relation]:
        held = [Holding(Role.SECRETARY, at.key)]
        return [found for _, found in directory.relations(session, held, target)]

    assert relation(tree.branch, tree.branch) == [Relation.OWN]
    assert relation(tree.middle, tree.branch) == [Relation.ABOVE]
    assert relation(tree.top, tree.group) == [Relation.ABOVE]
    assert relation(tree.group, tree.branch) == [Relation.GROUP]
    assert relation(tree.branch, tree.middle) == [Relation.BELOW]
    assert relation(tree.group, tree.top) == [Relation.BELOW]
    assert relation(tree.other, tree.branch) == []
    assert relation(tree.other, tree.group) == []


def test_each_of_several_roles_is_seen_for_itself(session: Session, tree: Tree) -> None:
    held = [
        Holding(Role.SUPERVISOR, tree.top.key),
        Holding(Role.SECRETARY, tree.other.key),
        Holding(Role.MEMBER, tree.branch.key),
        Holding(Role.GROUP_LEADER, tree.group.key),
    ]
    assert directory.relations(session, held, tree.branch) == (
        (Role.SUPERVISOR, Relation.ABOVE),
        (Role.MEMBER, Relation.OWN),
        (Role.GROUP_LEADER, Relation.GROUP),
    )
    assert directory.relations(session, [], tree.branch) == ()


def test_units_above_come_nearest_first_even_in_a_ring(session: Session, tree: Tree) -> None:
    assert ancestors(session, tree.group) == [
        tree.branch.id,
        tree.middle.id,
        tree.top.id,
    ]
    tree.top.parent_id = tree.middle.id
    session.flush()
    assert ancestors(session, tree.branch) == [tree.middle.id, tree.top.id]


def test_the_books_of_a_group_are_the_branchs(session: Session, tree: Tree) -> None:
    assert branch_of(session, tree.group) == tree.branch
    assert branch_of(session, tree.branch) == tree.branch
    alone = a_unit(session, "独立小组", "party_group")
    assert branch_of(session, alone) == alone


def test_units_by_name_and_by_id(session: Session, tree: Tree) -> None:
    twin = a_unit(session, "第一小组", "party_group", tree.other)
    assert directory.units_named(session, "第一小组") == [tree.group, twin]
    assert directory.units_named(session, "第三支部") == []
    assert directory.unit(session, tree.top.key) == tree.top
    with pytest.raises(LookupError, match="unit 99"):
        directory.unit(session, 99)
    assert children(session, tree.middle.key) == [tree.branch, tree.other]


def test_branches_report_to_the_nearest_chat_above_them(session: Session, tree: Tree) -> None:
    nested = a_unit(session, "另一总支", "general_branch", tree.middle)
    deep = a_unit(session, "第三支部", "branch", nested)
    assert reporting_to(session, tree.middle) == [tree.branch, tree.other, deep]
    assert reporting_to(session, tree.top) == [tree.branch, tree.other, deep]
    directory.bind_chat(session, -5, nested.key)
    assert reporting_to(session, tree.middle) == [tree.branch, tree.other]
    assert reporting_to(session, nested) == [deep]
    directory.mark_present(session, -5, present=False)
    assert reporting_to(session, tree.middle) == [tree.branch, tree.other, deep]
    assert reporting_to(session, tree.branch) == []


def test_a_chat_and_its_unit(session: Session, tree: Tree) -> None:
    assert directory.unit_of_chat(session, -100) is None
    directory.bind_chat(session, -100, tree.branch.key)
    bound = directory.unit_of_chat(session, -100)
    assert bound is not None
    assert (bound[0], bound[1].id) == (tree.branch, -100)


def test_a_chat_that_is_bound_again_is_planned_anew(session: Session, tree: Tree) -> None:
    session.add(Chat(id=-100, unit_id=tree.branch.key, state="gone", next_step_at=NOW))
    directory.bind_chat(session, -100, tree.other.key)
    chat = session.get(Chat, -100)
    assert chat is not None
    assert (chat.unit_id, chat.state, chat.next_step_at) == (tree.other.id, "active", None)


def test_a_chats_language_is_its_own_its_units_or_chinese(session: Session, tree: Tree) -> None:
    assert directory.locale_of(session, -100) == "zh"
    tree.branch.locale = "en"
    directory.bind_chat(session, -100, tree.branch.key)
    session.flush()
    assert directory.locale_of(session, -100) == "en"
    chat = session.get(Chat, -100)
    assert chat is not None
    chat.locale = "zh"
    session.flush()
    assert directory.locale_of(session, -100) == "zh"


def test_everything_of_a_group_moves_with_it(session: Session, tree: Tree) -> None:
    session.add(Chat(id=-100, unit_id=tree.branch.key, locale="en", planned_through=NOW))
    put(session, Owed(-100, OutboxKind.REPLY, "sendMessage", "{}"), NOW)
    put(session, Owed(-7, OutboxKind.REPLY, "sendMessage", "{}"), NOW)
    step = StepKey(tree.branch.key, "study", 0, "2026-03", "-7")
    told = Settlement(step, ReminderOutcome.SENT, -100, day("2026-03-05"))
    settle_steps(session, [told], NOW)
    directory.move_chat(session, -100, -1_001_000_000_001)
    session.flush()
    old = session.get_one(Chat, -100)
    assert (old.state, old.moved_to) == ("moved", -1_001_000_000_001)
    moved = session.get(Chat, -1_001_000_000_001)
    assert moved is not None
    assert (moved.unit_id, moved.locale, moved.planned_through) == (tree.branch.id, "en", NOW)
    assert set(session.exec(select(Outbox.chat_id))) == {-1_001_000_000_001, -7}
    assert set(session.exec(select(Reminder.chat_id))) == {-1_001_000_000_001}


def test_a_move_told_twice_changes_nothing_more(session: Session, tree: Tree) -> None:
    directory.bind_chat(session, -100, tree.branch.key)
    for _ in range(2):
        directory.move_chat(session, -100, -200)
        session.flush()
    assert [chat.id for chat in directory.chats_of(session, tree.branch.key)] == [-200]
    directory.move_chat(session, -300, -400)
    assert session.get(Chat, -400) is None


def test_what_was_said_in_a_group_before_it_moved_is_said_in_its_unit(
    session: Session, tree: Tree
) -> None:
    directory.bind_chat(session, -100, tree.branch.key)
    directory.move_chat(session, -100, -200)
    directory.move_chat(session, -200, -300)
    directory.mark_present(session, -100, present=False)
    found = directory.unit_of_chat(session, -100)
    assert found is not None
    assert (found[0].id, found[1].id, found[1].state) == (tree.branch.id, -300, "active")


def test_a_move_told_the_wrong_way_round_leads_nowhere(session: Session, tree: Tree) -> None:
    directory.bind_chat(session, -100, tree.branch.key)
    directory.move_chat(session, -100, -200)
    directory.move_chat(session, -200, -100)
    found = directory.unit_of_chat(session, -200)
    assert found is not None
    assert found[1].id == -100


def test_what_a_moved_chat_is_still_owed_moves_whenever_it_is_put(
    session: Session, tree: Tree
) -> None:
    directory.bind_chat(session, -100, tree.branch.key)
    directory.move_chat(session, -100, -200)
    put(session, Owed(-100, OutboxKind.REPLY, "sendMessage", "{}"), NOW)
    directory.move_chat(session, -100, -200)
    assert set(session.exec(select(Outbox.chat_id))) == {-200}


def test_a_chat_the_bot_cannot_write_to_is_left_out(session: Session, tree: Tree) -> None:
    for chat_id in (-100, -200):
        directory.bind_chat(session, chat_id, tree.branch.key)
    directory.mark_present(session, -100, present=False)
    assert [chat.id for chat in directory.chats_of(session, tree.branch.key)] == [-200]
    directory.mark_present(session, -100, present=True)
    assert [chat.id for chat in directory.chats_of(session, tree.branch.key)] == [-200, -100]


def test_where_something_is_said_the_bot_is(session: Session, tree: Tree) -> None:
    directory.bind_chat(session, -100, tree.branch.key)
    directory.mark_present(session, -100, present=False)
    session.expire_all()
    directory.heard(session, -100)
    directory.heard(session, -200)
    assert [chat.id for chat in directory.chats_of(session, tree.branch.key)] == [-100]


@pytest.mark.parametrize(
    ("from_on", "to_on", "held"),
    [
        (None, None, True),
        ("2026-03-05", None, True),
        ("2026-03-06", None, False),
        (None, "2026-03-05", True),
        (None, "2026-03-04", False),
        ("2026-03-01", "2026-03-31", True),
    ],
)
def test_a_role_is_held_from_a_day_to_a_day(
    session: Session, tree: Tree, from_on: str | None, to_on: str | None, held: bool
) -> None:
    session.add(
        RoleHeld(
            telegram_id=7,
            unit_id=tree.branch.key,
            role=Role.DEPUTY,
            from_on=day(from_on) if from_on else None,
            to_on=day(to_on) if to_on else None,
        )
    )
    session.flush()
    expected = [Holding(Role.DEPUTY, tree.branch.key)] if held else []
    assert directory.holdings(session, 7, day("2026-03-05")) == expected
    assert directory.holdings(session, 8, day("2026-03-05")) == []
    assert directory.units_of(session, 7) == [tree.branch]


def test_a_role_is_granted_once_while_it_is_held(session: Session, tree: Tree) -> None:
    def grant(role: Role, unit: Unit) -> bool:
        return directory.grant_role(session, 7, unit.key, role, day("2026-03-05"))

    assert grant(Role.SECRETARY, tree.branch)
    assert not grant(Role.SECRETARY, tree.branch)
    assert grant(Role.SECRETARY, tree.other)
    assert grant(Role.MEMBER, tree.branch)
    held = session.exec(select(RoleHeld).where(RoleHeld.unit_id == tree.other.id)).one()
    held.to_on = day("2026-03-31")
    session.flush()
    assert grant(Role.SECRETARY, tree.other)
    assert directory.units_of(session, 7) == [tree.branch, tree.other]
