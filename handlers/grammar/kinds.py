"""Record kinds and party groups by their everyday names; near ones are only suggested."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from handlers.grammar import normalise, numbers, vocabulary
from handlers.grammar.result import Context
from handlers.grammar.scanner import Scanner

NEAR = 60.0
LOOSE = 50.0  # where a kind is wanted, one of two characters is near enough
GROUP_KINDS = frozenset(vocabulary.table("kind_needs")["group"])
_GROUP = r"(?P<n>(?:@ordinal)?(?:@n)) ?(?P<word>@small_group)(?P<meets>(?=@group_follows))?"


@lru_cache(maxsize=64)
def _names(kinds: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    names = dict(vocabulary.kinds()) | {normalise.word(kind): kind for kind in kinds}
    return re.compile(vocabulary.either(names)), names


def find(scanner: Scanner, context: Context) -> tuple[str, ...]:
    """Take the kinds out of what is open, each once, in the order they are said.

    Refuses a kind the branch's catalogue does not hold, and kinds run together: *lecture study*
    written as one word may be one thing or two.
    """
    pattern, names = _names(context.kinds)
    found: dict[str, None] = {}
    matches = scanner.take_all(pattern)
    for before, match in zip([None, *matches], matches, strict=False):
        kind = names[match[0]]
        if before is not None and before.end() == match.start():
            both = (names[before[0]], kind)
            scanner.refuse("unknown_kind", before.start(), match.end(), suggestions=both)
        elif kind not in context.kinds:
            scanner.refuse("unknown_kind", *match.span(), suggestions=())
        found[kind] = None
    return tuple(found)


def ends(scanner: Scanner, context: Context) -> Iterator[tuple[str, int]]:
    """Give the kinds said in what is open, each with the place where it ends; nothing is taken."""
    pattern, names = _names(context.kinds)
    return ((names[match[0]], match.end()) for match in pattern.finditer(scanner.open))


def near(typed: str, context: Context, *, wanted: bool) -> tuple[str, ...]:
    """Kinds whose names look like what was typed, nearest first."""
    _, names = _names(context.kinds)
    found = process.extract(
        normalise.word(typed)[:40],
        list(names),
        scorer=fuzz.ratio,
        limit=6,
        score_cutoff=LOOSE if wanted else NEAR,
    )
    kinds = dict.fromkeys(names[name] for name, _, _ in found)
    return tuple(kind for kind in kinds if kind in context.kinds)[:3]


@lru_cache(maxsize=256)
def _groups(groups: tuple[str, ...]) -> tuple[list[tuple[str, str]], Mapping[int | None, str]]:
    """Give the groups by folded name, the longest first, and by number."""
    names = [(normalise.word(group), group) for group in sorted(groups, key=len, reverse=True)]
    return names, {_ordinal(name): group for name, group in names}


def find_group(scanner: Scanner, context: Context) -> str | None:
    """Take the party group out of what is open; refuse one the branch does not have."""
    said: list[tuple[str, int, int]] = []
    names, by_number = _groups(context.groups)
    for name, group in names:
        said += [(group, *span) for span in _take_name(scanner, name)]
    for match in vocabulary.pattern(_GROUP).finditer(scanner.open):
        # In "the first group's meeting" the words for the meeting stay, to be read as its kind.
        end = match.end("n") if match["meets"] is not None else match.end()
        scanner.take(match.start(), end)
        known = by_number.get(_ordinal(match["n"]))
        if known is None:
            scanner.refuse("unknown_group", *match.span(), suggestions=context.groups)
        else:
            said.append((known, *match.span()))
    return _one(scanner, said)


def _take_name(scanner: Scanner, name: str) -> list[tuple[int, int]]:
    found = []
    at = scanner.open.find(name) if name else -1
    while at >= 0:
        span = (at, at + len(name))
        # The group's own last words may also begin the kind: leave them for it.
        meets = vocabulary.pattern(r"(?:@small_group)(?=@group_follows)").search(
            scanner.open, at, span[1] + 1
        )
        scanner.take(at, meets.start() if meets and meets.end() == span[1] else span[1])
        found.append(span)
        at = scanner.open.find(name, span[1])
    return found


def _one(scanner: Scanner, said: list[tuple[str, int, int]]) -> str | None:
    if len({group for group, _, _ in said}) > 1:
        _, start, end = max(said, key=lambda one: one[1])
        scanner.refuse("duplicate_field", start, end, field="group")
    return said[0][0] if said else None


def _ordinal(name: str) -> int | None:
    number = vocabulary.pattern(r"(?:@ordinal)?(?P<n>@n)").match(normalise.word(name))
    return numbers.whole(number["n"]) if number else None
