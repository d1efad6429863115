"""Posts of a unit: granted and ended with dates, and the leaves of those who hold them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, or_, select

from compliance.access import Role
from storage import journal
from storage.accounts import Account
from storage.database import forget
from storage.journal import Origin
from storage.units import RoleHeld, RoleLeave


def grant(
    session: Session,
    unit_id: int,
    telegram_id: int,
    role: Role,
    origin: Origin,
    *,
    from_on: date | None = None,
    to_on: date | None = None,
    acting: bool = False,
) -> bool:
    """Grant a role at a unit, from a day to another (None: without a beginning, without an end).

    One that the user holds on some of these days lasts from the earlier to the later end of both.
    False when the user holds it on all of them already: nothing is changed.
    """
    same = [
        held
        for held in posts_between(session, [unit_id], from_on or date.min, to_on)
        if held.role == role and held.telegram_id == telegram_id and held.acting == acting
    ]
    if any(_covers(held, from_on, to_on) for held in same):
        return False
    if same:
        _widen(session, same[0], from_on, to_on, origin)
        return True
    new = RoleHeld(
        telegram_id=telegram_id,
        unit_id=unit_id,
        role=role,
        from_on=from_on,
        to_on=to_on,
        acting=acting,
    )
    session.add(new)
    session.flush()
    forget(session)
    journal.add_audit(session, unit_id, "role_grant", origin, after=_written(new))
    return True


def _covers(held: RoleHeld, first: date | None, last: date | None) -> bool:
    """Tell whether a post is held on all these days; without a first one, from whenever it is."""
    begun = first is None or held.from_on is None or held.from_on <= first
    return begun and (held.to_on is None or (last is not None and last <= held.to_on))


def lasts(held: RoleHeld, last: date | None) -> bool:
    """Tell whether a post that is held today is held until a day (None: without an end)."""
    return _covers(held, None, last)


def _widen(
    session: Session, held: RoleHeld, first: date | None, last: date | None, origin: Origin
) -> None:
    before = _written(held)
    if first is not None and held.from_on is not None:
        held.from_on = min(held.from_on, first)
    held.to_on = None if last is None or held.to_on is None else max(held.to_on, last)
    session.add(held)
    session.flush()
    forget(session)
    after = _written(held)
    journal.add_audit(session, held.unit_id, "role_grant", origin, before=before, after=after)


def end(session: Session, held: RoleHeld, last_on: date, origin: Origin) -> None:
    """End a role: ``last_on`` is the last day on which it is held."""
    before = _written(held)
    held.to_on = last_on
    session.add(held)
    session.flush()
    forget(session)
    after = _written(held)
    journal.add_audit(session, held.unit_id, "role_end", origin, before=before, after=after)


def end_now(session: Session, held: RoleHeld, today: date, origin: Origin) -> None:
    """End a role at once: yesterday was its last day."""
    end(session, held, today - timedelta(days=1), origin)


def posts_on(session: Session, unit_ids: Collection[int], on: date) -> list[RoleHeld]:
    """Answer the roles held at some units on a day, the oldest first."""
    return posts_between(session, unit_ids, on, on)


def posts_between(
    session: Session, unit_ids: Collection[int], first: date, last: date | None
) -> list[RoleHeld]:
    """Answer the roles held at some units on any of these days (None: without an end)."""
    query = select(RoleHeld).where(
        col(RoleHeld.unit_id).in_(unit_ids),
        or_(col(RoleHeld.to_on).is_(None), col(RoleHeld.to_on) >= first),
    )
    if last is not None:
        query = query.where(or_(col(RoleHeld.from_on).is_(None), col(RoleHeld.from_on) <= last))
    return list(session.exec(query.order_by(col(RoleHeld.id))))


def posts_of(session: Session, telegram_id: int, on: date) -> list[RoleHeld]:
    """Answer the roles that a Telegram user holds on a day, at any unit."""
    query = select(RoleHeld).where(
        RoleHeld.telegram_id == telegram_id,
        or_(col(RoleHeld.from_on).is_(None), col(RoleHeld.from_on) <= on),
        or_(col(RoleHeld.to_on).is_(None), col(RoleHeld.to_on) >= on),
    )
    return list(session.exec(query.order_by(col(RoleHeld.id))))


def post(session: Session, number: int) -> RoleHeld | None:
    """Answer the post of that number, if there is one."""
    return session.get(RoleHeld, number)


def headed_by(
    session: Session,
    unit_id: int,
    first: date,
    last: date | None = None,
    *,
    beside: int | None = None,
) -> RoleHeld | None:
    """Answer who is the unit's secretary on any of these days, not only acting as one.

    ``beside``: a Telegram user who is not asked about.
    """
    held = posts_between(session, [unit_id], first, last)
    heads = (each for each in held if each.role is Role.SECRETARY and not each.acting)
    return next((each for each in heads if each.telegram_id != beside), None)


def take_leave(
    session: Session, unit_id: int, telegram_id: int, days: tuple[date, date], origin: Origin
) -> RoleLeave:
    """Note that an officer of a unit is away from one day to another (both included)."""
    leave = RoleLeave(
        telegram_id=telegram_id,
        unit_id=unit_id,
        from_on=days[0],
        to_on=days[1],
        entered_by=origin.actor,
        entered_at=origin.at,
    )
    session.add(leave)
    session.flush()
    journal.add_audit(session, unit_id, "role_leave", origin, after=_of_leave(leave))
    return leave


def come_back(session: Session, leave: RoleLeave, today: date, origin: Origin) -> None:
    """End a leave: from today on the officer is there again."""
    before = _of_leave(leave)
    leave.to_on = today - timedelta(days=1)
    session.add(leave)
    session.flush()
    after = _of_leave(leave)
    journal.add_audit(session, leave.unit_id, "role_back", origin, before=before, after=after)


def leaves_of(session: Session, unit_ids: Collection[int], since: date) -> list[RoleLeave]:
    """Answer the leaves of some units' officers that are not over on a day, the earliest first."""
    query = select(RoleLeave).where(
        col(RoleLeave.unit_id).in_(unit_ids), col(RoleLeave.to_on) >= since
    )
    return list(session.exec(query.order_by(col(RoleLeave.from_on), col(RoleLeave.id))))


