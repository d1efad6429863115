"""Changes of the tree: units are founded, renamed, moved and dissolved, each on a day.

What was until a change goes into ``unit_was``. Each raises ``Impossible`` (``storage/tree_rules``)
for what may not be, and writes nothing then.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import text, update
from sqlmodel import Session, col, or_, select

from storage import directory, journal, tree, tree_rules
from storage.accounts import Handover, Invitation
from storage.database import forget
from storage.journal import Origin
from storage.units import RoleHeld, Unit, UnitWas

# Before any row, so that two who lock both never wait for each other; SQLite has one writer anyway.
_TOP = text("SELECT pg_advisory_xact_lock(19490703)")


def found(session: Session, new: Unit, parent: Unit | None, origin: Origin) -> Unit:
    """Found a unit below another, or at the top; answer it with its id."""
    lock(session, parent)
    tree_rules.require_founding(session, new, parent, origin)
    new.parent_id = None if parent is None else parent.key
    directory.add_unit(session, new)
    note(session, new, "unit_add", origin, after=new.model_dump(mode="json"))
    changed(session, new.parent_id)
    return new


def rename(session: Session, unit: Unit, name: str, on: date, origin: Origin) -> None:
    """Let a unit be called otherwise from a day on."""
    parent = tree_rules.parent_of(session, unit)
    lock(session, parent, unit)
    tree_rules.require_renaming(session, unit, name, on, origin)
    before = {"name": unit.name}
    keep(session, unit, on, origin)
    unit.name = name
    note(session, unit, "unit_rename", origin, before=before, after={"name": name, "on": on})
    changed(session, unit.key, unit.parent_id)


def move(session: Session, unit: Unit, parent: Unit | None, on: date, origin: Origin) -> None:
    """Let a unit stand below another, or at the top, from a day on."""
    lock(session, unit, parent)
    tree_rules.require_move(session, unit, parent, on, origin)
    before, after = unit.parent_id, None if parent is None else parent.key
    place(session, unit, after, on, origin)
    changed(session, unit.key, before, after)


def place(session: Session, unit: Unit, parent_id: int | None, on: date, origin: Origin) -> None:
    """Put a unit below another, which may take it."""
    before = {"parent_id": unit.parent_id}
    keep(session, unit, on, origin)
    unit.parent_id = parent_id
    after = {"parent_id": parent_id, "on": on}
    note(session, unit, "unit_move", origin, before=before, after=after)


def dissolve(session: Session, unit: Unit, on: date, origin: Origin) -> None:
    """Dissolve a unit, and the groups of a branch: ``on`` is the first day without it."""
    lock(session, unit)
    tree_rules.require_dissolution(session, unit, on, origin)
    for each in [*tree.children(session, unit.key), unit]:
        close(session, each, on, origin)
    note(session, unit, "unit_dissolve", origin, after={"on": on})
    changed(session, unit.key, unit.parent_id)


def close(session: Session, unit: Unit, on: date, origin: Origin) -> None:
    """End a unit on a day, and the posts in it; nobody is invited or handed anything any more."""
    unit.dissolved = on
    session.add(unit)
    lasting = or_(col(RoleHeld.to_on).is_(None), col(RoleHeld.to_on) >= on)
    here = col(RoleHeld.unit_id) == unit.key, lasting
    session.execute(update(RoleHeld).where(*here).values(to_on=on - timedelta(days=1)))
    invited = (
        col(Invitation.unit_id) == unit.key,
        col(Invitation.used_at).is_(None),
        col(Invitation.revoked_at).is_(None),
    )
    session.execute(update(Invitation).where(*invited).values(revoked_at=origin.at))
    handed_over = col(Handover.unit_id) == unit.key, col(Handover.ended_at).is_(None)
    called_off = {"ended_at": origin.at, "called_off": True}
    session.execute(update(Handover).where(*handed_over).values(called_off))


def lock(session: Session, *units: Unit | None) -> None:
    """Wait for whoever changes one of these units at the same time, and see what they did.

    None is the top of the tree, for which no row stands: two there could be called alike. A tick
    that settles their steps is not held up: it holds chats that are to be planned anew.
    """
    if None in units and session.get_bind().dialect.name == "postgresql":
        session.execute(_TOP)
    ids = sorted(unit.key for unit in units if unit is not None)
    query = select(Unit).where(col(Unit.id).in_(ids)).order_by(col(Unit.id))
    alone = query.with_for_update(key_share=True)
    session.exec(alone, execution_options={"populate_existing": True}).all()
    forget(session)


def keep(session: Session, unit: Unit, on: date, origin: Origin) -> None:
    """Keep what a unit is as what it was until a day."""
    was = UnitWas(
        unit_id=unit.key,
        until_on=on,
        name=unit.name,
        parent_id=unit.parent_id,
        entered_by=origin.actor,
        entered_at=origin.at,
    )
    session.add(was)
    session.add(unit)


def note(
    session: Session,
    unit: Unit,
    action: str,
    origin: Origin,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object],
) -> None:
    """Note a change of the tree in the audit."""
    was = None if before is None else _json(before)
    journal.add_audit(session, unit.key, action, origin, before=was, after=_json(after))


def _json(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)


def changed(session: Session, *units: int | None) -> None:
    """Let what rests on these units be assessed anew, and every chat be planned for anew."""
    session.flush()
    directory.revise(session, *(unit for unit in units if unit is not None))
    directory.plan_anew(session)
    forget(session)
