"""Files among what people say: to which words they belong."""

from dataclasses import replace

from bot.addressing import slashed
from bot.incoming import Incoming
from handlers.files import TAKING_FILES


def goes_unused(said: Incoming) -> bool:
    """Tell whether a file came with a command of whose words no file is part."""
    return said.file is not None and said.command not in (None, *TAKING_FILES)


def file_alone(said: Incoming, prompt: str) -> Incoming:
    """Let a file without words go on with what it replies to, whose ``prompt`` that is.

    In reply to a record it belongs to it.
    """
    command, about = slashed(prompt)
    if command not in TAKING_FILES:
        return said
    return replace(said, command="doc" if command == "amend" else command, text=about)
