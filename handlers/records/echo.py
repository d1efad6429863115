"""The echo of a record that was written, or amended."""

from dataclasses import dataclass

from handlers.files.adding import MOST_FILES, Enclosed, rest_of_album
from handlers.records.effects import satisfied
from handlers.records.flagging import flags_of
from handlers.records.late import lacks_reason, reason_buttons
from handlers.records.stages import Step
from handlers.request import Request
from storage import directory, filing, listing, roster
from storage.journal import RecordText
from storage.ledger import Entry
from storage.messages import Button, Message
from storage.units import Unit


@dataclass(frozen=True, slots=True)
class Change:
    """What was written: the new entry, what it amends if it does, and whose stage it is about.

    ``came`` are the files that came with the words.
    """

    number: int
    text: RecordText
    amends: Entry | None
    before: RecordText | None
    twins: tuple[int, ...]
    steps: tuple[Step, ...]
    came: Enclosed


def echo_of(request: Request, unit: Unit, change: Change) -> Message:
    """Show what was understood, what it counts for, and what to look at again."""
    text, number = change.text, change.number
    shown = [text] if change.before is None else [change.before, text]
    group = None if text.group_id is None else directory.unit(request.session, text.group_id).name
    late = lacks_reason(request, unit, text, number, new=change.amends is None)
    own = (
        Button("amend", f"amend:{number}"),
        Button("undo", f"undo:{number}"),
        Button("attach", f"doc:{number}"),
    )
    return Message(
        "recorded" if change.amends is None else "amended",
        {
            "number": number,
            "text": text,
            "group": group,
            "amends": None if change.amends is None else change.amends.number,
            "before": change.before,
            "lines": satisfied(request, unit, text, number),
            "twins": change.twins,
            "late": late,
            "people": listing.names_in(request.session, shown),
            "private": request.private,
            "flags": flags_of(request.policy, roster.members(request.session, unit.key), text),
            "steps": change.steps,
            "files": _files(request, change),
            "left_off": change.came.left_off,
            "most_files": MOST_FILES,
            "album": rest_of_album(request),
        },
        buttons=(reason_buttons(number), own) if late else (own,),
        prompt=f"/amend #{number}",
    )


def _files(request: Request, change: Change) -> int:
    """Count the files that a record has now: a new one those that came with the words."""
    if change.amends is None:
        return len(change.came.files)
    first = filing.first_entered(request.session, change.amends)
    return len(filing.attached(request.session, first))
