"""Faults on demand: an error instead of the answer, or a dropped connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from bot.sandbox.errors import ApiError, ImpossibleError, too_many

Mode = Literal["answer", "drop_before", "drop_after"]
WEBHOOK = "webhook"  # no method of the API: the delivery of an update to the bot
DOWNLOAD = "download"  # no method either: the bytes of a file
_ONLY_WHEN_NAMED = frozenset({"getUpdates", WEBHOOK, DOWNLOAD})
_DESCRIPTIONS = {
    400: "Bad Request: sandbox fault",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """One order to fail, used up after `times` calls."""

    method: str | None
    chat_id: int | None
    error_code: int
    retry_after: int | None
    times: int
    mode: Mode
    delay: float
    description: str | None

    def __post_init__(self) -> None:
        """Refuse what would break only when it strikes: ImpossibleError, or TypeError."""
        if self.mode not in get_args(Mode):
            raise ImpossibleError(f"a fault is one of {', '.join(get_args(Mode))}")
        if self.method == WEBHOOK and self.mode == "answer":
            raise ImpossibleError("it is the bot that answers its webhook: drop_before or _after")
        if not 200 <= self.error_code <= 599:
            raise ImpossibleError(f"{self.error_code} is no status of HTTP")
        if self.times < 1 or self.delay < 0 or (self.retry_after or 0) < 0:
            raise ImpossibleError("a fault comes once at least, and takes no less than no time")

    def error(self) -> ApiError:
        """Make the answer of this fault."""
        if self.error_code == 429:
            return too_many(self.retry_after or 1, self.description)
        text = self.description or _DESCRIPTIONS.get(self.error_code, "sandbox fault")
        return ApiError(self.error_code, text)

    def meets(self, method: str, chat_id: Any) -> bool:
        """Whether the call is one that shall fail.

        Without a method, getUpdates and the webhook are not meant: they go on all the time, and
        would take the fault away from the call that a test thinks of.
        """
        if self.method is None and method in _ONLY_WHEN_NAMED:
            return False
        return self.method in (None, method) and self.chat_id in (None, chat_id)


class Faults:
    """Orders to fail, in the order they were given."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def take(self, method: str, chat_id: Any) -> Fault | None:
        """Find the fault that meets this call, and use up one time of it."""
        for fault in self.ordered:
            if fault.meets(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.ordered.remove(fault)
                return fault
        return None
