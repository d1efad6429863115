"""Who is there to do the duties of a unit's posts, and who does them today."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from compliance.access import Role
from compliance.duties import Holder, responsible
from storage import directory, posts


def holders(session: Session, unit_id: int, on: date) -> list[Holder]:
    """Answer who holds the posts of a unit on a day, and who of them is away or out of reach."""
    held = posts.posts_on(session, [unit_id], on)
    gone = away(session, {unit_id: on})
    return [
        Holder(each.role, each.telegram_id, each.acting, absent=(unit_id, each.telegram_id) in gone)
        for each in held
    ]


def away(session: Session, days: Mapping[int, date]) -> frozenset[tuple[int, int]]:
    """Answer who is on leave from some units, on a day of each, or out of reach: unit and user."""
    return frozenset(posts.away_on(session, days) | posts.unreachable(session, days))


def on_duty(session: Session, unit_id: int, role: Role, on: date) -> Holder | None:
    """Answer who does the duties of a unit's post on a day; None when nobody is there."""
    return responsible(role, holders(session, unit_id, on))


def treasurers(session: Session, days: Mapping[int, date]) -> dict[int, int]:
    """Answer who looks after the dues of some units on a day of each: a Telegram user, one a unit.

    The secretary, else the deputy, else the organisation officer, if they are there; of two the one
    named first. A unit without any is left out, and one whose officers are all away is told anyway.
    """
    found = directory.treasurers(session, days)
    gone = away(session, days)
    if gone.isdisjoint(found.items()):
        return found
    return found | directory.treasurers(session, days, but=gone)
