"""Days with a time in their midst, found before times are: *the 20th 9:00 to the 22nd 17:00*."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from handlers.grammar import date_ranges, vocabulary
from handlers.grammar.dates import Reading
from handlers.grammar.doubt import Doubt
from handlers.grammar.scanner import Scanner

_CLOCK = (
    r" ?@dayparts? ?(?:(?:[01]?[0-9]|2[0-3])(?::[0-5][0-9]| ?@hour@half_hour?)"
    r"|[0-9]{1,2} ?@hour ?[0-5][0-9] ?@minute)(?![0-9:])"
)
_STRETCH = (
    r"(?P<first>(?<![0-9])(?:(?P<y1>[0-9]{4}) ?@year ?)?(?P<m1>@n) ?@month ?(?P<d1>@n) ?@day)"
    rf"{_CLOCK}(?P<last> ?@until ?(?:(?P<y2>[0-9]{{4}}) ?@year ?)?(?:(?P<m2>@n) ?@month ?)?"
    rf"(?P<d2>@n) ?@day(?:{_CLOCK})?)"
)
# The day before yesterday is told by one sign, which says other things elsewhere.
_EVENING = r"(?<![^ \n,;。(:])(?P<first>@before_yesterday)(?=@dayparts__evening ?@n ?(?:@hour|:))"


def find(scanner: Scanner, today: date) -> list[Reading]:
    """Take such days and leave the time of the first; when the last ended is not kept.

    A first and a last that are one day are no such thing: which time is when, times tell.
    """
    found = []
    for match in _matches(scanner, _STRETCH, "until"):
        reading = _stretch(match, today)
        if reading is not None:
            scanner.take(*match.span("first"))
            scanner.take(*match.span("last"))
            found.append(reading)
    for match in _matches(scanner, _EVENING, "before_yesterday"):
        scanner.take(*match.span("first"))
        found.append(Reading(*match.span("first"), day=today - timedelta(days=2)))
    return found


def _matches(scanner: Scanner, form: str, word: str) -> Iterator[re.Match[str]]:
    """Find a form that holds a certain word; soon done where that does not begin anywhere."""
    if vocabulary.first_signs(word).search(scanner.open):
        yield from vocabulary.pattern(form).finditer(scanner.open)


def _stretch(match: re.Match[str], today: date) -> Reading | None:
    span = match.span("first")  # what is typed in its place leaves the rest to be asked about
    try:
        first, last = date_ranges.read(match, today)
    except Doubt as doubted:
        return Reading(*span, code=doubted.code, values=doubted.values)
    return Reading(*span, day=first, until=last) if last > first else None
