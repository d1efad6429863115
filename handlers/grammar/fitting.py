"""Whether what a record says fits its kinds: what they must say, and what they must not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliance.people import Member
from handlers.grammar import normalise, roster
from handlers.grammar.problems import Problem
from handlers.grammar.result import About, Context


@dataclass(frozen=True, slots=True)
class Said:
    """The part of a record that its kinds have a say in; ``texts`` are what it holds in words.

    Without ``held_on`` nobody can tell yet who was on the roster.
    """

    kinds: tuple[str, ...]
    held_on: date | None
    people: tuple[About, ...]
    materials: tuple[str, ...]
    texts: tuple[str, ...]


def unfit(said: Said, context: Context) -> Iterator[Problem]:
    """Find what does not fit; nothing is left out, nothing guessed."""
    yield from _declared(said, context)
    anonymous = _kinds_that(said, context, "anonymous")
    if anonymous:
        yield from _opinions(said, context, anonymous[0])
        return
    yield from _people(said, context)
    if said.materials and not set(said.kinds) & set(context.paper_kinds):
        yield Problem("papers_unwanted", "、".join(said.materials), {"kinds": context.paper_kinds})
    if said.held_on is not None:
        yield from _strangers(said.people, said.held_on, context)


def people_of(name: str, held_on: date, context: Context) -> tuple[Member, ...]:
    """Answer who bears a name: those on the roster that day, else those on it today."""
    folded = normalise.word(name)
    namesakes = [member for member in context.members if normalise.word(member.name) == folded]
    for day in (held_on, context.today):
        there = tuple(member for member in namesakes if member.on_roster(day))
        if there:
            return there
    return ()


def _kinds_that(said: Said, context: Context, rule: str) -> tuple[str, ...]:
    rules = context.rules
    return tuple(kind for kind in said.kinds if kind in rules and getattr(rules[kind], rule))


def _declared(said: Said, context: Context) -> Iterator[Problem]:
    for kind in _kinds_that(said, context, "declared_with"):
        other = context.rules[kind].declared_with
        if other not in said.kinds:
            yield Problem("declared_with", kind, {"kind": kind, "other": other})


def _people(said: Said, context: Context) -> Iterator[Problem]:
    about = _kinds_that(said, context, "people")
    graded = _kinds_that(said, context, "graded")
    with_grade = [one.name for one in said.people if one.grade is not None]
    without = [one.name for one in said.people if one.grade is None]
    if about and not said.people:
        yield Problem("people_needed", about[0], {"kind": about[0]})
    if with_grade and (about or not graded):
        yield Problem("grades_unwanted", "、".join(with_grade))
    if without and not about:
        code = "grade_needed" if graded else "people_unwanted"
        yield Problem(code, "、".join(without))


def _opinions(said: Said, context: Context, kind: str) -> Iterator[Problem]:
    """Let no name stand in what is said of opinions (catalogue: what stays out, on purpose)."""
    known = roster.of(context.ever, context.names)
    found = [one.name for one in said.people]
    for text in said.texts:
        folded = normalise.read(text).text
        found += [
            known.name(folded[a:b]) for a, b in known.spans(folded) if _is_named(folded, a, b)
        ]
    for name in dict.fromkeys(found):
        yield Problem("no_opinions", name, {"kind": kind})


def _is_named(text: str, start: int, end: int) -> bool:
    """Whether a name is meant: one of a single character only where it stands alone."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return end - start > 1 or not any(sign.isalnum() for sign in around)


def _strangers(people: tuple[About, ...], day: date, context: Context) -> Iterator[Problem]:
    for one in people:
        there = people_of(one.name, day, context)
        if len(there) > 1:
            yield Problem("ambiguous_name", one.name, {"name": one.name})
        elif not there:
            yield Problem("off_roster", one.name, {"day": day})
