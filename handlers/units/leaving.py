"""A chat that the bot can no longer write to, and an officer who left: told to the superior."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from compliance.access import Role
from compliance.duties import responsible
from handlers.request import Reply
from storage import accounts, directory, duties, posts, roster, tree
from storage.messages import Message
from storage.units import RoleHeld, Unit


def gone(session: Session, chat_id: int) -> Reply:
    """Note that a chat is gone; answer what the superior's chat is told of it, once."""
    bound = directory.unit_of_chat(session, chat_id)
    if bound is None or bound[1].id != chat_id or bound[1].state != "active":
        return ()
    unit = bound[0]
    directory.mark_present(session, chat_id, present=False)
    above = directory.chat_above(session, unit)
    return () if above is None else (Message("chat_gone", {"unit": unit.name}, chat_id=above.id),)


def left_group(session: Session, chat_id: int, telegram_id: int, now: datetime) -> Reply:
    """Answer what is told of an officer who left the group of their unit, or was removed."""
    bound = directory.unit_of_chat(session, chat_id)
    if bound is None:
        return ()
    unit = tree.branch_of(session, bound[0])
    units = [unit.key, *(group.key for group in roster.groups(session, unit.key))]
    held = posts.posts_on(session, units, unit.day_of(now))
    own = [each for each in held if each.telegram_id == telegram_id]
    return _told(session, unit, own, "left", now)


def out_of_reach(session: Session, telegram_id: int, now: datetime) -> Reply:
    """Note that a person cannot be written to; answer what is told of an officer, once."""
    if not accounts.block(session, telegram_id, now):
        return ()
    told: list[Message] = []
    by_unit: dict[int, list[RoleHeld]] = {}
    for held in posts.posts_of(session, telegram_id, now.date()):
        branch = tree.branch_of(session, directory.unit(session, held.unit_id))
        by_unit.setdefault(branch.key, []).append(held)
    for unit_id, own in by_unit.items():
        told += _told(session, directory.unit(session, unit_id), own, "blocked", now)
    return tuple(told)


def _told(
    session: Session, unit: Unit, held: Collection[RoleHeld], why: str, now: datetime
) -> Reply:
    """Answer the message to those above the unit; to its own chat where nobody above has one."""
    officers = [each for each in held if each.role is not Role.MEMBER]
    above = directory.chat_above(session, unit)
    chats = [above] if above is not None else directory.chats_of(session, unit.key)[:1]
    if not officers or not chats:
        return ()
    names = accounts.names_of(session, {each.telegram_id for each in officers})
    values = {
        "unit": unit.name,
        "roles": tuple(dict.fromkeys(each.role for each in officers)),
        "name": next(iter(names.values()), None),
        "why": why,
        "instead": _instead(session, unit, officers[0], now),
    }
    return (Message("officer_gone", values, chat_id=chats[0].id),)


def _instead(session: Session, unit: Unit, gone: RoleHeld, now: datetime) -> Role | None:
    """Answer the post whose holder does the duties meanwhile; None where nobody else is there."""
    there = [
        replace(holder, absent=holder.absent or holder.who == gone.telegram_id)
        for holder in duties.holders(session, unit.key, unit.day_of(now))
    ]
    does = responsible(gone.role, there)
    return None if does is None else does.role
