"""An edited message of payments: what it says now takes the place of what it said before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from compliance.periods import Period
from handlers.authority import require_own
from handlers.corrections.amending_dues import (
    Corrected,
    echo_of,
    line_of,
    refuse_slips,
    replace_payment,
    view,
)
from handlers.corrections.sealing import require_open
from handlers.grammar import DuesLine
from handlers.request import Refused, Reply, Request
from storage import entries, journal, listing
from storage.journal import PaymentText
from storage.ledger import Entry
from storage.messages import Message
from storage.money import fen
from storage.units import Unit

Paying = tuple[int, DuesLine]  # a person's id, and what the person pays
Matching = tuple[Entry | None, PaymentText]  # None: nothing stands for it yet


def made_before(request: Request, unit: Unit) -> tuple[Entry, ...] | None:
    """Answer the payments that count and that an edited message made; None when it made none.

    Refuses when one of them was taken back since: it is not to come back with an edit.
    """
    if not request.edited or request.message_id is None:
        return None
    made = entries.payments_from_message(
        request.session, unit.key, request.chat_id, request.message_id
    )
    if made is None:
        return None
    if made.undone:
        raise Refused(Message("edited_undone"))
    return made.live


def edit_payments(
    request: Request, unit: Unit, made: Sequence[Entry], paying: Iterable[Paying]
) -> Reply:
    """Amend the lines that changed, take back those that are gone, enter those that are new.

    Whoever answered a question is told that nothing changed; an edit that changes nothing, which
    Telegram delivers for reasons of its own, is answered with silence.
    """
    kept = {entry.key: listing.payment_text(request.session, entry) for entry in made}
    said = tuple(paying)
    matched = _matched(made, kept, said, request.today(unit))
    still = {entry.key for entry, _ in matched if entry is not None}
    changed = [(e, text) for e, text in matched if e is None or kept[e.key] != text]
    removed = [entry for entry in made if entry.key not in still]
    if not changed and not removed:
        return () if request.draft is None else (Message("dues_unchanged"),)
    _require(request, unit, kept, changed, removed)
    _ask_about(request, unit, said, matched)
    # Whoever is named was typed: a line stands for payments of its own person alone.
    return (echo_of(request, unit, _written(request, unit, changed, removed), named=True),)


def _ask_about(
    request: Request, unit: Unit, said: Iterable[Paying], matched: Iterable[Matching]
) -> None:
    """Raise ``Unreadable`` with what is in doubt of what the lines say now."""
    corrects = {
        line: None if entry is None else line_of(request, entry)
        for (_, line), (entry, _) in zip(said, matched, strict=True)
    }
    refuse_slips(request, unit, corrects, named=True)


def _written(
    request: Request, unit: Unit, changed: Sequence[Matching], removed: Iterable[Entry]
) -> Corrected:
    done = Corrected()
    for entry, text in changed:
        if entry is not None:
            replace_payment(request, unit, entry, text, done)
    for entry, text in changed:
        if entry is None:
            number = journal.add_payment(request.session, unit.key, text, request.origin)
            done.added.append((number, view(request, unit, number)))
    for entry in removed:
        _take_back(request, entry, done)
    return done


def _take_back(request: Request, entry: Entry, done: Corrected) -> None:
    """Reverse a payment, and what it had amended, too: that would be back without it."""
    was = listing.payment(request.session, entry)
    reversal = journal.add_reversal(request.session, entry, request.origin)
    done.removed.append((entry.number, reversal, was))
    if entry.target_id is not None:
        _take_back(request, entries.entry(request.session, entry.target_id), done)


def _require(
    request: Request,
    unit: Unit,
    kept: Mapping[int, PaymentText],
    changed: Sequence[Matching],
    removed: Sequence[Entry],
) -> None:
    """Refuse to touch what somebody else corrected since, or a sealed year."""
    touched = [*(entry for entry, _ in changed if entry is not None), *removed]
    for entry in touched:
        require_own(request, unit, entry)
    months = {*(kept[entry.key].month for entry in touched), *(text.month for _, text in changed)}
    require_open(request, unit, months)


def _matched(
    made: Iterable[Entry], kept: Mapping[int, PaymentText], paying: Sequence[Paying], today: date
) -> list[Matching]:
    """Find for each line the payment it stands for: of its person and month, else of its person."""
    left = list(made)
    found: dict[int, Entry] = {}
    for same_month in (True, False):
        for at, (person_id, line) in enumerate(paying):
            entry = (
                None
                if at in found
                else _of(left, kept, person_id, line.month if same_month else None)
            )
            if entry is not None:
                found[at] = entry
                left.remove(entry)
    return [
        (entry, _text(each, today if entry is None else kept[entry.key].paid_on))
        for at, each in enumerate(paying)
        for entry in [found.get(at)]
    ]


def _of(
    left: Iterable[Entry], kept: Mapping[int, PaymentText], person_id: int, month: Period | None
) -> Entry | None:
    """Find a person's payment: for the month if one is given."""
    return next(
        (
            entry
            for entry in left
            if kept[entry.key].person_id == person_id
            and (month is None or kept[entry.key].month == month.start)
        ),
        None,
    )


def _text(paying: Paying, paid_on: date) -> PaymentText:
    person_id, line = paying
    return PaymentText(person_id, line.month.start, fen(line.amount), paid_on)
