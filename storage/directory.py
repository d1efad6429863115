"""Questions to the directory: which unit, which chat, who holds which role."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from compliance.access import Relation, Role
from storage.attachments import LooseFile
from storage.columns import table_of
from storage.database import forget, remembered, run
from storage.drafts import Draft
from storage.queues import Outbox, Reminder
from storage.tree import ancestors
from storage.units import Chat, RoleHeld, Unit


def add_unit(session: Session, new: Unit) -> Unit:
    """Add a unit and give it back with its id."""
    session.add(new)
    session.flush()
    forget(session)
    return new


def units_named(session: Session, name: str) -> list[Unit]:
    """Answer the units of that exact name; several branches may each have a 第一小组.

    One that was dissolved is meant only where none of that name stands.
    """
    found = list(session.exec(select(Unit).where(Unit.name == name).order_by(col(Unit.id))))
    return [unit for unit in found if unit.dissolved is None] or found


def topmost(session: Session) -> list[Unit]:
    """Answer the units that nobody is above and that are not dissolved, oldest first."""
    query = select(Unit).where(col(Unit.parent_id).is_(None), col(Unit.dissolved).is_(None))
    return list(session.exec(query.order_by(col(Unit.id))))


def units_called(session: Session, names: Collection[str]) -> list[Unit]:
    """Answer the units that have one of these names."""
    query = select(Unit).where(col(Unit.name).in_(names)).order_by(col(Unit.id))
    return list(session.exec(query))


def unit(session: Session, unit_id: int) -> Unit:
    """Answer the unit with that id; LookupError when there is none."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise LookupError(f"unit {unit_id}")
    return found


def standing(session: Session, kinds: Collection[str]) -> list[Unit]:
    """Answer the units of some kinds that were not dissolved, oldest first."""
    query = select(Unit).where(col(Unit.kind).in_(kinds), col(Unit.dissolved).is_(None))
    return list(session.exec(query.order_by(col(Unit.id))))


def any_unit(session: Session) -> bool:
    """Tell whether there is any unit at all."""
    return session.exec(select(Unit.id).limit(1)).first() is not None


def without_chat(session: Session) -> list[Unit]:
    """Answer the units that no chat is bound to, but for party groups; oldest first."""
    bound = select(Chat.unit_id).where(col(Chat.state) != "moved")
    query = select(Unit).where(
        col(Unit.dissolved).is_(None), Unit.kind != "party_group", col(Unit.id).not_in(bound)
    )
    return list(session.exec(query.order_by(col(Unit.id))))


def unit_of_chat(session: Session, chat_id: int) -> tuple[Unit, Chat] | None:
    """Answer the unit a chat is bound to, if any; a group that became another is that one."""
    return remembered(session, ("chat", chat_id), lambda: _bound(session, chat_id))


_BOUND = (
    select(Unit, Chat)
    .join(Chat, col(Chat.unit_id) == Unit.id)
    .where(col(Chat.id) == bindparam("chat"))
)


def _bound(session: Session, chat_id: int) -> tuple[Unit, Chat] | None:
    row = session.execute(_BOUND, {"chat": chat_id}).first()
    if row is None:
        return None
    unit, chat = row
    return (unit, chat) if chat.moved_to is None else _bound(session, chat.moved_to)


_BOUND_CHATS = (
    select(Unit, Chat)
    .join(Chat, col(Chat.unit_id) == Unit.id)
    .where(col(Chat.id).in_(bindparam("chats", expanding=True)))
    .order_by(col(Chat.id))
)
_LOCKED_CHATS = _BOUND_CHATS.with_for_update(of=Chat)


def bound_chats(
    session: Session, chat_ids: Collection[int], *, locked: bool = False
) -> list[tuple[Unit, Chat]]:
    """Answer those of these chats that are bound, with their units, in the order of their ids.

    Locked, they wait for another process that has locked one of them, and see what it did.
    """
    query = _LOCKED_CHATS if locked else _BOUND_CHATS
    rows = session.execute(query, {"chats": chat_ids}, execution_options=_FRESH)
    return [(unit, chat) for unit, chat in rows]


_FRESH = {"populate_existing": True}
_UNITS = select(Unit).where(col(Unit.id).in_(bindparam("units", expanding=True)))


def units(session: Session, unit_ids: Collection[int]) -> dict[int, Unit]:
    """Answer units by their ids; an id that no unit has is left out."""
    found = session.execute(_UNITS, {"units": unit_ids}).scalars()
    return {unit.key: unit for unit in found}


def locale_of(session: Session, chat_id: int, otherwise: str = "zh") -> str:
    """Answer the language of a chat: its own setting, its unit's, or the one given.

    A private chat bears its person's number, and speaks as the unit where they hold a role.
    """
    bound = unit_of_chat(session, chat_id)
    if bound is not None:
        return bound[1].locale or bound[0].locale
    homes = units_of(session, chat_id) if chat_id > 0 else []
    return homes[0].locale if homes else otherwise


