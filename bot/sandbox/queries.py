"""Numbers in the query of a request."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.errors import ImpossibleError

Query = Mapping[str, str]


def number_in(query: Query, name: str, default: int | None = None) -> int:
    """Return the whole number of that name.

    Raises:
        ImpossibleError: it is no number, or is absent and has no default.

    """
    number = number_or_none(query, name)
    if number is None:
        number = default
    if number is None:
        raise ImpossibleError(f"{name} is missing")
    return number


def number_or_none(query: Query, name: str) -> int | None:
    """Return the whole number of that name, if it is there.

    Raises:
        ImpossibleError: it is no number.

    """
    text = query.get(name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        raise ImpossibleError(f"{name} must be a whole number, not {text[:40]!r}") from None


def limit_in(query: Query) -> int | None:
    """Return how many are wanted at most; None: all.

    Raises:
        ImpossibleError: not a number above 0.

    """
    limit = number_or_none(query, "limit")
    if limit is not None and limit < 1:
        raise ImpossibleError(f"limit must be at least 1, not {limit}")
    return limit
