"""What a handler is given, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from compliance.policy import Policy
from storage.attachments import SentFile
from storage.drafts import Draft
from storage.journal import Origin
from storage.messages import Message
from storage.retention import KEEPING, Keeping
from storage.units import Unit

Reply = tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person said or tapped.

    ``now`` is aware, in UTC. ``arguments`` is what follows the command (or the verb of a button).
    ``written_at`` is when the message was first written: 今天 in it stays that day when it is
    edited later. ``edited`` says that an earlier message was changed to this. ``owner`` says that
    the settings name the person as an owner of the whole installation (``authority.is_owner``).
    ``draft`` is the unfinished entry that this goes on with, if it does; ``thread_id`` the topic of
    a forum it is said in. ``file`` is the photo or file it came with; ``follows`` the message that
    it replies to, and ``answered`` the person who wrote that. ``unit_id`` is the unit that was
    chosen or named where several were possible. ``title`` is what the group is called it is said
    in. ``named_owners`` says that the settings name any owner at all, ``keeping`` how long things
    are kept.
    """

    session: Session
    policy: Policy
    now: datetime
    written_at: datetime
    actor: int
    chat_id: int
    private: bool
    message_id: int | None
    arguments: str
    edited: bool = False
    owner: bool = False
    thread_id: int | None = None
    draft: Draft | None = None
    file: SentFile | None = None
    follows: int | None = None
    answered: int | None = None
    unit_id: int | None = None
    title: str | None = None
    named_owners: bool = False
    keeping: Keeping = KEEPING

    @property
    def origin(self) -> Origin:
        """Answer who says this, when, and in which message."""
        return Origin(self.actor, self.now, self.chat_id, self.message_id)

    def today(self, unit: Unit) -> date:
        """Answer today's date in the unit's zone."""
        return unit.day_of(self.now)

    def saying(self, arguments: str) -> "Request":
        """Answer the same request with other arguments."""
        return replace(self, arguments=arguments)


Handler = Callable[[Request], Reply]


def in_place(reply: Reply) -> Reply:
    """Let a reply take the place of the message that was tapped: its first message here does."""
    first = next((message for message in reply if message.chat_id is None), None)
    return tuple(replace(message, edits=message is first) for message in reply)


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """A request that cannot be done; carries the message that says why and what to do instead.

    Whatever the handler wrote before is undone.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message.template)
        self.message = message
