"""What is kept about a person, by its label: 学历:本科 · 民族:汉 · 预备期至:2027-05-01."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from handlers.grammar import dates, rest, vocabulary
from handlers.grammar.date_forms import FORMS
from handlers.grammar.result import Context
from handlers.grammar.scanner import GONE, Scanner

NOTHING: Mapping[str, object] = MappingProxyType({})
TEXTS = ("sex", "born", "ethnicity", "education", "post")
DAYS = (
    "applied_on",
    "activist_on",
    "candidate_on",
    "admitted_on",
    "full_on",
    "joined_on",
    "letter_on",
)
AHEAD = ("probation_until",)  # a day that may be still to come
LONGEST = 60  # characters of a text


def read_fields(scanner: Scanner, context: Context) -> Mapping[str, object]:
    """Take the fields that are labelled; an empty text is taken off."""
    labels = "|".join(f"@roster_columns__{code}" for code in (*TEXTS, *DAYS, *AHEAD))
    matches = list(vocabulary.pattern(rf"(?P<label>{labels}) ?: ?").finditer(scanner.open))
    found: dict[str, object] = {}
    for place, match in enumerate(matches):
        code = vocabulary.roster_columns()[match["label"]]
        stop = matches[place + 1].start() if place + 1 < len(matches) else len(scanner.open)
        end = scanner.open.find(GONE, match.end(), stop)
        span = match.end(), stop if end < 0 else end
        scanner.take(match.start(), span[1])
        if code in found:
            scanner.refuse("duplicate_field", *match.span("label"), field=code)
        found[code] = _text(scanner, span) if code in TEXTS else _day(scanner, span, context, code)
    return found


def _text(scanner: Scanner, span: tuple[int, int]) -> str | None:
    said = scanner.source.quote(*rest.trim(scanner.source.text, *span))
    if len(said) > LONGEST:
        scanner.refuse("roster_cell", *span, column="")
    return None if said in ("", *vocabulary.table("grammar")["none"]) else said


def _day(scanner: Scanner, span: tuple[int, int], context: Context, code: str) -> date | None:
    """Read a day in a span; only one that is to come may stand for the end of a probation."""
    text = scanner.source.text[slice(*span)].strip(" ,;、。")
    ahead = code in AHEAD
    today = date.max if ahead else context.today
    for form in FORMS[:1] if ahead else FORMS:  # what is to come is said with its year
        match = vocabulary.pattern(form.template).fullmatch(text)
        if match is not None:
            reading = dates.reading_of(match, form.read, today)
            if reading.day is not None:
                return reading.day
            scanner.refuse(str(reading.code), *span, **reading.values)
            return None
    scanner.refuse("no_field_day", *span)
    return None
