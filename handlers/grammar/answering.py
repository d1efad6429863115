"""What is typed in answer to a question: words that stand for a button, and days of another day.

An answer of a later day is put into a message, and the two are read as of that day: what the
message says of days is turned into dates first, so that its yesterday stays the day it was.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal

from handlers.grammar import date_pairs, dates, field_texts, months, roster, sums, vocabulary
from handlers.grammar.doubt import Doubt
from handlers.grammar.problems import Problem, Unreadable
from handlers.grammar.reckoning import bare_weekday
from handlers.grammar.scanner import Scanner

# Where a day or month is said, what is meant by it (None when that is in doubt), how it is typed.
_Said = tuple[tuple[int, int], object, str]
_Find = Callable[[Scanner, date], Iterator[_Said]]


def answer_of(text: str) -> str | None:
    """Tell what a typed answer stands for; None for an answer itself.

    ``yes``, ``cancel``, ``swapped`` (two numbers were written the wrong way round), or a button of
    a form's step: ``back next skip all none due``.
    """
    return vocabulary.look_up("replies", text)


def late_reasons() -> dict[str, str]:
    """Give the common reasons of a late entry by their codes, as a record keeps them."""
    return {code: words[0] for code, words in vocabulary.table("late_reasons").items()}


def late_reason_code(text: str) -> str | None:
    """Give the code of a reason of a late entry, if it is a common one."""
    return vocabulary.look_up("late_reasons", text)


def late_reason_said(text: str) -> str:
    """Give a common reason of a late entry, said alone, as the field it is meant for."""
    code = late_reason_code(text)
    if code is None:
        return text
    return as_late_reason(late_reasons()[code])


def as_late_reason(text: str) -> str:
    """Give a text as the reason of a late entry."""
    return f"{vocabulary.table('fields')['late_reason'][0]}:{' '.join(text.split())}"


def is_plain(text: str) -> bool:
    """Tell whether a text is words alone: without a number or a label, which may be a slip."""
    return not any(sign.isdecimal() or sign in ":：" for sign in text)


def is_field(text: str) -> bool:
    """Tell whether a text begins with a field's label, or is a common reason of a late entry."""
    labelled = vocabulary.pattern(r"@fields\s*[:：]").match(text.strip().lower())
    return labelled is not None or late_reason_code(text) is not None


def day_place(text: str, day: date, today: date) -> tuple[int, int] | None:
    """Answer where a message names the day it was held; None when that is not one place alone."""
    scanner = _without_fields(text)
    found = dates.find(scanner, today)
    if not found:
        pairs = date_pairs.pairs(scanner)
        found = [date_pairs.pair_as_date(scanner, pair, today) for pair in pairs]
    if len(found) != 1 or found[0].day != day or found[0].until is not None:
        return None
    return scanner.source.place(found[0].start, found[0].end)


def month_place(text: str, today: date) -> tuple[int, int] | None:
    """Answer where a message of dues names its month; None when that is not one place alone."""
    scanner = Scanner(text)
    found = months.find(scanner, today)
    return scanner.source.place(found[0].start, found[0].end) if len(found) == 1 else None


def sum_place(text: str, amount: Decimal, today: date) -> tuple[int, int] | None:
    """Answer where a message of dues names a sum; None when that is not one place alone."""
    scanner = Scanner(text)
    months.find(scanner, today)  # a year is no sum
    found = scanner.take_all(vocabulary.pattern(sums.PATTERN))
    places = [match.span() for match in found if sums.value(match[0]) == amount]
    return scanner.source.place(*places[0]) if len(places) == 1 else None


def dated(text: str, written_on: date, read_on: date, *, of_months: bool) -> str:
    """Give a text with what it says of days, or of months, as it was meant on its own day.

    Only what would mean something else on the day it is read is changed. Raises ``Unreadable``
    where that cannot be told.
    """
    if written_on == read_on:
        return text
    find = _months if of_months else _days
    scanner = _without_fields(text)
    later = dict(_meant(find(_without_fields(text), read_on)))
    instead: dict[tuple[int, int], str] = {}
    for span, meant, typed in find(scanner, written_on):
        if meant is None and later[span] is not None:
            raise Unreadable((Problem("impossible_date", scanner.quote(*span)),))
        if meant != later[span]:
            instead[span] = typed
    return scanner.saying(instead) if instead else text


def _meant(found: Iterator[_Said]) -> Iterator[tuple[tuple[int, int], object]]:
    return ((span, meant) for span, meant, _ in found)


def _without_fields(text: str) -> Scanner:
    """Give the message without what its fields say: a day in a topic is no day of the record."""
    scanner = Scanner(text)
    nobody = roster.of(())
    field_texts.read(scanner, nobody, nobody)
    return scanner


def _days(scanner: Scanner, today: date) -> Iterator[_Said]:
    found = dates.find(scanner, today)
    sure = any(reading.weekday is None for reading in found)
    for reading in found:
        day, until = reading.day, reading.until
        if reading.weekday is not None and not sure:
            with suppress(Doubt):
                day = bare_weekday(reading.weekday, today)
        meant = None if day is None else (day, until)
        typed = f"{day}" if until is None else f"{day}~{until}"
        yield (reading.start, reading.end), meant, typed


def _months(scanner: Scanner, today: date) -> Iterator[_Said]:
    for one in months.find(scanner, today):
        first, last = (one.months[0], one.months[-1]) if one.months else (None, None)
        typed = "" if first is None or last is None else f"{first.start:%Y-%m}"
        if last is not None and last != first:
            typed += f"-{last.start:%Y-%m}"
        yield (one.start, one.end), one.months, typed
