"""Pairs like 11/20 and 18/20, which may be a date or who came of how many."""

import re
from datetime import date

from handlers.grammar import doubt, vocabulary
from handlers.grammar.date_forms import month_day
from handlers.grammar.dates import Reading, reading_of
from handlers.grammar.doubt import Offer
from handlers.grammar.scanner import Scanner

RECENT = 46  # days: a date as doubtful as a ratio is believed if it is fewer back

Match = re.Match[str]

_PAIR = re.compile(r"(?<![0-9/.-])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})(?![0-9/.-])")


def pairs(scanner: Scanner) -> list[Match]:
    """Pairs with a stroke that are a day of some year, and so may be a date or a ratio."""
    return [match for match in _PAIR.finditer(scanner.open) if _possible(match)]


def _possible(match: Match) -> bool:
    try:
        date(2024, int(match["m"]), int(match["d"]))
    except ValueError:
        return False
    return True


def the_date(found: list[Match], today: date) -> Match | None:
    """Answer the one of two pairs that is the date: a recent day, and no turnout.

    The other one is a turnout, and no recent day; of anything else nobody can tell.
    """
    dates = [pair for pair in found if not _may_be_turnout(pair)]
    recent = [pair for pair in found if _is_recent(pair, today)]
    return dates[0] if len(found) == 2 and len(dates) == 1 and dates == recent else None


def _may_be_turnout(pair: Match) -> bool:
    return int(pair["m"]) <= int(pair["d"])


def _is_recent(pair: Match, today: date) -> bool:
    day = reading_of(pair, month_day, today).day
    return day is not None and (today - day).days < RECENT


def repeats(scanner: Scanner, pair: Match, readings: list[Reading], today: date) -> bool:
    """Whether a pair is a day that was said by a word; nobody writes a month and a day twice."""
    day = reading_of(pair, month_day, today).day
    return day is not None and any(
        reading.day == day and not _is_dated(scanner, reading) for reading in readings
    )


def _is_dated(scanner: Scanner, reading: Reading) -> bool:
    said = scanner.source.text[reading.start : reading.end]
    return vocabulary.pattern("@month ?@n|@months|[0-9][-./][0-9]").search(said) is not None


def pair_as_date(scanner: Scanner, pair: Match, today: date) -> Reading:
    """Take a pair as a date."""
    scanner.take(*pair.span())
    return reading_of(pair, month_day, today)


def doubtful_pair(
    scanner: Scanner, pair: Match, today: date, other: Offer | None, believed: int
) -> Reading:
    """Take a pair as a date where it is fewer days back than are believed; else doubt it.

    ``other`` is what it may mean besides.
    """
    reading = pair_as_date(scanner, pair, today)
    if reading.day and (today - reading.day).days < believed:
        return reading
    days = (doubt.on(reading.day),) if reading.day else reading.offers
    values = {"readings": tuple(day for _, day, _ in days)}
    offers = (*days, *([other] if other else []))
    return Reading(*pair.span(), code="ambiguous_date", values=values, offers=offers)


def refuse_pairs(scanner: Scanner, pairs: list[Match], today: date) -> None:
    """Refuse pairs of which nobody can tell which is the date.

    Of two, each is offered beside which the other can be a turnout.
    """
    offers = []
    for pair in pairs:
        scanner.take(*pair.span())
        reading = reading_of(pair, month_day, today)
        days = (doubt.on(reading.day),) if reading.day else reading.offers
        fits = len(pairs) == 2 and all(_may_be_turnout(one) for one in pairs if one is not pair)
        offers += [(what, day, {pair.span(): text}) for what, day, text in days[:fits]]
    span = pairs[0].start(), pairs[-1].end()
    scanner.refuse("ambiguous_date", *span, offers, readings=())
