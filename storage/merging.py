"""Merging units: from a day on the people of one belong to the other, and the first is no more.

What was entered in its books stays there: the past stays true. Its chats are the other's then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from compliance.access import Role
from storage import directory, journal, namesakes, reorganising, roster_history, tree, tree_rules
from storage.accounts import Account
from storage.database import forget
from storage.journal import Origin
from storage.people import DuesBasisRow, Person, PersonWas
from storage.units import Chat, RoleHeld, Unit

# What someone is there as one of its people, and stays where these go.
_GO_ALONG = (Role.MEMBER, Role.GROUP_LEADER)


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merger takes along: people, party groups, other units below, and names.

    ``alike``: who is called as somebody of the other unit: a letter is to tell them apart.
    """

    people: int
    groups: tuple[str, ...]
    units: tuple[str, ...]
    alike: tuple[str, ...]


def merger_of(session: Session, unit: Unit, into: Unit, on: date, origin: Origin) -> Merger:
    """Answer what merging a unit into another would take along; raises ``Impossible``."""
    tree_rules.require_merger(session, unit, into, on, origin)
    people = tree_rules.people_of(session, unit, on)
    below = tree.children(session, unit.key)
    there = () if unit.kind == "party_group" else tree_rules.people_of(session, into, on)
    names = {namesakes.bare(person) for person in there}
    return Merger(
        people=len(people),
        groups=tuple(
            tree_rules.name_there(session, each, unit, into)
            for each in below
            if each.kind == "party_group"
        ),
        units=tuple(each.name for each in below if each.kind != "party_group"),
        alike=tuple(p.name for p in people if namesakes.bare(p) in names),
    )


def merge(session: Session, unit: Unit, into: Unit, on: date, origin: Origin) -> Merger:
    """Merge a unit into another: ``on`` is the first day on which its people are the other's.

    Its party groups go on as groups of the other; other units below it stand below the other then.
    """
    reorganising.lock(session, unit, into)
    merger = merger_of(session, unit, into, on, origin)
    groups: Mapping[int, int] = {}
    if unit.kind == "party_group":
        people = _regroup(session, unit, into, on, origin)
    else:
        groups = _below(session, unit, into, on, origin)
        people = _take_over(session, unit, into, on, origin, groups=groups)
    _go_along(session, unit, into, on)
    _rebind(session, unit, into, origin)
    unit.merged_into_id = into.key
    reorganising.close(session, unit, on, origin)
    after = {"into": into.key, "on": on, "people": people, "groups": groups}
    reorganising.note(session, unit, "unit_merge", origin, after=after)
    reorganising.changed(session, unit.key, into.key, unit.parent_id)
    return merger


def _below(session: Session, unit: Unit, into: Unit, on: date, origin: Origin) -> Mapping[int, int]:
    """Let what stands below the unit stand below the other; answer the new group of each group.

    The books of a group are its branch's: it ends with it, and one of its name is founded there.
    """
    groups: dict[int, int] = {}
    for each in tree.children(session, unit.key):
        if each.kind != "party_group":
            reorganising.place(session, each, into.key, on, origin)
            continue
        new = Unit(**each.model_dump(exclude={"id", "last_number", "revision"}))
        new.name = tree_rules.name_there(session, each, unit, into)
        new.parent_id, new.founded = into.key, on
        each.merged_into_id = groups[each.key] = directory.add_unit(session, new).key
        _go_along(session, each, new, on)
        _rebind(session, each, new, origin)
        reorganising.close(session, each, on, origin)
    return groups


def _take_over(
    session: Session,
    unit: Unit,
    into: Unit,
    on: date,
    origin: Origin,
    *,
    groups: Mapping[int, int],
) -> Mapping[int, int]:
    """Let everyone leave the one roster and be on the other from the day on, with their dues.

    Answers the new number of each person. Who is on the way to the one is on the way to the other.
    """
    moved: dict[int, int] = {}
    people = tree_rules.people_of(session, unit, on)
    before = roster_history.rows_of(session, [person.key for person in people])
    for person in people:
        begins = max(on, person.joined_on or on)
        new = Person(**person.model_dump(exclude={"id", "mark", "letter_on"}))
        new.unit_id, new.joined_on, new.came_from_id = into.key, begins, person.key
        new.group_id, new.name = groups.get(person.group_id or 0), namesakes.bare(person)
        person.left_on = person.arrived_on = begins
        person.going_to_id = None
        _tell_apart(session, new, begins, origin)
        session.add_all([person, new])
        session.flush()
        later = (row for row in before[person.key] if row.until_on > begins)
        session.add_all(_as_before(new, row, person, groups) for row in later)
        moved[person.key] = new.key
    coming = update(Person).where(col(Person.going_to_id) == unit.key)
    session.execute(coming.values(going_to_id=into.key))
    _follow(session, moved)
    return moved


