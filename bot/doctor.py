"""The doctor: looks at the database and the settings, and says what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from bot.settings import Settings
from bot.ticking import TICK
from compliance.access import Role
from compliance.policy import Policy
from storage import append_only, heartbeat, inbox, outbox, roster
from storage.proof import prove
from storage.queues import InboxState, OutboxState
from storage.units import Chat, RoleHeld, Unit

MISSED_TICKS = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something worth knowing: a code that the template puts into words, and its values."""

    code: str
    wrong: bool = False
    values: Mapping[str, object] = field(default_factory=dict)


def examine(session: Session, policy: Policy, settings: Settings, today: date) -> list[Symptom]:
    """Answer everything found, the wrong things first."""
    found = [
        *_token(settings),
        *_queues(session),
        *_history(session),
        *_units(session),
        *_calendar(policy, today),
    ]
    return sorted(found, key=lambda symptom: not symptom.wrong)


def alive(session: Session, now: datetime) -> bool:
    """Tell whether the running bot left a sign of life within the last ticks."""
    last = heartbeat.last_beat(session, TICK)
    return last is not None and now - last < MISSED_TICKS


def _token(settings: Settings) -> Iterator[Symptom]:
    if settings.bot_token is None:
        yield Symptom("no_token", wrong=True)


def _queues(session: Session) -> Iterator[Symptom]:
    came, went = inbox.counts(session), outbox.counts(session)
    yield Symptom(
        "queues",
        values={
            "waiting": came.get(InboxState.WAITING, 0),
            "done": came.get(InboxState.DONE, 0),
            "queued": went.get(OutboxState.QUEUED, 0),
            "sent": went.get(OutboxState.SENT, 0),
        },
    )
    set_aside = inbox.set_aside(session)
    if set_aside:
        yield Symptom("set_aside", wrong=True, values={"updates": set_aside})
    for state in (OutboxState.FAILED, OutboxState.UNKNOWN):
        if went.get(state):
            problems = outbox.problems(session, state)
            yield Symptom(state.value, wrong=True, values={"problems": problems})


def _history(session: Session) -> Iterator[Symptom]:
    proof = prove(session)
    if proof.flaw is None:
        yield Symptom("history", values={"rows": proof.rows, "seal": proof.last_hash[:16]})
    else:
        flaw = proof.flaw
        values = {"row": flaw.row, "unit": flaw.unit, "number": flaw.number, "rows": proof.rows}
        yield Symptom(flaw.kind.value, wrong=True, values=values)
    tables = append_only.unguarded(session.connection())
    if tables:
        yield Symptom("unguarded", wrong=True, values={"tables": tables})


def _units(session: Session) -> Iterator[Symptom]:
    units = list(session.exec(select(Unit).where(Unit.kind == "branch")))
    if not units:
        yield Symptom("no_units", wrong=True)
    chats = set(session.exec(select(Chat.unit_id).where(Chat.state == "active")))
    secretaries = set(
        session.exec(
            select(RoleHeld.unit_id).where(
                RoleHeld.role == Role.SECRETARY, col(RoleHeld.to_on).is_(None)
            )
        )
    )
    for unit in units:
        if unit.key not in chats:
            yield Symptom("no_chat", wrong=True, values={"unit": unit.name})
        if not roster.members(session, unit.key):
            yield Symptom("no_roster", wrong=True, values={"unit": unit.name})
        if unit.key not in secretaries:
            yield Symptom("no_secretary", wrong=True, values={"unit": unit.name})


def _calendar(policy: Policy, today: date) -> Iterator[Symptom]:
    if not policy.days.is_confirmed(today):
        yield Symptom("calendar", wrong=True, values={"year": today.year})
