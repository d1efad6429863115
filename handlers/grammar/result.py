"""What reading a message goes by, and what it gives: records and payments as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from compliance.appraisal import Grade
from compliance.people import Member, Stage
from compliance.periods import Period
from compliance.requirement import RecordKind


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader may know: the unit's own day, its people, kinds and party groups.

    ``names`` are those on the roster today, ``left`` those who left it lately and may still pay,
    ``members`` everyone ever on it. ``rules`` tell of each
    kind what a record of it must and must not say; ``checklists`` are the papers of each stage,
    which records of ``paper_kinds`` put on file. ``superiors`` are the kinds that only the superior
    enters, which are never offered. ``own_groups`` are those whose meetings the person may record
    (all if empty): of one alone it is not asked which group met. ``accepted`` are the doubts that
    were asked about and answered with yes, each with the value it was about.
    """

    today: date
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    groups: tuple[str, ...] = ()
    now_time: time | None = None
    members: tuple[Member, ...] = ()
    rules: Mapping[str, RecordKind] = field(default_factory=dict)
    checklists: Mapping[Stage, tuple[str, ...]] = field(default_factory=dict)
    paper_kinds: tuple[str, ...] = ()
    superiors: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    own_groups: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def payers(self) -> tuple[str, ...]:
        """Answer the names of those who may pay dues."""
        return (*self.names, *self.left)

    @property
    def ever(self) -> tuple[str, ...]:
        """Answer the names of everyone ever on the roster, each once."""
        return tuple(dict.fromkeys(member.name for member in self.members))


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody of the roster who was away, and why if it was said."""

    name: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many came of how many who should have."""

    present: int
    expected: int

    def __str__(self) -> str:
        return f"{self.present}/{self.expected}"


@dataclass(frozen=True, slots=True)
class Votes:
    """A ballot, counted."""

    in_favour: int
    against: int
    abstain: int


@dataclass(frozen=True, slots=True)
class About:
    """Somebody of the roster whom a record is about, and the grade an appraisal gave."""

    name: str
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One activity as it was told. ``all_present`` was said; the number may still be unknown."""

    kinds: tuple[str, ...]
    held_on: date
    held_at: time | None = None
    ends_at: time | None = None
    held_until: date | None = None
    group: str | None = None
    place: str | None = None
    host: str | None = None
    recorder: str | None = None
    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    absences: tuple[Absence, ...] = ()
    observers: str | None = None
    topics: str | None = None
    content: str | None = None
    votes: Votes | None = None
    resolution: str | None = None
    all_present: bool = False
    people: tuple[About, ...] = ()
    materials: tuple[str, ...] = ()
    late_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """A correction: only the fields named in ``given`` were said; the others hold nothing."""

    given: frozenset[str]
    kinds: tuple[str, ...] | None = None
    held_on: date | None = None
    held_at: time | None = None
    ends_at: time | None = None
    held_until: date | None = None
    group: str | None = None
    place: str | None = None
    host: str | None = None
    recorder: str | None = None
    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    absences: tuple[Absence, ...] | None = None
    observers: str | None = None
    topics: str | None = None
    content: str | None = None
    votes: Votes | None = None
    resolution: str | None = None
    all_present: bool | None = None
    people: tuple[About, ...] | None = None
    materials: tuple[str, ...] | None = None
    late_reason: str | None = None


@dataclass(frozen=True, slots=True)
class DuesLine:
    """One payment of one person for one month, in yuan."""

    name: str
    amount: Decimal
    month: Period


@dataclass(frozen=True, slots=True)
class AllDues:
    """Everyone who owes an amount for the month has paid it in full."""

    month: Period


@dataclass(frozen=True, slots=True)
class BasisLine:
    """What one person's dues are to rest on, in yuan a month; what was not said is None.

    ``category`` is a code of the vocabulary, ``holds_from`` the first month it holds for.
    """

    name: str
    category: str | None
    base: Decimal | None
    fixed: Decimal | None
    holds_from: Period | None


class Grant(StrEnum):
    """What a superior says of a person's dues."""

    REDUCED = "reduced"  # so much instead
    EXEMPT = "exempt"  # nothing at all
    ENDED = "ended"  # as before the reduction


@dataclass(frozen=True, slots=True)
class Reduction:
    """A superior's word on one person's dues from a month to another, both included.

    ``amount`` is yuan a month, for ``REDUCED`` alone; one that ended has neither a last month nor
    needs a reason.
    """

    name: str
    grant: Grant
    amount: Decimal | None
    first: Period
    last: Period | None
    reason: str


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """Dues of one month handed on, in yuan."""

    month: Period
    amount: Decimal
