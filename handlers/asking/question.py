"""Asking: what a message leaves in doubt is asked about with buttons, and the answer finishes it.

A draft is the message as it would be typed with the answers in it, so that an answer is read by
the same grammar, and handled by the same handler, as if it had been typed at once.
"""

from collections.abc import Sequence
from dataclasses import replace

from handlers.asking.doubts import settled_by
from handlers.asking.namesakes import namesakes
from handlers.asking.shown import choosing, shown
from handlers.corrections.editing import recorded_before
from handlers.grammar import Choice, Unreadable, clean
from handlers.request import Handler, Reply, Request
from storage import drafts
from storage.drafts import Draft, Outcome
from storage.messages import Message

# What a record cannot do without, in the order it is asked for.
LACKING = ("no_kind", "group_needed", "no_date", "people_needed")
MOST_CHOICES = 12  # buttons of one question


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
            unread.kept = unread.kept or tuple(e.number for e in recorded_before(request))
            if begun is not None and not _askable(unread):
                drafts.close(request.session, begun)
                return (replace(refusal(unread), prompt=f"/{command}"),)
            return _ask(request, command, unread)
        if request.draft is not None and request.draft.turn == turn:  # nothing more was asked
            drafts.close(request.session, request.draft)
        return reply

    return handle


def refusal(unread: Unreadable) -> Message:
    """Answer the message that refuses what was to be recorded, or to change what stands."""
    return Message("unreadable", {"problems": unread.problems, "kept": unread.kept})


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
    # A doubt is no step of its own: the answer still belongs to the step before.
    step = problem.code if problem.code in LACKING else draft.step
    note_asked(request, draft, step, choices, problem.place)
    values = {"problem": problem, "more": len(unread.problems) - 1, "kept": unread.kept}
    values["namesakes"] = namesakes(request, problem)
    return (shown(draft, "question", values, *choosing(draft, choices)),)


def draft_of(request: Request, command: str) -> Draft:
    """Answer the draft that the request goes on with, or a new one."""
    return request.draft or Draft(
        chat_id=request.chat_id,
        actor=request.actor,
        command=command,
        said=request.arguments,
        edited=request.edited,
        message_id=request.message_id,
        thread_id=request.thread_id,
        unit_id=request.unit_id,
        written_at=request.written_at,
        touched_at=request.now,
    )


def note_asked(
    request: Request,
    draft: Draft,
    step: str | None,
    choices: Sequence[Choice] = (),
    place: tuple[int, int] | None = None,
) -> None:
    """Note what a draft asks now, reading as the request; ``step`` is that of a guided form."""
    draft.said, draft.touched_at = request.arguments, request.now
    if draft.guided:
        drafts.walk(draft, step)
    drafts.ask(draft, [Outcome(each.said, settled_by(each)) for each in choices], place)
    drafts.keep(request.session, draft)
