"""What the catalogue is made of: a requirement of the policy and the words it is described in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.access import Role
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


class SubjectKind(StrEnum):
    """Whom a requirement binds: the branch once, or each of its groups or members."""

    BRANCH = "branch"
    PARTY_GROUP = "party_group"
    MEMBER = "member"


class Evidence(StrEnum):
    """What is counted."""

    RECORDS = "records"
    PAYMENTS = "payments"


class Strictness(StrEnum):
    """Where the number comes from, the strictest ground that holds it."""

    POLICY = "policy"  # the policy says the number itself
    REGULATION = "regulation"  # a party regulation says it
    LOCAL = "local"  # the policy says "regularly"; the organisation chose the number


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record, known everywhere by its Chinese name.

    ``meeting`` tells whether attendance (应到, 实到) makes sense for it.
    """

    name: str
    title_en: str
    meeting: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """One countable row of the catalogue.

    ``article`` is the item's number in the policy, ``clause`` its words, ``basis`` the document
    that gives the number. ``count`` records of any of ``kinds`` are wanted in each period of
    ``cadence``, by ``due`` (month, day of the period's year; None: by the period's last day).
    ``needs_committee``: binds only a branch with a committee. ``holds_from``: periods that begin
    earlier are not bound. ``advisory``: shown, never failing.
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
