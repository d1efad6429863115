"""From an update to what a person said: who is spoken to, which command, which words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.addressing import slashed, without_mention, worded
from bot.incoming import Incoming, Notice, from_update
from bot.intake import arrival, happening
from bot.sent_files import OTHER_MEDIA
from storage.attachments import FileKind, SentFile

NOW = int(datetime(2026, 11, 25, 2, 0, tzinfo=UTC).timestamp())
ME = {"id": 1, "is_bot": True, "first_name": "三会", "username": "sanhui_bot"}
PERSON = {"id": 11, "is_bot": False, "first_name": "张三"}
PRIVATE = {"id": 11, "type": "private", "first_name": "张三"}
GROUP = {"id": -5, "type": "group", "title": "第一支部"}
BOTS = {"message_id": 3, "date": NOW, "chat": GROUP, "from": ME, "text": "已记录 #1"}
OTHER_BOTS = {**BOTS, "from": {**ME, "id": 2, "username": "otherbot"}}
PEOPLES = {"message_id": 3, "date": NOW, "chat": GROUP, "from": PERSON, "text": "好"}


def message(text: str | None, chat: dict[str, Any] = GROUP, **more: Any) -> dict[str, Any]:
    content = {} if text is None else {"text": text}
    return {"message_id": 7, "date": NOW, "chat": chat, "from": PERSON, **content, **more}


def read_update(**happened: object) -> Incoming | Notice | None:
    return from_update({"update_id": 1, **happened}, "sanhui_bot")


def read(text: str | None, chat: dict[str, Any] = GROUP, **more: Any) -> Incoming | None:
    said = read_update(message=message(text, chat, **more))
    assert not isinstance(said, Notice)
    return said


SAID: list[tuple[str, dict[str, Any], dict[str, Any], str | None, str]] = [
    # typed, chat, more of the message, command, what follows it
    ("/status", GROUP, {}, "status", ""),
    ("/status@sanhui_bot 三季度", GROUP, {}, "status", "三季度"),
    ("/STATUS@Sanhui_Bot", GROUP, {}, "status", ""),
    ("/status@otherbot", GROUP, {}, None, "/status@otherbot"),
    ("/status@otherbot", PRIVATE, {}, None, "/status@otherbot"),
    ("/log 学习 今天", GROUP, {}, "log", "学习 今天"),
    ("/meeting\n时间:今天\n地点:三楼", GROUP, {}, "meeting", "时间:今天\n地点:三楼"),
    ("/status三季度", PRIVATE, {}, "status", "三季度"),
    ("/weather", GROUP, {}, None, "/weather"),
    ("/", GROUP, {}, None, "/"),
    ("状态", GROUP, {}, None, "状态"),
    ("状态", PRIVATE, {}, "status", ""),
    ("状态不错", PRIVATE, {}, None, "状态不错"),
    ("党费:张三 50", PRIVATE, {}, "dues", "张三 50"),
    ("党费,张三 50", PRIVATE, {}, "dues", "张三 50"),
    ("@sanhui_bot 状态 三季度", GROUP, {}, "status", "三季度"),
    ("状态 三季度 @Sanhui_Bot", GROUP, {}, "status", "三季度"),
    ("@otherbot 状态", GROUP, {}, None, "@otherbot 状态"),
    ("状态", GROUP, {"reply_to_message": BOTS}, "status", ""),
    ("状态", GROUP, {"reply_to_message": PEOPLES}, None, "状态"),
    ("状态", GROUP, {"reply_to_message": OTHER_BOTS}, None, "状态"),
    ("状态 @sanhui_bot 三季度", GROUP, {}, "status", "三季度"),
    ("状态\n@Sanhui_Bot", GROUP, {}, "status", ""),
    ("/status 三季度 @sanhui_bot", GROUP, {}, "status", "三季度"),
    ("@sanhui_bot /status", GROUP, {}, "status", ""),
    ("@sanhui_bot2 状态", GROUP, {}, None, "@sanhui_bot2 状态"),
    ("a@sanhui_bot 状态", GROUP, {}, None, "a@sanhui_bot 状态"),
    ("／Status 三季度", PRIVATE, {}, "status", "三季度"),
    ("／status＠sanhui_bot", GROUP, {}, "status", ""),
    ("/会议 支委会", PRIVATE, {}, "meeting", "支委会"),
    ("／会议 支委会", PRIVATE, {}, "meeting", "支委会"),
    ("/会议 支委会", GROUP, {}, "meeting", "支委会"),
    ("／党费 张三 50", GROUP, {}, "dues", "张三 50"),
    ("会议 支委会", GROUP, {}, None, "会议 支委会"),
    ("/Meeting\n支委会", GROUP, {}, "meeting", "支委会"),
    ("\u200b\u202e状态\u2066 三季度\ufeff", PRIVATE, {}, "status", "三季度"),
    ("名册", PRIVATE, {}, "roster", ""),
    ("records 支委会", PRIVATE, {}, "records", "支委会"),
    ("dues 张三 50", PRIVATE, {}, "dues", "张三 50"),
]


@pytest.mark.parametrize(("typed", "chat", "more", "command", "rest"), SAID)
def test_a_message_is_read(
    typed: str, chat: dict[str, Any], more: dict[str, Any], command: str | None, rest: str
) -> None:
    said = read(typed, chat, **more)

    assert said is not None
    assert (said.command, said.text) == (command, rest)
    assert (said.actor, said.chat_id, said.message_id) == (11, chat["id"], 7)
    assert said.private is (chat is PRIVATE)


def test_only_what_is_said_to_the_bot_wants_an_answer() -> None:
    addressed = {typed: read(typed) for typed in ("你好", "@sanhui_bot 你好", "你好 @sanhui_bot")}

    assert [said is not None and said.addressed for said in addressed.values()] == [
        False,
        True,
        True,
    ]
    private = read("你好", PRIVATE)
    assert private is not None
    assert private.addressed


def test_what_nobody_said_is_nothing() -> None:
    assert read(None, GROUP, new_chat_photo=[]) is None
    channel = {**message("/status"), "sender_chat": GROUP}
    del channel["from"]
    assert read_update(message=channel) is None
    assert read_update(poll={"id": "1"}) is None


CHANNEL = {"id": -1009, "type": "channel", "title": "支部之声"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
GROUP_BOT = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
OTHER_BOT = {"id": 2, "is_bot": True, "first_name": "B", "username": "otherbot"}


@pytest.mark.parametrize(
    "more",
    [
        {"from": CHANNEL_BOT, "sender_chat": CHANNEL},
        {"from": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True},
        {"from": OTHER_BOT},
    ],
    ids=["as a channel", "from the linked channel", "a bot"],
)
def test_no_channel_and_no_bot_is_a_person(more: dict[str, Any]) -> None:
    assert read("/meeting 学习 今天", **more) is None
    assert read_update(edited_message=message("/status", edit_date=NOW, **more)) is None


def test_posts_in_a_channel_are_not_ours() -> None:
    post = {**message("/status", CHANNEL), "sender_chat": CHANNEL}
    del post["from"]
    assert read_update(channel_post=post) is None
    assert read_update(edited_channel_post={**post, "edit_date": NOW}) is None


def test_an_anonymous_administrator_is_nobody_but_by_a_tap() -> None:
    said = read("/meeting 学习 今天", **{"from": GROUP_BOT, "sender_chat": GROUP})
    query = {"id": "9", "from": PERSON, "chat_instance": "1", "data": "undo:1", "message": BOTS}
    tapped = read_update(callback_query=query)

    assert said is not None
    assert (said.nobody, said.command) == (True, "meeting")
    assert isinstance(tapped, Incoming)
    assert (tapped.nobody, tapped.actor) == (False, 11)


def test_forwarded_words_are_marked_as_such() -> None:
    origin = {"type": "user", "date": NOW - 86400, "sender_user": PERSON}
    said = read("/meeting 学习 今天", PRIVATE, forward_origin=origin)

    assert said is not None
    assert said.forwarded


def test_a_reply_names_the_bots_message_but_not_a_persons() -> None:
    to_bot, to_person = (read("实到4", reply_to_message=to) for to in (BOTS, PEOPLES))

    assert to_bot is not None
    assert to_bot.replies_to == 3
    assert to_person is not None
    assert to_person.replies_to is None


def test_an_edit_was_said_when_it_was_edited() -> None:
    said = read_update(edited_message=message("/status", edit_date=NOW + 60))

    assert isinstance(said, Incoming)
    assert said.edited
    assert said.sent_at == datetime.fromtimestamp(NOW + 60, UTC)
    assert said.written_at == datetime.fromtimestamp(NOW, UTC)


def test_a_thread_is_a_topic_only_where_there_are_topics() -> None:
    topic = read("/status", message_thread_id=9, is_topic_message=True)
    replies = read("/status", message_thread_id=9)

    assert topic is not None
    assert topic.thread_id == 9
    assert replies is not None
    assert replies.thread_id is None


def test_half_a_character_is_replaced_before_it_reaches_a_database() -> None:
    said = read("/meeting 学习 \ud83d \0")

    assert said is not None
    assert said.text.encode("utf-8").decode() == "学习 \ufffd"


def test_a_tap_is_a_verb_and_its_arguments() -> None:
    def tap(data: str | None, of: dict[str, Any] | None) -> Incoming | None:
        query = {"id": "9", "from": PERSON, "chat_instance": "1", "data": data, "message": of}
        said = read_update(callback_query=query)
        assert not isinstance(said, Notice)
        return said

    said = tap("undo:3-5", BOTS)
    assert said is not None
    assert (said.verb, said.text, said.callback_id) == ("undo", "3-5", "9")
    assert (said.actor, said.chat_id, said.message_id) == (11, -5, 3)
    assert said.command is None
    assert tap(None, BOTS) is None
    assert tap("undo:3", None) is None
    old = tap("undo:3", {"chat": GROUP, "message_id": 3, "date": 0})
    assert old is not None
    assert old.thread_id is None


def test_notices_tell_what_became_of_a_chat() -> None:
    moved = message(None, migrate_to_chat_id=-1005)
    assert read_update(message=moved) == Notice(-5, moved_to=-1005)
    come = message(None, chat={**GROUP, "id": -1005}, migrate_from_chat_id=-5)
    assert read_update(message=come) == Notice(-5, moved_to=-1005)
    for status, present in (("kicked", False), ("left", False), ("member", True)):
        member = {"status": status, "user": ME}
        change = {
            "chat": GROUP,
            "from": PERSON,
            "date": NOW,
            "old_chat_member": {"status": "member", "user": ME},
            "new_chat_member": {**member, **({"until_date": 0} if status == "kicked" else {})},
        }
        told = Notice(-5, present=present, title="第一支部", by=11)
        assert read_update(my_chat_member=change) == told
    renamed = Notice(-5, title="新名字", renamed=True)
    assert read_update(message=message(None, new_chat_title="新名字")) == renamed


IN, OUT = {"status": "member"}, {"status": "left"}
SILENCED, SHUT_OUT = ({"status": "restricted", "is_member": there} for there in (True, False))


@pytest.mark.parametrize(
    ("before", "after", "present", "came"),
    [
        (OUT, IN, True, True),
        ({"status": "kicked"}, {"status": "administrator"}, True, True),
        (IN, {"status": "administrator"}, True, False),
        (SHUT_OUT, SILENCED, True, True),
        (IN, SHUT_OUT, False, False),
        (SILENCED, IN, True, False),
    ],
)
def test_the_bot_comes_where_it_was_not_before(
    before: dict[str, Any], after: dict[str, Any], present: bool, came: bool
) -> None:
    change = {"chat": CHANNEL, "from": PERSON, "date": NOW}
    change |= {"old_chat_member": before, "new_chat_member": after}
    told = read_update(my_chat_member=change)

    assert told == Notice(
        -1009, present=present, title="支部之声", kind="channel", came=came, by=11
    )


@pytest.mark.parametrize(
    "update",
    [
        {"message": 5},
        {"message": {"message_id": 5, "chat": "nowhere", "date": NOW}},
        {"message": {"message_id": 5, "chat": GROUP, "from": PERSON, "text": "/status"}},
        {"message": {**message("/status"), "text": 5}},
        {"callback_query": {"id": 1}},
        {"my_chat_member": {"chat": GROUP}},
    ],
)
def test_an_update_without_what_must_be_there_is_an_error(update: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, AttributeError)):
        read_update(**update)


def test_a_word_must_end_where_the_command_does() -> None:
    assert worded("会议室在三楼") == (None, "会议室在三楼")
    assert worded("会议 支委会") == ("meeting", "支委会")
    assert worded("/meeting支委会") == (None, "/meeting支委会")
    assert slashed("/statusx") == (None, "/statusx")


def test_every_mention_goes_and_its_words_stay_apart() -> None:
    assert without_mention("@b a@b @B,c", "b") == ("a@b ,c", True)


# The first 16 digits of the SHA-256 of "a" and of "b".
SAID_A, SAID_B = "ca978112ca1bbdca", "3e23e8160039594a"
HAPPENINGS = [
    ({"message": message("a")}, "message:-5:7"),
    ({"edited_message": message("a", edit_date=NOW)}, f"message:-5:7:{NOW}:{SAID_A}"),
    ({"edited_message": message("b", edit_date=NOW)}, f"message:-5:7:{NOW}:{SAID_B}"),
    ({"edited_message": message("a", edit_date=NOW + 1)}, f"message:-5:7:{NOW + 1}:{SAID_A}"),
    ({"message": message("a", edit_date=NOW)}, "message:-5:7"),
    ({"callback_query": {"id": "77"}}, "tap:77"),
    ({"my_chat_member": {"chat": GROUP}}, "update:1"),
    ({"message": "nonsense"}, "update:1"),
    ({"message": {"chat": None}}, "update:1"),
    ({}, "update:1"),
]


@pytest.mark.parametrize(("update", "name"), HAPPENINGS)
def test_a_happening_is_known_again(update: dict[str, Any], name: str | None) -> None:
    assert happening({"update_id": 1, **update}) == name


def test_an_arrival_keeps_the_update_as_it_came() -> None:
    kept = arrival({"update_id": 5, "message": message("党费 \ud83d")})

    assert (kept.update_id, kept.happening) == (5, "message:-5:7")
    assert kept.payload.isascii()


def sent(**more: object) -> dict[str, object]:
    return {"file_id": "A1", "file_unique_id": "U1", **more}


def test_the_caption_of_a_file_is_read_like_a_text() -> None:
    said = read(None, document=sent(file_name="a/b.pdf", file_size=3), caption="/doc #3")
    worded_one = read(None, PRIVATE, document=sent(), caption="材料 #3")
    follows = read(None, photo=[sent(width=1, height=1)], reply_to_message=PEOPLES)

    assert said is not None
    assert (said.command, said.text) == ("doc", "#3")
    assert said.file == SentFile(FileKind.DOCUMENT, "A1", "U1", "a_b.pdf", size=3)
    assert worded_one is not None
    assert (worded_one.command, worded_one.text) == ("doc", "#3")
    assert follows is not None
    assert (follows.text, follows.follows, follows.replies_to) == ("", 3, None)


def test_of_a_photo_the_largest_size_is_taken() -> None:
    sizes = [
        sent(width=90, height=60),
        {"file_id": "A2", "file_unique_id": "U2", "width": 900, "height": 600, "file_size": 5},
        sent(width=300, height=200),
    ]
    said = read(None, PRIVATE, photo=sizes, media_group_id="77")

    assert said is not None
    assert said.file == SentFile(FileKind.PHOTO, "A2", "U2", size=5, album="77")


@pytest.mark.parametrize("medium", OTHER_MEDIA)
def test_what_is_no_photo_or_file_is_named(medium: str) -> None:
    said = read(None, PRIVATE, **{medium: sent(), "document": sent()})

    assert said is not None
    assert (said.medium, said.file) == (medium, None)


@pytest.mark.parametrize(
    "more",
    [
        {"document": {"file_id": 5, "file_unique_id": "U"}},
        {"document": {"file_id": "A" + chr(0), "file_unique_id": "U"}},
        {"document": {"file_unique_id": "U"}},
        {"document": sent(), "media_group_id": "七"},
        {"photo": [{"width": "x"}]},
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(more: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read(None, PRIVATE, **more)
