"""What must hold of anything the grammar takes: above all, that no number or name is lost.

Each function answers what is wrong, in words; nothing when all is well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, time
from decimal import Decimal

from compliance.periods import Period
from handlers.grammar import (
    AllDues,
    Changes,
    Context,
    DuesLine,
    Meeting,
    Problem,
    months,
    normalise,
    numbers,
    roster,
    vocabulary,
)
from handlers.grammar.scanner import LONGEST_QUOTE, Scanner
from handlers.grammar.sums import MOST

_DIGITS = re.compile("[0-9]+")
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ENDED = (
    "(?:[-~]|@until) ?(?:@n ?@month ?)?@n ?@day ?(?:@dayparts)? ?"
    "(?P<h>[0-9]{1,2})(?::(?P<min>[0-9]{2}))?(?: ?@hour ?(?P<more>[0-9]{1,2}))?"
)
_THOUSANDS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?P<tenths>)"
_TENTHS = r"(?P<yuan>@count) ?@yuan ?(?P<tenths>@digit)(?:@jiao)?"
_MONTH = r"(?:[0-9]{4} ?@year ?)?@n ?@month[^\w\n]*"
_NUMBERING = re.compile(r"(?:^|\n)[ (]*[0-9]{1,3}[^\w\n]*|(?<![0-9])[0-9]{1,2}[.、)]+[^\w\n]*")
_SECONDS = re.compile("[0-9]:[0-9]{2}:([0-9]{2})")
_TEXTS = (
    "place",
    "host",
    "recorder",
    "observers",
    "topics",
    "content",
    "resolution",
    "late_reason",
)


def _mixed() -> re.Pattern[str]:
    """Answer a pattern of digits of both kinds in one number (``二〇2六``): it is read as one."""
    digits = "".join(vocabulary.numerals()[0])
    return re.compile(f"[0-9{digits}]*[0-9]+[0-9{digits}]*")


def of_meeting(text: str, found: Meeting, context: Context) -> Iterator[str]:
    """Check an activity that was read."""
    yield from _moment(found.held_on, found.held_at, context)
    yield from _attendance(found)
    if not found.kinds or not set(found.kinds) <= set(context.kinds):
        yield f"kinds {found.kinds}"
    yield from _lost(text, found, context)


def of_changes(text: str, found: Changes, context: Context) -> Iterator[str]:
    """Check a correction that was read."""
    if not found.given:
        yield "nothing is changed"
    yield from _moment(found.held_on, found.held_at, context)
    yield from _attendance(found)
    yield from _lost(text, found, context)


def of_dues(text: str, found: tuple[DuesLine, ...] | AllDues, context: Context) -> Iterator[str]:
    """Check payments that were read."""
    lines = () if isinstance(found, AllDues) else found
    paid = [found.month] if isinstance(found, AllDues) else [line.month for line in lines]
    for line in lines:
        if not 0 < line.amount <= MOST or line.amount != round(line.amount, 2):
            yield f"a sum of {line.amount}"
        if line.name not in context.names:
            yield f"a payment of {line.name}"
    if len({(line.name, line.month) for line in lines}) < len(lines):
        yield "a month twice"
    if not paid or any(month.year > context.today.year + 1 for month in paid):
        yield f"months {paid}"
    yield from _unnamed(text, " ".join(line.name for line in lines), context)
    yield from _unpaid(text, paid, context)
    money = _money_said(lines)
    yield from _uncounted(_unnumbered(_plain(text, money), context), money | _months_said(paid))


def of_problems(text: str, problems: Iterable[Problem]) -> Iterator[str]:
    """Check that each problem quotes what stands at its place, and that there is one."""
    typed = normalise.clean(text)
    codes = 0
    for problem in problems:
        codes += 1
        problem.read.encode("utf-8")
        if problem.place is not None:
            first, last = problem.place
            quoted = typed[first:last].strip()[:LONGEST_QUOTE]
            if not 0 <= first <= last <= len(typed) or quoted != problem.read:
                yield f"{problem.code} quotes {problem.read!r} at {problem.place}"
    if not codes:
        yield "refused without a problem"


def _moment(day: date | None, at: time | None, context: Context) -> Iterator[str]:
    if day is None:
        return
    if day > context.today:
        yield f"held on {day}, after today"
    if at and context.now_time and day == context.today and at > context.now_time:
        yield f"held at {at}, later today"


def _attendance(found: Meeting | Changes) -> Iterator[str]:
    expected, present, voting = found.expected, found.present, found.voting
    away = len(found.absences or ())
    if expected is None:
        return
    if present is not None and present > expected:
        yield f"{present} of {expected} came"
    if present is not None and away and present + away != expected:
        yield f"{present} came and {away} were away of {expected}"
    if found.all_present and (away or present not in (None, expected)):
        yield "everyone came, and some did not"
    if voting is not None and voting > expected:
        yield f"{voting} of {expected} vote"


def _lost(text: str, found: Meeting | Changes, context: Context) -> Iterator[str]:
    """Name the numbers typed that stand in no field, as a number or as text."""
    kept = " ".join(str(getattr(found, name) or "") for name in _TEXTS)
    kept += " ".join(f" {away.name} {away.reason or ''}" for away in found.absences or ())
    kept += f" {found.group or ''} {' '.join(found.materials or ())}"
    kept += " ".join(about.name for about in found.people or ())
    yield from _unnamed(text, kept, context)
    texts = set(_DIGITS.findall(normalise.read(kept).text))
    folded = normalise.read(text).text
    said = {Decimal(one) for one in (*texts, *_numbers_said(found, context))}
    if found.expected is not None and found.present is not None:
        said |= {Decimal(one) for one in _away_said(folded, found.expected - found.present)}
    if found.held_at is not None:
        said |= {Decimal(one) for one in _ends_said(folded)}
    yield from _uncounted(text, said)


def _unnamed(text: str, kept: str, context: Context) -> Iterator[str]:
    """Name the people typed who stand nowhere in what was kept."""
    folded, people = normalise.read(text).text, roster.of(context.names)
    known = normalise.read(kept).text.replace(" ", "")
    for start, end in people.spans(folded):
        if folded[start:end].replace(" ", "") not in known:
            yield f"{folded[start:end]} is nowhere in what was read"


def _unpaid(text: str, paid: Iterable[Period], context: Context) -> Iterator[str]:
    """Name the months typed for which nothing was paid."""
    scanner = Scanner(text)
    for span in roster.of(context.names).spans(scanner.open):
        scanner.hide(*span)
    said = {month for one in months.find(scanner, context.today) for month in one.months or ()}
    yield from (f"{month} is not paid for" for month in said - set(paid))


def _numbers_said(found: Meeting | Changes, context: Context) -> Iterator[int]:
    """Give every number that one may have typed to say what was read."""
    expected, present = found.expected, found.present
    away = expected - present if expected is not None and present is not None else None
    counted = (expected, present, found.voting, away, len(found.absences or ()))
    yield from (number for number in counted if number is not None)
    if found.votes is not None:
        yield from (found.votes.in_favour, found.votes.against, found.votes.abstain)
    if found.group is not None:
        yield context.groups.index(found.group) + 1
    for day in (found.held_on, found.held_until):
        if day is not None:
            yield from (day.year, day.year % 100, day.month, day.day, int(f"{day:%Y%m%d}"))
            yield from ((context.today - day).days, day.isoweekday())
    for at in (found.held_at, found.ends_at):
        if at is not None:
            yield from (at.hour, at.hour % 12 or 12, at.minute)
        if at is not None and at.minute in (15, 45):  # so many quarters
            yield at.minute // 15


def _money_said(lines: Collection[DuesLine]) -> set[Decimal]:
    """Answer the sums of all lines, of each person's, and of a person's that are the same."""
    totals: dict[object, Decimal] = {}
    said = {sum((line.amount for line in lines), Decimal(0))}
    for line in lines:
        for which in (line.name, (line.name, line.amount)):
            totals[which] = totals.get(which, Decimal(0)) + line.amount
            said.add(totals[which])
    return said


def _unnumbered(text: str, context: Context) -> str:
    """Answer a text without the numbers of lines, which stand before names."""
    folded, people = normalise.read(text).text, roster.of(context.names)

    def without(match: re.Match[str]) -> str:
        month = vocabulary.pattern(r"@n ?@month[^\w\n]*").match(folded, match.end())
        return "\n" if people.at(folded, (month or match).end()) else match[0]

    return _NUMBERING.sub(without, folded)


def _plain(text: str, money: set[Decimal]) -> str:
    """Answer a text with the sums ``1,000`` and ``30块5`` as plain numbers, if they were read."""

    def plain(match: re.Match[str]) -> str:
        figure = match[0].replace(",", "")
        if match["tenths"]:
            figure = f"{numbers.whole(match['yuan'])}.{numbers.whole(match['tenths'])}"
        return f" {figure} " if Decimal(figure) in money else match[0]

    text = normalise.read(text).text
    for pattern in (_THOUSANDS, _TENTHS):
        text = vocabulary.pattern(pattern).sub(plain, text)
    return text


def _months_said(paid: Iterable[Period]) -> set[Decimal]:
    said = {number for m in paid for number in (m.year, m.index, (m.index + 2) // 3)}
    return {Decimal(number) for number in said}


def _uncounted(text: str, known: set[Decimal]) -> Iterator[str]:
    folded = normalise.read(text).text
    mixed = {at: match[0] for match in _mixed().finditer(folded) for at in range(*match.span())}
    for match in _FIGURE.finditer(folded):
        parts = {Decimal(each) for each in match[0].split(".")}  # 11.20 may be a day
        both = numbers.whole(mixed[match.start()])
        if Decimal(match[0]) not in known and not parts <= known and both not in known:
            yield f"{match[0]} is nowhere in what was read"


def _away_said(text: str, away: int) -> Iterator[int]:
    """Give the numbers said of who was away that add up to so many, or to fewer who are named."""
    pattern = vocabulary.pattern("(?:@absent)(?: ?@attendees)? ?:? ?(?P<n>@count)")
    said = [numbers.whole(match["n"]) or 0 for match in pattern.finditer(text)]
    yield from (number for number in said if number <= away)


def _ends_said(text: str) -> Iterator[int]:
    """Give the hours and minutes at which the last of several days ended, and seconds: not kept."""
    for pattern in (vocabulary.pattern(_ENDED), _SECONDS):
        for match in pattern.finditer(text):
            yield from (int(each) for each in match.groups() if each)
