"""A group becomes a supergroup in the middle of a queue: all that was said counts, once."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlmodel import col, select

from storage import directory
from storage.database import snapshot
from storage.ledger import Entry
from storage.units import Chat
from tests.bot.tally import entries, received, statuses
from tests.sample import ACTORS, FIRST
from tests.stage import Stage

SECRETARY = ACTORS["书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"


async def deafened(stage: Stage) -> None:
    """Let the bot hear nothing for half a second, so that a queue comes about."""
    stage.sandbox.fail(method="getUpdates", error_code=500)
    await stage.say("书记", "私聊", "/help")
    await stage.sandbox.wait_until(lambda: 500 in statuses(stage.sandbox, "getUpdates"))


def reorder(stage: Stage, *wanted: str) -> None:
    """Let what waits be told in another order: by the names of what it is."""
    updates = stage.sandbox.updates
    numbers = [pending.update["update_id"] for pending in updates.pending]

    def name(update: dict[str, dict[str, object]]) -> str:
        message = update["message"]
        for moving in ("migrate_to_chat_id", "migrate_from_chat_id"):
            if moving in message:
                return moving
        return "old" if message["chat"]["id"] == FIRST else "new"  # type: ignore[index]

    updates.pending = type(updates.pending)(
        sorted(updates.pending, key=lambda pending: wanted.index(name(pending.update)))
    )
    for number, pending in zip(numbers, updates.pending, strict=True):
        pending.update["update_id"] = number


ORDERS = (
    ("old", "migrate_to_chat_id", "migrate_from_chat_id", "new"),
    ("migrate_from_chat_id", "new", "old", "migrate_to_chat_id"),
    ("migrate_from_chat_id", "new", "migrate_to_chat_id", "old"),
    ("migrate_from_chat_id", "old", "new", "migrate_to_chat_id"),
    ("migrate_to_chat_id", "old", "migrate_from_chat_id", "new"),
)


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
async def test_what_was_said_before_and_after_the_move_counts_once(
    stage: Stage, order: tuple[str, ...]
) -> None:
    await deafened(stage)
    before = [stage.sandbox.say(SECRETARY, FIRST, f"{MEETING} 议题:旧{n}") for n in range(3)]
    moved = stage.sandbox.migrate(FIRST)
    after = [stage.sandbox.say(SECRETARY, moved, f"{MEETING} 议题:新{n}") for n in range(3)]
    reorder(stage, *order)
    await stage.settled()

    said = [(FIRST, number) for number in before] + [(moved, number) for number in after]
    assert entries(stage) == Counter(said)
    assert {state for state, _ in received(stage)} == {"done"}
    told = [shown.text for chat_id in (FIRST, moved) for shown in stage.shown(chat_id)]
    topics = Counter(f"议题:{kind}{n}" for kind in "旧新" for n in range(3))
    assert Counter(topic for topic in topics for text in told if topic in text) == topics
    assert len(told) == 6
    with snapshot(stage.service.core.engine) as session:
        units = set(session.exec(select(Entry.unit_id)))
        assert session.exec(select(Entry.number).order_by(col(Entry.number))).all() == [
            *range(1, 7)
        ]
        bound = directory.unit_of_chat(session, FIRST)
        assert bound is not None
        assert units == {bound[0].id}
        assert session.get_one(Chat, FIRST).moved_to == moved


async def test_answers_that_were_owed_when_the_group_moved_follow_it(stage: Stage) -> None:
    sandbox = stage.sandbox
    sandbox.fail(method="sendMessage", chat_id=FIRST, retry_after=1)
    said = [sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(3)]
    await sandbox.wait_until(lambda: 429 in statuses(sandbox, "sendMessage", FIRST))
    moved = sandbox.migrate(FIRST)
    await stage.settled()

    assert entries(stage) == Counter((FIRST, number) for number in said)
    assert [shown.text.split()[1:3] for shown in stage.shown(moved)] == [
        ["已记录", f"#{n}"] for n in (1, 2, 3)
    ]
    assert not stage.shown(FIRST)


async def test_a_move_that_is_told_twice_and_from_both_sides_is_one(stage: Stage) -> None:
    moved = stage.sandbox.migrate(FIRST)
    for pending in list(stage.sandbox.updates.pending):
        message = pending.update["message"]
        stage.sandbox.deliver({"message": message})
        stage.sandbox.deliver({"message": {**message, "message_id": message["message_id"] + 500}})
    await stage.settled()
    stage.chats["第一支部"] = moved
    await stage.say("书记", "第一支部", MEETING)

    assert entries(stage) == {(moved, stage.said): 1}
    assert {state for state, _ in received(stage)} == {"done"}
    assert len(await stage.move("2026-11-27T09:00")) == 2  # a digest for each branch
