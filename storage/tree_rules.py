"""What may be changed of the tree of units, and from which day on.

A change is entered on its day or after it, and not before an earlier one of the same unit: what is
in ``unit`` is how things stand now. A kind of unit stands only below a higher one, so that on no
day a unit can stand below itself.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from storage import directory, tree
from storage.journal import Origin
from storage.people import Person
from storage.units import Unit, UnitWas

# What a unit of each kind may stand under; None is the top of the tree.
UNDER: Mapping[str, tuple[str | None, ...]] = MappingProxyType(
    {
        "leading_group": (None,),
        "general_branch": ("leading_group", None),
        "branch": ("general_branch", "leading_group", None),
        "party_group": ("branch",),
    }
)
LONGEST_NAME = 50


class Impossible(Exception):  # noqa: N818 - it is an answer
    """A change of the tree that cannot be made: a code that says why, and values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def require_founding(session: Session, new: Unit, parent: Unit | None, origin: Origin) -> None:
    """Raise ``Impossible`` unless the unit can be founded there, on the day it says."""
    _require_place(new, parent)
    _require_name(session, new.name, parent, new)
    if new.founded is not None:
        _require_past(new, new.founded, origin)
    if parent is not None:
        _require_there(parent, new.founded)


def require_renaming(session: Session, unit: Unit, name: str, on: date, origin: Origin) -> None:
    """Raise ``Impossible`` unless the unit can be called so from that day on."""
    require_day(session, unit, on, origin)
    if name == unit.name:
        raise Impossible("same_name", unit=unit.name)
    _require_name(session, name, parent_of(session, unit), unit)


def require_move(
    session: Session, unit: Unit, parent: Unit | None, on: date, origin: Origin
) -> None:
    """Raise ``Impossible`` unless the unit can stand there from that day on.

    A party group cannot leave its branch, which keeps its books.
    """
    require_day(session, unit, on, origin)
    if unit.kind == "party_group":
        raise Impossible("group_stays", unit=unit.name)
    _require_place(unit, parent)
    if parent is not None:
        _require_there(parent, on)
    if unit.parent_id == _key(parent):
        raise Impossible("same_place", unit=unit.name, parent=_name(parent))
    _require_name(session, unit.name, parent, unit)


def require_dissolution(session: Session, unit: Unit, on: date, origin: Origin) -> None:
    """Raise ``Impossible`` while people are on its roster that day, or units stand below it.

    Party groups, in which nobody is then, end with their branch.
    """
    require_day(session, unit, on, origin)
    below = tree.children(session, unit.key)
    if names := tuple(each.name for each in below if each.kind != "party_group"):
        raise Impossible("has_units", unit=unit.name, names=names)
    for group in below:
        require_day(session, group, on, origin)
    require_none_left(session, unit, on)
    if people := people_of(session, unit, on):
        raise Impossible("has_people", unit=unit.name, people=len(people), kind=unit.kind)


def require_merger(session: Session, unit: Unit, into: Unit, on: date, origin: Origin) -> None:
    """Raise ``Impossible`` unless the other unit can take over this one's people and units."""
    require_day(session, unit, on, origin)
    if unit.kind != into.kind or unit.key == into.key:
        raise Impossible("unlike", unit=unit.name, into=into.name)
    if unit.kind == "party_group" and unit.parent_id != into.parent_id:
        raise Impossible("group_stays", unit=unit.name)
    _require_there(into, on)
    require_none_left(session, unit, on)
    for each in tree.children(session, unit.key):
        require_day(session, each, on, origin)
        _require_name(session, name_there(session, each, unit, into), into, each)


def name_there(session: Session, each: Unit, unit: Unit, into: Unit) -> str:
    """Answer what something below a unit is called once that is merged into another.

    Nearly every branch has a first group: of two alike the one that comes says where it was.
    """
    alike = each.kind == "party_group" and _is_taken(session, each.name, into, each)
    return f"{unit.name}{each.name}" if alike else each.name


def require_none_left(session: Session, unit: Unit, on: date) -> None:
    """Raise ``Impossible`` when a unit stood below it on that day or later, and does no more."""
    moved = select(func.max(UnitWas.until_on)).where(UnitWas.parent_id == unit.key)
    gone = select(func.max(Unit.dissolved)).where(Unit.parent_id == unit.key)
    days = (session.execute(query).scalar_one() for query in (moved, gone))
    last = max((day for day in days if day is not None), default=on)
    if last > on:
        raise Impossible("had_units", unit=unit.name, on=on, earliest=last)


def require_day(session: Session, unit: Unit, on: date, origin: Origin) -> None:
    """Raise ``Impossible`` unless the unit stands, and could be changed on that day."""
    _require_there(unit, on)
    _require_past(unit, on, origin)
    query = select(func.max(UnitWas.until_on)).where(UnitWas.unit_id == unit.key)
    changed = session.execute(query).scalar_one()
    if changed is not None and on < changed:
        raise Impossible("changed_since", unit=unit.name, on=on, changed=changed)


def _require_past(unit: Unit, on: date, origin: Origin) -> None:
    if on > unit.day_of(origin.at):
        raise Impossible("not_yet", on=on)


def _require_there(unit: Unit, on: date | None) -> None:
    if unit.dissolved is not None:
        raise Impossible("dissolved", unit=unit.name, dissolved=unit.dissolved)
    if unit.founded is not None and on is not None and on < unit.founded:
        raise Impossible("not_founded", unit=unit.name, on=on, founded=unit.founded)


def _require_place(unit: Unit, parent: Unit | None) -> None:
    under = UNDER[unit.kind]
    if (None if parent is None else parent.kind) not in under:
        values = {"unit": unit.name, "kind": unit.kind, "parent": _name(parent)}
        raise Impossible("wrong_place", **values, under=under)


def _require_name(session: Session, name: str, parent: Unit | None, unit: Unit) -> None:
    """Refuse a name that is none, or that another unit right below the parent has."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Impossible("bad_name", name=name, most=LONGEST_NAME)
    if _is_taken(session, name, parent, unit):
        raise Impossible("name_taken", name=name, parent=_name(parent))


def _is_taken(session: Session, name: str, parent: Unit | None, unit: Unit) -> bool:
    """Tell whether another unit right below the parent is called so."""
    return any(
        other.parent_id == _key(parent) and other.dissolved is None and other.id != unit.id
        for other in directory.units_named(session, name)
    )


def people_of(session: Session, unit: Unit, on: date) -> list[Person]:
    """Answer who is on a unit's roster on a day or later; of a party group its members."""
    place = Person.group_id if unit.kind == "party_group" else Person.unit_id
    stays = or_(col(Person.left_on).is_(None), col(Person.left_on) > on)
    return list(session.exec(select(Person).where(place == unit.key, stays).order_by("id")))


def parent_of(session: Session, unit: Unit) -> Unit | None:
    """Answer the unit right above one; None at the top."""
    return None if unit.parent_id is None else directory.unit(session, unit.parent_id)


def _key(parent: Unit | None) -> int | None:
    return None if parent is None else parent.key


def _name(parent: Unit | None) -> str | None:
    return None if parent is None else parent.name
