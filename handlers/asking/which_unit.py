"""Which unit is meant, where one person may act at several: asked with buttons, or named first.

What was said waits in a draft and is done with the chosen unit as if it had been the only one. What
is told then names the unit, and its buttons go on there.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from compliance.access import Action
from handlers.asking.answer import TYPED, own
from handlers.asking.naming import naming
from handlers.asking.question import draft_of
from handlers.asking.shown import shown
from handlers.authority import allowed
from handlers.grammar import answer_of, normalise, vocabulary
from handlers.request import Handler, Refused, Reply, Request, in_place
from storage import directory, drafts, loose_files
from storage.attachments import SentFile
from storage.drafts import Draft, Outcome
from storage.messages import Button, Message, in_rows

STEP = "unit"
MOST = 24  # buttons; a unit beyond those is typed
LONGEST_NAME = 5  # words
_SEVERAL = frozenset({"which_unit", "name_branch"})
_CHOSEN = re.compile(r"(\d{1,18})\.(\d{1,18})")
_AFTER_NAME = " \t,;:"
_FIRST = re.compile(r"[^\s,,;;::、]+")


def may_ask(request: Request, refused: Refused) -> bool:
    """Tell whether a refusal is for want of a unit, where that can be asked about."""
    return request.private and refused.message.template in _SEVERAL


def ask(request: Request, command: str, refused: Refused) -> Message:
    """Ask which of the units is meant; ``command`` is what goes on then, a verb with its colon."""
    among = refused.message.values["among"]
    if not isinstance(among, Mapping):
        return refused.message
    draft = draft_of(replace(request, draft=None), command)
    draft.step, draft.touched_at = STEP, request.now
    drafts.ask(draft, [Outcome(str(name), str(key)) for key, name in among.items()], None)
    drafts.keep(request.session, draft)
    buttons = [
        Button("choose_unit", f"unit:{draft.key}.{key}", {"name": name})
        for key, name in list(among.items())[:MOST]
    ]
    values = {"more": max(0, len(among) - MOST)}
    return shown(draft, "ask_unit", values, *in_rows(buttons))


def chosen_with(handlers: Mapping[str, Handler]) -> Handler:
    """Make the handler of a unit's button; ``handlers`` are those of commands and of verbs."""

    def chosen(request: Request) -> Reply:
        match = _CHOSEN.fullmatch(request.arguments)
        draft = own(request, int(match[1]) if match else 0)
        if match is None or draft.step != STEP or draft.command not in handlers:
            raise Refused(Message("answered_already", toast=True))
        return _go_on(request, draft, int(match[2]), handlers[draft.command])

    return chosen


def named_with(handlers: Mapping[str, Handler], typed: Handler) -> Handler:
    """Make a handler of typed answers one that takes a unit's name, where that was asked for."""

    def handle(request: Request) -> Reply:
        match = TYPED.fullmatch(request.arguments)
        draft = drafts.find(request.session, int(match[1])) if match else None
        if match is None or draft is None or draft.step != STEP:
            return typed(request)
        own(request, draft.key)
        said = match[2].strip()
        if answer_of(said) == "cancel":
            return typed(request)
        named = [one.accepts for one in draft.options if one.said == said and one.accepts]
        if len(named) != 1 or draft.command not in handlers:
            prompt = drafts.prompt_of(draft.key)
            raise Refused(Message("not_that_unit", {"read": said}, prompt=prompt))
        return _go_on(request, draft, int(named[0]), handlers[draft.command])

    return handle


def _go_on(request: Request, draft: Draft, unit_id: int, handler: Handler) -> Reply:
    """Do what was said with the unit; whether that is allowed there, its handler asks anew."""
    whole = replace(
        request,
        arguments=draft.said,
        unit_id=unit_id,
        edited=draft.edited,
        message_id=draft.message_id,
        written_at=draft.written_at,
        file=_file(request, draft),
    )
    drafts.close(request.session, draft)
    return in_place(naming(whole, handler(whole)))


def _file(request: Request, draft: Draft) -> SentFile | None:
    """Answer the file that came with what was said, if one did."""
    number = draft.message_id or 0
    came = loose_files.of_message(request.session, request.chat_id, number)
    if came is None:
        return None
    return SentFile(
        came.kind,
        came.file_id,
        came.file_unique_id,
        came.name,
        came.mime,
        came.size,
        came.album,
    )


def in_unit(handler: Handler) -> Handler:
    """Make a command's handler one before whose words the unit may be named."""

    def handle(request: Request) -> Reply:
        named = _named_first(request)
        return handler(request) if named is None else naming(named, handler(named))

    return handle


def _named_first(request: Request) -> Request | None:
    """Answer the request of the unit named first; None without one that the person may see."""
    said = request.arguments.lstrip()
    word = _FIRST.match(said)
    if word is None or normalise.word(word[0]) in vocabulary.kinds():
        return None
    words = said.split(maxsplit=LONGEST_NAME)[:LONGEST_NAME]
    names = [word[0], *(" ".join(words[:count]) for count in range(2, len(words) + 1))]
    found = [
        unit
        for unit in directory.units_called(request.session, names)
        if unit.kind != "party_group" and allowed(request, Action.STATUS, unit)
    ]
    if len({unit.key for unit in found}) != 1:
        return None
    rest = said.removeprefix(found[0].name).strip(_AFTER_NAME)
    return replace(request, arguments=rest, unit_id=found[0].key)
