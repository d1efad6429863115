"""A meeting's own rules: whether enough came, whether enough agreed, and how members were graded.

What is found is flagged and never refused; it decides nothing about a person.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from compliance.appraisal import Grade, too_many_excellent
from compliance.catalogue import Catalogue
from compliance.people import Member

# 《中国共产党支部工作条例(试行)》第十一条、第十二条: to decide, more than half must be there.
DECIDING = Fraction(1, 2)
# 《中国共产党基层组织选举工作条例》: to elect, more than four fifths must be there.
ELECTING = Fraction(4, 5)
# Guests may sit in on any meeting; more than these beside the members are likelier a slip.
MOST_TIMES_MEMBERS = 2
MOST_GUESTS = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules a record's kinds bring with them.

    ``general``: the members meet and vote; ``committee``: the committee does.
    """

    general: bool
    committee: bool
    election: bool
    graded: bool

    @classmethod
    def of(cls, catalogue: Catalogue, kinds: Collection[str]) -> "Rules":
        """Answer the rules of these kinds; one that the catalogue does not hold has none."""
        known = [catalogue.record_kinds[kind] for kind in kinds if kind in catalogue.record_kinds]
        of_committee = {k for r in catalogue.requirements if r.needs_committee for k in r.kinds}
        voting = {kind.name for kind in known if kind.voting}
        return cls(
            general=bool(voting - of_committee),
            committee=bool(voting & of_committee),
            election=any(kind.election for kind in known),
            graded=any(kind.graded for kind in known),
        )


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a record says of who came and what was decided.

    ``absent`` are names; ``agreed`` tells that a resolution carried is declared; ``grades`` are by
    the ids of people. ``votes`` are those for, against and abstaining.
    """

    held_on: date
    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    all_present: bool = False
    absent: tuple[str, ...] = ()
    votes: tuple[int, int, int] | None = None
    agreed: bool = False
    grades: Mapping[int, Grade] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at: a code and the values its words need."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many voting members there are, and how many of them came: at least, and at most."""

    voters: int
    least: int
    most: int


def flags(rules: Rules, roster: Collection[Member], sitting: Sitting) -> tuple[Flag, ...]:
    """Find what does not meet the rules; ``roster`` is everyone who is or was on it."""
    there = [member for member in roster if member.on_roster(sitting.held_on)]
    found: list[Flag] = []
    if rules.general:
        found += _general(rules, there, sitting)
    else:
        found += _too_many(there, sitting)
    if rules.committee and not rules.general:
        found += _committee(sitting)
    if rules.graded and sitting.grades:
        found += _appraisal(roster, there, sitting)
    return tuple(found)


def turnout(roster: Collection[Member], sitting: Sitting) -> Turnout:
    """Answer how many of the roster's voting members came, as far as the record tells.

    Probationary members do not vote (党章第七条). Those who came are counted as members, unless
    they are more than there are.
    """
    voters = [m.name for m in roster if m.is_full(sitting.held_on)]
    others = [m.name for m in roster if _is_voteless(m, sitting.held_on)]
    most = len(voters) - _among(voters, sitting.absent)
    unnamed = _unnamed(sitting)
    least = 0 if unnamed is None else most - unnamed
    if sitting.present is not None:
        most = min(most, sitting.present)
        if sitting.present <= len(voters) + len(others):
            least = max(least, sitting.present - len(others) + _among(others, sitting.absent))
    return Turnout(len(voters), max(0, min(least, most)), most)


def _is_voteless(member: Member, day: date) -> bool:
    return member.is_member(day) and not member.is_full(day)


def _among(names: Collection[str], absent: Collection[str]) -> int:
    return (Counter(names) & Counter(absent)).total()


def _unnamed(sitting: Sitting) -> int | None:
    """Answer how many were away without being named, None where that is not told."""
    if sitting.all_present:
        return 0
    if sitting.expected is not None and sitting.present is not None:
        return max(0, sitting.expected - sitting.present - len(sitting.absent))
    return 0 if sitting.absent else None


def _general(rules: Rules, there: Collection[Member], sitting: Sitting) -> Iterator[Flag]:
    """Look at a general meeting (支部工作条例第十一条) or an election by one (选举工作条例)."""
    came = turnout(there, sitting)
    if not came.voters:
        return  # without a roster nothing can be told
    if rules.election:
        yield from _enough("election", ELECTING, came)
    elif sitting.votes:
        yield from _enough("quorum", DECIDING, came)
    yield from _differing(there, came, sitting)
    yield from _ballot(rules, came, sitting)


def _enough(code: str, share: Fraction, came: Turnout) -> Iterator[Flag]:
    needed = int(share * came.voters) + 1
    values = {"voters": came.voters, "present": came.most, "needed": needed}
    if came.most < needed:
        yield Flag(f"{code}_short", values)
    elif came.least < needed:
        yield Flag(f"{code}_unsure", values)


def _differing(there: Collection[Member], came: Turnout, sitting: Sitting) -> Iterator[Flag]:
    if sitting.voting is not None and sitting.voting != came.voters:
        yield Flag("voting_differs", {"said": sitting.voting, "roster": came.voters})
    members = sum(member.is_member(sitting.held_on) for member in there)
    if sitting.expected is not None and sitting.expected != members:
        yield Flag("expected_differs", {"said": sitting.expected, "roster": members})


def _too_many(there: Collection[Member], sitting: Sitting) -> Iterator[Flag]:
    """Look for a number that is likely a slip, at any other meeting."""
    members = sum(member.is_member(sitting.held_on) for member in there)
    most = max(MOST_TIMES_MEMBERS * members, members + MOST_GUESTS)
    if members and sitting.expected is not None and sitting.expected > most:
        yield Flag("expected_differs", {"said": sitting.expected, "roster": members})


def _ballot(rules: Rules, came: Turnout, sitting: Sitting) -> Iterator[Flag]:
    if sitting.votes is None:
        return
    favour, cast = sitting.votes[0], sum(sitting.votes)
    if cast > came.most:
        yield Flag("too_many_votes", {"cast": cast, "present": came.most})
    # What is resolved needs half of all who vote; who is elected, half of those who came.
    whole = came.least if rules.election else came.voters
    if sitting.agreed and favour <= DECIDING * whole:
        code = "not_elected" if rules.election else "not_passed"
        yield Flag(code, {"favour": favour, "needed": whole // 2 + 1})


def _committee(sitting: Sitting) -> Iterator[Flag]:
    """Look at a committee's meeting: more than half of it must be there (支部工作条例第十二条)."""
    expected, present = sitting.expected, sitting.present
    if expected is None or present is None or present > DECIDING * expected:
        return
    yield Flag(
        "committee_short", {"expected": expected, "present": present, "needed": expected // 2 + 1}
    )


def _appraisal(
    roster: Collection[Member], there: Collection[Member], sitting: Sitting
) -> Iterator[Flag]:
    """Look at who was graded (item 15), and at the guide of a third (党员教育管理工作条例)."""
    grades = sitting.grades
    if too_many_excellent(tuple(grades.values())):
        excellent = sum(grade is Grade.EXCELLENT for grade in grades.values())
        yield Flag("too_many_excellent", {"excellent": excellent, "graded": len(grades)})
    members = {m.id: m.name for m in there if m.is_member(sitting.held_on)}
    without = tuple(name for who, name in members.items() if who not in grades)
    if without:
        yield Flag("without_grade", {"names": without})
    others = tuple(m.name for m in roster if m.id in grades and m.id not in members)
    if others:
        yield Flag("graded_no_member", {"names": others})
