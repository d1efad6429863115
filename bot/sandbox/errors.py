"""The two kinds of refusal: an answer of the Bot API, and an act that people could not do."""

from __future__ import annotations

import math


class ApiError(Exception):
    """What the Bot API answers instead of a result; `parameters` as in ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(text: str) -> ApiError:
    """Make a 400 in Telegram's form."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """Make a 403 in Telegram's form."""
    return ApiError(403, f"Forbidden: {text}")


def too_many(seconds: float, description: str | None = None) -> ApiError:
    """Make a 429 in Telegram's form, which tells whole seconds."""
    whole = math.ceil(seconds)
    text = description or f"Too Many Requests: retry after {whole}"
    return ApiError(429, text, retry_after=whole)


class ImpossibleError(ValueError):
    """A test or the demo asked for something that cannot happen in this world."""


class NotHereError(ImpossibleError):
    """What was asked for is not here, by its address: 404."""


class NoSuchButtonError(ImpossibleError, KeyError):
    """The message has no button with that data or label."""

    def __str__(self) -> str:
        return str(self.args[0])
