"""The tree of units: what stands above a unit and below it, now and on any day."""

import pytest
from sqlmodel import Session

from storage import directory
from storage.database import forget
from storage.tree import Tree, branches_below, children, reporting_to, tree
from storage.units import Unit, UnitWas
from tests.storage.samples import a_unit, day, moment


def was(session: Session, unit: Unit, until: str, name: str, parent: Unit | None) -> None:
    session.add(
        UnitWas(
            unit_id=unit.key,
            until_on=day(until),
            name=name,
            parent_id=None if parent is None else parent.key,
            entered_by=1,
            entered_at=moment("2026-11-20 10:00"),
        )
    )
    session.flush()
    forget(session)


def names(found: Tree) -> dict[str, str | None]:
    return {
        node.name: None if node.parent_id is None else found.nodes[node.parent_id].name
        for node in found.nodes.values()
    }


@pytest.fixture
def committee(session: Session) -> Unit:
    return a_unit(session, "党委", "leading_group")


@pytest.fixture
def general(session: Session, committee: Unit) -> Unit:
    return a_unit(session, "第一党总支", "general_branch", committee)


@pytest.fixture
def branch(session: Session, general: Unit) -> Unit:
    return a_unit(session, "第一支部", "branch", general)


def test_the_tree_of_a_day_has_the_names_and_places_of_that_day(
    session: Session, committee: Unit, general: Unit, branch: Unit
) -> None:
    was(session, branch, "2026-03-01", "筹备支部", committee)
    was(session, branch, "2026-06-01", "老支部", committee)

    assert names(tree(session, day("2026-02-28")))["筹备支部"] == "党委"
    assert names(tree(session, day("2026-03-01")))["老支部"] == "党委"
    assert names(tree(session, day("2026-05-31")))["老支部"] == "党委"
    assert names(tree(session, day("2026-06-01")))["第一支部"] == "第一党总支"
    assert names(tree(session)) == {"党委": None, "第一党总支": "党委", "第一支部": "第一党总支"}
    assert branches_below(session, general, day("2026-05-31")) == []
    assert branches_below(session, general, day("2026-06-01")) == [branch]
    assert children(session, committee.key, day("2026-05-31")) == [general, branch]


def test_of_two_changes_of_one_day_the_first_says_what_had_been(
    session: Session, committee: Unit, branch: Unit
) -> None:
    was(session, branch, "2026-03-01", "老支部", committee)
    was(session, branch, "2026-03-01", "第一支部", committee)

    assert names(tree(session, day("2026-02-28")))["老支部"] == "党委"
    assert names(tree(session, day("2026-03-01")))["第一支部"] == "第一党总支"


def test_a_unit_is_there_from_its_first_day_until_it_is_dissolved(
    session: Session, committee: Unit, general: Unit, branch: Unit
) -> None:
    branch.founded, branch.dissolved = day("2026-02-01"), day("2026-09-01")
    session.flush()

    def below(on: str | None) -> list[Unit]:
        return branches_below(session, committee, None if on is None else day(on))

    assert below("2026-01-31") == []
    assert below("2026-02-01") == below("2026-08-31") == [branch]
    assert below("2026-09-01") == below(None) == []
    assert children(session, general.key) == []
    assert reporting_to(session, committee) == []
    assert reporting_to(session, committee, day("2026-08-31")) == [branch]


def test_branches_of_a_day_report_to_the_nearest_chat_too(
    session: Session, committee: Unit, general: Unit, branch: Unit
) -> None:
    on = day("2026-11-20")
    assert reporting_to(session, committee, on) == [branch]
    directory.bind_chat(session, -5, general.key)
    assert reporting_to(session, committee, on) == []
    assert reporting_to(session, general, on) == [branch]


def test_a_name_means_the_unit_that_stands(session: Session, general: Unit, branch: Unit) -> None:
    branch.dissolved = day("2026-09-01")
    session.flush()
    assert directory.units_named(session, "第一支部") == [branch]
    new = a_unit(session, "第一支部", "branch", general)
    assert directory.units_named(session, "第一支部") == [new]


def test_what_stands_below_comes_after_what_it_stands_below(
    session: Session, committee: Unit, general: Unit, branch: Unit
) -> None:
    group = a_unit(session, "第一小组", "party_group", branch)
    found = tree(session)
    assert [node.id for node in found.tops] == [committee.id]
    assert [node.id for node in found.below(committee.key)] == [general.id, branch.id, group.id]
