"""A call of the Bot API, as it is recorded and told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.fields import Json


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API, as it was answered. `status` 0: the connection was dropped."""

    number: int
    method: str
    params: Json
    status: int
    answer: Json | None
    at: datetime  # UTC, of the machine, not of the sandbox clock

    def told(self) -> Json:
        """Make it ready for JSON: without the bytes of uploads."""
        shown = {name: getattr(self, name) for name in ("number", "method", "status", "answer")}
        return {**shown, "params": _without_bytes(self.params), "at": self.at.isoformat()}


def _without_bytes(params: Json) -> Json:
    text = json.dumps(params, default=lambda value: f"<{type(value).__name__}>")
    shown: Json = json.loads(text)
    return shown