def _as_before(new: Person, row: PersonWas, person: Person, groups: Mapping[int, int]) -> PersonWas:
    """Answer what somebody was between a merger's day and a change that was entered before it."""
    then = PersonWas(**row.model_dump(exclude={"id"}))
    then.person_id, then.group_id = new.key, groups.get(row.group_id or 0)
    then.name = new.name if row.name == person.name else row.name
    return then


def _tell_apart(session: Session, new: Person, on: date, origin: Origin) -> None:
    try:
        namesakes.tell_apart(session, new, on, origin)
    except namesakes.TooManyAlikeError as error:
        raise tree_rules.Impossible("too_many_alike", name=new.name) from error


def _follow(session: Session, moved: Mapping[int, int]) -> None:
    """Let what their dues rest on, and who they are on Telegram, go with the people."""
    rows = select(DuesBasisRow).where(col(DuesBasisRow.person_id).in_(moved))
    for row in session.exec(rows.order_by(col(DuesBasisRow.id))).all():
        copy = DuesBasisRow(**row.model_dump(exclude={"id"}))
        copy.person_id = moved[row.person_id]
        session.add(copy)
    for account in session.exec(select(Account).where(col(Account.person_id).in_(moved))):
        account.person_id = moved[account.person_id or 0]
        session.add(account)
    session.flush()
    forget(session)


def _regroup(
    session: Session, group: Unit, into: Unit, on: date, origin: Origin
) -> Mapping[int, int]:
    """Let the members of a party group be the other's from the day on."""
    people = tree_rules.people_of(session, group, on)
    for person in people:
        roster_history.change(session, person, {"group_id": into.key}, on, origin)
        session.add(person)
    return {person.key: person.key for person in people}


def _go_along(session: Session, unit: Unit, into: Unit, on: date) -> None:
    """Let its people be people of the other: those are no posts that end with it.

    Those of a group that is merged into another have theirs at the branch, and its leader's ends.
    """
    if unit.kind == "party_group" and unit.parent_id == into.parent_id:
        return
    held = select(RoleHeld).where(
        RoleHeld.unit_id == unit.key,
        col(RoleHeld.role).in_(_GO_ALONG),
        or_(col(RoleHeld.to_on).is_(None), col(RoleHeld.to_on) >= on),
    )
    there = select(RoleHeld).where(RoleHeld.unit_id == into.key, col(RoleHeld.to_on).is_(None))
    known = {(role.telegram_id, role.role) for role in session.exec(there)}
    for role in session.exec(held.order_by(col(RoleHeld.id))).all():
        if (role.telegram_id, role.role) not in known:
            new = RoleHeld(**role.model_dump(exclude={"id"}))
            new.unit_id, new.from_on = into.key, max(on, role.from_on or on)
            session.add(new)
    session.flush()


def _rebind(session: Session, unit: Unit, into: Unit, origin: Origin) -> None:
    """Let the chats of a unit be the other's, each planned for anew; both their audits say so."""
    chats = select(Chat).where(Chat.unit_id == unit.key).order_by(col(Chat.id))
    for chat in session.exec(chats).all():
        chat.unit_id, chat.planned_through, chat.next_step_at = into.key, None, None
        session.add(chat)
        if chat.moved_to is None:
            said = json.dumps({"chat": chat.id, "title": chat.title}, ensure_ascii=False)
            journal.add_audit(session, unit.key, "chat_unbind", origin, before=said)
            journal.add_audit(session, into.key, "chat_bind", origin, after=said)
    session.flush()
    forget(session)