def chats_of(session: Session, unit_id: int) -> list[Chat]:
    """Answer the chats bound to a unit that the bot can still write to."""
    query = select(Chat).where(Chat.unit_id == unit_id, Chat.state == "active")
    return list(session.exec(query.order_by(col(Chat.id))))


def chat_above(session: Session, below: Unit) -> Chat | None:
    """Answer the chat of the nearest unit above that has one the bot can write to."""
    for unit_id in ancestors(session, below):
        for chat in chats_of(session, unit_id):
            return chat
    return None


def bind_chat(
    session: Session,
    chat_id: int,
    unit_id: int,
    *,
    title: str | None = None,
    thread_id: int | None = None,
) -> None:
    """Bind a chat to a unit; a chat that was bound elsewhere moves, and is planned for anew.

    ``thread_id`` is the topic of a forum that reminders and notices go to.
    """
    chat = session.get(Chat, chat_id) or Chat(id=chat_id, unit_id=unit_id)
    chat.unit_id, chat.state = unit_id, "active"
    chat.title, chat.thread_id = title, thread_id
    chat.planned_through = chat.next_step_at = None
    session.add(chat)
    session.flush()
    forget(session)


def unbind_chat(session: Session, chat_id: int) -> None:
    """Let a chat belong to no unit any more; what waits for it to be sent says nothing then."""
    chat = session.get(Chat, chat_id)
    if chat is not None:
        session.delete(chat)
        session.flush()
        forget(session)


def was_another(session: Session, chat: Chat) -> bool:
    """Tell whether a chat is a supergroup that a bound group became."""
    query = select(Chat.id).where(Chat.moved_to == chat.id).limit(1)
    return session.exec(query).first() is not None


def retitle(session: Session, chat_id: int, title: str) -> None:
    """Note what a group is called now; its unit keeps its own name."""
    session.execute(update(Chat).where(col(Chat.id) == chat_id).values(title=title))
    forget(session)


def thread_of(session: Session, chat_id: int) -> int | None:
    """Answer the topic that a chat's reminders and notices go to; None for none of its own."""
    bound = unit_of_chat(session, chat_id)
    return None if bound is None else bound[1].thread_id


def leave_topic(session: Session, chat_id: int, thread_id: int) -> None:
    """Let reminders go to no topic any more: that one was closed or deleted."""
    there = col(Chat.id) == chat_id, col(Chat.thread_id) == thread_id
    session.execute(update(Chat).where(*there).values(thread_id=None))
    forget(session)


def move_chat(session: Session, old_id: int, new_id: int) -> None:
    """Follow a group that became a supergroup: everything kept for the chat moves with it.

    The old chat stays and points to the new one, for what was said there and still waits.
    """
    old, new = session.get(Chat, old_id), session.get(Chat, new_id)
    if old is not None and old.moved_to is None:
        if new is None:
            session.add(Chat(**(old.model_dump() | {"id": new_id})))
        elif new.moved_to is not None:  # told the wrong way round: it is there after all
            new.state, new.moved_to = "active", None
        old.state, old.moved_to = "moved", new_id
        session.flush()
        session.execute(
            update(Reminder).where(col(Reminder.chat_id) == old_id).values(chat_id=new_id)
        )
    forget(session)
    for table in (table_of(Outbox), table_of(Draft), table_of(LooseFile)):
        session.execute(update(table).where(table.c.chat_id == old_id).values(chat_id=new_id))


def mark_present(session: Session, chat_id: int, *, present: bool) -> None:
    """Note whether the bot can write to a chat."""
    state = "active" if present else "gone"
    here = col(Chat.id) == chat_id, col(Chat.moved_to).is_(None)
    session.execute(update(Chat).where(*here).values(state=state))


def heard(session: Session, chat_id: int) -> None:
    """Note that something was said in a chat: if the bot was thought gone from it, it is there."""
    bound = unit_of_chat(session, chat_id)
    if bound is not None and bound[1].state == "gone":
        mark_present(session, bound[1].id, present=True)
        forget(session)


def plan_anew(session: Session) -> None:
    """Let every chat be looked at by the next tick: hours or units have changed."""
    session.execute(update(Chat).values(next_step_at=None))


def look_again(session: Session, *changed: Unit) -> None:
    """Let the next tick look at units for their own chats and those above: their people changed."""
    concerned = {of for unit in changed for of in (unit.key, *ancestors(session, unit))}
    of_them = col(Chat.unit_id).in_(concerned)
    session.execute(update(Chat).where(of_them).values(next_step_at=None))


def alone(session: Session, unit_id: int) -> None:
    """Let no other transaction that asks for this go on for the unit: what is read next holds."""
    query = select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True)
    session.exec(query).one()


def revise(session: Session, *changed: int) -> None:
    """Count a change of what the assessment of these units rests on, and that is no entry."""
    concerned = col(Unit.id).in_(changed)
    session.execute(update(Unit).where(concerned).values(revision=col(Unit.revision) + 1))


