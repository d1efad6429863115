"""The doctor: looks at the database and the settings, and says what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from bot.hashing import GIVE_UP
from bot.seen import Seen
from bot.settings import Settings
from bot.ticking import TICK
from compliance.access import Role
from compliance.policy import Policy
from storage import (
    append_only,
    directory,
    file_hashes,
    heartbeat,
    inbox,
    outbox,
    reminding,
    retention,
    roster,
    rulemaking,
)
from storage.proof import prove
from storage.queues import InboxState, OutboxState
from storage.retention import Keeping
from storage.units import Chat, RoleHeld

MISSED_TICKS = timedelta(minutes=3)
# What waits for longer than this, or is more than this, is worth a word.
INBOX_WAITS = timedelta(minutes=1)
OUTBOX_WAITS = timedelta(minutes=5)
PLANNING_LAGS = timedelta(minutes=5)
FILES_WAIT = timedelta(days=1)
RECENTLY = timedelta(minutes=10)
# What ended badly before that was told each day, and nothing can be done about it any more.
TOLD_FOR = timedelta(days=7)
MANY_PENDING = 100
LITTLE_SPACE = 200  # MB


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something worth knowing: a code that the template puts into words, and its values."""

    code: str
    wrong: bool = False
    values: Mapping[str, object] = field(default_factory=dict)


def examine(
    session: Session, policy: Policy, settings: Settings, now: datetime, seen: Seen | None = None
) -> list[Symptom]:
    """Answer everything found, the wrong things first; ``seen`` is what Telegram says of us."""
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    found = [
        *_token(settings),
        *_telegram(settings, seen, now),
        *_space(settings),
        *_queues(session, now),
        _kept(session, settings.keeping),
        *_late(session, now),
        *_files(session, now),
        *_history(session),
        *_units(session),
        *_calendar(policy, today),
        *_rules(session, policy),
    ]
    return sorted(found, key=lambda symptom: not symptom.wrong)


def alive(session: Session, now: datetime) -> bool:
    """Tell whether the running bot left a sign of life within the last ticks."""
    last = heartbeat.last_beat(session, TICK)
    return last is not None and now - last < MISSED_TICKS


def _token(settings: Settings) -> Iterator[Symptom]:
    if settings.bot_token is None:
        yield Symptom("no_token", wrong=True)


def _telegram(settings: Settings, seen: Seen | None, now: datetime) -> Iterator[Symptom]:
    if seen is None:
        return
    if seen.refused:
        yield Symptom("token_refused", wrong=True)
        return
    if seen.unreachable is not None:
        yield Symptom("telegram_silent", wrong=True, values={"problem": seen.unreachable})
        return
    yield Symptom("telegram", wrong=seen.pending > MANY_PENDING, values={"pending": seen.pending})
    wanted = settings.webhook_url or ""
    if seen.url != wanted:
        yield Symptom("webhook_differs", wrong=True, values={"url": seen.url, "wanted": wanted})
    elif seen.error_at is not None and (seen.pending or now - seen.error_at < RECENTLY):
        yield Symptom("webhook_fails", wrong=True, values={"error": seen.error})


def _space(settings: Settings) -> Iterator[Symptom]:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return
    free = disk_usage(Path(str(url.database)).resolve().parent).free // 1_000_000
    if free < LITTLE_SPACE:
        yield Symptom("little_space", wrong=True, values={"free": free})


def _late(session: Session, now: datetime) -> Iterator[Symptom]:
    """Say what has waited for too long: that the bot does not run, or cannot keep up."""
    came, due = inbox.oldest_waiting(session), outbox.oldest_due(session, now)
    if came is not None and now - came > INBOX_WAITS:
        yield Symptom("inbox_waits", wrong=True, values={"minutes": _minutes(now - came)})
    if due is not None and now - due > OUTBOX_WAITS:
        yield Symptom("outbox_waits", wrong=True, values={"minutes": _minutes(now - due)})
    ticked, step = heartbeat.last_beat(session, TICK), reminding.oldest_step(session, now)
    if ticked is None:  # it never ran here
        return
    if now - ticked >= MISSED_TICKS:
        yield Symptom("tick_late", wrong=True, values={"minutes": _minutes(now - ticked)})
    elif step is not None and now - step > PLANNING_LAGS:
        yield Symptom("planning_lags", wrong=True, values={"minutes": _minutes(now - step)})


def _files(session: Session, now: datetime) -> Iterator[Symptom]:
    """Say how many files did not come from Telegram for a day, as long as they are tried."""
    late = file_hashes.late_hashes(session, now - GIVE_UP, now - FILES_WAIT)
    if late:
        yield Symptom("files_unhashed", wrong=True, values={"count": late})


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)


def _queues(session: Session, now: datetime) -> Iterator[Symptom]:
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
    set_aside = inbox.set_aside(session, since=now - TOLD_FOR)
    if set_aside:
        yield Symptom("set_aside", wrong=True, values={"updates": set_aside})
    for state in (OutboxState.FAILED, OutboxState.UNKNOWN):
        if problems := outbox.problems(session, state, since=now - TOLD_FOR):
            yield Symptom(state.value, wrong=True, values={"problems": problems})


def _kept(session: Session, keeping: Keeping) -> Symptom:
    """Say since when messages are there; what is older than it may be was let go of."""
    found = retention.kept_since(session)
    values = {
        "days": keeping.messages_days,
        "years": keeping.people_years,
        "came": found.came_from,
        "said": found.said_from,
        "left": found.left_with_fields,
    }
    return Symptom("kept", values=values)


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
    units = directory.standing(session, ["branch"])
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


def _rules(session: Session, policy: Policy) -> Iterator[Symptom]:
    for unit, error in rulemaking.unfit(session, policy):
        yield Symptom("rules_unfit", wrong=True, values={"unit": unit.name, "error": error})


def _calendar(policy: Policy, today: date) -> Iterator[Symptom]:
    if not policy.days.is_confirmed(today):
        yield Symptom("calendar", wrong=True, values={"year": today.year})
