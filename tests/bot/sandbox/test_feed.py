"""Whatever changes in the sandbox is told, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.feed import Feed
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api

FORUM = -7
YES = {"inline_keyboard": [[{"text": "是", "callback_data": "y"}]]}


def told(sandbox: Sandbox, since: int = 0) -> list[tuple[str, dict[str, Any]]]:
    happenings = sandbox.feed.since(since)
    assert happenings is not None
    return [(happening.kind, happening.data) for happening in happenings]


class Mirror:
    """What someone knows who only hears the events."""

    def __init__(self, happenings: list[tuple[str, dict[str, Any]]]) -> None:
        self.users: dict[int, Any] = {}
        self.chats: dict[int, Any] = {}
        self.messages: dict[int, dict[int, Any]] = {}
        self.answers: dict[str, Any] = {}
        self.unconfirmed = 0
        for kind, data in happenings:
            if hear := getattr(self, f"_{kind}", None):
                hear(data)

    def _user(self, data: Any) -> None:
        self.users[data["id"]] = data

    def _chat(self, data: Any) -> None:
        self.chats[data["id"]] = data
        self.messages.setdefault(data["id"], {})

    def _message(self, data: Any) -> None:
        self.messages[data["chat"]["id"]][data["message_id"]] = data

    def _deleted(self, data: Any) -> None:
        del self.messages[data["chat_id"]][data["message_id"]]
        self.chats[data["chat_id"]]["reactions"].pop(str(data["message_id"]), None)

    def _reaction(self, data: Any) -> None:
        self.chats[data["chat_id"]]["reactions"][str(data["message_id"])] = data["emoji"]

    def _answer(self, data: Any) -> None:
        self.answers[data["id"]] = {key: data[key] for key in ("text", "show_alert")}

    def _updates(self, data: Any) -> None:
        self.unconfirmed = data["unconfirmed"]


async def test_who_only_hears_the_events_knows_the_world(api: Api, sandbox: Sandbox) -> None:
    sandbox.add_user(9, "赵六", started=False)
    sandbox.say(9, 9, "/start")
    sandbox.set_language(9, "en")
    sandbox.add_group(FORUM, "论坛", [LI], forum=True, admins=[sandbox.world.bot_id])
    topic, short_lived = sandbox.add_topic(FORUM, "党费"), sandbox.add_topic(FORUM, "临时")
    sandbox.say(LI, FORUM, "a", thread_id=short_lived)
    sandbox.delete_topic(FORUM, short_lived)
    sandbox.send_album(LI, FORUM, [("a.txt", b"a"), ("b.txt", b"b")], photo=False, thread_id=topic)
    asked = await api.ok("sendMessage", chat_id=FORUM, text="?", reply_markup=YES)
    there = {"chat_id": FORUM, "message_id": asked["message_id"]}
    await api.ok("pinChatMessage", **there)
    await api.ok("setMessageReaction", **there, reaction=[{"type": "emoji", "emoji": "👍"}])
    query = sandbox.tap(LI, **there, data="y")
    await api.ok("answerCallbackQuery", callback_query_id=query, text="好")
    await api.ok("editMessageReplyMarkup", **there)
    gone = await api.ok("sendMessage", chat_id=FORUM, text="删")
    deleted = {"chat_id": FORUM, "message_id": gone["message_id"]}
    await api.ok("pinChatMessage", **deleted)
    await api.ok("deleteMessage", **deleted)
    sandbox.join(9, GROUP)
    sandbox.kick(9, GROUP, by=LI)
    sandbox.kick_bot(GROUP, by=LI)
    sandbox.add_bot(GROUP, by=LI, admin=True)
    sandbox.rename(GROUP, "第二支部", LI)
    sandbox.block_bot(WANG)
    sandbox.migrate(GROUP)
    (*_, last) = await api.updates()
    await api.updates(offset=last["update_id"])

    mirror = Mirror(told(sandbox))
    world = sandbox.world
    assert mirror.users == world.users
    assert mirror.answers == sandbox.answers
    assert mirror.unconfirmed == sandbox.unconfirmed == 1
    for chat_id, chat in world.chats.items():
        # The id of the last message is known from the messages; the event may be older.
        assert {**mirror.chats[chat_id], "last_id": 0} == {**chat.told(), "last_id": 0}
        assert mirror.messages[chat_id] == chat.history
    assert mirror.chats.keys() == world.chats.keys()


Act = Callable[[Sandbox], object]
ACTS: list[tuple[str, Act, list[str]]] = [
    ("add_user", lambda s: s.add_user(9, "赵六"), ["user", "chat"]),
    ("set_language", lambda s: s.set_language(LI, "en"), ["user"]),
    ("add_group", lambda s: s.add_group(-6, "a", [LI]), ["chat"]),
    ("add_topic", lambda s: s.add_topic(FORUM, "a"), ["chat", "message", "updates"]),
    ("delete_topic", lambda s: s.delete_topic(FORUM, 1), ["chat", "deleted"]),
    ("say", lambda s: s.say(LI, LI, "a"), ["message", "updates"]),
    ("say unseen", lambda s: s.say(LI, GROUP, "a"), ["message"]),
    ("edit", lambda s: s.edit(LI, GROUP, 1, "b"), ["message"]),
    ("file", lambda s: s.send_file(LI, LI, "a", b"a"), ["message", "updates"]),
    ("join", lambda s: s.join(8, FORUM), ["chat", "message", "updates"]),
    ("leave", lambda s: s.leave(WANG, GROUP), ["chat", "message", "updates"]),
    ("kick", lambda s: s.kick(WANG, GROUP, LI), ["chat", "message", "updates"]),
    ("kick_bot", lambda s: s.kick_bot(GROUP, LI), ["chat", "updates"]),
    ("promote", lambda s: s.add_bot(GROUP, LI, admin=True), ["chat", "updates"]),
    ("block_bot", lambda s: s.block_bot(LI), ["chat", "updates"]),
    ("unblock_bot", lambda s: s.unblock_bot(LI), ["chat", "updates"]),
    ("rename", lambda s: s.rename(GROUP, "b", LI), ["chat", "message", "updates"]),
    (
        "migrate",
        lambda s: s.migrate(GROUP),
        ["chat", "message", "updates", "message", "updates", "chat"],
    ),
    ("deliver", lambda s: s.deliver({"odd": {}}), ["updates"]),
]


@pytest.mark.parametrize(("act", "kinds"), [it[1:] for it in ACTS], ids=[it[0] for it in ACTS])
def test_every_act_of_people_is_told(act: Act, kinds: list[str]) -> None:
    sandbox = Sandbox()
    sandbox.add_user(LI, "李四")
    sandbox.add_user(WANG, "王五")
    sandbox.add_group(GROUP, "第一支部", [LI, WANG])
    sandbox.add_group(FORUM, "论坛", [LI], forum=True)
    assert sandbox.add_topic(FORUM, "党费") == 1
    assert sandbox.say(LI, GROUP, "大家好") == 1
    before = sandbox.feed.number
    act(sandbox)

    assert [kind for kind, _ in told(sandbox, before)] == kinds


Called = Callable[[Api, dict[str, Any]], Awaitable[Any]]
CALLS: list[tuple[str, Called, str, dict[str, Any]]] = [
    (
        "action",
        lambda api, _: api.ok("sendChatAction", chat_id=LI, action="typing"),
        "action",
        {"chat_id": LI, "action": "typing"},
    ),
    (
        "reaction",
        lambda api, at: api.ok(
            "setMessageReaction", **at, reaction=[{"type": "emoji", "emoji": "👍"}]
        ),
        "reaction",
        {"chat_id": LI, "message_id": 1, "emoji": ["👍"]},
    ),
    (
        "deleted",
        lambda api, at: api.ok("deleteMessage", **at),
        "deleted",
        {"chat_id": LI, "message_id": 1},
    ),
    (
        "answer",
        lambda api, at: api.ok(
            "answerCallbackQuery",
            callback_query_id=api.sandbox.tap(LI, **at, data="y"),
            text="好",
            show_alert=True,
        ),
        "answer",
        {"id": f"{LI}0000001", "user_id": LI, "chat_id": LI, "text": "好", "show_alert": True},
    ),
]


@pytest.mark.parametrize(
    ("call", "kind", "data"), [it[1:] for it in CALLS], ids=[it[0] for it in CALLS]
)
async def test_what_the_bot_does_is_told(
    api: Api, sandbox: Sandbox, call: Called, kind: str, data: dict[str, Any]
) -> None:
    sent = await api.ok("sendMessage", chat_id=LI, text="?", reply_markup=YES)
    before = sandbox.feed.number
    await call(api, {"chat_id": LI, "message_id": sent["message_id"]})

    # "call" comes last: who hears of a call has heard what it did.
    (told_kind, told_data), (last, recorded) = told(sandbox, before)[-2:]
    assert (told_kind, told_data) == (kind, data)
    assert (last, recorded["status"]) == ("call", 200)


async def test_a_refused_call_is_told_and_nothing_else(api: Api, sandbox: Sandbox) -> None:
    before = sandbox.feed.number
    await api.refused("sendMessage", chat_id=999, text="a")

    ((kind, call),) = told(sandbox, before)
    assert (kind, call["method"], call["status"]) == ("call", "sendMessage", 400)


async def test_updates_are_counted_until_they_are_confirmed(api: Api, sandbox: Sandbox) -> None:
    before = sandbox.feed.number
    sandbox.say(LI, LI, "a")
    sandbox.say(LI, LI, "b")
    first, _ = await api.updates()
    await api.updates(offset=first["update_id"] + 1)
    await api.ok("deleteWebhook", drop_pending_updates=True)

    counts = [data["unconfirmed"] for kind, data in told(sandbox, before) if kind == "updates"]
    assert counts == [1, 2, 1, 0]


def test_other_parts_tell_too_and_numbers_have_no_gaps() -> None:
    sandbox = Sandbox()
    sandbox.feed.tell("clock", {"moving": True})
    sandbox.feed.tell("bot", {"state": "running"})
    happenings = sandbox.feed.since(0)

    assert happenings is not None
    assert [happening.kind for happening in happenings] == ["clock", "bot"]
    assert all(b.number == a.number + 1 for a, b in pairwise(happenings))
    assert happenings[-1].number == sandbox.feed.number


def test_only_the_last_are_kept_and_a_gap_is_noticed() -> None:
    feed = Feed(lambda: None, kept=3)
    begun = feed.number
    for number in range(5):
        feed.tell("clock", {"n": number})

    def heard(since: int) -> list[int] | None:
        happenings = feed.since(since)
        return None if happenings is None else [each.data["n"] for each in happenings]

    assert heard(feed.number) == []
    assert heard(feed.number - 1) == [4]
    assert heard(begun + 2) == [2, 3, 4]
    assert heard(begun + 1) is None
    assert heard(0) is None
    assert heard(feed.number + 1) is None
    assert [each.data["n"] for each in feed.since(begun + 2, most=2) or []] == [2, 3]


def test_numbers_of_an_earlier_run_are_not_taken_for_ones_of_this() -> None:
    earlier = Sandbox(token="1:a")
    for _ in range(3):
        earlier.feed.tell("clock", {})
    later = Feed(lambda: None)
    later.begun = later.number = earlier.feed.number + 1  # a moment later
    later.tell("clock", {})

    assert later.since(earlier.feed.number) is None
