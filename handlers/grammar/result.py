"""What reading a message gives: records and payments as data, or the problems found."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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

    ``names`` are those on the roster today, ``members`` everyone ever on it. ``rules`` tell of each
    kind what a record of it must and must not say; ``checklists`` are the papers of each stage,
    which records of ``paper_kinds`` put on file. ``superiors`` are the kinds that only the superior
    enters, which are never offered. ``accepted`` are the doubts that were asked about
    and answered with yes, each with the value it was about.
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


# Every code a problem of a meeting or of dues may have; the templates hold a sentence for each.
CODES = frozenset(
    [
        "too_long",
        "not_understood",
        "nothing_said",
        "empty_field",
        "duplicate_field",
        "no_kind",
        "unknown_kind",
        "unknown_group",
        "group_needed",
        "unknown_name",
        "ambiguous_name",
        "no_date",
        "impossible_date",
        "future_date",
        "ambiguous_date",
        "two_dates",
        "ends_before",
        "too_many_days",
        "impossible_time",
        "ambiguous_time",
        "two_times",
        "attendance_contradiction",
        "absent_alone",
        "present_over_expected",
        "voting_over_expected",
        "bad_votes",
        "no_name",
        "no_amount",
        "each_or_all",
        "bad_amount",
        "bad_month",
        "people_needed",
        "people_unwanted",
        "off_roster",
        "no_opinions",
        "grade_needed",
        "grades_unwanted",
        "unknown_paper",
        "papers_unwanted",
        "declared_with",
        "no_figure",
        "no_month",
        "no_reason",
    ]
)
# What can be read, and yet is asked about before it is written.
DOUBTS = frozenset(
    [
        "far_back",
        "large_sum",
        "month_back",
        "owes_nothing",
    ]
)
# What may have answers to offer; the templates hold a short question for each.
ASKABLE = DOUBTS | {
    "no_kind",
    "unknown_kind",
    "unknown_group",
    "group_needed",
    "unknown_name",
    "ambiguous_name",
    "off_roster",
    "people_needed",
    "grade_needed",
    "unknown_paper",
    "declared_with",
    "no_date",
    "impossible_date",
    "future_date",
    "ambiguous_date",
    "two_dates",
    "impossible_time",
    "ambiguous_time",
    "two_times",
    "attendance_contradiction",
    "present_over_expected",
    "voting_over_expected",
    "bad_votes",
    "no_name",
    "no_amount",
    "bad_amount",
    "each_or_all",
    "bad_month",
    "no_month",
    "no_figure",
    "not_understood",
    "duplicate_field",
}
# Those of a waiver or a score.
RULING_CODES = frozenset(
    [
        "no_requirement",
        "unknown_requirement",
        "which_requirement",
        "no_end",
        "ends_before",
        "no_grounds",
        "too_long_waived",
        "one_at_a_time",
        "not_of_subject",
        "derived",
        "own_duty",
        "no_score",
        "bad_score",
        "bad_score_year",
        "no_comment",
        "not_scored",
        "scored_twice",
    ]
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a problem: what it is, its value, and the whole message with it in place.

    ``what`` tells how the value is shown (``day``, ``name``, ``kind`` …). ``accepts`` is a doubt
    that the answer says yes to: see ``Context.accepted``.
    """

    what: str
    value: object
    said: str
    accepts: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way: a code, the piece as typed ("" if missing), and values.

    With ``choices`` it can be asked about. ``place`` is where the piece stands in the message (as
    ``Source.typed`` has it): a typed answer takes its place; without one it is added at the end.
    """

    code: str
    read: str
    values: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    place: tuple[int, int] | None = None

    def after(self, head: str) -> "Problem":
        """Answer the same problem of a message that has something before it."""
        choices = tuple(replace(choice, said=head + choice.said) for choice in self.choices)
        place = self.place and (self.place[0] + len(head), self.place[1] + len(head))
        return replace(self, choices=choices, place=place)


class Unreadable(Exception):  # noqa: N818 - it says what the message is
    """A message that was not taken; ``problems`` holds all that was found, in reading order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems

    def after(self, head: str) -> "Unreadable":
        """Answer the same of a message that has something before it."""
        return Unreadable(tuple(problem.after(head) for problem in self.problems))


def head_of(whole: str, said: str) -> str:
    """Answer what a message has before the end of it that is read."""
    return whole[: max(whole.rfind(said), 0)]


@contextmanager
def speaking_after(head: str) -> Iterator[None]:
    """Let what is read be only the end of a message: its problems are then those of the whole."""
    try:
        yield
    except Unreadable as unread:
        raise unread.after(head) from unread


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
