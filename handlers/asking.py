"""Asking: what a message leaves in doubt is asked about with buttons, and the answer finishes it.

A draft is the message as it would be typed with the answers in it, so that an answer is read by
the same grammar, and handled by the same handler, as if it had been typed at once.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from compliance.access import Action
from handlers.authority import unit_for
from handlers.doubts import settled_by
from handlers.grammar import Choice, Problem, Unreadable, answer_of, clean, dated, writing
from handlers.request import Handler, Refused, Reply, Request
from storage import drafts, loose_files
from storage.drafts import Draft, Outcome
from storage.messages import PER_ROW, Button, Message

# What a record cannot do without, in the order it is asked for.
LACKING = ("no_kind", "group_needed", "no_date", "people_needed")
_FIELDS = {"people_needed": "about", "topics": "topics"}  # what is typed at a step is this
MOST_CHOICES = 12  # buttons of one question
_TAPPED = re.compile(r"(\d{1,18})\.(\d{1,9})\.(\d{1,3})")
_NUMBER = re.compile(r"\d{1,18}")
_TYPED = re.compile(r"(\d{1,18}) (.*)", re.DOTALL)


def asking(command: str, handler: Handler) -> Handler:
    """Make a command's handler one that asks where what it was given is in doubt.

    It is for handlers that raise ``Unreadable`` before they have written anything. What cannot be
    asked about is refused as ever, with everything else that is wrong.
    """

    def handle(request: Request) -> Reply:
        request = request.saying(clean(request.arguments))
        begun = _begun_by(request)
        if begun is not None:  # what was accepted stays so; an old button does nothing any more
            begun.command = command
            request = replace(request, draft=begun, edited=begun.edited)
        turn = None if request.draft is None else request.draft.turn
        try:
            reply = handler(request)
        except Unreadable as unread:
            if begun is not None and not _askable(unread):
                drafts.close(request.session, begun)
                return (Message("unreadable", {"problems": unread.problems}),)
            return _ask(request, command, unread)
        if request.draft is not None and request.draft.turn == turn:  # nothing more was asked
            drafts.close(request.session, request.draft)
        return reply

    return handle


def _begun_by(request: Request) -> Draft | None:
    """Answer the open draft of a message that was edited; an edit is no answer to a question."""
    if not request.edited or request.draft is not None or request.message_id is None:
        return None
    return drafts.of_message(request.session, request.chat_id, request.message_id)


def _askable(unread: Unreadable) -> bool:
    return all(problem.choices for problem in unread.problems)


def _ask(request: Request, command: str, unread: Unreadable) -> Reply:
    """Ask about the first thing that is in doubt, if there are answers to offer to all of them."""
    if not _askable(unread):
        raise unread
    problem = unread.problems[0]
    draft = draft_of(request, command)
    choices = problem.choices if draft.guided else problem.choices[:MOST_CHOICES]
    if draft.guided:  # a doubt is no step of its own: the answer still belongs to the step before
        drafts.walk(draft, problem.code if problem.code in LACKING else draft.step)
    drafts.ask(draft, [Outcome(each.said, settled_by(each)) for each in choices], problem.place)
    drafts.keep(request.session, draft)
    return (question(draft, problem, choices, more=len(unread.problems) - 1),)


def draft_of(request: Request, command: str) -> Draft:
    """Answer the draft that the request goes on with, or a new one, reading as the request."""
    draft = request.draft or Draft(
        chat_id=request.chat_id,
        actor=request.actor,
        command=command,
        begun_as=request.arguments,
        edited=request.edited,
        message_id=request.message_id,
        thread_id=request.thread_id,
        written_at=request.written_at,
        touched_at=request.now,
    )
    draft.said, draft.touched_at = request.arguments, request.now
    return draft


def question(draft: Draft, problem: Problem, choices: tuple[Choice, ...], *, more: int) -> Message:
    """Answer the message that asks: a button for each choice; a reply to it is an answer, too."""
    buttons = [
        Button(f"choose_{each.what}", f"answer:{draft.key}.{draft.turn}.{n}", {"value": each.value})
        for n, each in enumerate(choices)
    ]
    rows = [tuple(buttons[at : at + PER_ROW]) for at in range(0, len(buttons), PER_ROW)]
    return Message(
        "question",
        {"problem": problem, "more": more},
        buttons=(*rows, form_ends(draft)),
        prompt=prompt_of(draft),
        edits=True,
    )


def form_ends(draft: Draft) -> tuple[Button, ...]:
    """Answer the buttons that stand last: back, where there is a step before, and cancel."""
    cancel = Button("cancel", f"cancel:{draft.key}")
    back = Button("back", answered_by(draft, "back"))
    return (back, cancel) if drafts.may_go_back(draft) else (cancel,)


def answered_by(draft: Draft, what: str) -> str:
    """Answer the data of a button that answers a step of a guided form."""
    return f"step:{draft.key}.{draft.turn}.{what}"


def prompt_of(draft: Draft) -> str:
    """Answer what a reply to a draft's message continues."""
    return drafts.prompt_of(draft.key)


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


