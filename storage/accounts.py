"""Telegram users as far as they are known, the links that invite them, and handovers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, Session, SQLModel

from compliance.access import Role
from storage.columns import Instant, Key, Keyed, coded


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
    if found is None:
        found = Account(telegram_id=telegram_id)
        session.add(found)
        session.flush()
    return found


def is_owner(session: Session, telegram_id: int) -> bool:
    """Tell whether a Telegram user owns the installation, by the code of its first start."""
    found = session.get(Account, telegram_id)
    return found is not None and found.owner_since is not None
