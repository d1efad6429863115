"""What an update asks for: authorise, handle, render, put in the outbox; all of it or nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.commands import BY_NAME, TAPS
from bot.continuing import continued, draft_answered
from bot.enclosures import forwarded_file, goes_unused, is_kept
from bot.in_force import InForce
from bot.incoming import Incoming, Notice
from bot.render import Destination, Renderer, dump
from handlers.asking import question, which_unit
from handlers.corrections.editing import unchanged
from handlers.files import accepted
from handlers.files.doc import file_overheard, file_said
from handlers.grammar import Unreadable
from handlers.request import Handler, Refused, Reply, Request
from handlers.units import coming as come
from handlers.units.leaving import gone, left_group, out_of_reach
from handlers.units.setup_bound import require_standing
from storage import accounts, directory, entries, loose_files, outbox
from storage.database import attempt
from storage.journal import Origin
from storage.messages import Message
from storage.outbox import Owed
from storage.queues import OutboxKind
from storage.retention import KEEPING, Keeping

# The commands that record something: a refusal says that nothing was recorded.
RECORDING = frozenset({"meeting", "log", "dues", "amend", "score", "waive", "roster"})
ANSWERING = frozenset({"answer", "step", "typed"})  # and so do the answers to what it asks
LONGEST_TOAST = 200  # characters that Telegram shows of an answer to a tap
# How a call is put in the outbox; the command line puts in its own way.
Put = Callable[[Session, Owed, datetime], int]


class Dispatch:
    """Answers what people say. Synchronous: the edge runs it in its one worker thread."""

    def __init__(
        self,
        in_force: InForce,
        renderer: Renderer,
        *,
        owners: frozenset[int] = frozenset(),
        locale: str = "zh",
        put: Put = outbox.put,
        keeping: Keeping = KEEPING,
    ) -> None:
        self._keeping = keeping
        self._owners = owners
        self.locale = locale  # of those who have no unit
        self._put_out = put
        self._in_force = in_force
        self._renderer = renderer

    def answer(self, session: Session, said: Incoming, now: datetime) -> None:
        """Do what was said and put the replies in the outbox: all of it, or none when it fails.

        A refusal undoes whatever the handler had written, and is itself the reply.
        """
        words = said.text
        said = forwarded_file(said) if said.forwarded else continued(session, said)
        # It stays when what was said with it is refused: the words may be mended by an edit.
        if said.file is not None and is_kept(session, said):
            origin = Origin(said.actor, now, said.chat_id, said.message_id)
            with attempt(session):
                loose_files.keep(session, said.file, origin, draft_answered(said))
        try:
            with attempt(session):
                directory.heard(session, said.chat_id)
                if said.private:  # whoever writes to the bot can be written to
                    accounts.unblock(session, said.actor)
                self.put(session, said, self._reply(session, said, words, now), now)
        except (Refused, Unreadable) as refusal:
            with attempt(session):
                self.put(session, said, (self._instead(session, said, refusal, now),), now)

    def _instead(
        self, session: Session, said: Incoming, refusal: Refused | Unreadable, now: datetime
    ) -> Message:
        """Answer a refusal; where only the unit is unclear, ask for that."""
        if isinstance(refusal, Refused):
            request, command = self._request(session, said, now), said.command or f"{said.verb}:"
            if which_unit.may_ask(request, refusal):
                return which_unit.ask(request, command, refusal)
        return _said_instead(said, refusal)

    def notice(self, session: Session, notice: Notice, now: datetime) -> None:
        """Follow a chat that moved, greet one that the bot came to, tell of what is gone."""
        with attempt(session):
            for message in _noted(session, notice, now):
                self._tell(session, message, now)

    def _tell(self, session: Session, message: Message, now: datetime) -> None:
        """Put a message in the outbox for the chat that it names."""
        if message.chat_id is not None:
            locale = directory.locale_of(session, message.chat_id, self.locale)
            thread = directory.thread_of(session, message.chat_id)
            to = Destination(message.chat_id, locale, thread_id=thread)
            for owed in self._renderer.calls(message, to):
                self._put_out(session, replace(owed, not_before=message.not_before), now)

    def apologise(self, session: Session, said: Incoming, now: datetime) -> None:
        """Tell the person that something went wrong, if an answer was expected."""
        if _expects_answer(said):
            self.put(session, said, (Message("failed"),), now)

    def _reply(self, session: Session, said: Incoming, words: str, now: datetime) -> Reply:
        """Answer what is replied; ``words`` are what was typed, without what it continues."""
        if said.nobody or said.forwarded:
            why = Message("nobody" if said.nobody else "forwarded")
            return (why,) if _expects_answer(said) else ()
        handler = _handler(said)
        if said.medium is not None and (_expects_answer(said) or said.replies_to is not None):
            return (accepted.refusal(said.medium, words=words),)
        if handler is None:
            return _unread(session, said)
        request = self._request(session, said, now)
        require_standing(request, said.command)
        if handler is not file_overheard:
            accepted.require_fit(request, words)
        unused = (Message("file_unused"),) if goes_unused(said) else ()
        return handler(request) + unused

    def _request(self, session: Session, said: Incoming, now: datetime) -> Request:
        """Answer what a handler is given."""
        # A message that waited while the bot was down was still said when it was sent.
        then = now if said.sent_at is None else min(said.sent_at, now)
        return Request(
            session=session,
            policy=self._in_force.policy,
            now=then,
            written_at=then if said.written_at is None else min(said.written_at, then),
            actor=said.actor,
            chat_id=said.chat_id,
            private=said.private,
            message_id=said.message_id,
            arguments=said.text,
            edited=said.edited,
            owner=said.actor in self._owners,
            thread_id=said.thread_id,
            file=said.file,
            follows=said.follows,
            answered=said.answered,
            title=said.title,
            named_owners=bool(self._owners),
            keeping=self._keeping,
        )

    def put(self, session: Session, said: Incoming, reply: Reply, now: datetime) -> None:
        """Render a reply, in the language of its chat, and put it in the outbox."""
        if said.callback_id is not None:
            answer = dump(
                {"callback_query_id": said.callback_id, **self._toast(session, said, reply)}
            )
            owed = Owed(
                said.chat_id,
                OutboxKind.ANSWER,
                "answerCallbackQuery",
                answer,
                update_id=said.update_id,
            )
            self._put_out(session, owed, now)
        for message in reply:
            if message.chat_id not in (None, said.chat_id):
                self._tell(session, message, now)
                continue
            if message.toast and said.callback_id is not None:
                continue
            to = Destination(
                chat_id=said.chat_id,
                locale=self._locale_of(session, said),
                thread_id=said.thread_id,
                reply_to=None if said.private or said.callback_id else said.message_id,
                update_id=said.update_id,
                edits=said.message_id if message.edits and said.callback_id is not None else None,
            )
            for owed in self._renderer.calls(message, to):
                self._put_out(session, owed, now)

    def _toast(self, session: Session, said: Incoming, reply: Reply) -> dict[str, object]:
        """Answer what the person who tapped is shown for a moment."""
        toasts = [message for message in reply if message.toast]
        if not toasts:
            return {}
        text = self._renderer.plain_text(toasts[0], self._locale_of(session, said))
        return {"text": text[:LONGEST_TOAST], "show_alert": True}

    def _locale_of(self, session: Session, said: Incoming) -> str:
        return directory.locale_of(session, said.chat_id, self.locale)


def _noted(session: Session, notice: Notice, now: datetime) -> Reply:
    """Note what is told of a chat; answer what is said of it."""
    if notice.moved_to is not None:
        directory.move_chat(session, notice.chat_id, notice.moved_to)
    elif notice.renamed and notice.title is not None:
        # The unit keeps its name: groups are renamed for fun, and records name the unit. So
        # nothing is said, either; /setup tells both names.
        directory.retitle(session, notice.chat_id, notice.title)
    elif notice.lost_topic is not None:
        directory.leave_topic(session, notice.chat_id, notice.lost_topic)
    elif notice.left is not None or notice.chat_id > 0:
        return _of_person(session, notice, now)
    else:
        return _of_bot(session, notice)
    return ()


def _of_bot(session: Session, notice: Notice) -> Reply:
    """Note that the bot came to a group or went, and answer what is said of it there or above."""
    if notice.kind == "channel":
        return come.to_channel(notice.by) if notice.came and notice.by is not None else ()
    if not notice.present:
        return gone(session, notice.chat_id)
    if notice.came:
        return come.to_group(session, notice.chat_id, notice.title)
    directory.mark_present(session, notice.chat_id, present=True)
    return ()


def _of_person(session: Session, notice: Notice, now: datetime) -> Reply:
    """Note what became of a person, and answer what those above are told of it."""
    if notice.left is not None:
        return left_group(session, notice.chat_id, notice.left, now)
    if not notice.present:
        return out_of_reach(session, notice.chat_id, now)
    accounts.unblock(session, notice.chat_id)
    return ()


def _unread(session: Session, said: Incoming) -> Reply:
    """Answer what is no command; of a message that had recorded something, that this stands."""
    if said.edited and said.message_id is not None:
        standing = entries.standing_from(session, said.chat_id, said.message_id)
        if standing:
            return (Message("edited_otherwise", {**unchanged(standing), "to": None}),)
    return (Message("not_understood", {"read": said.text}),) if said.addressed else ()


def _said_instead(said: Incoming, refusal: Refused | Unreadable) -> Message:
    """Answer the message of a refusal."""
    if isinstance(refusal, Refused):
        return refusal.message
    prompt = _prompt(said, refusal)
    if said.command in RECORDING or said.verb in ANSWERING:
        return replace(question.refusal(refusal), prompt=prompt)
    return Message("unclear", {"problems": refusal.problems}, prompt=prompt)


def _prompt(said: Incoming, refusal: Unreadable) -> str | None:
    """Answer what a reply to a refusal goes on with: the command anew, or the same question."""
    if said.command is not None:
        return f"/{said.command} {refusal.about}".strip()
    return f"typed:{said.text.partition('.')[0]}" if said.verb in ANSWERING else None


def _handler(said: Incoming) -> Handler | None:
    if said.verb is not None:
        return TAPS.get(said.verb)
    if said.command is not None:
        return BY_NAME[said.command].handler
    if said.file is None:
        return None
    return file_said if _expects_answer(said) or said.replies_to is not None else file_overheard


def _expects_answer(said: Incoming) -> bool:
    return said.addressed or said.command is not None or said.verb is not None
