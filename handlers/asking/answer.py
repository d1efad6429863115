"""Answering: a tap or a reply is put into the draft, which is then handled as if typed at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from compliance.access import Action
from handlers.asking.naming import naming
from handlers.grammar import (
    Context,
    Unreadable,
    answer_of,
    clean,
    dated,
    turned_round,
    without,
    writing,
)
from handlers.meant import unit_for
from handlers.reading import context_for
from handlers.request import Handler, Refused, Reply, Request, in_place
from storage import drafts, loose_files
from storage.drafts import Draft
from storage.messages import Message

_FIELDS = {"people_needed": "about", "topics": "topics"}  # what is typed at a step is this
_OF_MEETINGS = ("meeting", "amend")  # the commands that tell who came
_TAPPED = re.compile(r"(\d{1,18})\.(\d{1,9})\.(\d{1,3})")
_NUMBER = re.compile(r"\d{1,18}")
TYPED = re.compile(r"(\d{1,18}) (.*)", re.DOTALL)  # an answer, after the number of its draft


def tapped_with(handlers: Mapping[str, Handler]) -> Handler:
    """Make the handler of a question's buttons; ``handlers`` are those of the commands."""

    def tapped(request: Request) -> Reply:
        match = _TAPPED.fullmatch(request.arguments)
        draft = own(request, int(match[1]) if match else 0)
        if match is None or draft.turn != int(match[2]) or len(draft.options) <= int(match[3]):
            raise Refused(Message("answered_already", toast=True))
        outcome = draft.options[int(match[3])]
        if outcome.accepts is not None:
            drafts.accept(draft, outcome.accepts)
        return go_on(request, draft, outcome.said, handlers)

    return tapped


# Puts what was typed into a draft: answers what the draft says then.
Placing = Callable[[Request, Draft, str], str]


def typed_with(
    handlers: Mapping[str, Handler], placing: Mapping[str, Placing] = MappingProxyType({})
) -> Handler:
    """Make the handler of answers that are typed: ``7 昨天``.

    ``placing`` puts an answer into the drafts of commands that are no records.

    What cannot be read as an answer leaves the question as it is. So does an edit of an answer:
    what it answered is answered, and the form may ask for something else by now.
    """

    def typed(request: Request) -> Reply:
        if request.edited:
            raise Refused(Message("answer_edited"))
        match = TYPED.fullmatch(request.arguments)
        draft = own(request, int(match[1]) if match else 0)
        request = replace(request, unit_id=draft.unit_id)
        text = clean(match[2]).strip() if match else ""
        if answer_of(text) == "cancel":
            return _let_go(request, draft)
        try:
            place = placing.get(draft.command, _said_with)
            return go_on(request, draft, place(request, draft, text), handlers)
        except Unreadable as unread:
            values: dict[str, object] = {"problems": unread.problems, "kept": unread.kept}
            prompt = drafts.prompt_of(draft.key)
            raise Refused(Message("answer_unclear", values, prompt=prompt)) from unread

    return typed


def _said_with(request: Request, draft: Draft, text: str) -> str:
    """Answer what the draft says with a typed answer; a yes accepts what leaves it as it is."""
    doubts = [one.accepts for one in draft.options if one.accepts and one.said == draft.said]
    answer = answer_of(text)
    if answer == "yes" and len(doubts) == 1:
        drafts.accept(draft, doubts[0])
        return draft.said
    if answer in ("yes", "swapped") and draft.command in _OF_MEETINGS:
        swapped = turned_round(draft.said, _context(request))
        if swapped is not None and swapped in {one.said for one in draft.options}:
            return swapped
    return _in_place(request, draft, text)


def _in_place(request: Request, draft: Draft, text: str) -> str:
    """Answer what the draft says once a typed answer is in its place, or at its end.

    今天 in the answer is the day of the answer, and in the draft the day that was written.
    """
    unit = unit_for(request, Action.STATUS)
    written_on, read_on = unit.day_of(draft.written_at), unit.day_of(request.written_at)
    draft.written_at = request.written_at
    text = _answering(draft, text) if draft.guided else text
    said = draft.said
    if draft.place is not None:
        lacked = draft.place == draft.place_end  # it stands beside what was said, in place of none
        before, after = said[: draft.place] + " " * lacked, said[draft.place_end :]
    else:
        if draft.command in _OF_MEETINGS:
            said = without(said, text, _context(request))
        before, after = f"{said}\n" if said else "", ""
    before, after = (
        dated(part, written_on, read_on, of_months=draft.command == "dues")
        for part in (before, after)
    )
    return before + text + after


def _context(request: Request) -> Context:
    return context_for(request, unit_for(request, Action.STATUS))


def _answering(draft: Draft, text: str) -> str:
    """Answer what is added to a guided form for what is typed at the step that is shown."""
    code = _FIELDS.get(draft.step or "")
    doubted = draft.place is not None or (draft.options and code == "topics")
    return text if code is None or doubted or not text else writing.field(code, text)


def cancel(request: Request) -> Reply:
    """Let go of a draft: nothing is recorded, and what was typed is shown, to be used again."""
    number = int(request.arguments) if _NUMBER.fullmatch(request.arguments) else 0
    return _let_go(request, own(request, number))


def _let_go(request: Request, draft: Draft) -> Reply:
    files = len(loose_files.of_draft(request.session, draft))
    drafts.close(request.session, draft)
    return (Message("cancelled", {"said": drafts.tellable(draft), "files": files}, edits=True),)


def own(request: Request, draft_id: int) -> Draft:
    """Answer the draft of that number; refuses one that is gone, and anybody else's."""
    draft = drafts.find(request.session, draft_id)
    prompt = drafts.prompt_of(draft_id)  # so that a reply is not left without an answer, either
    if draft is None or draft.chat_id != request.chat_id:
        raise Refused(Message("answered_already", toast=True, prompt=prompt))
    if draft.actor != request.actor:
        raise Refused(Message("not_yours", toast=True, prompt=prompt))
    return draft


def go_on(request: Request, draft: Draft, said: str, handlers: Mapping[str, Handler]) -> Reply:
    """Do what the draft's command does with what it says now, as if it had been typed at once.

    What is recorded then comes from the message that began it.
    """
    whole = replace(
        request,
        arguments=said,
        draft=draft,
        edited=draft.edited,
        message_id=draft.message_id,
        written_at=draft.written_at,
        unit_id=draft.unit_id,
    )
    return in_place(naming(whole, handlers[draft.command](whole)))
