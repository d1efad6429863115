"""One typed message about an activity → a ``Meeting``, or ``Changes`` to one.

The order matters: fields, absences, groups and kinds, then whatever holds numbers that are no
date (names, rooms, durations, sums), then attendance, times, and dates last.
"""

from collections import Counter
from datetime import date, timedelta

from handlers.grammar import (
    about,
    absences,
    attendance,
    date_pairs,
    dates,
    doubt,
    field_texts,
    fields,
    hiding,
    kinds,
    rest,
    roster,
    timed_days,
    times,
    turnout,
    vocabulary,
)
from handlers.grammar.fitting import Said, unfit
from handlers.grammar.problems import Problem
from handlers.grammar.result import Changes, Context, Meeting
from handlers.grammar.scanner import Scanner
from handlers.grammar.told import Told
from handlers.grammar.votes import Ballot

_DATE_CODES = (
    *("impossible_date", "future_date", "ambiguous_date", "two_dates"),
    *("ends_before", "too_many_days"),
)


def read_meeting(text: str, context: Context) -> Meeting:
    """Give the activity a message tells of.

    Raises ``Unreadable`` with every problem found: nothing is guessed, nothing is dropped.
    """
    scanner = Scanner(text)
    told = read(scanner, context)
    rest.refuse(scanner, context, kind_wanted=not told.kinds)
    told.group = _group(scanner, told, context)
    if not told.kinds and not scanner.refused(("unknown_kind",)):
        scanner.lack("no_kind", "", kinds.offered(context))
    if told.held_on is None and not scanner.refused(_DATE_CODES):
        days = [doubt.on(context.today - timedelta(days=back)) for back in range(3)]
        scanner.lack("no_date", "", days)
    _refuse_unfit(scanner, told, context)
    scanner.finish()
    if told.attendance.nobody_away and told.attendance.expected is None:
        told.attendance.all_present = True  # who came is not counted, but it was all of them
    return Meeting(**told.values)  # type: ignore[arg-type]  # the names are the fields' names


def read_changes(text: str, context: Context) -> Changes:
    """Read what a correction says, and only that.

    Raises ``Unreadable`` as ``read_meeting`` does; with ``nothing_said`` for an empty correction.
    """
    scanner = Scanner(text)
    told = read(scanner, context)
    rest.refuse(scanner, context, kind_wanted=False)
    values = told.said
    if not values:
        scanner.lack("nothing_said")
    scanner.finish()
    return Changes(given=frozenset(values), **values)  # type: ignore[arg-type]


def _refuse_unfit(scanner: Scanner, told: Told, context: Context) -> None:
    """Refuse what the kinds do not allow; without a kind there is nothing to go by."""
    if not told.kinds:
        return
    texts = tuple(told.texts[name] for name in fields.WORDS if name in told.texts)
    people, materials = told.listed.about, tuple(told.listed.materials)
    for problem in unfit(Said(told.kinds, told.held_on, people, materials, texts), context):
        if problem.code == "people_needed":
            _need_people(scanner, told, context, problem)
        else:
            scanner.note(problem)


def _need_people(scanner: Scanner, told: Told, context: Context, problem: Problem) -> None:
    """Ask whom it is about, in a branch of so few that everybody can be offered."""
    if scanner.refused(("unknown_name", "ambiguous_name")):
        return  # somebody was named: who that is comes first
    day = told.held_on or context.today
    there = Counter(member.name for member in context.members if member.on_roster(day))
    label = vocabulary.table("fields")["about"][0]
    few = there if len(there) <= kinds.MOST_OFFERED else {}
    choices = [("name", name, f"{label}:{name}") for name, times in few.items() if times == 1]
    scanner.lack(problem.code, problem.read, choices, **problem.values)


def read(scanner: Scanner, context: Context) -> Told:
    """Take what a message tells, unjudged; what is wrong with it is noted by the scanner."""
    told = Told()
    people = roster.of(context.names)
    ever = roster.of(context.ever, context.names)
    told.texts, others = field_texts.read(scanner, people, ever)
    told.listed = about.read(scanner, context, ever, others)
    absences.find(scanner, people, told.attendance)
    field_texts.bare_persons(scanner, people, told.texts)
    told.group = kinds.find_group(scanner, context)
    told.kinds = kinds.find(scanner, context)
    hiding.hide(scanner, people, told.texts)
    ballot = Ballot(scanner, [found for found in others if found.code == "votes"])
    attendance.find(scanner, told.attendance)
    around = timed_days.find(scanner, context.today)
    told.held_at, told.ends_at = times.find(scanner)
    told.held_on, told.held_until = _days(scanner, told, context, around)
    turnout.complete(scanner, told.attendance)
    voters = _voters(told, context) if ballot.unanimous else None
    told.votes = ballot.count(told.attendance, voters)
    _refuse_later_today(scanner, told, context)
    return told


def _voters(told: Told, context: Context) -> int | None:
    """Count the full members of the day who are not named as absent.

    Probationary members do not vote (党章第七条). None where the roster is not who should attend.
    """
    day = told.held_on or context.today
    there = [m for m in context.members if m.on_roster(day) and m.is_member(day)]
    if told.attendance.expected != len(there):
        return None
    away = {absence.name for absence in told.attendance.absences}
    return sum(member.is_full(day) and member.name not in away for member in there)


def _days(
    scanner: Scanner, told: Told, context: Context, around: list[dates.Reading]
) -> tuple[date | None, date | None]:
    """Give the day, and the last where there are several; ``around`` are those found already.

    A pair like 11/20 is the date only where no other date is said.
    """
    today = context.today
    readings = [*around, *dates.find(scanner, today)]
    dated = any(reading.weekday is None for reading in readings)
    pairs = date_pairs.pairs(scanner)
    if not dated and (date_pair := date_pairs.the_date(pairs, today)):
        readings.append(date_pairs.pair_as_date(scanner, date_pair, today))
        dated = True
        pairs = [pair for pair in pairs if pair is not date_pair]
    if len(pairs) > 1 and not dated:
        date_pairs.refuse_pairs(scanner, pairs, today)
        return None, None
    for pair in pairs:
        again = date_pairs.repeats(scanner, pair, readings, today)
        if dated and not again:
            attendance.take_ratio(scanner, told.attendance, pair)
        elif told.attendance.said:
            readings.append(date_pairs.pair_as_date(scanner, pair, today))
        else:
            other = attendance.ratio(pair)
            believed = 0 if again else date_pairs.RECENT
            readings.append(date_pairs.doubtful_pair(scanner, pair, today, other, believed))
    return dates.settle(scanner, readings, today)


def _group(scanner: Scanner, told: Told, context: Context) -> str | None:
    if told.group is None and kinds.GROUP_KINDS.intersection(told.kinds):
        groups = context.own_groups or context.groups
        if len(groups) == 1 and not scanner.refused(("unknown_group",)):
            return groups[0]
        if context.groups and not scanner.refused(("unknown_group",)):
            kinds.need_group(scanner, context)
    return told.group


def _refuse_later_today(scanner: Scanner, told: Told, context: Context) -> None:
    now, at = context.now_time, told.held_at
    if now and at and told.held_on == context.today and at > now:
        scanner.lack("future_date", date=told.held_on, time=at, suggest=None)
