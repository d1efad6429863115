"""Whatever was changed, and in whichever order: the tree of every day is as it was that day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from storage import merging, reorganising
from storage.database import rehearsal
from storage.journal import Origin
from storage.tree import Node, children, tree
from storage.tree_rules import UNDER, Impossible
from storage.units import Unit
from tests.storage.databases import migrated_file, opened
from tests.storage.samples import a_unit, moment

FIRST = date(2026, 11, 1)
DAYS = 8  # the last of them is today
ORIGIN = Origin(1, moment("2026-11-08 12:00"), None, None)
KINDS = tuple(UNDER)

Place = tuple[str, int | None]
Change = tuple[str, int, int, int, str]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(f"sqlite:///{migrated_file(tmp_path_factory.mktemp('tree') / 'tree.db')}") as found:
        yield found


changes = st.lists(
    st.tuples(
        st.sampled_from(["found", "rename", "move", "dissolve", "merge"]),
        st.integers(0, 11),
        st.integers(0, 11),
        st.integers(0, DAYS),  # one of them is tomorrow
        st.sampled_from(["甲", "乙", "丙"]),
    ),
    max_size=14,
)


class Naive:
    """The trees of all days, each written out: what a change does to them is plain to see."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.units = [
            a_unit(session, "党委", "leading_group"),
            a_unit(session, "机关", "general_branch"),
            a_unit(session, "后勤", "general_branch"),
            a_unit(session, "支部", "branch"),
        ]
        self.days: list[dict[int, Place]] = [
            {unit.key: (unit.name, None) for unit in self.units} for _ in range(DAYS)
        ]

    def make(self, change: Change) -> None:
        what, a, b, index, name = change
        on, unit = FIRST + timedelta(days=index), self.units[a % len(self.units)]
        other = self.units[b % len(self.units)]
        with suppress(Impossible):
            getattr(self, what)(unit, other, on, index, name)

    def found(self, unit: Unit, other: Unit, on: date, index: int, name: str) -> None:
        kind = KINDS[(unit.key + other.key) % len(KINDS)]
        new = Unit(name=name, kind=kind, founded=on)
        reorganising.found(self.session, new, other, ORIGIN)
        self.units.append(new)
        self._from(index, new, (name, other.key))

    def rename(self, unit: Unit, other: Unit, on: date, index: int, name: str) -> None:
        reorganising.rename(self.session, unit, name, on, ORIGIN)
        for of_day in self.days[index:]:
            of_day[unit.key] = (name, of_day[unit.key][1])

    def move(self, unit: Unit, other: Unit, on: date, index: int, name: str) -> None:
        parent = None if other is unit else other
        reorganising.move(self.session, unit, parent, on, ORIGIN)
        self._from(index, unit, (unit.name, None if parent is None else parent.key))

    def dissolve(self, unit: Unit, other: Unit, on: date, index: int, name: str) -> None:
        groups = children(self.session, unit.key)
        reorganising.dissolve(self.session, unit, on, ORIGIN)
        for each in (unit, *groups):
            self._from(index, each, None)

    def merge(self, unit: Unit, other: Unit, on: date, index: int, name: str) -> None:
        below = children(self.session, unit.key)
        merging.merge(self.session, unit, other, on, ORIGIN)
        self._from(index, unit, None)
        groups = {group.key: group for group in children(self.session, other.key)}
        for each in below:
            if each.kind == "party_group":
                self._from(index, each, None)
                new = groups[each.merged_into_id or 0]
                self.units.append(new)
                self._from(index, new, (new.name, other.key))
            else:
                self._from(index, each, (each.name, other.key))

    def _from(self, index: int, unit: Unit, place: Place | None) -> None:
        for of_day in self.days[index:]:
            if place is None:
                of_day.pop(unit.key, None)
            else:
                of_day[unit.key] = place


def shown(nodes: Mapping[int, Node]) -> dict[int, Place]:
    return {node.id: (node.name, node.parent_id) for node in nodes.values()}


@settings(max_examples=40, deadline=None)
@given(made=changes)
def test_the_tree_of_every_day_is_right_after_any_changes(file: Engine, made: list[Change]) -> None:
    with rehearsal(file) as session:
        naive = Naive(session)
        for change in made:
            naive.make(change)
        for index, expected in enumerate(naive.days):
            of_day = tree(session, FIRST + timedelta(days=index)).nodes
            assert shown(of_day) == expected
            for node in of_day.values():
                above = None if node.parent_id is None else of_day[node.parent_id].kind
                assert above in UNDER[node.kind]
        assert shown(tree(session).nodes) == naive.days[-1]
