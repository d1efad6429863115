"""What the bot has said in the sandbox's chats, as people see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the bot: where, when (written, or changed last), its text and its buttons.

    ``buttons`` are rows of label and callback data.
    """

    chat_id: int
    message_id: int
    at: datetime
    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...]
    edited: bool

    @property
    def flat_buttons(self) -> list[tuple[str, str]]:
        """Answer the buttons in the order in which they are numbered on the screen."""
        return [button for row in self.buttons for button in row]


def news(sandbox: Sandbox, shown: dict[tuple[int, int], object]) -> list[Bubble]:
    """Answer the messages that are not in ``shown``, or not like this, and note them there."""
    fresh: list[Bubble] = []
    for key, message in _messages(sandbox):
        if shown.get(key) is not message:  # the sandbox replaces a message that is edited
            shown[key] = message
            fresh.append(_bubble(*key, message))
    return sorted(fresh, key=lambda bubble: (bubble.at, bubble.chat_id, bubble.message_id))


def _messages(sandbox: Sandbox) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    for chat_id in sandbox.world.chats:
        for message in sandbox.messages(chat_id):
            if message["from"]["is_bot"]:
                yield (chat_id, message["message_id"]), message


def _bubble(chat_id: int, message_id: int, message: dict[str, Any]) -> Bubble:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Bubble(
        chat_id=chat_id,
        message_id=message_id,
        at=datetime.fromtimestamp(message.get("edit_date", message["date"]), UTC),
        text=message["text"],
        buttons=tuple(tuple((b["text"], b["callback_data"]) for b in row) for row in rows),
        edited="edit_date" in message,
    )
