"""What a cell of a roster says, by its column: a stage, a day, an amount, or a text."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from compliance.people import Stage
from handlers.grammar import vocabulary
from handlers.roster_files.misfits import LONGEST_CELL

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BORN = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?!\d).*)?")
_IN_NAMES = " ·•・.'-()（）"
_FIRST_BORN, _MONTHS = 1900, 12
_BIGGEST = Decimal(10_000_000)


class NoSuchDay(ValueError):  # noqa: N818 - it says what was read
    """A day that no calendar has: 2月30日."""


def text(typed: str) -> str:
    """Read a short text without controls."""
    if len(typed) > LONGEST_CELL or not typed.isprintable():
        raise ValueError(typed)
    return typed


def name(typed: str) -> str:
    """Read a name: letters, and what stands between the parts of one; never a formula."""
    found = text(typed)
    if not found[:1].isalpha() or not all(s.isalnum() or s in _IN_NAMES for s in found):
        raise ValueError(typed)
    return found


def born(typed: str) -> str:
    """Read a month of birth, or a year: it is kept as it is typed, if there was such a month."""
    found = _BORN.match(text(typed))
    if found is not None and (
        int(found[1]) < _FIRST_BORN or not 1 <= int(found[2] or 1) <= _MONTHS
    ):
        raise ValueError(typed)
    return typed


def amount(typed: str) -> Decimal:
    """Read an amount in yuan, to the fen."""
    try:
        found = Decimal(typed.replace(",", "").removesuffix("元"))
    except InvalidOperation as error:
        raise ValueError(typed) from error
    if not found.is_finite() or not 0 <= found <= _BIGGEST or found != round(found, 2):
        raise ValueError(typed)
    return found


def day(typed: str) -> date:
    """Read a whole date."""
    match = _DATE.fullmatch(typed) or _COMPACT.fullmatch(typed)
    if match is None:
        raise ValueError(typed)
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise NoSuchDay(typed) from error


def _coded(section: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        code = vocabulary.look_up(section, typed[:LONGEST_CELL])
        if code is None:
            raise ValueError(typed)
        return code

    return read


def _stage(typed: str) -> Stage:
    return Stage(_coded("stages")(typed))


def _yes(typed: str) -> bool:
    return _coded("answers")(typed) == "yes"


READERS: Mapping[str, Callable[[str], object]] = {
    "name": name,
    "born": born,
    "stage": _stage,
    "admitted_on": day,
    "full_on": day,
    "joined_on": day,
    "left_on": day,
    "applied_on": day,
    "activist_on": day,
    "candidate_on": day,
    "probation_until": day,
    "letter_on": day,
    "dues_category": _coded("dues_categories"),
    "dues_base": amount,
    "dues_amount": amount,
    "floating": _yes,
}


def read_cell(column: str, typed: str) -> object:
    """Read a cell of a column; ValueError for what it cannot say."""
    return READERS.get(column, text)(typed)
