"""Numbers as they are typed: ``20``, ``二十``, ``廿一``, ``二〇二六``."""

from decimal import Decimal

from handlers.grammar import vocabulary

_ARABIC = frozenset("0123456789")


def whole(typed: str) -> int | None:
    """Give the whole number a folded text writes, in one way or the other, or None."""
    if typed.isascii():
        return int(typed) if typed.isdigit() else None
    digits, tens, scales = vocabulary.numerals()
    if all(one in digits or one in _ARABIC for one in typed):
        return _spelled(typed)
    total = section = 0
    for one in typed:
        if one in digits:
            section = digits[one]
        elif one in tens:
            total += tens[one]
        elif one in scales:
            total, section = _scale(total, section, scales[one])
        else:
            return None
    return total + section


def _spelled(typed: str) -> int:
    """Give what digits alone write; of both kinds in one number, too: ``二〇2六``."""
    digits, _, _ = vocabulary.numerals()
    return int("".join(str(digits.get(one, one)) for one in typed))


def _scale(total: int, section: int, scale: int) -> tuple[int, int]:
    if scale == 10000:
        return (total + section) * scale, 0
    return total + (section or 1) * scale, 0


def year(typed: str) -> int | None:
    """As ``whole``; a year of two digits is one of this century."""
    value = whole(typed)
    return value + 2000 if value is not None and len(typed) == 2 else value


def exact(typed: str) -> Decimal | None:
    """As ``whole``, with decimals allowed in Arabic digits."""
    if typed.isascii():
        return Decimal(typed)
    value = whole(typed)
    return None if value is None else Decimal(value)
