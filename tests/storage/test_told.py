"""What became of each reminder step, by what the planner and the outbox remember."""

from datetime import datetime, time

import pytest
from sqlmodel import Session

from compliance.deadline_story import MovedStep
from compliance.requirement import Requirement
from storage import chat_days, directory, reminding
from storage.queues import Outbox, OutboxKind, OutboxState, ReminderOutcome
from storage.reminding import Settlement, StepKey
from storage.told import Fate, StepTold, steps_told
from storage.units import Chat, Unit
from tests.storage.samples import POLICY, SHANGHAI, a_unit, day, moment

HERE, ABOVE = -100, -900
STUDY = POLICY.catalogue.requirement("study")
ASSESSMENT = POLICY.catalogue.requirement("annual_assessment")
FIRST = MovedStep("-7", day("2026-03-24"), day("2026-03-24"))
ESCALATED = MovedStep("escalate", None, day("2026-04-03"))
NINE = moment("2026-03-24 09:00")
NOON = moment("2026-03-24 12:00")


@pytest.fixture
def unit(session: Session) -> Unit:
    """A branch with a chat, below a general branch with one."""
    general = a_unit(session, "党总支", "general_branch")
    branch = a_unit(session, parent=general)
    directory.bind_chat(session, ABOVE, general.key)
    directory.bind_chat(session, HERE, branch.key)
    return branch


def settle(
    session: Session,
    unit: Unit,
    outcome: ReminderOutcome = ReminderOutcome.SENT,
    *,
    step: str = "-7",
    chat: int = HERE,
    at: datetime = NINE,
) -> None:
    key = StepKey(unit.key, "study", 0, "2026-03", step)
    settled = Settlement(key, outcome, chat, at.astimezone(SHANGHAI).date())
    reminding.settle_steps(session, [settled], at)


def digest(
    session: Session,
    state: OutboxState,
    *,
    created: datetime = NINE,
    sent: datetime | None = None,
    chat: int = HERE,
) -> None:
    session.add(
        Outbox(
            chat_id=chat,
            kind=OutboxKind.DIGEST,
            method="sendMessage",
            payload="{}",
            digest_on=day("2026-03-24"),
            created_at=created,
            not_before=created,
            state=state,
            sent_at=sent,
        )
    )
    session.flush()


def told(
    session: Session,
    unit: Unit,
    *steps: MovedStep,
    requirement: Requirement = STUDY,
    now: datetime = NOON,
) -> tuple[StepTold, ...]:
    lines = {(0, "2026-03"): steps or (FIRST,)}
    return steps_told(session, unit, requirement, lines, now)[0, "2026-03"]


def fates(session: Session, unit: Unit, *steps: MovedStep, now: datetime = NOON) -> list[Fate]:
    return [t.fate for step in told(session, unit, *steps, now=now) for t in step.tellings]


def planned(session: Session, chat_id: int, through: datetime) -> None:
    chat = session.get(Chat, chat_id)
    assert chat is not None
    chat.planned_through = through
    session.flush()


def test_a_step_that_was_sent_tells_when_and_to_whom(session: Session, unit: Unit) -> None:
    settle(session, unit)
    digest(session, OutboxState.SENT, sent=moment("2026-03-24 09:02"))
    ((telling,),) = (step.tellings for step in told(session, unit))
    assert (telling.fate, telling.to, telling.chat_id) == (Fate.SENT, unit.name, HERE)
    assert telling.at is not None
    assert (telling.at, telling.at.tzinfo) == (moment("2026-03-24 09:02"), SHANGHAI)


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (OutboxState.QUEUED, Fate.WAITING),
        (OutboxState.SENDING, Fate.WAITING),
        (OutboxState.FAILED, Fate.FAILED),
        (OutboxState.UNKNOWN, Fate.UNKNOWN),
        (OutboxState.DROPPED, Fate.DROPPED),
    ],
)
def test_a_step_that_was_not_sent_tells_what_became_of_its_digest(
    session: Session, unit: Unit, state: OutboxState, fate: Fate
) -> None:
    settle(session, unit)
    digest(session, state)
    assert fates(session, unit) == [fate]


def test_a_step_the_outbox_knows_nothing_of_was_planned(session: Session, unit: Unit) -> None:
    settle(session, unit)
    assert fates(session, unit) == [Fate.PLANNED]


@pytest.mark.parametrize("outcome", [ReminderOutcome.SKIPPED, ReminderOutcome.SILENT])
def test_a_step_that_was_not_told_tells_why(
    session: Session, unit: Unit, outcome: ReminderOutcome
) -> None:
    settle(session, unit, outcome)
    digest(session, OutboxState.SENT, sent=NINE)
    assert fates(session, unit) == [Fate(outcome.value)]


