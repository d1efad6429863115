"""Sums said for several people at once: *A and B 50 each*, and what 50 for both may mean."""

from collections.abc import Iterator
from decimal import Decimal

from handlers.grammar import sums, vocabulary
from handlers.grammar.parts import Part
from handlers.grammar.problems import Choice, Problem
from handlers.grammar.scanner import Scanner

Span = tuple[int, int]


def spread(scanner: Scanner, parts: list[Part], each: list[Span]) -> Iterator[Part]:
    """Give the parts to be read: with *each*, the sum goes to all the names right before it.

    Without the word one cannot tell whether it is for each or for all of them: that is asked.
    ``each`` tells where the word stands.
    """
    waiting: list[Part] = []
    for part in parts:
        if waiting and waiting[-1].line != part.line:
            yield from waiting
            waiting = []
        if part.name and not part.found:
            waiting.append(part)
            continue
        word = within(part, each)
        if word and not waiting:
            scanner.refuse("not_understood", *word)  # there is nobody but one
        elif word and len(part.found) == 1:
            _share(part, waiting)
        elif waiting and len(part.found) == 1 and _ask(scanner, part, waiting):
            waiting = []
            continue
        yield from (*waiting, part)
        waiting = []
    yield from waiting


def within(part: Part, spans: list[Span]) -> Span | None:
    """Answer the first of the spans that stands in a part."""
    return next((span for span in spans if part.start <= span[0] < part.end), None)


def _share(part: Part, others: list[Part]) -> None:
    for other in others:
        other.found = part.found
        other.months = other.months or part.months
        other.monthly = part.monthly


def _ask(scanner: Scanner, part: Part, others: list[Part]) -> bool:
    """Ask what a sum for several people means; False where it cannot be right at all."""
    match = part.found[0]
    amount = sums.value(match[0])
    people = [scanner.source.text[slice(*one.name)] for one in (*others, part) if one.name]
    if part.name is None or others[0].name is None or sums.wrong(match[0], amount):
        return False
    if len(set(people)) != len(people):
        return False
    share = (amount / (len(others) + 1)).quantize(sums.FEN)
    exact = share * (len(others) + 1) == amount
    word = vocabulary.table("grammar")["each"][0]
    choices = tuple(
        Choice("each", one, scanner.saying({match.span(): f"{word}{one}"}))
        for one in ([amount, share] if exact else [amount])
    )
    span = (others[0].name[0], max(match.end(), part.name[1]))
    read, place = scanner.quote(*span), scanner.source.place(*span)
    scanner.note(Problem("each_or_all", read, {"amount": amount}, choices, place))
    return True


def total_of(part: Part, totals: list[Span]) -> Decimal | None:
    """Give the sum that a part without a name says to be that of all the others."""
    if part.name or part.months or len(part.found) != 1 or not within(part, totals):
        return None
    return sums.value(part.found[0][0])
