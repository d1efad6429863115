"""One tick for some chats: settle the steps that have fallen due, and say who is to be told."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.policy import Policy
from compliance.summary import Line, lines
from reminders import arrears, owed, weekly
from reminders.agenda import Hours
from reminders.arrears import Watch
from reminders.owed import Owed, Told, When
from reminders.planning import Question, decide, next_step_at, undecided
from reminders.resting import Resting, planned_through, resting
from storage import cases, directory, pauses, reminding, tree
from storage.queues import ReminderOutcome
from storage.reminding import Settlement, StepKey
from storage.rulebooks import laid_down, policies_of
from storage.standing import Asked, findings_of
from storage.units import Chat, Unit

# A chat with nothing to plan for, such as that of a superior without branches, is looked at daily.
LOOK_AGAIN = timedelta(days=1)
# A step is settled on the day it falls due or later, but on the chat's day: not that of the unit,
# from which it may be two dates away, at the two ends of the earth.
MOST_DAYS_APART = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Look:
    """What is asked for a chat, about its own unit or one that reports to it."""

    chat_id: int
    digest_on: date
    unit: Unit
    question: Question


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look found, and the steps that were settled before."""

    look: _Look
    lines: tuple[Line, ...]
    already: Set[StepKey]

    def settled(self) -> Iterator[Told]:
        """Settle the due steps."""
        look = self.look
        for step in decide(look.question, self.lines, self.already):
            settlement = Settlement(step.key, step.outcome, look.chat_id, look.digest_on)
            yield Told(settlement, step.due_on)

    @property
    def following(self) -> datetime | None:
        """Answer when the next step could fall due."""
        return next_step_at(self.look.question, self.lines)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A chat to plan for, with its unit, that unit's pauses, and what the unit was planned for."""

    home: Unit
    chat: Chat
    rest: Resting
    through: datetime | None

    @property
    def hours(self) -> Hours:
        return hours_of(self.home)


def plan_chats(
    session: Session, policy: Policy, chat_ids: Collection[int], now: datetime
) -> list[Owed]:
    """Settle what has fallen due for some chats; answer the digests that have something new.

    Those are the chats' own, and private ones that tell of arrears in their branches.

    The steps' unique key makes a second plan of the same moment answer none.
    """
    # Locked, so that of two processes that plan at once the second sees what the first settled.
    bound = directory.bound_chats(session, chat_ids, locked=True)
    ended = {chat.id: now + LOOK_AGAIN for home, chat in bound if home.dissolved is not None}
    reminding.mark_planned(session, ended, now)  # what is no more owes nothing
    bound = [(home, chat) for home, chat in bound if chat.id not in ended]
    laid_down(session, [home for home, _ in bound])  # of all at once
    planned = _planned(session, bound, now)
    looks = [look for each in planned for look in _looks(session, policy, each, now)]
    seen = list(_seen(session, policy, looks))
    digests = list(_own(session, policy, planned, seen, now))
    watches = _watches(session, policy, planned, now)
    in_private = list(arrears.settle(session, policy, watches.values()))
    reminding.settle_steps(session, in_private, now)
    following = {each.chat.id: _following(each, seen, now) for each in planned}
    for chat_id, watch in watches.items():
        look = arrears.next_look(watch)
        following[chat_id] = min(following[chat_id], look or following[chat_id])
    reminding.mark_planned(session, following, now)
    return digests + _in_private(in_private, watches.values(), now)


def _planned(
    session: Session, bound: Collection[tuple[Unit, Chat]], now: datetime
) -> list[_Planned]:
    """Lay the pauses of the units over what their chats were planned for."""
    since = min((chat.planned_through or now for _, chat in bound), default=now)
    homes = [home for home, _ in bound]
    found = pauses.rests(session, homes, min(since, now).date() - MOST_DAYS_APART)
    return [
        _Planned(
            home,
            chat,
            resting(found.get(home.key, ()), now),
            planned_through(found.get(home.key, ()), chat.planned_through),
        )
        for home, chat in bound
    ]


