"""Files among what people say: to which words they belong."""

from dataclasses import replace

from bot.addressing import slashed
from bot.incoming import Incoming

# The commands whose words a file may come with; with others it is said that it was not used.
TAKING_FILES = frozenset({"meeting", "log", "amend", "doc"})


def goes_unused(said: Incoming) -> bool:
    """Tell whether a file came with words of which no file is part."""
    words = said.command is not None or said.verb is not None
    return said.file is not None and words and said.command not in TAKING_FILES


def file_alone(said: Incoming, prompt: str) -> Incoming:
    """Let a file without words go on with what it replies to, whose ``prompt`` that is.

    In reply to a record it belongs to it, in reply to a form it begins the record. To a question
    it is no answer.
    """
    command, about = slashed(prompt)
    if command not in TAKING_FILES:
        return said
    return replace(said, command="doc" if command == "amend" else command, text=about)
