"""The pack: all that the next secretary must know, as it stands today."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compliance.access import Role
from compliance.assessment import Finding, State
from compliance.deadlines import REACH_AFTER
from compliance.people import Member, Stage
from compliance.periods import Cadence, Period
from compliance.states import EXCUSED
from compliance.summary import SETTLED, Line, lines
from handlers.dues.month import book
from handlers.request import Request
from storage import accounts, dues_book, handovers, invitations, posts, roster
from storage.handovers import Year
from storage.pauses import Pause
from storage.standing import findings
from storage.units import RoleHeld, Unit

DAYS_AHEAD = timedelta(days=60)
# Which date of a person is that of their stage.
_SINCE = {
    Stage.APPLICANT: "applied_on",
    Stage.ACTIVIST: "activist_on",
    Stage.CANDIDATE: "candidate_on",
    Stage.PROBATIONARY: "admitted_on",
    Stage.FULL: "full_on",
}


@dataclass(frozen=True, slots=True)
class Underway:
    """Someone on the way into the Party: the stage since and until when, and what is due next."""

    name: str
    stage: Stage
    since: date | None
    until: date | None
    next_title: object | None = None
    next_due: date | None = None


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A member who has not paid: the months, and how much in all (yuan)."""

    name: str
    months: tuple[Period, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Pack:
    """What is handed over at a unit, as of a day in its zone.

    ``invited`` are open invitations: role, name and last day. ``drafts`` are unfinished forms as
    they would be typed. ``returned`` is what a superior sent back.
    """

    unit: Unit
    on: date
    posts: tuple[tuple[RoleHeld, str | None], ...]
    invited: tuple[tuple[Role, str | None, date], ...]
    lines: tuple[Line, ...]
    drafts: tuple[tuple[str, str], ...]
    people: tuple[Underway, ...]
    unpaid: tuple[Unpaid, ...]
    year: Year
    returned: tuple[tuple[int, int, str], ...]
    pauses: tuple[Pause, ...]

    @property
    def owed(self) -> Decimal:
        """Answer what all who have not paid owe together, in yuan."""
        return sum((each.amount for each in self.unpaid), Decimal(0))

    @property
    def overdue(self) -> int:
        """Answer how many of the deadlines have passed."""
        return sum(line.due_on < self.on for line in self.lines)

    def summary(self) -> str:
        """Answer what is kept of it, as JSON: numbers and codes, no names."""
        kept = {
            "on": self.on.isoformat(),
            "posts": [[held.role.value, held.telegram_id] for held, _ in self.posts],
            "open": [[line.requirement.code, line.due_on.isoformat()] for line in self.lines],
            "drafts": len(self.drafts),
            "people": len(self.people),
            "unpaid": len(self.unpaid),
            "payments": self.year.payments,
            "kinds": dict(self.year.kinds),
            "last_number": self.year.last_number,
            "returned": [number for number, _, _ in self.returned],
            "pauses": len(self.pauses),
        }
        return json.dumps(kept, ensure_ascii=False)


def pack_of(request: Request, unit: Unit) -> Pack:
    """Gather what is handed over at a unit today."""
    session, today = request.session, request.today(unit)
    until = today + DAYS_AHEAD
    found = findings(session, request.policy, unit, first=today - REACH_AFTER, last=until, on=today)
    held = posts.posts_on(session, [unit.key], today)
    names = accounts.names_of(session, {each.telegram_id for each in held})
    begun = handovers.drafts_at(session, unit, {each.telegram_id for each in held})
    return Pack(
        unit=unit,
        on=today,
        posts=tuple((each, names.get(each.telegram_id)) for each in held),
        invited=tuple(
            (one.role, one.name, unit.day_of(one.expires_at))
            for one in invitations.open_ones(session, unit.key, request.now)
        ),
        lines=_open_lines(found, unit, until),
        drafts=handovers.said(begun),
        people=_underway(roster.members(session, unit.key), found, today),
        unpaid=_unpaid(request, unit),
        year=handovers.year_of(session, unit, today.year),
        returned=tuple(handovers.returned(session, unit, request.now - timedelta(days=366))),
        pauses=tuple(handovers.pauses_of(session, unit.key, today)),
    )


def _open_lines(found: tuple[Finding, ...], unit: Unit, until: date) -> tuple[Line, ...]:
    """Answer what is missing now or falls due soon, the nearest deadline first, as /due does."""
    wanted = [
        line
        for line in lines(found, unit.key)
        if line.to_do and line.state is not State.MISSED and line.due_on <= until
    ]
    return tuple(sorted(wanted, key=lambda line: line.due_on))


def _underway(
    members: tuple[Member, ...], found: tuple[Finding, ...], today: date
) -> tuple[Underway, ...]:
    """Answer who is on the way into the Party, with what is due next of each."""
    ahead: dict[int, Finding] = {}
    for finding in sorted(found, key=lambda each: each.due_on):
        if finding.requirement.clock is not None and finding.state not in SETTLED:
            ahead.setdefault(finding.subject_id, finding)
    return tuple(
        Underway(
            member.name,
            member.stage,
            getattr(member, _SINCE[member.stage]),
            member.probation_until,
            ahead[member.id].requirement if member.id in ahead else None,
            ahead[member.id].due_on if member.id in ahead else None,
        )
        for member in members
        if member.stage is not Stage.FULL and member.on_roster(today)
    )


def _unpaid(request: Request, unit: Unit) -> tuple[Unpaid, ...]:
    """Answer who has not paid, of the year's months up to the present one."""
    today = request.today(unit)
    months = [Period.of(Cadence.MONTHLY, day) for day in (date(today.year, 1, 1), today)]
    behind: dict[int, list[dues_book.DuesLine]] = defaultdict(list)
    for line in book(request, unit, months):
        if line.state not in EXCUSED and line.state not in SETTLED:
            behind[line.person_id].append(line)
    return tuple(
        Unpaid(
            of[0].person,
            tuple(line.month for line in of),
            sum((line.left for line in of), Decimal(0)),
        )
        for of in behind.values()
    )
