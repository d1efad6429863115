"""The tree of units: ``unit add``, ``rename``, ``move``, ``merge``, ``dissolve``, ``list``."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import typer
from sqlmodel import Session

from bot.cli.office import (
    Refusal,
    administrator,
    day,
    office,
    tell,
    tell_json,
    today_at,
    unit_named,
)
from bot.cli.options import JsonOption, OnOption
from bot.clock import system_clock
from storage import directory, headcount, merging, reorganising, tree_rules
from storage.tree import Tree, tree
from storage.tree_rules import Impossible
from storage.units import Unit

ToOption = Annotated[str, typer.Option("--to", help="上级名称,或 - · the unit above, or -")]
IntoOption = Annotated[str, typer.Option("--into", help="并入的组织 · the unit that takes over")]
TOP = "-"


def add_to(unit: typer.Typer) -> None:
    """Add the commands to those of units."""
    unit.command("rename")(unit_rename)
    unit.command("move")(unit_move)
    unit.command("merge")(unit_merge)
    unit.command("dissolve")(unit_dissolve)
    unit.command("list")(unit_list)


def unit_rename(name: str, new_name: str, on: OnOption = None) -> None:
    """改名 · Rename a unit, from a day on (today)."""
    with _changing(name, on) as (session, unit, since):
        reorganising.rename(session, unit, new_name, since, administrator())
        tell("unit_changed", _values("rename", name, since, name=unit.name))


def unit_move(name: str, to: ToOption, on: OnOption = None) -> None:
    """移动 · Put a unit below another, or at the top, from a day on (today)."""
    with _changing(name, on) as (session, unit, since):
        parent = None if to == TOP else unit_named(session, to)
        above = tree_rules.parent_of(session, unit)
        reorganising.move(session, unit, parent, since, administrator())
        places = {"above": above and above.name, "parent": None if parent is None else to}
        tell("unit_changed", _values("move", name, since, **places))


def unit_merge(name: str, into: IntoOption, on: OnOption = None) -> None:
    """合并 · Merge a unit into another, with its people, from a day on (today)."""
    with _changing(name, on) as (session, unit, since):
        other = unit_named(session, into)
        chats = len(directory.chats_of(session, unit.key))
        merger = merging.merge(session, unit, other, since, administrator())
        values = _values("merge", name, since, into=into, merger=merger)
        tell("unit_changed", {**values, "chats": chats})


def unit_dissolve(name: str, on: OnOption = None) -> None:
    """撤销 · Dissolve a unit that has no people: the day is the first one without it (today)."""
    with _changing(name, on) as (session, unit, since):
        reorganising.dissolve(session, unit, since, administrator())
        tell("unit_changed", _values("dissolve", name, since))


def unit_list(on: OnOption = None, *, as_json: JsonOption = False) -> None:
    """列出组织 · The tree of units, as it stands or as it stood on a day."""
    with office() as (_, session):
        since = day(on)
        of_day = tree(session, since)
        if as_json:
            tell_json(list(_fields(session, of_day, since)))
            return
        lines = [(depth, node.name, node.kind) for depth, node in of_day.walk()]
        tell("cli/units", {"on": since, "lines": lines})


def _fields(session: Session, of_day: Tree, on: date | None) -> Iterator[dict[str, object]]:
    people = _people(session, list(of_day.nodes), on)
    for depth, node in of_day.walk():
        parent = None if node.parent_id is None else of_day.nodes.get(node.parent_id)
        yield {
            "id": node.id,
            "name": node.name,
            "kind": node.kind,
            "parent": None if parent is None else parent.name,
            "parent_id": node.parent_id,
            "depth": depth,
            "people": people.get(node.id, 0),
        }


def _people(session: Session, unit_ids: Sequence[int], on: date | None) -> Mapping[int, int]:
    """Answer how many people each unit has on a day; without one, today where the unit is."""
    if on is not None:
        return headcount.people_on(session, unit_ids, on)
    now, here = system_clock(), defaultdict[date, list[int]](list)
    for unit in directory.units(session, unit_ids).values():
        here[unit.day_of(now)].append(unit.key)
    counts = (headcount.people_on(session, ids, today) for today, ids in here.items())
    return {unit_id: count for of_day in counts for unit_id, count in of_day.items()}


@contextmanager
def _changing(name: str, on: str | None) -> Iterator[tuple[Session, Unit, date]]:
    """Give the unit that is to be changed, and from which day on; say why it cannot be."""
    with office(writing=True) as (_, session):
        unit = unit_named(session, name)
        try:
            yield session, unit, day(on) or today_at(unit)
        except Impossible as why:
            raise impossible(why) from why


def impossible(why: Impossible) -> Refusal:
    """Answer the refusal of a change of the tree that cannot be made."""
    return Refusal("unit_impossible", {"code": why.code, **why.values})


def _values(what: str, unit: str, on: date, **more: object) -> dict[str, object]:
    return {"what": what, "unit": unit, "on": on, **more}