def away_on(session: Session, days: Mapping[int, date]) -> set[tuple[int, int]]:
    """Answer who is on leave from some units on a day of each: unit and Telegram user."""
    if not days:
        return set()
    query = select(RoleLeave).where(
        col(RoleLeave.unit_id).in_(days), col(RoleLeave.to_on) >= min(days.values())
    )
    return {
        (leave.unit_id, leave.telegram_id)
        for leave in session.exec(query)
        if leave.from_on <= days[leave.unit_id] <= leave.to_on
    }


def unreachable(session: Session, unit_ids: Collection[int]) -> set[tuple[int, int]]:
    """Answer who of those in a post of some units has stopped the bot: unit and Telegram user."""
    query = (
        select(RoleHeld.unit_id, RoleHeld.telegram_id)
        .join(Account, col(Account.telegram_id) == col(RoleHeld.telegram_id))
        .where(col(RoleHeld.unit_id).in_(unit_ids), col(Account.blocked_at).is_not(None))
    )
    return set(session.exec(query)) if unit_ids else set()


def _written(held: RoleHeld) -> str:
    return _json(
        telegram_id=held.telegram_id,
        role=held.role.value,
        from_on=_day(held.from_on),
        to_on=_day(held.to_on),
        acting=held.acting,
    )


def _of_leave(leave: RoleLeave) -> str:
    first, last = _day(leave.from_on), _day(leave.to_on)
    return _json(telegram_id=leave.telegram_id, from_on=first, to_on=last)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


def one_of(held: Sequence[RoleHeld], role: Role, telegram_id: int) -> RoleHeld | None:
    """Answer which of some posts is a user's of that role; one that is held, before an acting."""
    own = [each for each in held if each.role is role and each.telegram_id == telegram_id]
    return min(own, key=lambda each: each.acting, default=None)
