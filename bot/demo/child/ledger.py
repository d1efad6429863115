"""What the ledger of the demo holds, for whoever looks inside."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.demo.child.desk import Desk
from bot.demo.child.onlooker import onlooker
from bot.render import plain
from bot.words import Words
from handlers.reading import requirement_of
from storage import accounts, directory, listing, remittances, rulings
from storage.ledger import Entry, EntryKind, Payment
from storage.listing import Fates
from storage.units import Unit

MOST = 100
RULINGS = (EntryKind.WAIVER, EntryKind.SCORE)


def entries(_: Desk, session: Session) -> int:
    """Answer how many entries the ledger holds."""
    return session.exec(select(func.count()).select_from(Entry)).one()


def entered(
    _: Desk, session: Session, *, chat_id: int, by: int, messages: list[int]
) -> dict[str, int]:
    """Answer what somebody entered by some messages of a chat.

    How many ``records``, and dues of how many ``payers``; what only corrects is not counted.
    """
    by_them = (
        col(Entry.chat_id) == chat_id,
        col(Entry.message_id).in_(messages),
        col(Entry.entered_by) == by,
        col(Entry.target_id).is_(None),
    )
    records = select(func.count()).where(*by_them, col(Entry.kind) == EntryKind.RECORD)
    payers = select(func.count(func.distinct(col(Payment.person_id))))
    paid = payers.join(Entry, col(Entry.id) == Payment.entry_id).where(*by_them)
    return {"records": session.exec(records).one(), "payers": session.exec(paid).one()}


def records(desk: Desk, session: Session, unit: str = "") -> list[dict[str, object]]:
    """Answer the newest entries of all units, or of those of a name, the newest first.

    ValueError where there is no such unit.
    """
    units = directory.units_named(session, unit)
    if unit and not units:
        raise ValueError(unit)
    query = select(Entry).order_by(col(Entry.id).desc()).limit(MOST)
    if unit:
        query = query.where(col(Entry.unit_id).in_([each.key for each in units]))
    return list(_Reading(desk, session).shown(list(session.exec(query))))


class _Reading:
    """Puts entries into the words of their units."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self._core = desk.service.core
        self._names = {each.id: each.name for each in desk.organisation.players.values()}
        self._session = session
        self._request = onlooker(desk, session)

    def shown(self, found: list[Entry]) -> Iterator[dict[str, object]]:
        """Answer what is shown of each."""
        units = directory.units(self._session, {entry.unit_id for entry in found})
        fates = {key: Fates(self._session, unit) for key, unit in units.items()}
        self._names |= accounts.names_of(self._session, {entry.entered_by for entry in found})
        for entry in found:
            yield self._entry(entry, units[entry.unit_id], fates[entry.unit_id])

    def _entry(self, entry: Entry, unit: Unit, fates: Fates) -> dict[str, object]:
        words = self._core.languages[unit.locale]
        values = self._values(entry, unit, fates)
        return {
            "number": entry.number,
            "unit": unit.name,
            "kind": _say(words, "demo/entry_kind", values),
            "what": _say(words, "demo/entry", values),
            "entered_by": self._names.get(entry.entered_by, str(entry.entered_by)),
            "entered_at": entry.entered_at.astimezone(ZoneInfo(unit.timezone)).isoformat(),
            "source": {"chat_id": entry.chat_id, "message_id": entry.message_id},
            "reversed": fates.reversed(entry),
            "amends": values["target"] if entry.kind in _AMENDING else None,
            "amended_by": fates.amended_by(entry),
        }

    def _values(self, entry: Entry, unit: Unit, fates: Fates) -> dict[str, object]:
        """Answer what an entry says, for the templates."""
        session = self._session
        values: dict[str, object] = {
            "kind": entry.kind.value,
            "target": fates.number(entry.target_id),
        }
        if entry.kind == EntryKind.RECORD:
            text = listing.record_text(session, entry)
            values |= {"text": text, "people": listing.names_in(session, [text])}
        elif entry.kind == EntryKind.PAYMENT:
            values["paid"] = listing.payment(session, entry)
        elif entry.kind == EntryKind.REMITTANCE:
            values["paid"] = remittances.remittance(session, entry)
        elif entry.kind in RULINGS:
            ruling = rulings.ruling(session, entry)
            ruled = requirement_of(self._request, unit, ruling.requirement)
            values |= {"ruling": ruling, "requirement": ruled}
        return values


_AMENDING = (EntryKind.RECORD, EntryKind.PAYMENT)


def _say(words: Words, template: str, values: dict[str, object]) -> str:
    return plain(words.text(template, values))
