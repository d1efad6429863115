"""What a message continues: the form, question or record it replies to, or was asked about last.

A message of the bot that may be replied to has a prompt in the outbox: the command that the reply
goes on with (``/amend #12``), or a button's verb and what it is about (``typed:7``). What was said
is put behind it, and is then handled as if all of it had been typed.
"""

from dataclasses import replace

from sqlmodel import Session

from bot.addressing import slashed
from bot.commands import TAPS
from bot.enclosures import file_alone
from bot.incoming import Incoming
from handlers.files.accepted import TAKING_FILES
from handlers.grammar import is_field
from storage import drafts, outbox
from storage.drafts import Draft


def continued(session: Session, said: Incoming) -> Incoming:
    """Let a reply to a form continue the form's command; a label there is no command's word."""
    if said.replies_to is None:
        return _answered(session, said)
    prompt = outbox.prompt_of(session, said.chat_id, said.replies_to)
    return said if prompt is None else _following(said, prompt)


def _following(said: Incoming, prompt: str) -> Incoming:
    """Let what replies to a message go on with what that began."""
    if said.command in ("undo", "doc") and not said.text:  # it is about the entry replied to
        return replace(said, text=prompt.partition(" ")[2])
    verb, separator, about = prompt.partition(":")
    asked = separator and verb in TAPS
    if _is_file_alone(said) and not asked:
        return file_alone(said, prompt)
    if said.command is not None and said.labelled is None:
        return said
    text = said.labelled or said.text
    if asked:
        return replace(said, command=None, verb=verb, text=f"{about} {text}")
    command, arguments = slashed(f"{prompt} {text}")
    return replace(said, command=command, text=arguments)


def _answered(session: Session, said: Incoming) -> Incoming:
    """Take what is no command for the answer to the question that was asked last, if it may be."""
    if said.edited or said.verb is not None:
        return said
    if said.command is not None and said.labelled is None:
        return said
    prompt = _asked_last(session, said)
    draft = None if prompt is None else drafts.prompted(session, prompt)
    if draft is not None and _is_file_alone(said):
        return _answering(said, draft) if draft.command in TAKING_FILES else said
    if draft is not None:
        return _answering(said, draft)
    return said if prompt is None or said.file is not None else _plainly(said, prompt)


def _answering(said: Incoming, draft: Draft) -> Incoming:
    text = f"{draft.key} {said.labelled or said.text}"
    return replace(said, command=None, verb="typed", text=text)


def _plainly(said: Incoming, prompt: str) -> Incoming:
    """Let words that reply to nothing go on with a refused command, or with an echo by a label.

    Whatever else follows an echo may be meant for something else.
    """
    text = said.labelled or said.text
    if " " not in prompt and slashed(prompt)[0] is not None:
        return _following(said, prompt) if said.command is None else said
    return _following(said, prompt) if prompt.startswith("/amend ") and is_field(text) else said


def _asked_last(session: Session, said: Incoming) -> str | None:
    """In private answer what was asked last; for a file in reply to one's message, its draft.

    Only the newest of the bot's messages counts: an older question is answered by a reply to it.
    """
    if said.file is not None and said.follows is not None:
        begun = drafts.of_message(session, said.chat_id, said.follows)
        own = begun is not None and begun.actor == said.actor
        return drafts.prompt_of(begun.key) if begun is not None and own else None
    return outbox.asked_last(session, said.chat_id) if said.private else None


def _is_file_alone(said: Incoming) -> bool:
    return said.file is not None and not said.text


def draft_answered(said: Incoming) -> int | None:
    """Answer the number of the draft that what was said goes on with; None when with none."""
    number = said.text.partition(" ")[0]
    return int(number) if said.verb == "typed" and number.isdecimal() else None
