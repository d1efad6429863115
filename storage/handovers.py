"""Handovers of a secretary's post: begun, confirmed by both, done; or called off, or expired."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, or_, select

from compliance.access import Role
from storage import directory, drafts, entries, invitations, journal, posts, tree
from storage.accounts import Handover, Invitation
from storage.drafts import Draft
from storage.journal import Origin
from storage.ledger import Entry, Payment, Record, RecordKind, ReturnRow
from storage.pauses import Pause
from storage.units import RoleHeld, Unit

LASTS = timedelta(days=14)


def open_for(session: Session, unit_id: int, now: datetime) -> Handover | None:
    """Answer the handover that is under way at a unit."""
    query = select(Handover).where(
        Handover.unit_id == unit_id,
        col(Handover.ended_at).is_(None),
        col(Handover.begun_at) > now - LASTS,
    )
    return session.exec(query).first()


def coming_to(session: Session, telegram_id: int, now: datetime) -> Handover | None:
    """Answer the handover by which someone is to take over, and whose pack they have."""
    query = select(Handover).where(
        Handover.to_id == telegram_id,
        col(Handover.ended_at).is_(None),
        col(Handover.begun_at) > now - LASTS,
    )
    found = session.exec(query.order_by(col(Handover.id))).first()
    if found is None or (invitation_of(session, found) and not found.from_confirmed_at):
        return None
    return found


def find(session: Session, number: int) -> Handover | None:
    """Answer the handover of that number; whoever confirms at the same moment waits."""
    return session.get(Handover, number, with_for_update=True, populate_existing=True)


def is_open(one: Handover, now: datetime) -> bool:
    """Tell whether a handover is still under way."""
    return one.ended_at is None and now < one.begun_at + LASTS


def last_secretary(session: Session, unit_id: int, on: date) -> int | None:
    """Answer who is a unit's secretary on a day, or was the last before; a Telegram user.

    One who only acts for another hands nothing over.
    """
    held = posts.headed_by(session, unit_id, on, on)
    if held is not None:
        return held.telegram_id
    query = select(RoleHeld).where(
        RoleHeld.unit_id == unit_id,
        RoleHeld.role == Role.SECRETARY,
        col(RoleHeld.acting).is_(False),
        col(RoleHeld.to_on) < on,
    )
    before = session.exec(query.order_by(col(RoleHeld.to_on).desc(), col(RoleHeld.id))).first()
    return None if before is None else before.telegram_id


def begin(
    session: Session, unit: Unit, who: tuple[int, int | None], pack: str, origin: Origin
) -> Handover:
    """Begin a handover from one to another (None: to whoever opens its invitation)."""
    one = Handover(
        unit_id=unit.key,
        role=Role.SECRETARY,
        from_id=who[0],
        to_id=who[1],
        begun_by=origin.actor,
        begun_at=origin.at,
        pack=pack,
    )
    session.add(one)
    session.flush()
    note(session, one, "handover_begin", origin)
    return one


def arrive(session: Session, one: Handover, origin: Origin) -> None:
    """Note who opened the invitation of a handover."""
    one.to_id = origin.actor
    session.add(one)
    note(session, one, "handover_arrive", origin)


def confirm(session: Session, one: Handover, side: str, origin: Origin) -> bool:
    """Note that one side has confirmed (``from`` or ``to``); tell whether both have now."""
    if side == "to":
        one.to_confirmed_at = one.to_confirmed_at or origin.at
    else:
        one.from_confirmed_at = one.from_confirmed_at or origin.at
    session.add(one)
    note(session, one, f"handover_confirm_{side}", origin)
    return one.from_confirmed_at is not None and one.to_confirmed_at is not None


def call_off(session: Session, one: Handover, action: str, origin: Origin) -> None:
    """End a handover by which nothing was handed over; its invitation is worth nothing then."""
    one.ended_at, one.called_off = origin.at, True
    session.add(one)
    invited = invitation_of(session, one)
    if invited is not None and invited.used_at is None and invited.revoked_at is None:
        invitations.revoke(session, invited, origin)
    note(session, one, action, origin)


def complete(session: Session, one: Handover, today: date, origin: Origin) -> None:
    """Let the post pass from one to the other, today.

    Yesterday was the last day of whoever held it, or acted for its holder: no day has two
    secretaries, and none goes without, since the new one holds it from this day on.
    """
    if one.to_id is None:
        raise ValueError("nobody takes it over")
    for held in posts.posts_on(session, [one.unit_id], today):
        if held.role is Role.SECRETARY:
            posts.end_now(session, held, today, origin)
    posts.grant(session, one.unit_id, one.to_id, Role.SECRETARY, origin, from_on=today)
    one.ended_at = origin.at
    session.add(one)
    note(session, one, "handover_done", origin)


def expired(session: Session, now: datetime) -> list[Handover]:
    """Answer the handovers that nobody finished in time, the oldest first."""
    query = select(Handover).where(
        col(Handover.ended_at).is_(None), col(Handover.begun_at) <= now - LASTS
    )
    return list(session.exec(query.order_by(col(Handover.id))))


def invitation_of(session: Session, one: Handover) -> Invitation | None:
    """Answer the invitation of a handover, if it has one."""
    return session.exec(select(Invitation).where(Invitation.handover_id == one.key)).first()


def note(session: Session, one: Handover, action: str, origin: Origin) -> None:
    """Note a step of a handover in the audit."""
    session.flush()
    after = json.dumps({"id": one.id, "from": one.from_id, "to": one.to_id})
    journal.add_audit(session, one.unit_id, action, origin, after=after)


def drafts_at(session: Session, unit: Unit, officers: Collection[int]) -> list[Draft]:
    """Answer what is unfinished in a unit's chats, and in private of officers of that unit alone.

    Whoever holds posts elsewhere too may have begun a private one for another unit.
    """
    chats = [chat.id for chat in directory.chats_of(session, unit.key)]
    of_unit = [who for who in officers if _only_at(session, who, unit)]
    query = select(Draft).where(or_(col(Draft.chat_id).in_(chats), col(Draft.chat_id).in_(of_unit)))
    return list(session.exec(query.order_by(col(Draft.id))))


def _only_at(session: Session, telegram_id: int, unit: Unit) -> bool:
    homes = {tree.branch_of(session, home).key for home in directory.units_of(session, telegram_id)}
    return homes == {unit.key}


def take_over_drafts(session: Session, unit: Unit, telegram_id: int) -> list[Draft]:
    """Let go of what a former secretary has begun; answer it, so that another can go on with it."""
    begun = [d for d in drafts_at(session, unit, [telegram_id]) if d.actor == telegram_id]
    for draft in begun:
        session.delete(draft)
    session.flush()
    return begun


@dataclass(frozen=True, slots=True)
class Year:
    """What stands in a ledger of a year: records held in it by kind, payments for its months.

    ``last_number`` is the newest number of all.
    """

    kinds: Sequence[tuple[str, int]]
    payments: int
    last_number: int


def year_of(session: Session, unit: Unit, year: int) -> Year:
    """Answer what a unit's ledger holds of a year: of what was held in it, and paid for it."""
    dead = entries.dead_entries(session, unit.key)
    first, last = date(year, 1, 1), date(year, 12, 31)
    held = (
        select(RecordKind.kind, RecordKind.entry_id)
        .join(Record, col(Record.entry_id) == col(RecordKind.entry_id))
        .where(Record.unit_id == unit.key, col(Record.held_on).between(first, last))
    )
    kinds = Counter(kind for kind, entry_id in session.exec(held) if entry_id not in dead)
    paid = (
        select(Payment.entry_id)
        .join(Entry, col(Entry.id) == col(Payment.entry_id))
        .where(Entry.unit_id == unit.key, col(Payment.month).between(first, last))
    )
    payments = sum(entry_id not in dead for entry_id in session.exec(paid))
    return Year(kinds.most_common(), payments, unit.last_number)


def returned(session: Session, unit: Unit, since: datetime) -> list[tuple[int, int, str]]:
    """Answer what a superior sent back and is not mended: its number, that of the return, why."""
    dead = entries.dead_entries(session, unit.key)
    back = (
        select(Entry, ReturnRow.reason)
        .join(ReturnRow, col(ReturnRow.entry_id) == col(Entry.id))
        .where(Entry.unit_id == unit.key, Entry.entered_at >= since)
        .order_by(col(Entry.number))
    )
    found = [(entry, reason) for entry, reason in session.exec(back) if entry.id not in dead]
    return [
        (session.get_one(Entry, entry.target_id).number, entry.number, reason)
        for entry, reason in found
    ]


def pauses_of(session: Session, unit_id: int, on: date) -> list[Pause]:
    """Answer the pauses of a unit that are not over on a day."""
    query = select(Pause).where(
        Pause.unit_id == unit_id, Pause.until_on >= on, col(Pause.ended_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Pause.from_on))))


def said(begun: Sequence[Draft]) -> tuple[tuple[str, str], ...]:
    """Answer unfinished forms as they would be typed now: the command, and what follows."""
    return tuple((draft.command, drafts.tellable(draft)) for draft in begun)
