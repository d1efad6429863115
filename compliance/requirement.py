"""What the catalogue is made of: a requirement of the policy and the words it is described in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.access import Role
from compliance.people import Stage
from compliance.periods import Cadence

# The numbered items of the policy in its own order: section 二, items 1 to 24 of 三, section 四.
ARTICLES = ("二", *(str(number) for number in range(1, 25)), "四")


class RuleKind(StrEnum):
    """How a requirement is judged."""

    COUNTABLE = "C"  # records or payments in a period decide
    MIXED = "M"  # a record is counted and the superior also scores it
    QUALITATIVE = "Q"  # the superior scores it
    DERIVED = "D"  # computed from other requirements
    PER_CASE = "P"  # runs from a person's or a letter's own date


SCORED = (RuleKind.MIXED, RuleKind.QUALITATIVE)


class SubjectKind(StrEnum):
    """Whom a requirement binds: a unit once, or each of a branch's groups, members or candidates.

    ``superior`` binds the unit above, once for each branch below it, and is kept in the branch's
    own books.
    """

    LEADING_GROUP = "leading_group"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    PARTY_GROUP = "party_group"
    MEMBER = "member"
    PERSON = "person"  # someone on the way into the Party
    SUPERIOR = "superior"


class Evidence(StrEnum):
    """What is counted."""

    RECORDS = "records"
    PAYMENTS = "payments"
    SCORES = "scores"  # the superior's score of the year
    REQUIREMENTS = "requirements"  # other requirements, of a derived one
    MATERIALS = "materials"  # the papers of item 18


class ClockStart(StrEnum):
    """From which day a case runs."""

    ELECTION = "election"  # the last election of the committee
    LETTER = "letter"  # a transfer letter's date
    ACTIVIST = "activist"  # the day someone was confirmed as an activist
    ADMISSION = "admission"  # the day probation began
    STAGE = "stage"  # the day of each stage on the way into the Party


class Strictness(StrEnum):
    """Where the number comes from, the strictest ground that holds it."""

    POLICY = "policy"  # the policy says the number itself
    REGULATION = "regulation"  # a party regulation says it
    LOCAL = "local"  # the policy says "regularly"; the organisation chose the number


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record, known everywhere by its Chinese name.

    ``meeting`` tells whether attendance (应到, 实到) makes sense for it; ``people`` whether it must
    say which people of the roster it is about. ``anonymous`` kinds hold nobody's opinion: a name in
    what they say is refused. ``declared_with`` names a kind that the same record must declare.
    ``voting`` marks meetings whose quorum is looked at, ``election`` those that elect.
    """

    name: str
    title_en: str
    meeting: bool
    people: bool = False
    anonymous: bool = False
    graded: bool = False
    voting: bool = False
    election: bool = False
    declared_with: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """How the cases of a requirement run.

    A case begins on its ``starts`` day. With ``every`` it is reviewed every so many months; with
    ``months`` or ``days`` it is to be closed so long after its start, by a record of one of the
    ``closing`` kinds; ``most_days`` is the longest it may be open at all, ``least`` the months
    that must pass before the next stage.
    """

    starts: ClockStart
    months: int = 0
    days: int = 0
    most_days: int = 0
    every: int = 0
    least: int = 0
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the yearly assessment (section 四) and its points out of 100."""

    code: str
    title: str
    title_en: str
    weight: int


@dataclass(frozen=True, slots=True)
class Material:
    """Papers that item 18 asks a branch to have each year: records of any of ``kinds``.

    ``roster`` asks instead for people of these stages on the roster, whose list is the paper.
    ``development`` papers are asked for only where someone is on the way into the Party.
    """

    code: str
    title: str
    title_en: str
    kinds: tuple[str, ...] = ()
    roster: tuple[Stage, ...] = ()
    development: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the catalogue.

    ``article`` is the item's number in the policy, ``clause`` its words, ``basis`` the document
    that gives the number. ``count`` records of any of ``kinds`` are wanted in each period of
    ``cadence``, by ``due`` (month, day of the period's year; None: by the period's last day).
    ``cadences`` are those a branch may choose instead. ``steps`` are its own days before the
    deadline on which it is spoken of, where the cadence's will not do. ``needs_committee``: binds
    only a branch with a committee. ``floating``: of the members, binds those who are away.
    ``holds_from``: periods that begin earlier are not bound. ``advisory``: shown, never failing.
    ``clock``: how the cases of a per-case one run; it has no other periods. ``derived_from``: the
    codes of the requirements that a derived one is computed from. ``weight`` points of ``block``
    are earned by it in the yearly assessment.
    """

    code: str
    article: str
    title: str
    title_en: str
    clause: str
    strictness: Strictness
    basis: str
    kind: RuleKind
    cadence: Cadence
    count: int
    subject: SubjectKind
    recorder: Role
    evidence: Evidence = Evidence.RECORDS
    kinds: tuple[str, ...] = ()
    due: tuple[int, int] | None = None
    needs_committee: bool = False
    holds_from: date | None = None
    advisory: bool = False
    cadences: tuple[Cadence, ...] = ()
    steps: tuple[int, ...] | None = None
    floating: bool = False
    clock: Clock | None = None
    derived_from: tuple[str, ...] = ()
    block: str = ""
    weight: int = 0

    @property
    def by_superior(self) -> bool:
        """Tell whether it is the superior's to do: a branch is not reminded of it."""
        return self.recorder is Role.SUPERVISOR

    @property
    def reminded(self) -> bool:
        """Tell whether there is anything to remind of: not where others are computed or scored."""
        return self.kind not in (RuleKind.DERIVED, RuleKind.QUALITATIVE)

    @property
    def per_person(self) -> bool:
        """Tell whether it binds people, each on their own."""
        return self.subject in (SubjectKind.MEMBER, SubjectKind.PERSON)


@dataclass(frozen=True, slots=True, eq=False)  # as a catalogue, by identity
class Reminders:
    """When something missing is reminded of, in days before and after its deadline.

    ``before`` counts down (7, 3, 1, 0) for each cadence. Afterwards: at ``after_first`` days and
    every ``after_every`` days until the recording grace is over; the superior hears of it
    ``escalate_after_working_days`` after the deadline.
    """

    before: Mapping[Cadence, tuple[int, ...]]
    after_first: int
    after_every: int
    escalate_after_working_days: int
