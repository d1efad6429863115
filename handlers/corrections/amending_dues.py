"""Correcting payments: an amendment is a payment of its own that takes the place of the old one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from compliance.periods import Period
from handlers.asking.doubts import Payments, of_payments, refuse_doubtful
from handlers.corrections.pointing import span_of
from handlers.corrections.sealing import require_open
from handlers.dues.month import book
from handlers.grammar import DuesLine
from handlers.grammar.dues_changes import DuesChanges, read_dues_changes
from handlers.reading import context_for
from handlers.request import Refused, Request
from storage import entries, journal, listing, remittances, roster
from storage.journal import PaymentText
from storage.ledger import Entry, EntryKind
from storage.listing import PaymentView
from storage.messages import Button, Message
from storage.money import fen
from storage.remittances import Balance
from storage.units import Unit

MOST_IN_SPAN = 100  # payments of one message


@dataclass(frozen=True, slots=True)
class Amended:
    """A payment that was amended: the numbers of both entries, and what each says."""

    was: int
    number: int
    before: PaymentView
    after: PaymentView


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did to payments: amended, entered in addition, taken back."""

    amended: list[Amended] = field(default_factory=list)
    added: list[tuple[int, PaymentView]] = field(default_factory=list)
    removed: list[tuple[int, int, PaymentView]] = field(default_factory=list)  # number, reversal

    @property
    def standing(self) -> list[tuple[int, PaymentView]]:
        """Answer what was entered now, with its number."""
        return [*((each.number, each.after) for each in self.amended), *self.added]

    @property
    def numbers(self) -> list[int]:
        """Answer the numbers of all entries that were written, which follow one another."""
        written = [number for number, _ in self.standing]
        return sorted([*written, *(reversal for _, reversal, _ in self.removed)])


def amend_payment(request: Request, unit: Unit, entry: Entry, *, by_superior: bool) -> Message:
    """Amend one payment: ``60``, ``10月``, ``60 10月``, ``李四``."""
    changes = read_dues_changes(request.arguments, context_for(request, unit))
    before = listing.payment_text(request.session, entry)
    after = _laid_over(request, unit, before, changes)
    if after == before:
        raise Refused(Message("dues_unchanged"))
    require_open(request, unit, [before.month, after.month], correcting=True)
    named = request.private or changes.name is not None
    was = line_of(request, entry)
    now = DuesLine(
        changes.name or was.name, changes.amount or was.amount, changes.month or was.month
    )
    refuse_slips(request, unit, {now: was}, named=named)
    done = Corrected()
    replace_payment(request, unit, entry, after, done)
    return echo_of(request, unit, done, named=named)


def payment_named(request: Request, unit: Unit, span: tuple[int, int], said: str) -> int | None:
    """Answer the number of the one payment of a span whose person is named; None unless it is one.

    What it was amended to counts, as it does with a number.
    """
    first, last = span
    if last - first >= MOST_IN_SPAN:
        return None
    found = set()
    for number in range(first, last + 1):
        entry = entries.entry_numbered(request.session, unit.key, number)
        live = None if entry is None else entries.standing(request.session, entry)
        if live is not None and live.kind == EntryKind.PAYMENT:
            person = listing.payment(request.session, live).person
            if re.search(rf"(?<!\w){re.escape(person)}(?!\w)", said):
                found.add(live.number)
    return found.pop() if len(found) == 1 else None


def line_of(request: Request, entry: Entry) -> DuesLine:
    """Answer a payment as the line that says it."""
    was = listing.payment(request.session, entry)
    return DuesLine(was.person, was.amount, was.month)


def refuse_slips(
    request: Request, unit: Unit, lines: Mapping[DuesLine, DuesLine | None], *, named: bool
) -> None:
    """Raise ``Unreadable`` with what is in doubt of lines; None: a line corrects nothing."""
    corrects = {line: was for line, was in lines.items() if was is not None}
    dues = book(request, unit, [line.month for line in lines])
    paying = Payments(tuple(lines), dues, named, corrects)
    refuse_doubtful(request, of_payments(request, unit, paying))


def _laid_over(
    request: Request, unit: Unit, before: PaymentText, changes: DuesChanges
) -> PaymentText:
    """Lay what was said over the payment; the day on which it was paid stays."""
    said: dict[str, object] = {}
    if changes.name is not None:
        today = request.today(unit)
        said["person_id"] = roster.member_on(request.session, unit.key, changes.name, today).id
    if changes.amount is not None:
        said["amount_fen"] = fen(changes.amount)
    if changes.month is not None:
        said["month"] = changes.month.start
    return replace(before, **said)  # type: ignore[arg-type]  # the names are the fields' names


def replace_payment(
    request: Request, unit: Unit, entry: Entry, text: PaymentText, done: Corrected
) -> None:
    """Enter a payment in the place of another one."""
    before = listing.payment(request.session, entry)
    number = journal.add_payment(request.session, unit.key, text, request.origin, entry)
    after = view(request, unit, number)
    done.amended.append(Amended(entry.number, number, before, after))


def view(request: Request, unit: Unit, number: int) -> PaymentView:
    """Answer what a payment that was just entered says."""
    entry = entries.entry_numbered(request.session, unit.key, number)
    if entry is None:
        raise LookupError(f"entry {number}")
    return listing.payment(request.session, entry)


def echo_of(request: Request, unit: Unit, done: Corrected, *, named: bool) -> Message:
    """Show what was corrected, and what to look at again.

    Whose payment it was tells a group who has not paid: it is ``named`` where the name was typed,
    or in private.
    """
    standing = done.standing
    span = span_of([number for number, _ in standing])
    undo = Button("undo", f"undo:{span_of(done.numbers)}")
    alone = (Button("amend", f"amend:{span}"),) if len(standing) == 1 else ()
    values = {
        "number": span,
        "amended": done.amended,
        "added": done.added,
        "removed": done.removed,
        "standing": standing,
        "named": named,
        "private": request.private,
        "today": request.today(unit),
        "beside": _beside(request, unit, standing),
        "handed_on": _handed_on(request, unit, done),
    }
    return Message("dues_amended", values, buttons=((*alone, undo),), prompt=f"/amend #{span}")


def _beside(
    request: Request, unit: Unit, standing: Sequence[tuple[int, PaymentView]]
) -> dict[int, tuple[int, ...] | None]:
    """Answer by number which other payments count for the same person and month.

    None: that person owes the branch no dues for that month.
    """
    lines = book(request, unit, [each.month for _, each in standing])
    counting = {
        (line.person, line.month): {p.number for p in line.payments if not p.reversed}
        for line in lines
    }
    return {
        number: tuple(sorted(counting[key] - {number})) if key in counting else None
        for number, each in standing
        for key in [(each.person, each.month)]
    }


def _handed_on(request: Request, unit: Unit, done: Corrected) -> list[tuple[Period, Balance]]:
    """Answer the months touched whose remittances no longer match their payments."""
    touched = {
        *(each.before.month for each in done.amended),
        *(each.month for _, each in done.standing),
        *(each.month for _, _, each in done.removed),
    }
    found = [
        (month, remittances.balance(request.session, unit.key, month.start))
        for month in sorted(touched)
    ]
    return [(month, balance) for month, balance in found if balance.numbers and balance.difference]
