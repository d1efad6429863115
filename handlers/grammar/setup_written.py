"""What was tapped in the form that founds a unit, written as it would be typed."""

from datetime import time

from handlers.grammar import vocabulary
from handlers.grammar.setting_up import FIELDS, Setup

_TABLES = {"kind": "unit_kinds", "language": "languages"}
_YES_NO = {"committee": ("committee", "secretary_only"), "own": ("me", "other")}


def write_setup(setup: Setup) -> str:
    """Write what was said, a field on each line: the same grammar reads it."""
    lines = (field_line(code, _written(setup, code)) for code in FIELDS if code in setup.given)
    return "\n".join(lines)


def field_line(code: str, said: str) -> str:
    """Write a field with its label."""
    return f"{vocabulary.table('setup_fields')[code][0]}:{said}"


def _written(setup: Setup, code: str) -> str:
    value = getattr(setup, code)
    if code in _TABLES:
        return vocabulary.table(_TABLES[code])[value][0]
    if code in _YES_NO:
        return _word(_YES_NO[code][not value])
    if code in ("founded", "size") and value is None:
        return _word("unknown")
    if isinstance(value, tuple) and value:
        return "、".join(value)
    return f"{value:%H:%M}" if isinstance(value, time) else str(value or _word("none"))


def _word(answer: str) -> str:
    return vocabulary.table("setup_answers")[answer][0]


def group_names(setup: Setup) -> tuple[str, ...]:
    """Answer what the party groups are called: as it was said, or numbered one after another."""
    if isinstance(setup.groups, tuple):
        return setup.groups
    (numbered,) = vocabulary.table("group_names")[setup.language]
    numbers = (_numeral(n, setup.language) for n in range(1, setup.groups + 1))
    return tuple(numbered.replace("n", number).capitalize() for number in numbers)


def _numeral(number: int, language: str) -> str:
    if language != "zh":
        return str(number)
    digits, _, scales = vocabulary.numerals()
    signs: dict[int, str] = {}
    for sign, value in digits.items():
        signs.setdefault(value, sign)
    ten = next(iter(scales))
    tens, ones = divmod(number, 10)
    head = "" if not tens else ten if tens == 1 else signs[tens] + ten
    return head + (signs[ones] if ones else "")
