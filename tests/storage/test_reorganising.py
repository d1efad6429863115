"""Units are founded, renamed, moved, dissolved and merged, each on a day."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from compliance.access import Role
from compliance.people import Stage
from storage import directory, merging, reorganising, roster
from storage.accounts import Handover, Invitation, account
from storage.database import transaction
from storage.ledger import Audit
from storage.people import DuesBasisRow, Person
from storage.standing import findings
from storage.tree import branches_below, children, tree
from storage.tree_rules import Impossible
from storage.units import Chat, RoleHeld, Unit
from tests.storage.samples import POLICY, a_person, a_unit, day, moment, said

TODAY = "2026-11-20"
ENTERED = said(f"{TODAY} 10:00")


class House:
    """A committee, two general branches below it, a branch each, and a group in the first."""

    def __init__(self, session: Session) -> None:
        founded = day("2020-01-01")
        self.committee = a_unit(session, "党委", "leading_group", founded=founded)
        self.one = a_unit(session, "第一党总支", "general_branch", self.committee, founded=founded)
        self.two = a_unit(session, "第二党总支", "general_branch", self.committee, founded=founded)
        self.first = a_unit(session, "第一支部", "branch", self.one, founded=founded)
        self.second = a_unit(session, "第二支部", "branch", self.two, founded=founded)
        self.group = a_unit(session, "第一小组", "party_group", self.first, founded=founded)


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def place_on(session: Session, unit: Unit, on: str) -> tuple[str, int | None] | None:
    node = tree(session, day(on)).nodes.get(unit.key)
    return None if node is None else (node.name, node.parent_id)


def test_a_new_name_holds_from_its_day(session: Session, house: House) -> None:
    before = house.first.revision
    reorganising.rename(session, house.first, "机关支部", day("2026-11-10"), ENTERED)

    assert place_on(session, house.first, "2026-11-09") == ("第一支部", house.one.id)
    assert place_on(session, house.first, "2026-11-10") == ("机关支部", house.one.id)
    session.refresh(house.first)
    assert (house.first.name, house.first.revision) == ("机关支部", before + 1)


def test_a_moved_unit_stood_elsewhere_before(session: Session, house: House) -> None:
    reorganising.move(session, house.first, house.two, day("2026-11-10"), ENTERED)
    reorganising.move(session, house.first, None, day("2026-11-12"), ENTERED)

    assert place_on(session, house.first, "2026-11-09") == ("第一支部", house.one.id)
    assert place_on(session, house.first, "2026-11-11") == ("第一支部", house.two.id)
    assert place_on(session, house.first, TODAY) == ("第一支部", None)
    assert branches_below(session, house.two) == [house.second]


def test_a_unit_is_founded_where_its_kind_may_stand(session: Session, house: House) -> None:
    new = Unit(name="第三支部", kind="branch", founded=day("2026-11-01"))
    reorganising.found(session, new, house.one, ENTERED)

    assert children(session, house.one.key) == [house.first, new]
    assert place_on(session, new, "2026-10-31") is None


def test_a_dissolved_unit_has_no_posts_and_invites_nobody(session: Session, house: House) -> None:
    unit, on = house.second, day("2026-11-10")
    directory.grant_role(session, 5, unit.key, Role.SECRETARY)
    session.add(
        RoleHeld(telegram_id=6, unit_id=unit.key, role=Role.DEPUTY, to_on=day("2026-06-30"))
    )
    session.add(
        Invitation(
            token_hash="x",
            unit_id=unit.key,
            role=Role.DEPUTY,
            made_at=moment("2026-11-01 10:00"),
            expires_at=moment("2026-12-01 10:00"),
        )
    )
    session.add(
        Handover(
            unit_id=unit.key,
            role=Role.SECRETARY,
            from_id=5,
            begun_by=5,
            begun_at=moment("2026-11-01 10:00"),
        )
    )
    session.flush()
    reorganising.dissolve(session, unit, on, ENTERED)
    session.expire_all()

    assert unit.dissolved == on
    assert directory.holdings(session, 5, on - timedelta(days=1)) != []
    assert directory.holdings(session, 5, on) == []
    held = session.exec(select(RoleHeld).order_by(col(RoleHeld.id))).all()
    assert [role.to_on for role in held] == [day("2026-11-09"), day("2026-06-30")]
    assert session.exec(select(Invitation)).one().revoked_at == ENTERED.at
    handover = session.exec(select(Handover)).one()
    assert (handover.called_off, handover.ended_at) == (True, ENTERED.at)


def test_the_groups_of_a_branch_end_with_it(session: Session, house: House) -> None:
    reorganising.dissolve(session, house.first, day("2026-11-10"), ENTERED)
    assert house.group.dissolved == day("2026-11-10")


def test_a_merged_unit_gives_its_people_with_all_they_have(session: Session, house: House) -> None:
    on = day("2026-11-10")
    here = a_person(session, house.first, "张三", 5000)
    here.group_id = house.group.id
    gone = a_person(session, house.first, "王五", left_on=day("2026-03-01"))
    a_person(session, house.first, "李四")
    a_person(session, house.second, "李四")
    account(session, 7).person_id = here.id
    directory.grant_role(session, 7, house.first.key, Role.MEMBER)
    directory.grant_role(session, 7, house.group.key, Role.GROUP_LEADER)
    directory.grant_role(session, 8, house.first.key, Role.SECRETARY)

    merger = merging.merge(session, house.first, house.second, on, ENTERED)

    assert (merger.people, merger.groups, merger.units) == (2, ("第一小组",), ())
    assert merger.alike == ("李四",)
    names = {m.name: m for m in roster.members(session, house.second.key)}
    assert set(names) == {"张三", "李四A", "李四B"}
    assert names["张三"].joined_on == on
    assert roster.names_on(session, house.first.key, on - timedelta(days=1)) == ("张三", "李四")
    assert roster.names_on(session, house.first.key, on) == ()
    assert session.get_one(Person, gone.key).left_on == day("2026-03-01")

    came = session.get_one(Person, names["张三"].id)
    groups = children(session, house.second.key)
    assert (came.came_from_id, came.group_id) == (here.id, groups[0].id)
    assert [(g.name, g.founded) for g in groups] == [("第一小组", on)]
    assert (house.group.dissolved, house.group.merged_into_id) == (on, groups[0].id)
    assert house.first.merged_into_id == house.second.id
    bases = session.exec(select(DuesBasisRow).where(DuesBasisRow.person_id == came.id)).all()
    assert [basis.base_fen for basis in bases] == [500000]
    assert account(session, 7).person_id == came.id
    held = {(h.role, h.unit_id) for h in directory.holdings(session, 7, on)}
    assert held == {(Role.MEMBER, house.second.id), (Role.GROUP_LEADER, groups[0].id)}
    assert directory.holdings(session, 8, on) == []
    assert place_on(session, house.first, "2026-11-09") == ("第一支部", house.one.id)


def test_the_chats_of_a_merged_unit_are_the_other_units(session: Session, house: House) -> None:
    for chat_id, unit in ((-7, house.first), (-8, house.group), (-9, house.first)):
        directory.bind_chat(session, chat_id, unit.key)
    session.get_one(Chat, -7).next_step_at = moment("2026-11-21 09:00")
    directory.mark_present(session, -9, present=False)
    merging.merge(session, house.first, house.second, day("2026-11-10"), ENTERED)
    (group,) = roster.groups(session, house.second.key)

    assert [chat.id for chat in directory.chats_of(session, house.second.key)] == [-7]
    assert [chat.id for chat in directory.chats_of(session, group.key)] == [-8]
    assert session.get_one(Chat, -7).next_step_at is None
    gone = session.get_one(Chat, -9)
    assert (gone.unit_id, gone.state) == (house.second.key, "gone")


def test_what_people_were_between_the_day_of_a_merger_and_today_goes_along(
    session: Session, house: House
) -> None:
    person = a_person(session, house.first, "张三", stage=Stage.PROBATIONARY)
    person.group_id = house.group.key
    roster.make_full(session, person.key, day("2026-11-15"), ENTERED)
    merging.merge(session, house.first, house.second, day("2026-11-10"), ENTERED)

    (member,) = roster.members(session, house.second.key)
    then = {on: member.as_of(day(on)) for on in ("2026-11-14", "2026-11-15")}
    assert [each.stage for each in then.values()] == [Stage.PROBATIONARY, Stage.FULL]
    (group,) = roster.groups(session, house.second.key)
    assert {each.group_id for each in then.values()} == {group.key}


def test_a_group_called_as_one_of_the_other_branch_says_where_it_was(
    session: Session, house: House
) -> None:
    a_unit(session, "第一小组", "party_group", house.second)
    merger = merging.merge(session, house.first, house.second, day("2026-11-10"), ENTERED)

    names = [group.name for group in children(session, house.second.key)]
    assert names == ["第一小组", *merger.groups] == ["第一小组", "第一支部第一小组"]


def test_a_merged_general_branch_gives_its_branches(session: Session, house: House) -> None:
    on = day("2026-11-10")
    merger = merging.merge(session, house.one, house.two, on, ENTERED)

    assert merger.units == ("第一支部",)
    assert branches_below(session, house.two) == [house.first, house.second]
    assert branches_below(session, house.two, day("2026-11-09")) == [house.second]
    assert branches_below(session, house.one, day("2026-11-09")) == [house.first]


def test_groups_of_one_branch_are_merged(session: Session, house: House) -> None:
    other = a_unit(session, "第二小组", "party_group", house.first)
    person = a_person(session, house.first, "张三")
    person.group_id = house.group.id
    directory.grant_role(session, 7, house.group.key, Role.GROUP_LEADER)
    merging.merge(session, house.group, other, day("2026-11-10"), ENTERED)

    assert session.get_one(Person, person.key).group_id == other.id
    assert children(session, house.first.key) == [other]
    assert directory.holdings(session, 7, day("2026-11-10")) == []


Change = Callable[[Session, House], object]


def _rename(name: str, on: str = TODAY) -> Change:
    return lambda s, h: reorganising.rename(s, h.first, name, day(on), ENTERED)


def _move(what: str, to: str | None, on: str = TODAY) -> Change:
    return lambda s, h: reorganising.move(
        s, getattr(h, what), None if to is None else getattr(h, to), day(on), ENTERED
    )


def _dissolve(what: str, on: str = TODAY) -> Change:
    return lambda s, h: reorganising.dissolve(s, getattr(h, what), day(on), ENTERED)


def _merge(what: str, into: str, on: str = TODAY) -> Change:
    return lambda s, h: merging.merge(s, getattr(h, what), getattr(h, into), day(on), ENTERED)


def _found(name: str, kind: str, under: str, on: str = TODAY) -> Change:
    return lambda s, h: reorganising.found(
        s, Unit(name=name, kind=kind, founded=day(on)), getattr(h, under), ENTERED
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_rename("第一支部"), "same_name"),
        (_rename(""), "bad_name"),
        (_rename("一" * 51), "bad_name"),
        (_rename("机关\n支部"), "bad_name"),
        (_rename("机关支部", "2026-11-21"), "not_yet"),
        (_rename("机关支部", "2019-12-31"), "not_founded"),
        (_move("first", "one"), "same_place"),
        (_move("first", "second"), "wrong_place"),
        (_move("two", "one"), "wrong_place"),
        (_move("committee", "one"), "wrong_place"),
        (_move("group", "second"), "group_stays"),
        (_dissolve("one"), "has_units"),
        (_merge("first", "first"), "unlike"),
        (_merge("first", "one"), "unlike"),
        (_found("第二支部", "branch", "two"), "name_taken"),
        (_found("第九小组", "party_group", "one"), "wrong_place"),
        (_found("第九支部", "branch", "one", "2019-12-31"), "not_founded"),
        (_found("第九支部", "branch", "one", "2026-11-21"), "not_yet"),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, house: House, change: Change, code: str
) -> None:
    before = tree(session).nodes
    with pytest.raises(Impossible) as refused:
        change(session, house)
    assert refused.value.code == code
    assert tree(session).nodes == before


def test_a_change_comes_after_the_one_before(session: Session, house: House) -> None:
    reorganising.rename(session, house.first, "机关支部", day("2026-11-10"), ENTERED)
    reorganising.rename(session, house.first, "后勤支部", day("2026-11-10"), ENTERED)
    assert place_on(session, house.first, "2026-11-09") == ("第一支部", house.one.id)
    with pytest.raises(Impossible, match="changed_since"):
        reorganising.move(session, house.first, house.two, day("2026-11-09"), ENTERED)


def test_nothing_is_dissolved_before_what_left_it(session: Session, house: House) -> None:
    reorganising.move(session, house.first, house.two, day("2026-11-10"), ENTERED)
    with pytest.raises(Impossible, match="had_units"):
        reorganising.dissolve(session, house.one, day("2026-11-09"), ENTERED)
    reorganising.dissolve(session, house.one, day("2026-11-10"), ENTERED)
    with pytest.raises(Impossible, match="dissolved"):
        reorganising.move(session, house.second, house.one, day(TODAY), ENTERED)


def test_people_stand_in_the_way(session: Session, house: House) -> None:
    person = a_person(session, house.second, "张三", left_on=day("2026-11-11"))
    with pytest.raises(Impossible, match="has_people") as refused:
        reorganising.dissolve(session, house.second, day("2026-11-10"), ENTERED)
    assert refused.value.values["people"] == 1
    person.group_id = house.group.id
    session.flush()
    with pytest.raises(Impossible, match="has_people"):
        reorganising.dissolve(session, house.group, day("2026-11-10"), ENTERED)
    reorganising.dissolve(session, house.second, day("2026-11-11"), ENTERED)


def test_a_name_that_is_free_again_may_be_taken(session: Session, house: House) -> None:
    reorganising.dissolve(session, house.second, day("2026-11-10"), ENTERED)
    new = Unit(name="第二支部", kind="branch", founded=day(TODAY))
    reorganising.found(session, new, house.two, ENTERED)
    assert directory.units_named(session, "第二支部") == [new]


def test_each_change_is_noted(engine: Engine) -> None:
    with transaction(engine) as session:
        house = House(session)
        directory.bind_chat(session, -7, house.first.key)
        reorganising.rename(session, house.first, "机关支部", day("2026-11-10"), ENTERED)
        reorganising.move(session, house.first, house.two, day("2026-11-11"), ENTERED)
        merging.merge(session, house.first, house.second, day("2026-11-12"), ENTERED)
        reorganising.dissolve(session, house.one, day("2026-11-13"), ENTERED)
    with transaction(engine) as session:
        noted = session.exec(select(Audit).order_by(col(Audit.id))).all()
        assert [(row.action, row.actor) for row in noted] == [
            ("unit_rename", ENTERED.actor),
            ("unit_move", ENTERED.actor),
            ("chat_unbind", ENTERED.actor),
            ("chat_bind", ENTERED.actor),
            ("unit_merge", ENTERED.actor),
            ("unit_dissolve", ENTERED.actor),
        ]
        assert json.loads(noted[0].before or "") == {"name": "第一支部"}
        assert json.loads(noted[0].after or "") == {"name": "机关支部", "on": "2026-11-10"}


def test_who_is_on_the_way_to_a_merged_unit_goes_on_to_the_other(
    session: Session, house: House
) -> None:
    person = a_person(session, house.second, "张三", left_on=day("2026-11-01"))
    person.going_to_id = house.first.id
    session.flush()
    merging.merge(session, house.first, house.second, day("2026-11-10"), ENTERED)
    session.refresh(person)
    assert (person.going_to_id, person.left_on) == (house.second.id, day("2026-11-01"))


def test_a_merger_changes_nothing_of_how_both_stood_before(session: Session, house: House) -> None:
    reorganising.move(session, house.second, house.one, day("2026-11-01"), ENTERED)
    a_person(session, house.first, "张三", joined_on=day("2020-01-01"))

    def stand(unit: Unit) -> list[tuple[str, str, str]]:
        first, last, on = day("2026-01-01"), day("2026-12-31"), day("2026-11-19")
        found = findings(session, POLICY, unit, first=first, last=last, on=on)
        return [(f.requirement.code, f.subject, f.state) for f in found]

    before = [stand(house.first), stand(house.second)]
    merging.merge(session, house.first, house.second, day(TODAY), ENTERED)
    assert [stand(house.first), stand(house.second)] == before
