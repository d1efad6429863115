"""Days from one to another, as study goes on for: what the second leaves out the first has said."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.grammar import doubt, numbers, vocabulary
from handlers.grammar.date_forms import number
from handlers.grammar.doubt import Doubt
from handlers.grammar.reckoning import compose, month_before

LONGEST = 31  # days: what is said to last longer is a slip

Match = re.Match[str]
Days = tuple[date, date]

_SINCE = r"(?:@since ?)?"
_JOINED = r" ?(?:@until|(?P<and>[、&]|@and)) ?"
_YEAR = r"(?:(?P<y{0}>[0-9]{{4}}|[0-9]{{2}}|@digit{{4}}) ?@year ?)?"
_MONTH = r"(?P<m{0}>@n) ?@month ?"
_WEEKDAY = r"(?: ?\(?@week(?P<w{0}>@weekdays)\)?)?"
_DAY = r"(?P<d{0}>@n)"
_DIGITS = (
    r"(?<![0-9/.-])(?:(?P<y1>[0-9]{4})[-/.])?(?P<m1>[0-9]{1,2})(?P<s>[-/.])(?P<d1>[0-9]{1,2})"
    rf"(?: ?@day)?{_WEEKDAY.format(1)}"
)
_FREE = r"(?<![a-z0-9/.:-])"
_TH = r"(?:st|nd|rd|th)?"
_D1, _D2 = rf"(?P<d1>[0-9]{{1,2}}){_TH}", rf"(?P<d2>[0-9]{{1,2}}){_TH}"
_OF = r" (?:of )?(?P<n{0}>@months)\.?"
_YEAR_LAST = r"(?:,? (?P<y{0}>[0-9]{{4}})(?![0-9:]))?"
_THEN = r"(?P<n{0}>@months)\.? "

_FORMS = (
    (
        rf"{_SINCE}(?<![0-9])(?:{_YEAR.format(1)}|(?P<r>@relative_years)@of? ?){_MONTH.format(1)}"
        rf"{_DAY.format(1)}(?: ?@day)?{_WEEKDAY.format(1)}{_JOINED}{_YEAR.format(2)}"
        rf"(?:{_MONTH.format(2)})?{_DAY.format(2)} ?@day{_WEEKDAY.format(2)}"
    ),
    (
        rf"{_SINCE}(?<![0-9])(?:{_YEAR.format(1)}|(?P<r>@relative_years)@of? ?){_MONTH.format(1)}"
        rf"{_DAY.format(1)}(?: ?@day)? ?@until_sign ?(?:{_MONTH.format(2)})?{_DAY.format(2)}"
        r"(?=[ ,;。)\n]|\Z)(?! ?@people)"
    ),
    (
        rf"{_SINCE}{_DIGITS}{_JOINED}(?:(?P<y2>[0-9]{{4}})[-/.])?"
        r"(?P<m2>[0-9]{1,2})(?P=s)(?P<d2>[0-9]{1,2})(?![0-9/.-])(?: ?@day)?"
        rf"{_WEEKDAY.format(2)}"
    ),
    (
        rf"{_SINCE}{_DIGITS}{_JOINED}"
        rf"(?P<d2>[0-9]{{1,2}}) ?@day{_WEEKDAY.format(2)}"
    ),
    (
        rf"{_SINCE}(?:(?P<rm>@relative_months)@of? ?)?(?<![0-9/.-]){_DAY.format(1)}"
        rf"(?P<said> ?@day)?{_WEEKDAY.format(1)}{_JOINED}{_DAY.format(2)} ?@day{_WEEKDAY.format(2)}"
    ),
    (
        r"(?<![0-9/.-])(?P<y1>[0-9]{4})(?P<s>[/.])(?P<m1>[0-9]{1,2})(?P=s)(?P<d1>[0-9]{1,2})"
        r"[-~](?P<d2>[0-9]{1,2})(?![0-9a-z/.:-]| ?@people)"
    ),
    rf"{_SINCE}{_FREE}{_D1}{_JOINED}{_D2}{_OF.format(1)}{_YEAR_LAST.format(1)}",
    rf"{_SINCE}{_THEN.format(1)}{_D1}{_JOINED}{_D2}(?![0-9:a-z]){_YEAR_LAST.format(1)}",
    (
        rf"{_SINCE}{_FREE}{_D1}{_OF.format(1)}{_YEAR_LAST.format(1)}"
        rf"{_JOINED}{_D2}{_OF.format(2)}{_YEAR_LAST.format(2)}"
    ),
    (
        rf"{_SINCE}{_THEN.format(1)}{_D1}{_YEAR_LAST.format(1)}"
        rf"{_JOINED}{_THEN.format(2)}{_D2}(?![0-9:a-z]){_YEAR_LAST.format(2)}"
    ),
)
FORMS = tuple((form, "@months" if "@months" in form else "[0-9]|@day") for form in _FORMS)
JOINED = _JOINED


@dataclass(frozen=True, slots=True)
class _Said:
    """What a match says of the two days; None where it says nothing."""

    y1: int | None
    m1: int | None
    d1: int
    y2: int | None
    m2: int | None
    d2: int


def read(match: Match, today: date) -> Days:
    """Give the first and the last day. Raises ``Doubt`` where they cannot be taken."""
    said = _said(match, today)
    first, last = _placed(said, today)
    _check_weekdays(match, (first, last))
    if match.groupdict().get("and"):
        raise two(first, last)
    _doubt_dash(match, (first, last), today)
    return checked(first, last, today, () if said.y1 or said.y2 else (_earlier(said, today),))


def checked(first: date, last: date, today: date, earlier: tuple[Days | None, ...] = ()) -> Days:
    """Give the days if they are in order, past and not too many; else raises ``Doubt``.

    ``earlier`` are other days that may have been meant where these are still to come.
    """
    if last < first:
        raise Doubt("ends_before", first=first, last=last)
    if (last - first).days >= LONGEST:
        raise Doubt("too_many_days", first=first, last=last, longest=LONGEST)
    if last > today:
        offers = tuple(doubt.on(*days) for days in earlier if days and first > today)
        suggest = offers[0][2] if offers else None
        raise Doubt("future_date", offers, date=last, suggest=suggest)
    return first, last


def either_of(*spans: Days) -> Doubt:
    """Answer the doubt which of the days was meant."""
    offers = tuple(doubt.on(*days) for days in spans)
    return Doubt("ambiguous_date", offers, readings=tuple(text for _, _, text in offers))


def two(first: date, last: date) -> Doubt:
    """Answer the doubt of two days: either of them, or both where the one follows the other."""
    offers = [doubt.on(first), doubt.on(last)]
    if last - first == timedelta(days=1):
        offers.insert(0, doubt.on(first, last))
    return Doubt("two_dates", tuple(offers), dates=(first, last), weekday=None)


def of_weekdays(first: int | date, last: int | date, today: date) -> Days:
    """Give the days between two of which one is said as a weekday (0 is Monday), or both are.

    Raises ``Doubt`` where the last is today's weekday: it may be this week or the one before.
    """
    if isinstance(last, date):
        return (first, last) if isinstance(first, date) else (_before(last, first), last)
    if isinstance(first, date):
        return first, first + timedelta(days=(last - first.weekday()) % 7)
    back = (today.weekday() - last) % 7
    ends = [today - timedelta(days=days) for days in ((back,) if back else (0, 7))]
    spans = [(_before(end, first), end) for end in ends]
    if len(spans) > 1:
        raise either_of(*spans)
    return spans[0]


def _before(day: date, weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _said(match: Match, today: date) -> _Said:
    named = match.groupdict()

    def value(group: str) -> int | None:
        return number(match, group) if named.get(group) else None

    def year(group: str) -> int | None:
        return (numbers.year(named[group]) or -1) if named.get(group) else None

    def month(index: int) -> int | None:
        word = named.get(f"n{index}")
        return int(vocabulary.meanings("months")[word]) if word else value(f"m{index}")

    y1, m1 = year("y1"), month(1)
    if named.get("r"):
        y1 = today.year + int(vocabulary.meanings("relative_years")[named["r"]])
    if named.get("rm"):
        back = -int(vocabulary.meanings("relative_months")[named["rm"]])
        y1, m1 = month_before(today, back)
    return _Said(y1, m1, number(match, "d1"), year("y2"), month(2), number(match, "d2"))


def _placed(said: _Said, today: date) -> Days:
    m1 = today.month if said.m1 is None else said.m1
    m2 = m1 if said.m2 is None else said.m2
    turns = m2 < m1  # from December to January
    y2 = said.y2 or (said.y1 + turns if said.y1 else today.year)
    y1 = said.y1 or y2 - turns
    return compose(y1, m1, said.d1), compose(y2, m2, said.d2)


def _earlier(said: _Said, today: date) -> Days | None:
    """Answer the same days a year before, or a month before where no month is said."""
    before = date(*month_before(today, 12 if said.m1 else 1), 1)
    with suppress(Doubt):
        return _placed(said, before)
    return None


def _check_weekdays(match: Match, days: Days) -> None:
    for group, day in zip(("w1", "w2"), days, strict=True):
        word = match.groupdict().get(group)
        if word and int(vocabulary.meanings("weekdays")[word]) != day.weekday():
            weekday = int(vocabulary.meanings("weekdays")[word])
            raise Doubt("two_dates", dates=(day,), weekday=weekday)


def _doubt_dash(match: Match, days: Days, today: date) -> None:
    """Doubt 11-20 before the word for day: one day of a month, or the days between."""
    if "said" not in match.groupdict() or match.string[match.end("d1") : match.start("d2")] != "-":
        return
    try:
        day = compose(today.year, number(match, "d1"), number(match, "d2"))
    except Doubt:
        return
    if day <= today:
        raise either_of((day, day), *([days] if days[0] <= days[1] <= today else []))
