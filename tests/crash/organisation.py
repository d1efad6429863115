"""Branches of one secretary, each in a group; what was said there, recorded and answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from bot.sandbox import Sandbox
from compliance.access import Role
from storage import directory, reminding
from storage.database import snapshot, transaction
from storage.ledger import Entry
from storage.units import Unit
from tests.stage import SHANGHAI
from tests.storage.databases import opened

# More than a bot holds unmarked at a time.
CHATS = tuple(range(-500, -536, -1))
SECRETARY = 11
_TURNS = count(1)
# A message, by its chat and its number there.
Message = tuple[int, int]


def found(engine: Engine) -> None:
    """Found the branches in a database that has its tables; nothing is due to them for long."""
    with transaction(engine) as session:
        for chat in CHATS:
            unit = directory.add_unit(session, Unit(name=f"支部{-chat}", kind="branch"))
            directory.bind_chat(session, chat, unit.key)
            directory.grant_role(session, SECRETARY, unit.key, Role.SECRETARY)
        _rest(session)


def rest(url: str) -> None:
    """Let nothing be due to the branches for long: no tick of a bot that runs has work."""
    with opened(url) as engine, transaction(engine) as session:
        _rest(session)


def _rest(session: Session) -> None:
    now = datetime.now(UTC)
    reminding.mark_planned(session, dict.fromkeys(CHATS, now + timedelta(days=400)), now)


def gather(sandbox: Sandbox) -> None:
    """Bring the secretary and the groups into the sandbox."""
    sandbox.add_user(SECRETARY, "张三")
    for chat in CHATS:
        sandbox.add_group(chat, f"支部{-chat}", [SECRETARY])


def say(sandbox: Sandbox, messages: int, chats: tuple[int, ...] = CHATS) -> set[Message]:
    """Let the secretary record so often, in the chats in turn; answer the messages."""
    turns = [(chats[turn % len(chats)], next(_TURNS)) for turn in range(messages)]
    return {
        (chat, sandbox.say(SECRETARY, chat, f"/meeting 学习 昨天 议题:第{turn}次"))
        for chat, turn in turns
    }


def last_month() -> str:
    """Answer a moment when every branch is reminded: late in the month before this one."""
    day = (datetime.now(SHANGHAI).date().replace(day=1) - timedelta(days=1)).replace(day=28)
    return datetime.combine(day, time(10)).isoformat()


def replies(sandbox: Sandbox) -> Counter[Message]:
    """Answer how often each message was replied to."""
    return Counter(
        (chat, message["reply_to_message"]["message_id"])
        for chat in CHATS
        for message in sandbox.messages(chat)
        if message["from"]["id"] == sandbox.world.bot_id and "reply_to_message" in message
    )


async def answered(sandbox: Sandbox, said: set[Message], timeout: float = 30) -> None:
    """Wait until every message is replied to."""
    await sandbox.wait_until(
        lambda: sandbox.sent >= len(said) and said <= replies(sandbox).keys(), timeout
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of messages; all but the first two are to be none."""

    messages: int
    replies_twice: int = 0
    lost: int = 0
    recorded_twice: int = 0
    numbers_missing: int = 0
    unanswered: int = 0
    unconfirmed: int = 0


def counts(url: str, sandbox: Sandbox, said: set[Message]) -> Counts:
    """Count what became of what was said, when all is over."""
    query = select(Entry.unit_id, Entry.number, Entry.chat_id, Entry.message_id)
    with opened(url) as engine, snapshot(engine) as session:
        entries = list(session.exec(query.order_by(col(Entry.id))))
    recorded = Counter((chat or 0, message or 0) for _, _, chat, message in entries)
    assert recorded.keys() <= said, "recorded what nobody said"
    numbers: dict[int, list[int]] = {}
    for unit_id, number, _, _ in entries:
        numbers.setdefault(unit_id, []).append(number)
    told = replies(sandbox)
    return Counts(
        messages=len(said),
        replies_twice=told.total() - len(told),
        lost=len(said - recorded.keys()),
        recorded_twice=recorded.total() - len(recorded),
        numbers_missing=sum(given != list(range(1, len(given) + 1)) for given in numbers.values()),
        unanswered=len(said - told.keys()),
        unconfirmed=sandbox.unconfirmed,
    )


def digests(sandbox: Sandbox) -> list[int]:
    """Answer how many digests each chat was sent, edits not counted."""
    return [
        sum(
            message["from"]["id"] == sandbox.world.bot_id and "reply_to_message" not in message
            for message in sandbox.messages(chat)
        )
        for chat in CHATS
    ]