@dataclass(frozen=True, slots=True)
class Holding:
    """A role and the unit it is held at."""

    role: Role
    unit_id: int


def holdings(session: Session, telegram_id: int, on: date) -> list[Holding]:
    """Answer the roles a Telegram user holds on a day, at any unit."""
    return remembered(
        session, ("holdings", telegram_id, on), lambda: _held(session, telegram_id, on)
    )


_ROLE = table_of(RoleHeld)
_HELD = columns(_ROLE.c.role, _ROLE.c.unit_id).where(
    _ROLE.c.telegram_id == bindparam("person"),
    or_(_ROLE.c.from_on.is_(None), _ROLE.c.from_on <= bindparam("day")),
    or_(_ROLE.c.to_on.is_(None), _ROLE.c.to_on >= bindparam("day")),
)


def _held(session: Session, telegram_id: int, on: date) -> list[Holding]:
    rows = run(session, _HELD, {"person": telegram_id, "day": on})
    return [Holding(row.role, row.unit_id) for row in rows]


_TREASURERS = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)
_WHO = columns(_ROLE.c.unit_id, _ROLE.c.role, _ROLE.c.telegram_id, _ROLE.c.from_on, _ROLE.c.to_on)
_HOLDERS = _WHO.where(
    _ROLE.c.unit_id.in_(bindparam("units", expanding=True)),
    _ROLE.c.role.in_(_TREASURERS),
).order_by(_ROLE.c.id)


def treasurers(
    session: Session, days: Mapping[int, date], but: Collection[tuple[int, int]] = ()
) -> dict[int, int]:
    """Answer who looks after the dues of some units on a day of each: a Telegram user, one a unit.

    The secretary, else the deputy, else the organisation officer; of two the one named first. A
    unit without any is left out, and so are those of some units whom ``but`` names.
    """
    found: dict[int, tuple[int, int]] = {}
    rows = run(session, _HOLDERS, {"units": list(days)}) if days else ()
    for unit_id, role, telegram_id, from_on, to_on in rows:
        day, rank = days[unit_id], _TREASURERS.index(role)
        holds = (from_on or day) <= day <= (to_on or day) and (unit_id, telegram_id) not in but
        if holds and (unit_id not in found or rank < found[unit_id][0]):
            found[unit_id] = (rank, telegram_id)
    return {unit_id: telegram_id for unit_id, (_, telegram_id) in found.items()}


def units_of(session: Session, telegram_id: int) -> list[Unit]:
    """Answer the units at which a Telegram user holds or held any role."""
    return list(remembered(session, ("homes", telegram_id), lambda: _homes(session, telegram_id)))


_HOMES = (
    select(Unit)
    .join(RoleHeld, col(RoleHeld.unit_id) == Unit.id)
    .where(col(RoleHeld.telegram_id) == bindparam("user"))
    .order_by(col(Unit.id))
    .distinct()
)


def _homes(session: Session, telegram_id: int) -> list[Unit]:
    return list(session.execute(_HOMES, {"user": telegram_id}).scalars())


def holds_any(session: Session, telegram_id: int) -> bool:
    """Tell whether a Telegram user holds or held any role at all."""
    query = select(RoleHeld.id).where(RoleHeld.telegram_id == telegram_id).limit(1)
    return session.exec(query).first() is not None


def relations(
    session: Session, held: Iterable[Holding], target: Unit
) -> tuple[tuple[Role, Relation], ...]:
    """Tell for each role how its unit stands to the target: the same, above it, or below it.

    A party group right below is told from what else is below. Roles at unrelated units are left
    out.
    """
    found: list[tuple[Role, Relation]] = []
    above: Sequence[int] | None = None
    for holding in held:
        if holding.unit_id == target.id:
            found.append((holding.role, Relation.OWN))
            continue
        above = ancestors(session, target) if above is None else above
        if holding.unit_id in above:
            found.append((holding.role, Relation.ABOVE))
        elif target.id in ancestors(session, at := unit(session, holding.unit_id)):
            near = at.kind == "party_group" and at.parent_id == target.id
            found.append((holding.role, Relation.GROUP if near else Relation.BELOW))
    return tuple(found)


def grant_role(
    session: Session, telegram_id: int, unit_id: int, role: Role, from_on: date | None = None
) -> bool:
    """Grant a role from a day on (None: for as long as anyone asks about).

    False when the user holds it already.
    """
    query = select(RoleHeld.id).where(
        RoleHeld.telegram_id == telegram_id,
        RoleHeld.unit_id == unit_id,
        RoleHeld.role == role,
        col(RoleHeld.to_on).is_(None),
    )
    if session.exec(query).first() is not None:
        return False
    session.add(RoleHeld(telegram_id=telegram_id, unit_id=unit_id, role=role, from_on=from_on))
    session.flush()
    forget(session)
    return True
