"""The steps of a year, reckoned from the policy's numbers alone and by a calendar of our own.

Nothing here asks ``compliance.deadlines`` or the holiday library: what they answer is held against
this. The holidays are those of the notice for 2026 (国办发明电, 部分节假日安排), copied by hand;
other years are read as Monday to Friday.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = time(9, 0)
_DAY = timedelta(days=1)
_HOLIDAYS = (
    ("01-01", "01-03"),
    ("02-15", "02-23"),
    ("04-04", "04-06"),
    ("05-01", "05-05"),
    ("06-19", "06-21"),
    ("09-25", "09-27"),
    ("10-01", "10-07"),
)
_MADE_UP = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
BEFORE = {
    "monthly": (7, 3, 1, 0),
    "quarterly": (14, 7, 3, 1, 0),
    "half-yearly": (30, 14, 7, 3, 1, 0),
    "yearly": (60, 30, 14, 7, 3, 1, 0),
}
_MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}
_NAMES = {"monthly": "-{:02}", "quarterly": "-Q{}", "half-yearly": "-H{}", "yearly": ""}
GRACE = 3
# What is counted in periods of the calendar: the other kinds are scored, computed, or cases.
COUNTED = ("C", "M")
ADVISORY = ("opinions",)  # spoken of until its deadline, and never held against a branch
LEADERS = ("democratic_life",)  # binds the leading group alone
SUPERIORS = ("annual_assessment",)  # the superior's to do, for each branch


def works(day: date) -> bool:
    if day.year == 2026:
        code = f"{day:%m-%d}"
        if code in _MADE_UP:
            return True
        if any(first <= code <= last for first, last in _HOLIDAYS):
            return False
    return day.isoweekday() < 6


def back(day: date) -> date:
    while not works(day):
        day -= _DAY
    return day


def forward(day: date) -> date:
    while not works(day):
        day += _DAY
    return day


def working_days_after(day: date, count: int) -> date:
    for _ in range(count):
        day = forward(day + _DAY)
    return day


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its code, first day and deadline."""

    code: str
    start: date
    end: date
    due: date

    @property
    def grace_ends(self) -> date:
        return working_days_after(self.due, GRACE)


def spans(cadence: str, years: tuple[int, ...], due: tuple[int, int] | None) -> Iterator[Span]:
    months = _MONTHS[cadence]
    for year in years:
        for index in range(1, 12 // months + 1):
            last = index * months
            end = date(year, last, monthrange(year, last)[1])
            deadline = end if due is None else date(year, *due)
            code = f"{year}" + _NAMES[cadence].format(index)
            yield Span(code, date(year, last - months + 1, 1), end, deadline)


def steps_of(code: str, cadence: str, span: Span) -> list[tuple[str, datetime]]:
    """The steps of a requirement that whoever is to do it hears of, in order: code and moment."""
    found = [
        ("0" if n == 0 else f"-{n}", back(span.due - timedelta(days=n))) for n in BEFORE[cadence]
    ]
    n = 1
    while code not in ADVISORY and (on := forward(span.due + timedelta(days=n))) <= span.grace_ends:
        found.append((f"+{n}", on))
        n += 7
    return [(step, datetime.combine(on, NINE, SHANGHAI)) for step, on in found]


def escalation(span: Span) -> datetime:
    return datetime.combine(working_days_after(span.due, 3), NINE, SHANGHAI)


def escalated(code: str, cadence: str, span: Span) -> list[datetime]:
    """When a superior hears of a requirement: of its own to do as a branch does, else once."""
    if code in SUPERIORS:
        return [moment for _, moment in steps_of(code, cadence, span)]
    return [] if code in ADVISORY else [escalation(span)]
