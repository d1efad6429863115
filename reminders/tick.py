"""One tick for some chats: settle the steps that have fallen due, and say who is to be told."""

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.policy import Policy
from compliance.summary import Line, lines
from reminders import arrears
from reminders.agenda import Hours
from reminders.arrears import Watch
from reminders.planning import Question, decide, next_step_at, undecided
from storage import cases, directory, reminding
from storage.queues import ReminderOutcome
from storage.reminding import ChatDay, Settlement, StepKey
from storage.rulebooks import laid_down, policies_of
from storage.standing import Asked, findings_of
from storage.units import Chat, Unit

# A chat with nothing to plan for, such as that of a superior without branches, is looked at daily.
LOOK_AGAIN = timedelta(days=1)
# A step is settled on the day it falls due or later, but on the chat's day: not that of the unit,
# from which it may be two dates away, at the two ends of the earth.
MOST_DAYS_APART = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Owed:
    """A digest that is owed to a chat for one of its days, and when it may be delivered."""

    chat_id: int
    digest_on: date
    deliver_at: datetime

    @property
    def chat_day(self) -> ChatDay:
        """Answer what the digest is for."""
        return self.chat_id, self.digest_on


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

    def settled(self) -> Iterator[Settlement]:
        """Settle the due steps."""
        look = self.look
        for step in decide(look.question, self.lines, self.already):
            yield Settlement(step.key, step.outcome, look.chat_id, look.digest_on)

    @property
    def following(self) -> datetime | None:
        """Answer when the next step could fall due."""
        return next_step_at(self.look.question, self.lines)


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
    looks = [look for home, chat in bound for look in _looks(session, policy, chat, home, now)]
    seen = list(_seen(session, policy, looks))
    settled = [each for one in seen for each in one.settled()]
    reminding.settle_steps(session, settled, now)
    watches = _watches(session, policy, bound, now)
    in_private = list(arrears.settle(session, policy, watches.values()))
    reminding.settle_steps(session, in_private, now)
    following = {chat.id: _following(chat.id, seen, now) for _, chat in bound}
    for chat_id, watch in watches.items():
        look = arrears.next_look(watch)
        following[chat_id] = min(following[chat_id], look or following[chat_id])
    reminding.mark_planned(session, following, now)
    told = {each.chat_id for each in settled if each.outcome is ReminderOutcome.SENT}
    return [
        Owed(chat.id, home.day_of(now), hours_of(home).deliver_at(now))
        for home, chat in bound
        if chat.id in told
    ] + _in_private(in_private, watches.values(), now)


def _watches(
    session: Session, policy: Policy, bound: Collection[tuple[Unit, Chat]], now: datetime
) -> dict[int, Watch]:
    """Watch the arrears of the branches, by the ids of their chats."""
    own = policies_of(session, policy, [home for home, _ in bound])
    return {
        chat.id: Watch(home, own[home.key], hours_of(home), now, chat.planned_through)
        for home, chat in bound
        if home.kind == "branch"
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


def _looks(
    session: Session, policy: Policy, chat: Chat, home: Unit, now: datetime
) -> Iterator[_Look]:
    """Look at a unit in its own chat; in a superior's also at every branch that reports to it."""
    below = [] if home.kind == "branch" else directory.reporting_to(session, home)
    units = [home, *below]
    policies = policies_of(session, policy, units)
    for unit in units:
        question = Question(
            policy=policies[unit.key],
            hours=hours_of(unit),
            unit_id=unit.key,
            escalating=unit is not home,
            now=now,
            planned_through=chat.planned_through,
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


def _following(chat_id: int, seen: Collection[_Seen], now: datetime) -> datetime:
    moments = [one.following for one in seen if one.look.chat_id == chat_id]
    return min((at for at in moments if at is not None), default=now + LOOK_AGAIN)
