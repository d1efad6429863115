"""Finding entries in the ledger, and telling which of them count."""

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.columns import table_of
from storage.database import remembered, run
from storage.journal import RecordText
from storage.ledger import Entry, EntryKind, Record, RecordKind, RecordPerson
from storage.units import Unit

_ENTRY, _UNIT = table_of(Entry), table_of(Unit)
# Whoever enters something that points to the unit, such as a settled step, need not wait.
_ALONE = columns(_UNIT.c.id).where(_UNIT.c.id == bindparam("unit")).with_for_update(key_share=True)


def entry_numbered(session: Session, unit_id: int, number: int) -> Entry | None:
    """Answer a unit's entry by its number."""
    query = select(Entry).where(Entry.unit_id == unit_id, Entry.number == number)
    return session.exec(query).first()


def entry(session: Session, entry_id: int) -> Entry:
    """Answer the entry with that id; LookupError when there is none."""
    found = session.get(Entry, entry_id)
    if found is None:
        raise LookupError(f"entry {entry_id}")
    return found


AHEAD = 0  # the id of an entry that is not made yet
_TARGETS = (
    columns(_ENTRY.c.id, _ENTRY.c.kind, _ENTRY.c.target_id)
    .where(_ENTRY.c.unit_id.in_(bindparam("units", expanding=True)))
    .where(_ENTRY.c.target_id.is_not(None))
    .order_by(_ENTRY.c.id.desc())
)
_TARGETS_BEFORE = _TARGETS.where(_ENTRY.c.entered_at < bindparam("before"))


def dead_entries(session: Session, unit_id: int) -> frozenset[int]:
    """Answer the ids of a unit's entries that a live later entry amends or reverses."""
    return dead_among(session, [unit_id])


def dead_among(
    session: Session, unit_ids: Collection[int], before: datetime | None = None
) -> frozenset[int]:
    """Answer the ids of entries of these units that a live later entry amends or reverses.

    What an amendment amended stays so when the amendment is itself amended; only when it is
    reversed is the former entry back. ``before`` leaves out what was entered at that moment or
    later: what was known until then.
    """
    asked = ("dead", tuple(unit_ids), before)
    return remembered(session, asked, lambda: _dead(session, unit_ids, before))


def _dead(
    session: Session,
    unit_ids: Collection[int],
    before: datetime | None = None,
    also: Iterable[tuple[int, EntryKind, int]] = (),
) -> frozenset[int]:
    """Answer them, as if there were ``also`` these entries: id, kind and target."""
    statement = _TARGETS if before is None else _TARGETS_BEFORE
    parameters = {"units": unit_ids} | ({} if before is None else {"before": before})
    reversed_: set[int] = set()
    returned: set[int] = set()
    amended: set[int] = set()
    by_kind = {EntryKind.REVERSAL: reversed_, EntryKind.RETURN: returned}
    # A target is always older than what targets it, so one pass from the newest settles all.
    for entry_id, kind, target_id in (*also, *run(session, statement, parameters)):
        if entry_id not in reversed_ or entry_id in amended:
            by_kind.get(kind, amended).add(target_id)
    return frozenset(reversed_ | returned | amended)


def dead_now(session: Session, unit_id: int) -> frozenset[int]:
    """Answer a unit's dead entries anew, and let no other transaction write for it meanwhile.

    What is written next rests on it: of two who take back one entry at once, the second is told.
    """
    run(session, _ALONE, {"unit": unit_id})
    return _dead(session, [unit_id])


def last_live_entry(session: Session, unit_id: int, entered_by: int) -> Entry | None:
    """Answer the newest record or payment of a person's that is still live."""
    dead = dead_now(session, unit_id)
    query = (
        select(Entry)
        .where(Entry.unit_id == unit_id, Entry.kind != EntryKind.REVERSAL)
        .where(Entry.entered_by == entered_by)
        .order_by(col(Entry.id).desc())
    )
    return next((entry for entry in session.exec(query) if entry.id not in dead), None)


def last_live_records(
    session: Session, unit_id: int, entered_by: int, most: int
) -> list[tuple[Entry, Record]]:
    """Answer the newest live records that a person entered for a unit, the newest first."""
    dead = dead_entries(session, unit_id)
    query = (
        select(Entry, Record)
        .join(Record, col(Record.entry_id) == col(Entry.id))
        .where(Entry.unit_id == unit_id, Entry.entered_by == entered_by)
        .order_by(col(Entry.id).desc())
        .limit(most + len(dead))
    )
    live = [(entry, record) for entry, record in session.exec(query) if entry.id not in dead]
    return live[:most]