def test_of_two_digests_of_a_day_the_one_that_told_a_step_counts(
    session: Session, unit: Unit
) -> None:
    settle(session, unit)
    settle(session, unit, step="-3", at=NOON)
    digest(session, OutboxState.SENT, sent=moment("2026-03-24 09:02"))
    digest(session, OutboxState.FAILED, created=NOON)
    steps = (FIRST, MovedStep("-3", day("2026-03-24"), day("2026-03-24")))
    assert fates(session, unit, *steps) == [Fate.SENT, Fate.FAILED]


def test_a_digest_that_failed_may_be_made_good_by_a_later_one(session: Session, unit: Unit) -> None:
    settle(session, unit)
    digest(session, OutboxState.FAILED)
    digest(session, OutboxState.SENT, created=NOON, sent=NOON)
    assert fates(session, unit) == [Fate.SENT]


def test_a_step_that_is_still_to_come_tells_when(session: Session, unit: Unit) -> None:
    early = moment("2026-03-24 08:59")
    ((telling,),) = (step.tellings for step in told(session, unit, now=early))
    assert (telling.fate, telling.at) == (Fate.AHEAD, NINE)


def test_a_step_follows_the_hour_of_the_unit(session: Session, unit: Unit) -> None:
    unit.remind_at = time(18)
    assert fates(session, unit) == [Fate.AHEAD]


def test_a_step_the_bot_has_not_looked_at(session: Session, unit: Unit) -> None:
    assert fates(session, unit) == [Fate.NOT_LOOKED]
    planned(session, HERE, moment("2026-03-24 08:59"))
    assert fates(session, unit) == [Fate.NOT_LOOKED]


def test_a_step_of_before_the_chat_was_bound_is_never_planned(session: Session, unit: Unit) -> None:
    planned(session, HERE, NOON)
    assert fates(session, unit) == [Fate.UNPLANNED]


def test_without_a_chat_there_is_nobody_to_tell(session: Session) -> None:
    alone = a_unit(session)
    assert fates(session, alone, FIRST, ESCALATED, now=moment("2026-05-01 09:00")) == [
        Fate.NO_CHAT,
        Fate.NO_CHAT,
    ]


def test_a_chat_that_is_gone_is_told_apart(session: Session, unit: Unit) -> None:
    directory.mark_present(session, HERE, present=False)
    planned(session, ABOVE, moment("2026-05-01 09:00"))
    assert fates(session, unit, FIRST, ESCALATED, now=moment("2026-05-01 09:00")) == [
        Fate.CHAT_GONE,
        Fate.UNPLANNED,
    ]


def test_a_step_that_was_settled_before_its_chat_was_unbound_is_told_of(
    session: Session, unit: Unit
) -> None:
    settle(session, unit, chat=-77)
    ((telling,),) = (step.tellings for step in told(session, unit))
    assert (telling.fate, telling.to, telling.chat_id) == (Fate.PLANNED, "", -77)


def test_what_is_the_superiors_is_told_to_the_superior_and_not_escalated(
    session: Session, unit: Unit
) -> None:
    planned(session, HERE, NOON)
    (step,) = told(session, unit, FIRST, ESCALATED, requirement=ASSESSMENT)
    assert step.step.code == "-7"
    assert [t.fate for t in step.tellings] == [Fate.NOT_LOOKED]  # by the superior's chat


def test_what_is_advisory_is_not_urged_after_its_deadline(session: Session, unit: Unit) -> None:
    opinions = POLICY.catalogue.requirement("opinions")
    after = MovedStep("+1", day("2026-04-01"), day("2026-04-01"))
    found = told(session, unit, FIRST, after, ESCALATED, requirement=opinions)
    assert [step.step.code for step in found] == ["-7"]


def test_a_day_tells_what_was_said_and_what_needed_no_saying(session: Session, unit: Unit) -> None:
    assert chat_days.last_told(session, HERE) is None
    settle(session, unit)
    settle(session, unit, ReminderOutcome.SILENT, step="-3")
    settle(session, unit, ReminderOutcome.SILENT, step="0", at=moment("2026-03-31 09:00"))
    digest(session, OutboxState.SENT, sent=NINE)
    digest(session, OutboxState.FAILED, created=NOON)
    last = chat_days.last_told(session, HERE)
    assert last is not None
    assert (last.on, [k.step for k in last.told]) == (day("2026-03-24"), ["-7"])
    assert [key.step for key in last.silent] == ["-3"]
    assert last.digest is not None
    assert last.digest.fate is Fate.SENT
    quiet = chat_days.told_on_day(session, HERE, day("2026-03-31"))
    assert ([key.step for key in quiet.silent], quiet.told, quiet.digest) == (["0"], (), None)
