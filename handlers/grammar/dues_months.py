"""The months of dues: how far ahead they may be, and of which year one without a year is."""

from dataclasses import replace
from datetime import date

from compliance.periods import Cadence, Period
from handlers.grammar import months, vocabulary
from handlers.grammar.months import Months
from handlers.grammar.scanner import Scanner

MONTHS_AHEAD = 2  # that are meant where no year is said
YEARS_AHEAD = 1  # dues may be paid, and assessed, up to the end of next year


def refuse_far(scanner: Scanner, found: list[Months], today: Period) -> None:
    """Refuse months that lie too far ahead to be meant."""
    for one in found:
        if one.months and one.months[-1].year > today.year + YEARS_AHEAD:
            last = today.year + YEARS_AHEAD
            scanner.refuse("bad_month", one.start, one.end, reason="too_far", year=last)


def refuse_yearless(scanner: Scanner, found: list[Months], today: Period) -> None:
    """Ask for the year of months that are nearest to come, and yet further off than people pay."""
    for one in found:
        if not (one.months and one.yearless) or _after(one.months[-1], today) <= MONTHS_AHEAD:
            continue
        before = tuple(replace(month, year=month.year - 1) for month in one.months)
        choices = [offer(scanner, one, said) for said in (before, one.months)]
        scanner.refuse("ambiguous_month", one.start, one.end, choices)


def _after(month: Period, today: Period) -> int:
    return (month.year - today.year) * 12 + month.index - today.index


def offer(scanner: Scanner, one: Months, said: tuple[Period, ...]) -> tuple[str, object, str]:
    """Offer the months with their year, typed so that they read in one way only."""
    if len(said) == 1:
        return "month", said[0], said[0].code
    if months.between(said[0], said[-1]) == said:
        return "months", said, f"{said[0].code}-{said[-1].code}"
    year = vocabulary.table("grammar")["year"][0]
    return "months", said, f"{said[0].year}{year}{scanner.quote(one.start, one.end)}"


def only_month(scanner: Scanner, today: date, form: str) -> Period | None:
    """Take the one month that is said; None where none is. Refuses several, and one too far."""
    found = months.find(scanner, today)
    this_month = Period.of(Cadence.MONTHLY, today)
    refuse_far(scanner, found, this_month)
    refuse_yearless(scanner, found, this_month)
    said = [month for one in found for month in one.months or ()]
    if len(said) > 1:
        span = found[0].start, found[-1].end
        scanner.refuse("bad_month", *span, reason="one_month", form=form)
    return said[0] if said else None
