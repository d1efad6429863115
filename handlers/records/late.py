"""A back-entry (补记) asks why it comes late, once it is written: a lost record would be worse."""

from handlers.grammar import late_reasons
from handlers.request import Request
from storage import entries, listing
from storage.journal import RecordText
from storage.messages import Button
from storage.units import Unit


def lacks_reason(request: Request, unit: Unit, text: RecordText, number: int) -> bool:
    """Tell whether the record of that number was entered late, and does not say why."""
    if text.late_reason is not None:
        return False
    entry = entries.entry_numbered(request.session, unit.key, number)
    return entry is not None and listing.entered_late(request.session, request.policy, unit, entry)


def reason_buttons(number: int) -> tuple[Button, ...]:
    """Answer a button for each common reason; another one is written in a reply."""
    return tuple(
        Button("late_reason", f"late:{number} {code}", {"value": reason})
        for code, reason in late_reasons().items()
    )
