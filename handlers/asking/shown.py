"""What an open draft shows: a message whose buttons answer it, and that a reply continues."""

from collections.abc import Mapping, Sequence

from handlers.grammar import Choice
from storage import drafts
from storage.drafts import Draft
from storage.messages import Button, Message, in_rows

Rows = tuple[tuple[Button, ...], ...]


def shown(
    draft: Draft, template: str, values: Mapping[str, object], *rows: tuple[Button, ...]
) -> Message:
    """Answer a draft's message, in the place of the one before; back and cancel stand last."""
    return Message(
        template,
        values,
        buttons=(*rows, _ends(draft)),
        prompt=drafts.prompt_of(draft.key),
        edits=True,
    )


def _ends(draft: Draft) -> tuple[Button, ...]:
    cancel = Button("cancel", f"cancel:{draft.key}")
    back = Button("back", answered_by(draft, "back"))
    return (back, cancel) if drafts.may_go_back(draft) else (cancel,)


def choosing(draft: Draft, choices: Sequence[Choice]) -> Rows:
    """Answer a button for each of the choices that the draft was noted to ask with."""
    taps = f"answer:{draft.key}.{draft.turn}"
    return in_rows(
        [
            Button(f"choose_{each.what}", f"{taps}.{n}", {"value": each.value})
            for n, each in enumerate(choices)
        ]
    )


def answered_by(draft: Draft, what: str) -> str:
    """Answer the data of a button that answers a step of a guided form."""
    return f"step:{draft.key}.{draft.turn}.{what}"
