"""A back-entry (补记) asks why it comes late, once it is written: a lost record would be worse."""

from handlers.grammar import late_reasons
from handlers.request import Request
from storage import listing
from storage.journal import RecordText
from storage.messages import Button
from storage.units import Unit


def lacks_reason(
    request: Request, unit: Unit, text: RecordText, number: int, *, new: bool = False
) -> bool:
    """Tell whether the record of that number was entered late, and does not say why.

    One that is ``new``, and amends no other, was entered just now: nothing need be looked up.
    """
    if text.late_reason is not None:
        return False
    entered = (
        dict.fromkeys(text.kinds, request.now)
        if new
        else listing.first_entered(request.session, unit.key, number)
    )
    return listing.entered_late(
        request.session, request.policy, unit, number=number, text=text, entered=entered
    )


def reason_buttons(number: int) -> tuple[Button, ...]:
    """Answer a button for each common reason; another one is written in a reply."""
    return tuple(
        Button("late_reason", f"late:{number} {code}", {"value": reason})
        for code, reason in late_reasons().items()
    )
