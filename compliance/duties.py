"""Who does the duties of a post: its holder; for one who is absent the deputy, then the secretary.

An officer is absent who is on leave or whom the bot cannot reach; a post that is vacant, or whose
acting holder's time is over, has no holder at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from compliance.access import Role


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who holds a post today, by a number of theirs; ``acting`` until a day only."""

    role: Role
    who: int
    acting: bool = False
    absent: bool = False


# To whom a duty falls, in this order, when those before are absent. The superior's and the
# administrator's fall to nobody below them.
_FALLS_TO: dict[Role, tuple[Role, ...]] = {
    Role.SUPERVISOR: (),
    Role.OWNER: (),
    Role.MEMBER: (),
}
_HEADS = (Role.DEPUTY, Role.SECRETARY)


def responsible(role: Role, holders: Iterable[Holder]) -> Holder | None:
    """Answer who does the duties of a role today; None when nobody of the unit is there.

    Of two holders the one who acts goes first while the other is away, and last otherwise.
    """
    present = [holder for holder in holders if not holder.absent]
    for asked in (role, *_FALLS_TO.get(role, _HEADS)):
        found = [holder for holder in present if holder.role is asked]
        if found:
            return min(found, key=lambda holder: holder.acting)
    return None
