"""A waiver: what is excused, for whom, for which days, and why; one message in, data out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.periods import months_after
from compliance.requirement import Requirement, RuleKind, SubjectKind
from handlers.grammar import kinds, labels, requirement_said, roster, spans
from handlers.grammar.problems import Unreadable
from handlers.grammar.result import Context
from handlers.grammar.scanner import Scanner

LONGEST_YEARS = 3  # a waiver ends: nobody is excused for longer than a committee's term


@dataclass(frozen=True, slots=True)
class Waiving:
    """A waiver as it was said; ``group`` and ``person`` are names, None for everyone."""

    requirement: Requirement
    group: str | None
    person: str | None
    first: date
    last: date
    reason: str


def read_waiver(typed: str, context: Context, known: Sequence[Requirement]) -> Waiving:
    """Read a waiver; raises ``Unreadable`` with all that is wrong or missing."""
    scanner = Scanner(typed)
    reason = labels.find(scanner, "reason")
    days = spans.find(scanner, context.today)
    group = kinds.find_group(scanner, context)
    person = _person(scanner, context)
    requirement = requirement_said.find(scanner, known, known)
    if requirement is not None:
        _refuse_strangers(scanner, requirement, context)
        _check_subject(scanner, requirement, group, person)
        _check_waivable(scanner, requirement, known)
    requirement_said.refuse_rest(scanner)
    if not reason:
        scanner.lack("no_grounds")
    if days is not None and days[1] >= months_after(days[0], 12 * LONGEST_YEARS):
        scanner.lack("too_long_waived", years=LONGEST_YEARS)
    scanner.finish()
    if requirement is None or days is None or reason is None:
        raise Unreadable(())
    return Waiving(requirement, group, person, *days, reason)


def _person(scanner: Scanner, context: Context) -> str | None:
    """Take the one member who is named; refuse two, and a name that two people have."""
    people = roster.of(context.names)
    found = people.spans(scanner.open)
    names: dict[str, None] = {}
    for span in found:
        name = people.name(scanner.source.text[slice(*span)])
        names[name] = None
        scanner.take(*span)
        if name in people.twice:
            scanner.refuse("ambiguous_name", *span, people.meant(name), name=name)
    if len(names) > 1:
        scanner.refuse("one_at_a_time", found[0][0], found[-1][1])
    return next(iter(names), None)


def _refuse_strangers(scanner: Scanner, requirement: Requirement, context: Context) -> None:
    """Take a word that is left, where a member may be named, for a name."""
    if not requirement.per_person:
        return
    people = roster.of(context.names)
    for start, end in requirement_said.words(scanner):
        word = scanner.source.text[start:end]
        if not requirement_said.says_nothing(word):
            scanner.take(start, end)
            scanner.refuse("unknown_name", start, end, suggestions=people.near(word))


def _check_subject(
    scanner: Scanner, requirement: Requirement, group: str | None, person: str | None
) -> None:
    """Refuse a group or a member where the requirement binds nobody of that kind."""
    if group is not None and requirement.subject is not SubjectKind.PARTY_GROUP:
        scanner.lack("not_of_subject", group, requirement=requirement)
    if person is not None and not requirement.per_person:
        scanner.lack("not_of_subject", person, requirement=requirement)


def _check_waivable(
    scanner: Scanner, requirement: Requirement, known: Sequence[Requirement]
) -> None:
    """Refuse what is only computed, and the superior's own duty."""
    if requirement.kind is RuleKind.DERIVED:
        instead = tuple(r for r in known if r.code in requirement.derived_from)
        scanner.lack("derived", "", requirement=requirement, instead=instead)
    elif requirement.subject is SubjectKind.SUPERIOR:
        scanner.lack("own_duty", "", requirement=requirement)
