"""What is known about a unit, handed to the assessment by whoever read it from the tables.

Dates are in the unit's zone, amounts are yuan. Reversed and superseded entries are left out by the
caller; so is what was entered after the day the question is asked as of (``--known-on``).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.people import Member
from compliance.periods import Period


@dataclass(frozen=True, slots=True)
class Group:
    """A party group (党小组) of the unit.

    ``founded`` is its first day (None: it has always been there), ``dissolved`` the first day on
    which it is no more.
    """

    id: int
    name: str
    founded: date | None = None
    dissolved: date | None = None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit with its groups and everyone who is or was on its roster; dates as for a group.

    ``kind`` is that of the tree: a leading group, a general branch or a branch.
    ``committee_declared``: a branch of fewer than 7 full members says that it has a committee.
    """

    id: int
    name: str
    founded: date | None = None
    dissolved: date | None = None
    committee_declared: bool = False
    groups: tuple[Group, ...] = ()
    members: tuple[Member, ...] = ()
    kind: str = "branch"

    def as_of(self, day: date) -> "UnitFacts":
        """Answer the unit as it stood on a day: what ended or who came later does not show yet."""
        bodies: tuple[UnitFacts | Group | Member, ...] = (self, *self.groups, *self.members)
        if not any(_is_later(each, day) for each in bodies):
            return self
        there = (g for g in self.groups if g.founded is None or g.founded <= day)
        return replace(
            self,
            dissolved=_by(self.dissolved, day),
            groups=tuple(replace(g, dissolved=_by(g.dissolved, day)) for g in there),
            members=tuple(m.not_yet_left(day) for m in self.members if not m.comes_after(day)),
        )


def _by(ended: date | None, day: date) -> date | None:
    return None if ended is None or ended > day else ended


def _is_later(body: UnitFacts | Group | Member, day: date) -> bool:
    """Tell whether anything of it begins or ends only after a day."""
    if isinstance(body, Member):
        return body.comes_after(day) or (body.left_on is not None and body.left_on > day)
    days = (body.dissolved, body.founded if isinstance(body, Group) else None)
    return any(each is not None and each > day for each in days)


@dataclass(frozen=True, slots=True)
class Held:
    """Something that was done, as its latest entry says.

    ``kinds`` pairs each kind's Chinese name with the day it was first entered: a kind that was
    added by an amendment is as late as the amendment. ``held_on`` alone decides the period.
    ``people`` are the ids of those it is about, ``materials`` the papers it files.
    """

    number: int
    kinds: tuple[tuple[str, date], ...]
    held_on: date
    group_id: int | None = None
    people: tuple[int, ...] = ()
    materials: tuple[str, ...] = ()

    def first_entered(self, kinds: Collection[str]) -> date | None:
        """Answer the day on which any of the kinds was first entered; None if it declares none."""
        first: date | None = None
        for kind, entered_on in self.kinds:  # asked for every record: quicker than min of a few
            if kind in kinds and (first is None or entered_on < first):
                first = entered_on
        return first


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of yuan by a member for one month.

    ``entered_on`` alone decides lateness. ``paid_on`` (None: not known) only keeps a payment out
    of a status that is asked for an earlier day. ``place`` is the name of another branch in whose
    books it stands: it is no money of this one, and its number tells nothing here.
    """

    number: int
    member_id: int
    month: Period
    amount: Decimal
    entered_on: date
    paid_on: date | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A superior's excuse: the deadlines from ``first`` to ``last`` of one requirement (its code).

    ``subject_id`` is the group's or member's id; None excuses every subject of the unit.
    ``number`` is that of its entry.
    """

    requirement: str
    subject_id: int | None
    first: date
    last: date
    reason: str
    granted_on: date
    number: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a superior gave for one requirement (its code) and year: 0 to 100, with a comment.

    A later one for the same takes its place. ``number`` is that of its entry.
    """

    requirement: str
    year: int
    points: Decimal
    comment: str
    scored_on: date
    number: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that counts for or against the unit; scores in the order in which they were given."""

    held: tuple[Held, ...] = ()
    paid: tuple[Paid, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    scores: tuple[Score, ...] = ()
