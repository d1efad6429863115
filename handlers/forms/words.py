"""What is typed at a step of a guided form where it has a button: its words, or names to tick."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.asking.answer import TYPED, own
from handlers.forms.taps import tick_named
from handlers.forms.ticks import typed_names
from handlers.grammar import Problem, answer_of, clean
from handlers.request import Handler, Refused, Reply, Request
from storage import drafts
from storage.drafts import Draft
from storage.messages import Message

# The button that words stand for at a step; that of ``back`` is at all of them.
_BUTTONS: Mapping[tuple[str | None, str], str] = {
    ("attendance", "all"): "all",
    ("attendance", "none"): "none",
    ("attendance", "next"): "next",
    ("topics", "skip"): "skip",
    ("confirm", "yes"): "record",
    ("payers", "next"): "next",
    ("sum", "due"): "due",
}


def worded_with(step: Handler, typed: Handler) -> Handler:
    """Make a handler of typed answers (``7 返回``) that takes a button's word for its tap."""

    def handle(request: Request) -> Reply:
        match = TYPED.fullmatch(request.arguments)
        draft = drafts.find(request.session, int(match[1])) if match else None
        if match is None or draft is None or not draft.guided:
            return typed(request)
        own(request, draft.key)
        request = replace(request, unit_id=draft.unit_id)
        said = clean(match[2]).strip()
        button = _button(draft, said)
        if button is not None:
            return step(request.saying(f"{draft.key}.{draft.turn}.{button}"))
        return _ticked(request, draft, said) or typed(request)

    return handle


def _button(draft: Draft, said: str) -> str | None:
    """Answer the button that words stand for; None for an answer itself.

    Refuses those of another step, and a topic without a letter: neither is meant as a text.
    """
    answer = answer_of(said)
    if answer == "cancel" or (answer == "yes" and draft.options):
        return None
    button = "back" if answer == "back" else _BUTTONS.get((draft.step, answer or ""))
    wordless = draft.step == "topics" and not any(sign.isalpha() for sign in said)
    missing = button is None or not _is_shown(draft, button)
    if missing and (answer is not None or wordless):
        values = {"problems": (Problem("not_understood", said),), "kept": ()}
        raise Refused(Message("answer_unclear", values, prompt=drafts.prompt_of(draft.key)))
    return button


def _is_shown(draft: Draft, button: str) -> bool:
    """Tell whether a step has that button now: there is no next before anything is said."""
    if button == "next":
        return draft.said != drafts.read_at(draft, draft.step or "")
    return button != "back" or drafts.may_go_back(draft)


def _ticked(request: Request, draft: Draft, said: str) -> Reply | None:
    """Tick who is named at the step that asks who was away; None where more is said than names."""
    if draft.step != "attendance" or draft.options:
        return None
    return tick_named(request, draft, [name for name in typed_names(said) if name])