def made_any(session: Session, unit_id: int, chat_id: int, message_id: int) -> bool:
    """Tell whether a message has ever made a record, live or not."""
    query = select(Entry.id).where(
        Entry.unit_id == unit_id,
        Entry.chat_id == chat_id,
        Entry.message_id == message_id,
        Entry.kind == EntryKind.RECORD,
    )
    return session.exec(query).first() is not None


def live_from_message(
    session: Session, unit_id: int, chat_id: int, message_id: int
) -> Entry | None:
    """Answer the record that a message made, as its edits and later corrections left it.

    It is live, or was sent back by the superior and waits to be amended.
    """
    query = select(Entry).where(
        Entry.unit_id == unit_id,
        Entry.chat_id == chat_id,
        Entry.message_id == message_id,
        Entry.kind == EntryKind.RECORD,
    )
    dead = dead_now(session, unit_id)
    for made in session.exec(query.order_by(col(Entry.id).desc())):
        standing = _in_force(session, made, dead) or _sent_back(session, made, dead)
        if standing is not None:
            return standing
    return None


def standing(session: Session, record: Entry) -> Entry | None:
    """Answer what may be amended in a record's place: what is in force, or what was sent back."""
    dead = dead_now(session, record.unit_id)
    return _in_force(session, record, dead) or _sent_back(session, record, dead)


def sent_back(session: Session, record: Entry) -> Entry | None:
    """Answer what a superior sent back of a record and its amendments, if it still waits."""
    dead = dead_now(session, record.unit_id)
    return None if _in_force(session, record, dead) else _sent_back(session, record, dead)


def _sent_back(session: Session, record: Entry, dead: frozenset[int]) -> Entry | None:
    """Answer the newest of a record and its amendments that a live return puts out of force.

    Not one that was taken back as well: nobody waits for its amendment.
    """
    later = (_sent_back(session, each, dead) for each in _amendments(session, record))
    found = next((each for each in later if each is not None), None)
    if found is not None or record.id not in dead:
        return found
    ends = (EntryKind.RETURN, EntryKind.REVERSAL)
    query = select(Entry.id, Entry.kind).where(
        Entry.target_id == record.id, col(Entry.kind).in_(ends)
    )
    live = {kind for number, kind in session.exec(query) if number not in dead}
    return record if live == {EntryKind.RETURN} else None


def in_force(session: Session, record: Entry) -> Entry | None:
    """Answer the record itself or the live amendment in its place; None when it was reversed."""
    return _in_force(session, record, dead_now(session, record.unit_id))


def _in_force(session: Session, record: Entry, dead: frozenset[int]) -> Entry | None:
    if record.id not in dead:
        return record
    found = (_in_force(session, later, dead) for later in _amendments(session, record))
    return next((live for live in found if live is not None), None)


def _amendments(session: Session, amended: Entry) -> Iterator[Entry]:
    """Answer the entries that amend another one, the newest first."""
    query = select(Entry).where(Entry.target_id == amended.id, Entry.kind == amended.kind)
    yield from session.exec(query.order_by(col(Entry.id).desc())).all()


def standing_from(session: Session, chat_id: int, message_id: int) -> tuple[Entry, ...]:
    """Answer what counts of all that a message entered, as later corrections left it."""
    query = select(Entry).where(
        Entry.chat_id == chat_id,
        Entry.message_id == message_id,
        Entry.kind != EntryKind.REVERSAL,
    )
    found = (in_force(session, made) for made in session.exec(query.order_by(col(Entry.id))).all())
    return tuple({live.key: live for live in found if live is not None}.values())


@dataclass(frozen=True, slots=True)
class Made:
    """The payments a message made that count, as its edits and later corrections left them.

    Also those that were sent back and wait to be amended.

    ``undone``: one of them was taken back otherwise than by an edit of the message.
    """

    live: tuple[Entry, ...]
    undone: bool


def payments_from_message(
    session: Session, unit_id: int, chat_id: int, message_id: int
) -> Made | None:
    """Answer what became of the payments a message has ever made; None when it made none."""
    query = select(Entry).where(
        Entry.unit_id == unit_id, Entry.chat_id == chat_id, Entry.message_id == message_id
    )
    made = session.exec(query.order_by(col(Entry.id))).all()
    first = [each for each in made if each.kind == EntryKind.PAYMENT and each.target_id is None]
    if not first:
        return None
    dead = dead_now(session, unit_id)
    removed = {e.target_id for e in made if e.kind == EntryKind.REVERSAL and e.id not in dead}
    chains = [tuple(_chain(session, each)) for each in first]
    standing = [list(_standing(session, chain, dead)) for chain in chains]
    undone = any(
        not left and removed.isdisjoint(each.id for each in chain)
        for chain, left in zip(chains, standing, strict=True)
    )
    return Made(tuple(entry for left in standing for entry in left), undone)