def typed_with(handlers: Mapping[str, Handler]) -> Handler:
    """Make the handler of answers that are typed: ``7 昨天``.

    What cannot be read as an answer leaves the question as it is.
    """

    def typed(request: Request) -> Reply:
        match = _TYPED.fullmatch(request.arguments)
        draft = own(request, int(match[1]) if match else 0)
        text = clean(match[2]).strip() if match else ""
        meant = answer_of(text)
        accepting = [one for one in draft.options if one.accepts and one.said == draft.said]
        if meant == "cancel":
            return _let_go(request, draft)
        try:
            if meant == "yes" and len(accepting) == 1:
                drafts.accept(draft, accepting[0].accepts or "")
                return go_on(request, draft, accepting[0].said, handlers)
            return go_on(request, draft, answered(request, draft, text), handlers)
        except Unreadable as unread:
            values = {"problems": unread.problems}
            raise Refused(Message("answer_unclear", values, prompt=prompt_of(draft))) from unread

    return typed


def _answering(draft: Draft, text: str) -> str:
    """Answer what is added to a guided form for what is typed at the step that is shown."""
    code = _FIELDS.get(draft.step or "")
    doubted = draft.place is not None or (draft.options and code == "topics")
    return text if code is None or doubted or not text else writing.field(code, text)


def answered(request: Request, draft: Draft, text: str) -> str:
    """Answer what the draft says once a typed answer is in its place, or at its end.

    今天 in the answer is the day of the answer, and in the draft the day that was written.
    """
    unit = unit_for(request, Action.STATUS)
    written_on, read_on = unit.day_of(draft.written_at), unit.day_of(request.written_at)
    draft.written_at = request.written_at
    text = _answering(draft, text) if draft.guided else text
    before, after = f"{draft.said}\n" if draft.said else "", ""
    if draft.place is not None:
        before, after = draft.said[: draft.place], draft.said[draft.place_end :]
    before, after = (
        dated(part, written_on, read_on, of_months=draft.command == "dues")
        for part in (before, after)
    )
    return before + text + after


def cancel(request: Request) -> Reply:
    """Let go of a draft: nothing is recorded, and what was typed is shown, to be used again."""
    number = int(request.arguments) if _NUMBER.fullmatch(request.arguments) else 0
    return _let_go(request, own(request, number))


def _let_go(request: Request, draft: Draft) -> Reply:
    files = len(loose_files.of_draft(request.session, draft))
    drafts.close(request.session, draft)
    return (Message("cancelled", {"said": draft.said, "files": files}, edits=True),)


def own(request: Request, draft_id: int) -> Draft:
    """Answer the draft of that number; refuses one that is gone, and anybody else's."""
    draft = drafts.find(request.session, draft_id)
    if draft is None or draft.chat_id != request.chat_id:
        raise Refused(Message("answered_already", toast=True))
    if draft.actor != request.actor:
        raise Refused(Message("not_yours", toast=True))
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
    )
    reply = handlers[draft.command](whole)
    # The echo takes the place of the question.
    return tuple(replace(message, edits=message.chat_id is None) for message in reply)
