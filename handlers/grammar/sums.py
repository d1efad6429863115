"""Sums of money as they are typed: ``50``, ``30.5元``, ``¥20``, ``五十块``, ``50元整``."""

from decimal import Decimal

from handlers.grammar import numbers, vocabulary

MOST = Decimal(100000)  # yuan in one payment; more is a slip of the hand

FEN = Decimal("0.01")
_SIGNS = "¥$- "
FIGURE = r"-?[¥$]? ?-?[0-9]+(?:\.[0-9]+)?(?: ?@yuan@even?)?"
PATTERN = rf"(?<![0-9.]){FIGURE}|@count ?@yuan@even?"


def value(typed: str) -> Decimal:
    """Give the yuan that a folded sum says, without its sign."""
    unit = vocabulary.pattern(r" ?@yuan@even?$")
    return numbers.exact(unit.sub("", typed).strip(_SIGNS)) or Decimal(0)


def wrong(typed: str, amount: Decimal, most: Decimal = MOST) -> str | None:
    """Why a sum cannot be, or None."""
    if "-" in typed:
        return "negative"
    if amount == 0:
        return "zero"
    if amount > most:
        return "too_much"
    exponent = amount.as_tuple().exponent
    return "decimals" if isinstance(exponent, int) and exponent < -2 else None
