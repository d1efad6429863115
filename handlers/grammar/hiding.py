"""Names, rooms and numbers that are no date, kept from those who look for dates."""

from handlers.grammar import vocabulary
from handlers.grammar.fields import QUOTED
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

_PLACE = (
    r"(?:(?<![0-9])@n ?@floor ?){0,3}@room_size?"
    r"(?:(?:(?<![0-9:])[0-9]{1,4}[a-z]?|(?<![a-z])[a-z][0-9]{0,4}) ?)?"
    r"@room(?:(?<=[a-z]) [0-9]{1,4})?"
    r"|(?:(?<![0-9])(?:[0-9]{3,4}|@n) ?@floor_alone ?)+"
)
_PLACE_SIGN = "@room|@floor_alone"
_NOISE = (  # numbers that are no date, with their signs; nobody takes them: they are quoted back
    (
        (
            r"[0-9]{1,5} ?(?:@document_number)"
            r"|[〔\[][0-9]{4}[〕\]] ?(?:@ordinal)?[0-9]{1,5} ?(?:@day)"
        ),
        r"@document_number|[〔\[]",
    ),
    (
        r"[0-9]{1,4}(?:\.[0-9]{1,2})? ?(?:@duration)|@n ?(?:@duration)|(?:@half_hour)(?:@duration)",
        "@duration",
    ),
    (r"¥ ?[0-9]+(?:\.[0-9]+)?|(?<![0-9.])[0-9]+(?:\.[0-9]{1,9})? ?(?:@yuan)", "¥|@yuan"),
)


def hide(scanner: Scanner, people: Roster, texts: dict[str, str]) -> None:
    """Keep names and numbers that are no date from the recognisers of dates; a room is a place."""
    for start, end in people.spans(scanner.open):
        scanner.hide(start, end)
    for match in scanner.take_all(vocabulary.pattern(_PLACE), vocabulary.pattern(_PLACE_SIGN)):
        place = scanner.quote(*match.span())
        if texts.setdefault("place", place) != place:
            scanner.refuse("duplicate_field", *match.span(), field="place")
    scanner.hide_all(QUOTED)
    for template, sign in _NOISE:
        scanner.hide_all(vocabulary.pattern(template), vocabulary.pattern(sign))
