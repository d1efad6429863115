"""Questions that must outlive what happens in between: a restart, a move, a role that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from storage import directory
from storage.database import transaction
from storage.drafts import Draft
from storage.ledger import Entry
from storage.units import RoleHeld
from tests.sample import ACTORS, FIRST
from tests.stage import Stage, local

SECRETARY = ACTORS["书记"].user_id
FAR_BACK = "/meeting 学习 9月1日 应到8 实到8"


def counts(stage: Stage) -> tuple[int, int]:
    """How many entries and how many drafts there are."""
    with transaction(stage.service.core.engine) as session:
        found = (session.exec(select(table)).all() for table in (Entry, Draft))
        entries, drafts = (len(rows) for rows in found)
        return entries, drafts


async def test_a_question_is_answered_after_a_restart(stage: Stage, database: Path) -> None:
    (question,) = await stage.say("书记", "第一支部", FAR_BACK)
    said = stage.said
    await stage.restart(database)
    (echo,) = await stage.tap("书记", "第一支部", question.id, "就是这天")
    assert (echo.id, counts(stage)) == (question.id, (1, 0))
    assert "已记录 #1 学习" in echo.text
    (amended,) = await stage.edit("书记", "第一支部", said, f"{FAR_BACK} 地点:礼堂")
    assert "已更正 #1 → #2" in amended.text
    (reply,) = await stage.say("书记", "第一支部", "实到7 缺席:李四", reply_to=echo.id)
    assert "#2 → #3" in reply.text


async def test_two_taps_at_once_record_once(stage: Stage) -> None:
    (question,) = await stage.say("书记", "第一支部", FAR_BACK)
    taps = [stage.sandbox.tap_label(SECRETARY, FIRST, question.id, "就是这天") for _ in range(2)]
    await stage.settled()
    assert counts(stage) == (1, 0)
    told = [stage.sandbox.answers[tap]["text"] for tap in taps]
    assert (told[0], "已经答过了" in told[1]) == ("", True)


async def test_a_question_moves_with_its_group(stage: Stage) -> None:
    await stage.say("书记", "第一支部", FAR_BACK)
    moved = stage.sandbox.migrate(FIRST)
    await stage.settled()
    stage.chats["第一支部"] = moved
    with transaction(stage.service.core.engine) as session:
        (draft,) = session.exec(select(Draft)).all()
        assert draft.chat_id == moved
    (question,) = await stage.say("书记", "第一支部", "/meeting 党课 9月1日 应到8 实到8")
    (echo,) = await stage.tap("书记", "第一支部", question.id, "就是这天")
    assert "已记录 #1 党课" in echo.text


async def test_who_lost_the_role_cannot_answer_any_more(stage: Stage) -> None:
    (question,) = await stage.say("书记", "第一支部", FAR_BACK)
    with transaction(stage.service.core.engine) as session:
        held = update(RoleHeld).where(col(RoleHeld.telegram_id) == SECRETARY)
        session.execute(held.values(to_on=local("2026-11-01T00:00").date()))
    (refusal,) = await stage.tap("书记", "第一支部", question.id, "就是这天")
    assert refusal.id != question.id
    assert counts(stage) == (0, 1)


async def test_it_is_asked_in_the_language_of_the_chat(stage: Stage) -> None:
    with transaction(stage.service.core.engine) as session:
        bound = directory.unit_of_chat(session, FIRST)
        assert bound is not None
        bound[0].locale = "en"
        session.add(bound[0])
    said = "/meeting study 2026-9-1 expected 8 present 8"
    (question,) = await stage.say("书记", "第一支部", said)
    assert "2026-09-01 Tue was 85 days ago. Is it that day?" in question.text
    assert question.buttons == ("That day", "2026-11-01 Sun", "Cancel")
    (unclear,) = await stage.say("书记", "第一支部", "perhaps", reply_to=question.id)
    assert "The question stands" in unclear.text
    (echo,) = await stage.say("书记", "第一支部", "Yes", reply_to=unclear.id)
    assert "Recorded #1" in echo.text
    assert "Please say why" in echo.text
    (amended,) = await stage.tap("书记", "第一支部", echo.id, "Papers came late")
    assert "Late because: none → papers came late" in amended.text


def a_topic(stage: Stage) -> int:
    """Make the branch's group a forum; answers a topic of it."""
    members = list(stage.sandbox.world.chats.pop(FIRST).members)
    members.remove(stage.sandbox.world.bot_id)
    stage.sandbox.add_group(FIRST, "第一支部", members, forum=True)
    return stage.sandbox.add_topic(FIRST, "台账")


async def test_it_is_asked_and_answered_in_its_topic(stage: Stage) -> None:
    topic = a_topic(stage)
    (question,) = await stage.say("书记", "第一支部", FAR_BACK, thread_id=topic)
    assert question.thread_id == topic
    (echo,) = await stage.say("书记", "第一支部", "11月2日", reply_to=question.id, thread_id=topic)
    assert (echo.thread_id, counts(stage)) == (topic, (1, 0))


async def test_what_cannot_be_changed_any_more_is_said_anew_in_its_topic(stage: Stage) -> None:
    topic = a_topic(stage)
    (question,) = await stage.say("书记", "第一支部", FAR_BACK, thread_id=topic)
    gone = "Bad Request: message to edit not found"
    stage.sandbox.fail(method="editMessageText", error_code=400, description=gone)
    (echo,) = await stage.tap("书记", "第一支部", question.id, "就是这天")
    assert echo.id != question.id
    assert ("已记录 #1 学习" in echo.text, echo.thread_id) == (True, topic)


@pytest.mark.parametrize("begins", ["form:学习", "pay:"])
async def test_what_a_button_began_comes_from_no_message(stage: Stage, begins: str) -> None:
    (shown,) = await stage.say("书记", "第一支部", "/dues")
    (form,) = await stage.forge("书记", "第一支部", shown.id, begins)
    said = "昨天 应到8 实到8" if begins == "form:学习" else "本月\n张三 50"
    (echo,) = await stage.say("书记", "第一支部", said, reply_to=form.id)
    assert "已记" in echo.text
    with transaction(stage.service.core.engine) as session:
        (entry,) = session.exec(select(Entry)).all()
        assert (entry.chat_id, entry.message_id) == (FIRST, None)
