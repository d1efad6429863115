"""When the next call may be made: an even pace overall, and one for each chat.

Telegram documents 30 messages a second overall, about one a second in a chat, and 20 a minute in a
group. An even pace never meets a limit, whichever way the server counts.
"""

from collections import deque
from dataclasses import dataclass, field

MINUTE = 60.0


@dataclass(slots=True)
class Limits:
    """How many calls are allowed: a second overall, a second in a chat, a minute in a group."""

    per_second: float = 30
    per_chat_second: float = 1
    per_group_minute: int = 20


@dataclass(slots=True)
class _Chat:
    free_at: float = 0.0
    held_until: float = 0.0
    sent: deque[float] = field(default_factory=deque)


class Pacer:
    """Reserves moments for calls, in seconds of a monotonic clock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._chats: dict[int, _Chat] = {}
        self._free_at = 0.0
        self._held_until = 0.0

    def ready_at(self, chat_id: int, now: float) -> float:
        """Answer when the chat may be written to."""
        held = self.held_until(chat_id)
        chat = self._chats.get(chat_id)
        if chat is None:
            return max(held, self._free_at)
        return max(held, self._free_at, chat.free_at, self._group_free(chat_id, chat, now))

    def held_until(self, chat_id: int) -> float:
        """Answer until when a server that refused has asked us to leave the chat alone."""
        chat = self._chats.get(chat_id)
        return max(self._held_until, 0.0 if chat is None else chat.held_until)

    def _group_free(self, chat_id: int, chat: _Chat, now: float) -> float:
        """Answer when a group has had fewer than its number a minute."""
        while chat.sent and chat.sent[0] <= now - MINUTE:
            chat.sent.popleft()
        full = chat_id < 0 and len(chat.sent) >= self._limits.per_group_minute
        return chat.sent[0] + MINUTE if full else 0.0

    def take(self, chat_id: int, now: float) -> None:
        """Note that a call to the chat is made now."""
        gap = 1 / self._limits.per_second
        # A late timer may be made up for, but never by more than one slot: no burst after a rest.
        self._free_at = max(self._free_at, now - gap) + gap
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.free_at = now + 1 / self._limits.per_chat_second
        if chat_id < 0:
            chat.sent.append(now)

    def hold_chat(self, chat_id: int, until: float) -> None:
        """Write nothing to one chat before a moment."""
        self._chats.setdefault(chat_id, _Chat()).held_until = until

    def hold_all(self, until: float) -> None:
        """Write nothing to anyone before a moment."""
        self._held_until = max(self._held_until, until)
