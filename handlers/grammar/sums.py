"""Sums of money as they are typed: ``50``, ``30.5元``, ``¥1,000``, ``五十块``, ``30块5``."""

from decimal import Decimal

from handlers.grammar import numbers, vocabulary
from handlers.grammar.scanner import Scanner

MOST = Decimal(100000)  # yuan in one payment; more is a slip of the hand

FEN = Decimal("0.01")
_SIGNS = "¥- "
# In a list whose separator is a comma, one between two numbers parts them.
_THOUSANDS = r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?!,?[0-9])"
# One digit after the everyday word for yuan is tenths.
_TENTHS = r"@yuan_spoken ?@digit(?![0-9.])(?: ?@jiao)?|@yuan ?@digit ?@jiao"
_UNIT = rf" ?(?:{_TENTHS}|@yuan@even?)"
_NUMBER = rf"-?¥? ?-?(?:{_THOUSANDS}|[0-9]+)(?:\.[0-9]+)?"
FIGURE = rf"(?:@currency ?(?=[-0-9]))?{_NUMBER}(?:{_UNIT}| ?@currency)?"
PATTERN = rf"(?=[-¥]|@numeral|@currency)(?:(?<![0-9.]){FIGURE}|@count(?:{_UNIT}| ?@currency))"
_PARTS = r"(?P<yuan>[^a-z]+?)(?: ?@yuan(?: ?(?P<tenths>@digit)(?: ?@jiao)?|@even)?)?"


def value(typed: str) -> Decimal:
    """Give the figure that a folded sum says, without its sign; ``wrong`` finds other money."""
    typed = vocabulary.pattern("@currency").sub("", typed)
    parts = vocabulary.pattern(_PARTS).fullmatch(typed.replace(",", "").strip(_SIGNS))
    if parts is None:
        return Decimal(0)
    tenths = numbers.whole(parts["tenths"] or "0") or 0
    return (numbers.exact(parts["yuan"].strip()) or Decimal(0)) + Decimal(tenths) / 10


def wrong(typed: str, amount: Decimal, most: Decimal = MOST) -> str | None:
    """Why a sum cannot be, or None."""
    if vocabulary.pattern("@currency").search(typed):
        return "currency"
    if "-" in typed:
        return "negative"
    if amount == 0:
        return "zero"
    if amount > most:
        return "too_much"
    exponent = amount.as_tuple().exponent
    return "decimals" if isinstance(exponent, int) and exponent < -2 else None


def only(scanner: Scanner, form: str, most: Decimal = MOST) -> Decimal | None:
    """Take the one sum that is said; None where none is. Refuses several, and what cannot be."""
    found = scanner.take_all(vocabulary.pattern(PATTERN))
    if not found:
        return None
    amount = value(found[0][0])
    reason = "two" if len(found) > 1 else wrong(found[0][0], amount, most)
    if reason:
        span = found[0].start(), found[-1].end()
        scanner.refuse("bad_amount", *span, reason=reason, form=form)
    return amount
