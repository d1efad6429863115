"""Invitations: single-use links that give a role, and the code that makes the first owner.

A token has 128 random bits: nobody guesses one, and to look a wrong one up by its hash tells
nothing. So nothing counts who tries.
"""

import json
import re
from base64 import b32encode
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from sqlalchemy import update
from sqlmodel import Session, col, select

from compliance.access import Role
from storage import journal
from storage.accounts import Account, Invitation, account
from storage.journal import Origin
from storage.units import Unit

LINK_DAYS = 7
CODE_DAYS = 30  # the owner's code: a new start makes a new one
# Small letters and digits only, so that one can type it, and a phone may make one a capital.
_TOKEN = re.compile(r"[a-z2-7]{26}")


def token_in(typed: str) -> str | None:
    """Answer the token that a text is, if it looks like one."""
    token = typed.strip().lower()
    return token if _TOKEN.fullmatch(token) else None


def invite(
    session: Session,
    unit: Unit,
    role: Role,
    origin: Origin,
    *,
    name: str | None = None,
    person_id: int | None = None,
    to_on: date | None = None,
    handover_id: int | None = None,
) -> str:
    """Make an invitation to a role; answer its token, which is kept nowhere.

    An open one to the same role for the same name is revoked: its link may be lost.
    """
    for same in open_ones(session, unit.key, origin.at):
        if (same.role, same.name, same.handover_id) == (role, name, handover_id):
            revoke(session, same, origin)
    token, invitation = _made(role, origin, timedelta(days=LINK_DAYS))
    invitation.unit_id, invitation.name, invitation.person_id = unit.key, name, person_id
    invitation.to_on, invitation.handover_id = to_on, handover_id
    session.add(invitation)
    session.flush()
    journal.add_audit(session, unit.key, "invite", origin, after=_written(invitation))
    return token


def owner_code(session: Session, origin: Origin) -> str | None:
    """Make a code that makes its sender the owner; None when someone is, already by such a code.

    Earlier ones stay open, of replicas that start together each shows one; the first use ends all.
    """
    if _owned(session):
        return None
    token, invitation = _made(Role.OWNER, origin, timedelta(days=CODE_DAYS))
    session.add(invitation)
    session.flush()
    journal.add_audit(session, None, "owner_code", origin, after=_written(invitation))
    return token


def _owned(session: Session) -> bool:
    query = select(Account.telegram_id).where(col(Account.owner_since).is_not(None))
    return session.exec(query).first() is not None


def revoke_codes(session: Session, at: datetime) -> None:
    """Let no code that was shown make anyone the owner any more."""
    earlier = (
        update(Invitation)
        .where(
            col(Invitation.unit_id).is_(None),
            col(Invitation.used_at).is_(None),
            col(Invitation.revoked_at).is_(None),
        )
        .values(revoked_at=at)
    )
    session.execute(earlier)


def _made(role: Role, origin: Origin, lasts: timedelta) -> tuple[str, Invitation]:
    token = b32encode(token_bytes(16)).decode().rstrip("=").lower()
    return token, Invitation(
        token_hash=_hash(token),
        role=role,
        made_by=origin.actor,
        made_at=origin.at,
        expires_at=origin.at + lasts,
    )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def open_by(session: Session, token: str, now: datetime) -> Invitation | None:
    """Answer the invitation that a token opens; None for one used, expired, revoked or unknown."""
    found = session.exec(select(Invitation).where(Invitation.token_hash == _hash(token))).first()
    return found if found is not None and is_open(found, now) else None


def numbered(session: Session, number: int) -> Invitation | None:
    """Answer the invitation of that number, if there is one."""
    return session.get(Invitation, number)


def is_open(one: Invitation, now: datetime) -> bool:
    """Tell whether an invitation can still be used."""
    return one.used_at is None and one.revoked_at is None and now < one.expires_at


def use(session: Session, invitation: Invitation, origin: Origin) -> bool:
    """Use an invitation up; False when somebody else was faster, or it is open no more."""
    mine = (
        update(Invitation)
        .where(
            col(Invitation.id) == invitation.key,
            col(Invitation.used_at).is_(None),
            col(Invitation.revoked_at).is_(None),
            col(Invitation.expires_at) > origin.at,
        )
        .values(used_by=origin.actor, used_at=origin.at)
        .returning(col(Invitation.id))
    )
    used = session.execute(mine, execution_options={"synchronize_session": False}).first()
    session.refresh(invitation)
    return used is not None


def make_owner(session: Session, origin: Origin) -> None:
    """Let whoever sent the code own the installation; no other code makes another owner."""
    found = account(session, origin.actor)
    found.owner_since = origin.at
    session.add(found)
    revoke_codes(session, origin.at)
    owner = json.dumps({"telegram_id": origin.actor})
    journal.add_audit(session, None, "owner_join", origin, after=owner)


def open_ones(session: Session, unit_id: int, now: datetime) -> list[Invitation]:
    """Answer the open invitations to roles at a unit, the oldest first."""
    query = select(Invitation).where(
        Invitation.unit_id == unit_id,
        col(Invitation.used_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    return list(session.exec(query.order_by(col(Invitation.id))))


def open_by_maker(session: Session, telegram_id: int, now: datetime) -> list[Invitation]:
    """Answer the open invitations to roles that a Telegram user made, the oldest first."""
    query = select(Invitation).where(
        Invitation.made_by == telegram_id,
        col(Invitation.unit_id).is_not(None),
        col(Invitation.used_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    return list(session.exec(query.order_by(col(Invitation.id))))


def revoke(session: Session, invitation: Invitation, origin: Origin) -> None:
    """Take an invitation back: nobody can use it any more."""
    invitation.revoked_at = origin.at
    session.add(invitation)
    session.flush()
    after = _written(invitation)
    journal.add_audit(session, invitation.unit_id, "invite_revoke", origin, after=after)


def _written(one: Invitation) -> str:
    to_on = None if one.to_on is None else one.to_on.isoformat()
    said = {"id": one.id, "role": one.role.value, "name": one.name, "to_on": to_on}
    return json.dumps(said, ensure_ascii=False)
