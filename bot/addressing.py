"""Whom a message speaks to, and which command it begins with."""

import re

from bot.commands import BY_NAME
from handlers.grammar import vocabulary

# What may stand between a command's word and the rest.
_SEPARATORS = " \t\n:：,，"
_SLASH = re.compile(
    r"[/／](?P<name>[A-Za-z0-9_]{1,32})(?:[@＠](?P<bot>\w+))?(?P<rest>.*)", re.DOTALL
)


def without_mention(text: str, username: str) -> tuple[str, bool]:
    """Take ``@thebot`` out of a message, wherever it stands, and tell whether it was there.

    One that is part of a command (``/status@thebot``) or of a longer word is no mention.
    """
    pieces = re.split(rf"(?i)(?<!\w)[@＠]{re.escape(username)}(?!\w)", text)
    if len(pieces) == 1:
        return text.strip(), False
    return " ".join(filter(None, (piece.strip() for piece in pieces))), True


def slashed(text: str, username: str = "") -> tuple[str | None, str]:
    """Read a text that may begin with a slash: the command, if there is such a one, and the rest.

    A command that names another bot than ``username`` is none of ours.
    """
    match = _SLASH.fullmatch(text)
    if match is None or match["name"].lower() not in BY_NAME:
        return None, text
    if match["bot"] and match["bot"].lower() != username.lower():
        return None, text
    return match["name"].lower(), match["rest"].strip()


def worded(text: str) -> tuple[str | None, str]:
    """Read a text that may begin with a command's Chinese word: the command and the rest.

    A slash may stand before the word (``/会议``), though Telegram knows no such command.
    """
    said = text if _SLASH.match(text) else text.lstrip("/／")
    for word, name in vocabulary.commands().items():
        rest = said.removeprefix(word)
        if name in BY_NAME and rest != said and (not rest or not rest[0].isalnum()):
            return name, rest.lstrip(_SEPARATORS).strip()
    return None, text
