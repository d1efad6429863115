"""Telegram users as far as they are known, the links that invite them, and handovers."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, Session, SQLModel, col, or_, select

from compliance.access import Role
from storage.columns import Instant, Key, Keyed, coded
from storage.database import insert_new
from storage.people import Person
from storage.units import RoleHeld


class Account(SQLModel, table=True):
    """A Telegram user: who that is on a roster, if it is known, and whether the bot reaches them.

    ``name`` is what whoever gave them a role called them. ``blocked_at``: they have stopped the
    bot, which cannot write to them in private since. ``owner_since``: they own the installation,
    by the code that was shown at its first start. The row is all that links a person to Telegram,
    and goes when they ask for that.
    """

    __tablename__ = "account"

    telegram_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    person_id: int | None = Field(sa_type=Key, default=None, foreign_key="person.id", index=True)
    name: str | None = None
    linked_at: datetime | None = Field(default=None, sa_type=Instant)
    blocked_at: datetime | None = Field(default=None, sa_type=Instant)
    owner_since: datetime | None = Field(default=None, sa_type=Instant)


class Invitation(Keyed, table=True):
    """A link that gives whoever opens it first a role at a unit; without a unit, the owner's code.

    Only the SHA-256 of its token is kept, in hexadecimal. ``to_on`` is the last day of an acting
    role; ``handover_id`` the handover that it is part of.
    """

    __tablename__ = "invitation"

    token_hash: str = Field(unique=True)
    unit_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id", index=True)
    role: Role = Field(sa_type=coded(Role))
    name: str | None = None
    person_id: int | None = Field(sa_type=Key, default=None, foreign_key="person.id")
    to_on: date | None = None
    handover_id: int | None = Field(sa_type=Key, default=None, foreign_key="handover.id")
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_by: int | None = Field(default=None, sa_type=BigInteger)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Handover(Keyed, table=True):
    """A role at a unit goes from one to another, once both have confirmed.

    ``pack`` is what was handed over, as JSON. It ended when both had confirmed, or when it was
    called off (``called_off``).
    """

    __tablename__ = "handover"

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    role: Role = Field(sa_type=coded(Role))
    from_id: int = Field(sa_type=BigInteger)
    to_id: int | None = Field(default=None, sa_type=BigInteger)
    begun_by: int = Field(sa_type=BigInteger)
    begun_at: datetime = Field(sa_type=Instant)
    from_confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    to_confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    called_off: bool = False
    pack: str = Field(default="{}", sa_type=Text)


def account(session: Session, telegram_id: int) -> Account:
    """Answer what is known of a Telegram user; a new row for one who was never noted."""
    found = session.get(Account, telegram_id)
    if found is None:  # another transaction may be noting the same user
        insert_new(session, Account, [{"telegram_id": telegram_id}])
        found = session.get_one(Account, telegram_id)
    return found


def has_owner(session: Session) -> bool:
    """Tell whether anybody owns the installation by the code of its first start."""
    query = select(Account.telegram_id).where(col(Account.owner_since).is_not(None)).limit(1)
    return session.exec(query).first() is not None


def is_owner(session: Session, telegram_id: int) -> bool:
    """Tell whether a Telegram user owns the installation, by the code of its first start."""
    found = session.get(Account, telegram_id)
    return found is not None and found.owner_since is not None


def link(
    session: Session, telegram_id: int, name: str | None, person_id: int | None, at: datetime
) -> Account:
    """Note who a Telegram user is: what they are called, and who on the roster that is."""
    found = account(session, telegram_id)
    found.name = name or found.name
    if person_id is not None:
        found.person_id = person_id
    found.linked_at = at
    session.add(found)
    session.flush()
    return found


def names_of(session: Session, telegram_ids: Collection[int]) -> dict[int, str]:
    """Answer what Telegram users are called: on the roster, or by whoever gave them a role."""
    if not telegram_ids:
        return {}
    query = select(Account, Person.name).join(
        Person, col(Person.id) == col(Account.person_id), isouter=True
    )
    rows = session.exec(query.where(col(Account.telegram_id).in_(telegram_ids)))
    named = {one.telegram_id: on_roster or one.name for one, on_roster in rows}
    return {telegram_id: name for telegram_id, name in named.items() if name}


def known_as(session: Session, unit_ids: Collection[int], name: str) -> list[int]:
    """Answer the Telegram users of that name who are on a roster, or in a post, of some units."""
    query = (
        select(Account.telegram_id)
        .join(Person, col(Person.id) == col(Account.person_id), isouter=True)
        .join(RoleHeld, col(RoleHeld.telegram_id) == col(Account.telegram_id), isouter=True)
        .where(
            or_(col(Account.name) == name, col(Person.name) == name),
            or_(col(Person.unit_id).in_(unit_ids), col(RoleHeld.unit_id).in_(unit_ids)),
        )
        .distinct()
        .order_by(col(Account.telegram_id))
    )
    return list(session.exec(query))


def block(session: Session, telegram_id: int, at: datetime) -> bool:
    """Note that a Telegram user cannot be written to; False when that is known, or who they are.

    Who holds no role and is on no roster is nobody to note.
    """
    found = session.get(Account, telegram_id, with_for_update=True)
    if found is None:
        holds = select(RoleHeld.id).where(RoleHeld.telegram_id == telegram_id).limit(1)
        if session.exec(holds).first() is None:
            return False
        found = account(session, telegram_id)
    if found.blocked_at is not None:
        return False
    found.blocked_at = at
    session.add(found)
    session.flush()
    return True


def unblock(session: Session, telegram_id: int) -> bool:
    """Note that a Telegram user can be written to again; False when nothing else was known."""
    found = session.get(Account, telegram_id)
    if found is None or found.blocked_at is None:
        return False
    found.blocked_at = None
    session.add(found)
    session.flush()
    return True


def blocked(session: Session, telegram_ids: Collection[int]) -> frozenset[int]:
    """Answer which of some Telegram users the bot cannot write to."""
    query = select(Account.telegram_id).where(
        col(Account.telegram_id).in_(telegram_ids), col(Account.blocked_at).is_not(None)
    )
    return frozenset(session.exec(query)) if telegram_ids else frozenset()
