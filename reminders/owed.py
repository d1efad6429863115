"""What a chat is owed: one digest of a day, delivered when its unit may be disturbed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from compliance.calendar import WorkingDays
from reminders.agenda import Hours
from storage.queues import ReminderOutcome
from storage.reminding import ChatDay, Settlement


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
class Told:
    """A step as it is settled for a chat; ``due_on`` is the deadline it leads to, if any."""

    settlement: Settlement
    due_on: date | None = None

    @property
    def heard(self) -> bool:
        """Tell whether the chat hears of it."""
        return self.settlement.outcome is ReminderOutcome.SENT


@dataclass(frozen=True, slots=True)
class When:
    """When a chat may be disturbed: in its hours, and perhaps on working days alone."""

    hours: Hours
    days: WorkingDays
    workdays_only: bool

    def deliver_at(self, now: datetime, due: Collection[date]) -> datetime:
        """Answer when what is told now may be delivered.

        A day off holds it until the next working day, unless one of the deadlines it speaks of
        would have passed by then.
        """
        at = self.hours.deliver_at(now)
        if not self.workdays_only:
            return at
        later = self.hours.on_workday(at, self.days)
        first, last = self.hours.day_of(at), self.hours.day_of(later)
        return at if any(first <= day < last for day in due) else later


def settle(
    chat_id: int, steps: Sequence[Told], when: When, now: datetime
) -> tuple[list[Settlement], Owed | None]:
    """Answer how a chat's steps are settled, and the digest that tells of them, if one does.

    One that a day off holds is that of the day on which it comes.
    """
    told = [step for step in steps if step.heard]
    if not told:
        return [step.settlement for step in steps], None
    at = when.deliver_at(now, {step.due_on for step in told if step.due_on is not None})
    held = at != when.hours.deliver_at(now)
    on = when.hours.day_of(at if held else now)
    settled = [
        replace(step.settlement, digest_on=on) if step.heard else step.settlement for step in steps
    ]
    return settled, Owed(chat_id, on, at)
