"""Record kinds and party groups by their everyday names; near ones are only suggested."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from handlers.grammar import nearness, normalise, numbers, vocabulary
from handlers.grammar.result import Context
from handlers.grammar.scanner import Answer, Scanner

MOST_OFFERED = 12  # buttons of one question, where anything may be meant
SHORTEST_SLIP = 3  # where no kind is wanted, a shorter word is hardly a slip in one
_LONGEST_WEEK = 2  # characters of the word before the number of a weekday
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
            _refuse_run(scanner, before, match, (names[before[0]], kind))
        elif kind not in context.kinds:
            scanner.refuse("unknown_kind", *match.span(), suggestions=())
        found[kind] = None
    return tuple(found)


def _refuse_run(
    scanner: Scanner, first: re.Match[str], second: re.Match[str], kinds: tuple[str, str]
) -> None:
    """Refuse two kinds run together; they may be both, or either."""
    typed = [scanner.quote(*match.span()) for match in (first, second)]
    choices = [
        ("kinds", kinds, "+".join(typed)),
        *(("kinds", (kind,), word) for kind, word in zip(kinds, typed, strict=True)),
    ]
    span = (first.start(), second.end())
    scanner.refuse("unknown_kind", *span, choices, suggestions=kinds)


def said(scanner: Scanner, context: Context) -> Iterator[tuple[str, tuple[int, int]]]:
    """Give the kinds said in what is open, each with its span; nothing is taken."""
    pattern, names = _names(context.kinds)
    return ((names[match[0]], match.span()) for match in pattern.finditer(scanner.open))


def near(typed: str, context: Context, *, wanted: bool) -> tuple[str, ...]:
    """Kinds whose names are a slip away from what was typed; none that the superior enters."""
    _, names = _names(context.kinds)
    if any(sign.isdigit() for sign in typed) or (not wanted and len(typed) < SHORTEST_SLIP):
        return ()
    found = dict.fromkeys(names[name] for name in nearness.near(typed, names))
    own = [kind for kind in found if kind in context.kinds and kind not in context.superiors]
    return tuple(own)[: nearness.MOST_SUGGESTIONS]


def offered(context: Context) -> list[Answer]:
    """Give the kinds to choose from where none is said, the everyday ones first.

    Those that need another one beside them are left out, and those the superior enters.
    """
    alone = (
        kind
        for kind in context.kinds
        if kind not in context.superiors
        and not (kind in context.rules and context.rules[kind].declared_with)
    )
    return [("kind", kind, kind) for kind in islice(alone, MOST_OFFERED)]


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
        start = match.start()
        if vocabulary.pattern("@week$").search(scanner.open, max(0, start - _LONGEST_WEEK), start):
            continue  # the number is that of a weekday
        # In "the first group's meeting" the words for the meeting stay, to be read as its kind.
        end = match.end("n") if match["meets"] is not None else match.end()
        scanner.take(match.start(), end)
        known = by_number.get(_ordinal(match["n"]))
        if known is None:
            word = f" {match['word']}" if match["meets"] is not None else ""
            choices = [("group", group, group + word) for group in context.groups]
            scanner.refuse("unknown_group", *match.span(), choices, suggestions=context.groups)
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


def need_group(scanner: Scanner, context: Context) -> None:
    """Ask which party group met."""
    groups = context.own_groups or context.groups
    choices = [("group", group, group) for group in groups]
    scanner.lack("group_needed", "", choices, groups=groups)


def _one(scanner: Scanner, said: list[tuple[str, int, int]]) -> str | None:
    if len({group for group, _, _ in said}) > 1:
        _, start, end = max(said, key=lambda one: one[1])
        scanner.refuse("duplicate_field", start, end, field="group")
    return said[0][0] if said else None


def _ordinal(name: str) -> int | None:
    number = vocabulary.pattern(r"(?:@ordinal)?(?P<n>@n)").match(normalise.word(name))
    return numbers.whole(number["n"]) if number else None
