"""Privacy mode, topics, migration, edits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sandbox import ImpossibleError, Sandbox
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api


async def seen(api: Api, kind: str = "message") -> list[str]:
    """The texts the bot got since the last time, and confirm them."""
    updates = await api.updates()
    if updates:
        await api.updates(offset=updates[-1]["update_id"] + 1)
    return [update[kind]["text"] for update in updates if "text" in update.get(kind, {})]


async def test_in_a_group_the_bot_gets_only_what_is_meant_for_it(
    api: Api, sandbox: Sandbox
) -> None:
    sent = await api.ok("sendMessage", chat_id=GROUP, text="谁来记录？")
    sandbox.say(LI, GROUP, "大家好")
    sandbox.say(LI, GROUP, "/status")
    sandbox.say(LI, GROUP, "/status@other_bot")
    sandbox.say(LI, GROUP, "/status@Sanhui_Bot")
    mine = sandbox.say(LI, GROUP, "我来", reply_to=sent["message_id"])
    sandbox.say(WANG, GROUP, "好", reply_to=mine)
    sandbox.say(WANG, GROUP, "问 @sanhui_bot 吧")
    sandbox.say(WANG, GROUP, "问 @lisi 吧")
    sandbox.send_file(WANG, GROUP, "a.txt", b"a", caption="/doc #3")

    assert await seen(api) == ["/status", "/status@Sanhui_Bot", "我来", "问 @sanhui_bot 吧"]
    assert len(sandbox.messages(GROUP)) == 10
    assert sandbox.unconfirmed == 0


async def test_without_privacy_or_as_administrator_the_bot_gets_all(
    api: Api, sandbox: Sandbox
) -> None:
    sandbox.add_group(-6, "开放", [LI], privacy=False)
    sandbox.say(LI, -6, "大家好")
    sandbox.add_bot(GROUP, by=LI, admin=True)
    sandbox.say(LI, GROUP, "你好")

    assert await seen(api) == ["大家好", "你好"]


async def test_a_bot_thrown_out_hears_that_and_nothing_after(api: Api, sandbox: Sandbox) -> None:
    sandbox.kick_bot(GROUP, by=WANG)
    sandbox.say(LI, GROUP, "/status")
    (update,) = await api.updates()

    change = update["my_chat_member"]
    assert change["from"]["id"] == WANG
    assert [change[f"{when}_chat_member"]["status"] for when in ("old", "new")] == [
        "member",
        "kicked",
    ]


async def test_an_edit_comes_as_an_edited_message(api: Api, sandbox: Sandbox) -> None:
    said = sandbox.say(LI, GROUP, "/meeting 支委会")
    assert await seen(api) == ["/meeting 支委会"]
    sandbox.edit(LI, GROUP, said, "/meeting 党课")

    assert await seen(api, "edited_message") == ["/meeting 党课"]
    assert sandbox.messages(GROUP)[0]["edit_date"]


async def test_offsets_of_entities_count_in_utf16(api: Api, sandbox: Sandbox) -> None:
    sandbox.say(LI, GROUP, "😀录 /status@sanhui_bot 十一月")
    (update,) = await api.updates()

    assert update["message"]["entities"] == [{"offset": 4, "length": 18, "type": "bot_command"}]


async def test_topics_keep_messages_apart(api: Api, sandbox: Sandbox) -> None:
    sandbox.add_group(-7, "论坛", [LI], forum=True)
    topic = sandbox.add_topic(-7, "党费")
    asked = sandbox.say(LI, -7, "/dues", thread_id=topic)

    created, update = await api.updates()
    assert created["message"]["forum_topic_created"]["name"] == "党费"
    message = update["message"]
    assert (message["is_topic_message"], message["message_thread_id"]) == (True, topic)
    assert message["reply_to_message"]["message_id"] == topic
    assert message["chat"]["is_forum"] is True
    sent = await api.ok("sendMessage", chat_id=-7, text="a", message_thread_id=topic)
    assert sent["message_thread_id"] == topic
    answer = {"message_id": asked}
    sent = await api.ok("sendMessage", chat_id=-7, text="a", reply_parameters=answer)
    assert sent["message_thread_id"] == topic
    for chat_id, thread in ((-7, 99), (GROUP, 1), (LI, 1)):
        assert "message thread not found" in await api.refused(
            "sendMessage", chat_id=chat_id, text="a", message_thread_id=thread
        )


async def test_a_thread_of_replies_is_no_topic(api: Api, sandbox: Sandbox) -> None:
    sandbox.add_group(-8, "大群", [LI], supergroup=True, privacy=False)
    first = sandbox.say(LI, -8, "a")
    second = sandbox.say(LI, -8, "b", reply_to=first)
    sandbox.say(LI, -8, "c", reply_to=second)
    message = (await api.updates())[-1]["message"]

    assert message["message_thread_id"] == first
    assert "is_topic_message" not in message
    assert "reply_to_message" not in message["reply_to_message"]
    assert "message thread not found" in await api.refused(
        "sendMessage", chat_id=-8, text="a", message_thread_id=first
    )


async def test_a_group_becomes_a_supergroup(api: Api, sandbox: Sandbox) -> None:
    new_id = sandbox.migrate(GROUP)
    old, new = await api.updates()

    assert str(new_id).startswith("-100")
    assert old["message"]["chat"] == {"id": GROUP, "type": "group", "title": "第一支部"}
    assert old["message"]["migrate_to_chat_id"] == new_id
    assert new["message"]["chat"] == {"id": new_id, "type": "supergroup", "title": "第一支部"}
    assert new["message"]["migrate_from_chat_id"] == GROUP
    status, answer = await api.raw("sendMessage", chat_id=GROUP, text="a")
    assert status == 400
    assert answer["parameters"] == {"migrate_to_chat_id": new_id}
    assert answer["description"].endswith("group chat was upgraded to a supergroup chat")
    await api.ok("sendMessage", chat_id=new_id, text="a")
    assert sandbox.say(WANG, new_id, "/status") == 3
    for chat_id in (GROUP, new_id):
        with pytest.raises(ImpossibleError):
            sandbox.migrate(chat_id)
    with pytest.raises(ImpossibleError):
        sandbox.say(LI, GROUP, "a")


async def test_members_are_told_as_they_are(api: Api, sandbox: Sandbox) -> None:
    sandbox.add_user(9, "赵六")
    sandbox.join(9, GROUP)
    sandbox.leave(WANG, GROUP)

    assert await api.ok("getChatMemberCount", chat_id=GROUP) == 3
    statuses = {}
    for user_id in (LI, WANG, 9, 1):
        member = await api.ok("getChatMember", chat_id=GROUP, user_id=user_id)
        statuses[user_id] = member["status"]
    assert statuses == {LI: "creator", WANG: "left", 9: "member", 1: "member"}
    owners = await api.ok("getChatAdministrators", chat_id=GROUP)
    assert [owner["user"]["id"] for owner in owners] == [LI]
    assert await api.ok("leaveChat", chat_id=GROUP) is True
    assert await api.refused("getChat", chat_id=GROUP) == (
        "403 Forbidden: bot is not a member of the group chat"
    )


async def test_messages_carry_the_time_of_the_given_clock() -> None:
    now = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    sandbox = Sandbox(clock=lambda: now)
    sandbox.add_user(LI, "李四")
    sandbox.say(LI, LI, "a")

    assert sandbox.messages(LI)[0]["date"] == int(now.timestamp())


async def test_waiting_tells_what_it_saw_instead(api: Api, sandbox: Sandbox) -> None:
    await api.refused("sendMessage", chat_id=999, text="a")

    with pytest.raises(TimeoutError, match=r"sendMessage.*chat not found"):
        await sandbox.wait_until(lambda: sandbox.sent == 1, timeout=0.01)


async def test_the_transcript_reads_as_people_see_it(api: Api, sandbox: Sandbox) -> None:
    sandbox.say(LI, GROUP, "/status")
    markup = {"inline_keyboard": [[{"text": "是", "callback_data": "y"}]]}
    await api.ok("sendMessage", chat_id=GROUP, text="对吗？", reply_markup=markup)
    sandbox.send_file(WANG, GROUP, "名册.csv", b"a", caption="名册")

    assert sandbox.transcript(GROUP) == (
        "李四: /status\nsanhui_bot: 对吗？ [是]\n王五: 名册.csv 名册"
    )


async def test_a_group_gets_another_title(api: Api, sandbox: Sandbox) -> None:
    sandbox.rename(GROUP, "新名字", WANG)
    (update,) = await api.updates()

    assert update["message"]["new_chat_title"] == "新名字"
    assert update["message"]["chat"]["title"] == "新名字"


async def test_a_topic_that_was_deleted_takes_nothing(api: Api, sandbox: Sandbox) -> None:
    sandbox.add_group(-90, "论坛", [LI], forum=True)
    topic = sandbox.add_topic(-90, "党务")
    sandbox.delete_topic(-90, topic)

    refused = await api.refused("sendMessage", chat_id=-90, text="好", message_thread_id=topic)
    assert "message thread not found" in refused
    assert not sandbox.messages(-90)
