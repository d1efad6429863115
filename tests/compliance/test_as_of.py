"""A unit as of a day: what was only to come does not show in its past."""

from compliance.facts import Group, UnitFacts
from compliance.people import Member, Stage
from tests.compliance.samples import day

MERGED = day("2026-11-20")
STAYS = Member(1, "张三", Stage.FULL)
LEAVES = Member(2, "李四", Stage.FULL, left_on=MERGED, arrived_on=MERGED, letter_on=MERGED)
COMES = Member(3, "王五", Stage.FULL, joined_on=MERGED)
GROUPS = (Group(7, "第一小组", dissolved=MERGED), Group(8, "第二小组"))


def branch(*members: Member, groups: tuple[Group, ...] = ()) -> UnitFacts:
    return UnitFacts(9, "第一支部", dissolved=MERGED, groups=groups, members=members)


def test_before_a_merger_it_stands_with_its_people_and_groups() -> None:
    before = branch(STAYS, LEAVES, groups=GROUPS).as_of(day("2026-11-19"))

    assert before.dissolved is None
    assert [group.dissolved for group in before.groups] == [None, None]
    assert [(m.left_on, m.arrived_on, m.letter_on) for m in before.members] == [(None,) * 3] * 2


def test_from_the_day_of_the_merger_on_it_is_what_it_is() -> None:
    facts = branch(STAYS, LEAVES, COMES, groups=GROUPS)
    assert facts.as_of(MERGED) is facts


def test_whoever_came_later_is_not_there_before() -> None:
    there = UnitFacts(9, "第一支部", members=(STAYS, COMES))
    assert there.as_of(day("2026-11-19")).members == (STAYS,)
    assert there.as_of(MERGED).members == (STAYS, COMES)


def test_a_group_that_was_founded_later_is_not_there_before() -> None:
    facts = UnitFacts(9, "第一支部", groups=(Group(7, "第一小组", founded=MERGED), GROUPS[1]))
    assert facts.as_of(day("2026-11-19")).groups == (GROUPS[1],)
    assert facts.as_of(MERGED) is facts


def test_a_letter_that_was_written_by_then_is_known() -> None:
    letter = day("2026-11-10")
    coming = Member(3, "王五", Stage.FULL, joined_on=MERGED, letter_on=letter)
    leaving = Member(4, "赵六", Stage.FULL, left_on=MERGED, letter_on=letter)
    left = Member(5, "钱七", Stage.FULL, left_on=letter)

    seen = UnitFacts(9, "第一支部", members=(coming, leaving, left)).as_of(day("2026-11-12"))

    assert [member.id for member in seen.members] == [3, 4, 5]
    assert [member.left_on for member in seen.members] == [None, None, letter]
    assert seen.members[1].letter_on == letter


def test_a_part_that_ended_before_stays_ended() -> None:
    ended = Group(7, "第一小组", dissolved=day("2026-06-01"))
    seen = branch(groups=(ended, GROUPS[1])).as_of(day("2026-10-31"))
    assert seen.groups == (ended, GROUPS[1])