def _standing(session: Session, chain: Sequence[Entry], dead: frozenset[int]) -> Iterator[Entry]:
    """Answer what counts of an entry and its amendments, else what waits to be amended."""
    live = [each for each in chain if each.id not in dead]
    waiting = None if live else _sent_back(session, chain[0], dead)
    yield from live if waiting is None else [waiting]


def _chain(session: Session, first: Entry) -> Iterator[Entry]:
    """Answer an entry with all that amended it, and amended those."""
    yield first
    for later in _amendments(session, first):
        yield from _chain(session, later)


def live_on(session: Session, unit_id: int, target_id: int) -> Entry | None:
    """Answer the live entry that targets another one, if there is one."""
    dead = dead_now(session, unit_id)
    query = select(Entry).where(Entry.unit_id == unit_id, Entry.target_id == target_id)
    found = session.exec(query.order_by(col(Entry.id).desc()))
    return next((entry for entry in found if entry.id not in dead), None)


def rival_of(session: Session, reversal: Entry) -> Entry | None:
    """Answer what has taken the place that an entry would have again without its reversal.

    An amendment that answered a return finds its place free, unless the superior has sent
    something back since.
    """
    restored = _target_of(session, reversal)
    if restored.kind == EntryKind.REVERSAL:
        by = live_on(session, restored.unit_id, _target_of(session, restored).key)
    elif restored.target_id is not None:
        by = _in_place_of(session, restored, _target_of(session, restored))
    else:
        by = None
    return by or _doubled(session, reversal)


def _in_place_of(session: Session, restored: Entry, target: Entry) -> Entry | None:
    """Answer what stands where an amendment or a return of ``target`` would stand again."""
    now = in_force(session, target)
    if now is not None:
        return None if now is target else now
    back = sent_back(session, target)
    by = None if back is None else live_on(session, restored.unit_id, back.key)
    return by if by is not None and (back is not target or by.key > restored.key) else None


def _doubled(session: Session, reversal: Entry) -> Entry | None:
    """Answer what counts now where, without a reversal, something else would count beside it."""
    first = reversal
    while first.target_id is not None:
        first = _target_of(session, first)
    again = (AHEAD, EntryKind.REVERSAL, reversal.key)
    dead = _dead(session, [reversal.unit_id], also=[again])
    counting = [each for each in _chain(session, first) if each.id not in dead]
    return in_force(session, first) if len(counting) > 1 else None


def _target_of(session: Session, later: Entry) -> Entry:
    return entry(session, later.target_id or 0)


_RECORD, _KIND = table_of(Record), table_of(RecordKind)
_SAME_DAY = (
    columns(_ENTRY.c.id, _ENTRY.c.number, _RECORD.c.group_id, _KIND.c.kind)
    .join(_RECORD, _RECORD.c.entry_id == _ENTRY.c.id)
    .join(_KIND, _KIND.c.entry_id == _ENTRY.c.id)
    .where(_RECORD.c.unit_id == bindparam("unit"), _RECORD.c.held_on == bindparam("day"))
    .order_by(_ENTRY.c.number.desc())
)
_ABOUT = table_of(RecordPerson)
_WHO = columns(_ABOUT.c.entry_id, _ABOUT.c.person_id).where(
    _ABOUT.c.entry_id.in_(bindparam("entries", expanding=True))
)
MOST_ALIKE = 5


def live_like(session: Session, unit_id: int, text: RecordText) -> tuple[int, ...]:
    """Answer the newest numbers of live records of one of the same kinds, day and group.

    Of two that are about people, about one of the same people.
    """
    rows = run(session, _SAME_DAY, {"unit": unit_id, "day": text.held_on})
    # A day's records are few, and a list of kinds would make another statement for each length.
    alike = {
        row.id: row.number
        for row in rows
        if row.kind in text.kinds and row.group_id == text.group_id
    }
    if not alike:
        return ()
    dead: Set[int] = dead_entries(session, unit_id)
    if text.people:
        dead |= _about_others(session, alike, {person for person, _ in text.people})
    return tuple(number for entry_id, number in alike.items() if entry_id not in dead)[:MOST_ALIKE]


def _about_others(session: Session, alike: Collection[int], people: Set[int]) -> Set[int]:
    """Answer which records are about people, and none of these."""
    about: dict[int, set[int]] = {}
    for row in run(session, _WHO, {"entries": list(alike)}):
        about.setdefault(row.entry_id, set()).add(row.person_id)
    return {entry_id for entry_id, whom in about.items() if not whom & people}
