"""Files that the bot sends: byte for byte, once, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest
from sqlmodel import Session, select

from bot.render import MOST_CAPTION, Destination, Renderer
from bot.words import Words
from storage import outbox
from storage.database import snapshot
from storage.messages import Button, Document, Message
from storage.queues import OutboxFile, OutboxState
from tests.sample import ACTORS, FIRST
from tests.stage import Shown, Stage

SECRETARY = ACTORS["书记"].user_id
ALL_BYTES = bytes(range(256)) * 400
FILE = Document("第一支部 移交.html", ALL_BYTES)


class Verbatim:
    """A language in which a message says what it is given."""

    def text(self, template: str, values: Mapping[str, str]) -> str:
        return values["says"]


RENDERER = Renderer({"zh": cast("Words", Verbatim())})


def saying(text: str, document: Document | None = FILE) -> Message:
    return Message("verbatim", {"says": text}, document=document)


async def sent(
    stage: Stage, *messages: Message, edits: int | None = None, renderer: Renderer = RENDERER
) -> list[Shown]:
    to = Destination(SECRETARY, "zh", edits=edits)

    def put(session: Session) -> None:
        for message in messages:
            for owed in renderer.calls(message, to):
                outbox.put(session, owed, stage.clock())

    before = len(stage.shown(SECRETARY))
    await stage.service._runtime.write(put)
    stage.service.sending.wake()
    await stage.settled()
    return stage.shown(SECRETARY)[before:]


def received(stage: Stage, shown: Shown) -> tuple[str, bytes]:
    found = stage.sandbox.world.files.by_id(shown.file_id)
    assert found is not None
    return found.name, found.content


def kept(stage: Stage) -> list[str]:
    with snapshot(stage.service.core.engine) as session:
        return list(session.exec(select(OutboxFile.name)))


async def test_a_file_arrives_as_it_was_and_its_bytes_are_not_kept(stage: Stage) -> None:
    message = Message(
        "not_understood",
        {"read": "<b>台账</b>"},
        buttons=((Button("kind", "form:study", {"kind": "study"}),),),
        document=FILE,
    )
    (shown,) = await sent(stage, message, renderer=stage.service.core.renderer)

    assert received(stage, shown) == (FILE.name, ALL_BYTES)
    assert "<b>台账</b>" in shown.text
    assert len(shown.buttons) == 1
    assert kept(stage) == []


async def test_what_is_too_long_to_stand_below_a_file_comes_before_it(stage: Stage) -> None:
    said, file = await sent(stage, saying("长" * (MOST_CAPTION + 1)))

    assert (said.file_id, file.text) == ("", "")
    assert received(stage, file) == (FILE.name, ALL_BYTES)


async def test_a_caption_as_long_as_telegram_takes_is_sent(stage: Stage) -> None:
    caption = "𠮷" * (MOST_CAPTION // 2)  # each counts twice
    (shown,) = await sent(stage, saying(f"<b>{caption}</b>"))

    assert shown.text == caption


async def test_a_file_comes_after_the_message_whose_place_its_text_takes(stage: Stage) -> None:
    (first,) = await sent(stage, saying("先", document=None))
    (file,) = await sent(stage, saying("后"), edits=first.id)

    assert "后" in stage.shown(SECRETARY)[0].text
    assert file.text == ""


async def test_a_refused_file_is_sent_again_whole_and_once(stage: Stage) -> None:
    stage.sandbox.fail(method="sendDocument", error_code=502)
    (shown,) = await sent(stage, saying("再"))

    assert received(stage, shown) == (FILE.name, ALL_BYTES)
    assert kept(stage) == []


async def test_a_file_that_telegram_refuses_is_given_up_and_the_rest_go_on(stage: Stage) -> None:
    empty = Document("空.csv", b"")
    (shown,) = await sent(stage, saying("空", empty), saying("后来的", None))

    assert "后来的" in shown.text
    assert kept(stage) == []
    with snapshot(stage.service.core.engine) as session:
        assert [count for _, count in outbox.problems(session, OutboxState.FAILED)] == [1]


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ('a"b/c\\d:e.csv', "a_b_c_d_e.csv"),
        ("名\n册.csv", "名_册.csv"),
        ("100% 新.csv", "100% 新.csv"),
    ],
)
async def test_a_name_that_people_typed_is_made_one_of_a_file(
    stage: Stage, typed: str, arrives: str
) -> None:
    (shown,) = await sent(stage, saying("名", Document(typed, b"1")))

    assert received(stage, shown)[0] == arrives


async def test_a_file_follows_its_chat_where_that_moved(stage: Stage) -> None:
    moved = stage.sandbox.migrate(FIRST)

    def put(session: Session) -> None:
        for owed in RENDERER.calls(saying("搬"), Destination(FIRST, "zh")):
            outbox.put(session, owed, stage.clock())

    await stage.service._runtime.write(put)
    stage.service.sending.wake()
    await stage.settled()

    assert received(stage, stage.shown(moved)[-1]) == (FILE.name, ALL_BYTES)