def _own(
    session: Session,
    policy: Policy,
    planned: Collection[_Planned],
    seen: Collection[_Seen],
    now: datetime,
) -> Iterator[Owed]:
    """Settle the steps of each chat; answer the digests of those that are told something."""
    steps: dict[int, list[Told]] = defaultdict(list)
    for one in seen:
        steps[one.look.chat_id].extend(one.settled())
    settled: list[Settlement] = []
    for each in planned:
        chat_id = each.chat.id
        if each.rest.paused is None and each.home.kind != "branch":
            week = weekly.settle(each.home, each.hours, chat_id, now, each.through)
            steps[chat_id].extend(Told(settlement) for settlement in week)
        when = When(each.hours, policy.days, each.home.workdays_only)
        of_chat, digest = owed.settle(chat_id, steps[chat_id], when, now)
        settled.extend(of_chat)
        if digest is not None:
            yield digest
    reminding.settle_steps(session, settled, now)


def _watches(
    session: Session, policy: Policy, planned: Collection[_Planned], now: datetime
) -> dict[int, Watch]:
    """Watch the arrears of the branches that are not paused, by the ids of their chats."""
    own = policies_of(session, policy, [each.home for each in planned])
    return {
        each.chat.id: Watch(each.home, own[each.home.key], each.hours, now, each.through)
        for each in planned
        if each.home.kind == "branch" and each.rest.paused is None
    }


def _in_private(
    settled: Collection[Settlement], watches: Collection[Watch], now: datetime
) -> list[Owed]:
    """Answer the private digests that tell of arrears, to be delivered in the branch's hours."""
    hours = {watch.unit.key: watch.hours for watch in watches}
    owed = {
        (each.chat_id, each.digest_on): hours[each.key.unit_id].deliver_at(now)
        for each in settled
        if each.outcome is ReminderOutcome.SENT
    }
    return [Owed(*chat_day, deliver_at) for chat_day, deliver_at in owed.items()]


def hours_of(unit: Unit) -> Hours:
    """Answer when a unit is reminded and when it is left in peace."""
    return Hours(ZoneInfo(unit.timezone), unit.remind_at, unit.quiet_from, unit.quiet_until)


def _looks(session: Session, policy: Policy, each: _Planned, now: datetime) -> Iterator[_Look]:
    """Look at a unit in its own chat; in a superior's also at every branch that reports to it.

    Not at a unit that is paused, in its own chat: its superior hears of it as ever.
    """
    home, chat = each.home, each.chat
    below = [] if home.kind == "branch" else tree.reporting_to(session, home)
    units = [*([home] if each.rest.paused is None else ()), *below]
    policies = policies_of(session, policy, units)
    for unit in units:
        own = unit is home
        question = Question(
            policy=policies[unit.key],
            hours=hours_of(unit),
            unit_id=unit.key,
            escalating=not own,
            now=now,
            planned_through=each.through if own else chat.planned_through,
            put_off=each.rest.put_off if own else (),
        )
        yield _Look(chat.id, home.day_of(now), unit, question)


def _seen(session: Session, policy: Policy, looks: Collection[_Look]) -> Iterator[_Seen]:
    """Look at all units at once."""
    if not looks:
        return
    since = min(look.question.agenda.begins for look in looks) - MOST_DAYS_APART
    already = reminding.settled(session, {look.chat_id for look in looks}, since)
    units = {look.unit.key for look in looks}
    running = cases.units_with_cases(session, units, policy.catalogue.elections)
    asked = [
        Asked(
            look.unit,
            look.question.today,
            [
                *undecided(look.question, already[look.chat_id]),
                *(look.question.cases if look.unit.key in running else ()),
            ],
        )
        for look in looks
    ]
    found_of = findings_of(session, policy, asked, any_member=True)
    for look, found in zip(looks, found_of, strict=True):
        yield _Seen(look, lines(found, look.unit.key), already[look.chat_id])


def _following(each: _Planned, seen: Collection[_Seen], now: datetime) -> datetime:
    """Answer when to look at a chat again."""
    steps = [one.following for one in seen if one.look.chat_id == each.chat.id]
    paused = each.rest.paused
    week = weekly.next_at(each.home, each.hours, now) if each.home.kind != "branch" else None
    moments = [*steps, week, None if paused is None else paused.ends]
    return min((at for at in moments if at is not None), default=now + LOOK_AGAIN)
