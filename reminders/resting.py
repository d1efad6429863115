"""Pauses as the planner takes them: a unit that is paused is planned for as after a downtime."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.pauses import Rest


@dataclass(frozen=True, slots=True)
class Resting:
    """What a unit's pauses mean at a moment.

    ``paused`` is the pause of everything that is running, ``put_off`` those of one requirement.
    """

    paused: Rest | None
    put_off: tuple[Rest, ...]


def resting(rests: Iterable[Rest], now: datetime) -> Resting:
    """Answer which of a unit's pauses are running."""
    running = [rest for rest in rests if rest.covers(now)]
    whole = [rest for rest in running if rest.requirement is None]
    put_off = tuple(rest for rest in running if rest.requirement is not None)
    return Resting(max(whole, key=lambda rest: rest.ends, default=None), put_off)


def planned_through(rests: Sequence[Rest], chats: datetime | None) -> datetime | None:
    """Answer the last moment that a unit itself was planned for, from that of its chat.

    While it was paused its chat may have been planned for, on behalf of others: not the unit.
    """
    if chats is None:
        return None
    for rest in reversed(rests):
        if rest.requirement is None and rest.covers(chats):
            chats = rest.begins
    return chats
