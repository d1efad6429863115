"""Messages as data: what a handler or a reminder wants said, without a word of text.

A message names a template and carries the values it needs. Only ``bot/`` turns it into text, in
the language of the chat it goes to, and puts it in the outbox.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button.

    ``label`` is a key of the language's word list under ``button``; ``values`` fill it in.
    ``data`` is what comes back when it is tapped: a verb and its arguments, at most 64 bytes.
    """

    label: str
    data: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a message sends: its name, with an ending that says what it is, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A document in words: a template under ``pages/`` and its values, in the reader's language.

    It becomes one file of HTML, which every phone opens without another program. ``name`` is a
    key of the language's word list under ``page``; ``named`` fills it in.
    """

    template: str
    values: Mapping[str, object]
    name: str
    named: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one chat.

    ``template`` is the name of a file in the language's template folder, without its ending.
    ``chat_id`` is the recipient; None means the chat the request came from.
    ``prompt`` is a command that a reply to this message continues: the reply's text is read as if
    it had been typed after it (``/amend #12`` + ``实到19``), or after a verb of the command table
    (``typed:7``). A message that ``edits`` takes the place of the one whose button was tapped, and
    a ``toast`` is shown for a moment to the person who tapped; where nothing was tapped, both are
    sent like any other. With a ``document`` the text is its caption. ``about`` is
    the unit's name, to stand above it: for those who look after several. One to another chat may
    wait: it is not sent before a moment.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    buttons: tuple[tuple[Button, ...], ...] = ()
    chat_id: int | None = None
    prompt: str | None = None
    edits: bool = False
    toast: bool = False
    about: str | None = None
    not_before: datetime | None = None
    document: Document | Page | None = None


PER_ROW = 3


def form_buttons(kinds: Iterable[str]) -> tuple[tuple[Button, ...], ...]:
    """Lay out a button for each kind of record, each of which opens its form."""
    buttons = [Button("kind", f"form:{kind}", {"kind": kind}) for kind in kinds]
    return in_rows(buttons)


def in_rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Lay out buttons in rows of as many as stand well beside each other on a phone."""
    return tuple(tuple(buttons[at : at + PER_ROW]) for at in range(0, len(buttons), PER_ROW))
