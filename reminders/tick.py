"""One tick for one chat: settle the steps that have fallen due, and say what is to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.periods import periods_between
from compliance.policy import Policy
from compliance.summary import lines
from reminders.digest import digest
from reminders.planning import Hours, Question, Settled, decide, next_step_at
from storage import directory, reminding
from storage.messages import Message
from storage.queues import ReminderOutcome
from storage.standing import findings
from storage.units import Chat, Unit

# A chat with nothing to plan for, such as that of a superior without branches, is looked at daily.
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """A digest that is owed to a chat: the message, its day, and when it may be delivered."""

    message: Message
    digest_on: date
    deliver_at: datetime


def plan_chat(session: Session, policy: Policy, chat_id: int, now: datetime) -> Owed | None:
    """Settle what has fallen due for a chat; answer the day's digest if it has something new.

    The steps' unique key makes a second plan of the same moment answer None.
    """
    # Locked, so that of two processes that plan at once the second sees what the first settled.
    chat = session.get(Chat, chat_id, with_for_update=True)
    if chat is None:
        return None
    home = directory.unit(session, chat.unit_id)
    hours = hours_of(home)
    today = now.astimezone(hours.zone).date()
    questions = list(_questions(session, policy, chat, home, now))
    told = [
        key for question, unit in questions for key in _settle(session, chat, question, unit, today)
    ]
    moments = [at for question, _ in questions if (at := next_step_at(question)) is not None]
    chat.planned_through, chat.next_step_at = now, min(moments, default=now + LOOK_AGAIN)
    session.add(chat)
    session.flush()
    if not told:
        return None
    message = digest(session, policy, chat, reminding.told_on(session, chat_id, today), now)
    return None if message is None else Owed(message, today, hours.deliver_at(now))


def hours_of(unit: Unit) -> Hours:
    """Answer when a unit is reminded and when it is left in peace."""
    return Hours(ZoneInfo(unit.timezone), unit.remind_at, unit.quiet_from, unit.quiet_until)


def _questions(
    session: Session, policy: Policy, chat: Chat, home: Unit, now: datetime
) -> Iterator[tuple[Question, Unit]]:
    """Ask for the branch in its own chat; in a superior's for every branch that reports to it."""
    if home.kind == "branch":
        yield _question(policy, chat, home, now, escalating=False), home
        return
    for branch in directory.reporting_to(session, home):
        yield _question(policy, chat, branch, now, escalating=True), branch


def _question(
    policy: Policy, chat: Chat, unit: Unit, now: datetime, *, escalating: bool
) -> Question:
    return Question(
        policy=policy,
        hours=hours_of(unit),
        unit_id=unit.key,
        escalating=escalating,
        now=now,
        planned_through=chat.planned_through,
    )


def _settle(
    session: Session, chat: Chat, question: Question, unit: Unit, digest_on: date
) -> list[reminding.StepKey]:
    """Settle a unit's due steps for a chat and answer those to be told.

    ``digest_on`` is the chat's own day, in which the unit's zone may not be yet, or no more.
    """
    first, last = question.span
    found = findings(session, question.policy, unit, first=first, last=last, on=question.today)
    codes = {
        period.code
        for requirement in question.policy.catalogue.requirements
        for period in periods_between(requirement.cadence, first, last)
    }
    already = reminding.settled(session, chat.id, unit.key, codes)
    decided: list[Settled] = list(decide(question, lines(found, question.unit_id), already))
    reminding.settle_steps(
        session,
        chat.id,
        [(settled.key, settled.outcome) for settled in decided],
        question.now,
        digest_on,
    )
    return [settled.key for settled in decided if settled.outcome is ReminderOutcome.SENT]
