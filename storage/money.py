"""Money: kept as whole fen, spoken of as yuan."""

from decimal import Decimal
from functools import lru_cache

FEN = 100
KEPT = 4096  # the same amounts come again and again


@lru_cache(maxsize=KEPT)
def yuan(amount: int) -> Decimal:
    """Turn fen into yuan with two places."""
    return Decimal(amount).scaleb(-2)


def optional_yuan(amount: int | None) -> Decimal | None:
    """Turn fen into yuan; None stays None."""
    return None if amount is None else yuan(amount)


def fen(amount: Decimal) -> int:
    """Turn yuan into fen; ValueError when the amount has parts of a fen."""
    whole = amount * FEN
    if whole != whole.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of fen")
    return int(whole)


def optional_fen(amount: Decimal | None) -> int | None:
    """Turn yuan into fen; None stays None."""
    return None if amount is None else fen(amount)
