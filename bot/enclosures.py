"""Files among what people say: to which words they belong."""

from dataclasses import replace

from sqlmodel import Session

from bot.addressing import slashed
from bot.incoming import Incoming
from handlers.files.accepted import TAKING_FILES, wrong_with
from storage import directory


def goes_unused(said: Incoming) -> bool:
    """Tell whether a file came with a command of whose words no file is part."""
    return said.file is not None and said.command not in (None, *TAKING_FILES)


def forwarded_file(said: Incoming) -> Incoming:
    """Let a file that is forwarded in private be like any that comes alone.

    Whose it was matters little: a list that was signed is sent on from another chat. The words
    with it stay somebody else's: they are no command and answer nothing, and are quoted back.
    """
    if said.file is None or said.nobody or not said.private:
        return said
    return replace(said, forwarded=False, command=None, labelled=None)


def is_kept(session: Session, said: Incoming) -> bool:
    """Tell whether a file that came is kept for a day; not for one who may do nothing here."""
    if said.file is None or said.nobody or said.forwarded or wrong_with(said.file) is not None:
        return False
    return directory.holds_any(session, said.actor)


def file_alone(said: Incoming, prompt: str) -> Incoming:
    """Let a file without words go on with what it replies to, whose ``prompt`` that is.

    In reply to a record it belongs to it.
    """
    command, about = slashed(prompt)
    if command not in TAKING_FILES:
        return said
    return replace(said, command="doc" if command == "amend" else command, text=about)
