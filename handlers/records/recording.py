"""Recording a meeting from one message, and showing what was understood."""

from datetime import date

from compliance.access import Action
from handlers.asking.doubts import of_record, refuse_doubtful
from handlers.authority import require_own
from handlers.corrections.editing import require_recorded_as
from handlers.corrections.sealing import require_open
from handlers.files.adding import brings_files, enclosed
from handlers.forms import steps as forms
from handlers.grammar import (
    About,
    Absence,
    Context,
    Meeting,
    Unreadable,
    Votes,
    people_of,
    read_meeting,
)
from handlers.kinds import superiors_kinds
from handlers.meant import unit_for
from handlers.reading import context_for
from handlers.records.echo import Change, echo_of
from handlers.records.recorder import require_recorder
from handlers.records.stages import follow
from handlers.request import Refused, Reply, Request
from storage import directory, entries, journal, listing, roster
from storage.journal import People, RecordText
from storage.ledger import Entry, EntryKind
from storage.messages import Message
from storage.units import Unit


def meeting(request: Request) -> Reply:
    """Record a meeting from one message; a guided form goes on until all of it was asked."""
    unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
    require_recorded_as(request, EntryKind.RECORD)
    context = context_for(request, unit)
    try:
        reading = read_meeting(request.arguments, context)
    except Unreadable as unread:
        raise forms.asked(request, unit, context, unread) from unread
    text = _text(request, unit, context, reading)
    if set(text.kinds) & superiors_kinds(request):
        raise Refused(Message("superior_records", {"unit": unit.name}))
    require_recorder(request, unit, text)
    step = forms.next_step(request, unit, reading, text)
    if step is not None:
        return (step,)
    return (write(request, unit, text, _amended(request, unit)),)


def _text(request: Request, unit: Unit, context: Context, reading: Meeting) -> RecordText:
    """Turn what was read into what is kept: group and people by their ids, the rest as it is."""
    return RecordText(
        kinds=reading.kinds,
        held_on=reading.held_on,
        held_at=reading.held_at,
        ends_at=reading.ends_at,
        held_until=reading.held_until,
        group_id=None if reading.group is None else group_ids(request, unit)[reading.group],
        place=reading.place,
        host=reading.host,
        recorder=reading.recorder,
        expected=reading.expected,
        voting=reading.voting,
        present=reading.present,
        all_present=reading.all_present,
        absences=kept_absences(reading.absences),
        observers=reading.observers,
        topics=reading.topics,
        content=reading.content,
        votes=None if reading.votes is None else kept_votes(reading.votes),
        resolution=reading.resolution,
        people=kept_people(reading.people, reading.held_on, context),
        materials=reading.materials,
        late_reason=reading.late_reason,
    )


def group_ids(request: Request, unit: Unit) -> dict[str, int]:
    """Answer the ids of the branch's party groups by their names."""
    return {group.name: group.key for group in roster.groups(request.session, unit.key)}


def kept_absences(read: tuple[Absence, ...]) -> tuple[tuple[str, str | None], ...]:
    """Turn absences as read into what a record keeps: name and reason."""
    return tuple((absence.name, absence.reason) for absence in read)


def kept_people(read: tuple[About, ...], held_on: date, context: Context) -> People:
    """Turn people as read into what a record keeps: the id of the one on the roster, and a grade.

    One whom nobody knows, or who may be two, is left out: that has been refused.
    """
    found = [(people_of(about.name, held_on, context), about.grade) for about in read]
    return tuple((there[0].id, grade) for there, grade in found if len(there) == 1)


def kept_votes(read: Votes) -> tuple[int, int, int]:
    """Turn votes as read into what a record keeps: for, against, abstaining."""
    return read.in_favour, read.against, read.abstain


def _amended(request: Request, unit: Unit) -> Entry | None:
    """Answer what an edited message amends: what now stands for the record it had made.

    Refuses one whose record was taken back, and one who may not record what stands for it.
    """
    if not request.edited or request.message_id is None:
        return None
    made_by = (unit.key, request.chat_id, request.message_id)
    entry = entries.live_from_message(request.session, *made_by)
    if entry is not None:
        require_recorder(request, unit, listing.record_text(request.session, entry))
        require_own(request, unit, entry)
    elif entries.made_any(request.session, *made_by):
        raise Refused(Message("edited_undone"))
    return entry


def _changes_nothing(request: Request, amends: Entry) -> bool:
    """Tell whether a record said anew as it is stays as it is; one sent back counts again."""
    back = entries.sent_back(request.session, amends) is not None
    return not back and not brings_files(request, amends)


def write(request: Request, unit: Unit, text: RecordText, amends: Entry | None) -> Message:
    """Write a record, or the amendment of one, and answer the echo that shows it.

    Raises ``Unreadable`` with what is in doubt, before anything is written.
    """
    before = None if amends is None else listing.record_text(request.session, amends)
    days = [text.held_on] if before is None else [before.held_on, text.held_on]
    require_open(request, unit, days, correcting=before is not None, entering=before is None)
    refuse_doubtful(request, of_record(request, unit, text, before))
    if amends is not None and text == before and _changes_nothing(request, amends):
        raise Refused(Message("unchanged", {"number": amends.number}))
    # Perhaps the same was recorded before: whoever corrects a record knows of it.
    twins = () if amends is not None else entries.live_like(request.session, unit.key, text)
    number = journal.add_record(request.session, unit.key, text, request.origin, amends)
    steps = follow(request, unit, text, before)
    came = enclosed(request, unit, number)
    if set(request.policy.catalogue.elections).intersection(text.kinds):
        directory.look_again(request.session, unit)  # a term begins with it
    return echo_of(request, unit, Change(number, text, amends, before, twins, steps, came))
