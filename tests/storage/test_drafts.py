"""Unfinished entries: kept until they are whole or let go, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage import directory, drafts
from storage.database import attempt, transaction
from storage.drafts import Draft, Outcome
from tests.storage.samples import a_unit, moment

CHAT, WHO, NOW = -100, 11, moment("2026-11-25 10:00")


def begin(session: Session, **told: Any) -> Draft:
    values: dict[str, Any] = {
        "chat_id": CHAT,
        "actor": WHO,
        "command": "meeting",
        "said": "支委会 9月1日",
        "written_at": NOW,
        "touched_at": NOW,
        **told,
    }
    draft = Draft(**values)
    drafts.keep(session, draft)
    return draft


def test_a_draft_is_as_it_was_after_a_restart(engine: Engine) -> None:
    options = (Outcome("支委会 9月1日", "far_back 2026-09-01"), Outcome("支委会 2026-11-01"))
    with transaction(engine) as session:
        draft = begin(session)
        drafts.ask(draft, options, (4, 8))
        drafts.accept(draft, "丙")
        drafts.accept(draft, "甲")
        drafts.accept(draft, "甲")
        number = drafts.keep(session, draft)
    with transaction(engine) as session:
        found = drafts.find(session, number)
        assert found is not None
        assert (found.options, found.turn) == (options, 1)
        assert (found.place, found.place_end) == (4, 8)
        assert found.accepts == {"甲", "丙"}
        assert (found.written_at, found.touched_at) == (NOW, NOW)
        drafts.ask(found, (), None)
        assert (found.place, found.place_end, found.turn, found.options) == (None, None, 2, ())


def fail(session: Session, number: int, end: str) -> None:
    with attempt(session):
        found = drafts.find(session, number)
        assert found is not None
        found.said = "别的"
        if end == "closed":
            drafts.close(session, found)
        raise RuntimeError


@pytest.mark.parametrize("end", ["changed", "closed"])
def test_what_befell_a_draft_in_an_attempt_that_failed_did_not(engine: Engine, end: str) -> None:
    with transaction(engine) as session:
        number = begin(session).key
    with transaction(engine) as session:
        with pytest.raises(RuntimeError):
            fail(session, number, end)
        assert drafts.find(session, number) is not None
        begin(session)  # what comes after it in the same transaction
    with transaction(engine) as session:
        found = drafts.find(session, number)
        assert found is not None
        assert found.said == "支委会 9月1日"


def change(session: Session, draft: Draft, said: str | None) -> None:
    with attempt(session):
        draft.said = said  # type: ignore[assignment]  # the error is what is wanted


def test_what_cannot_be_written_fails_the_attempt_that_changed_it(engine: Engine) -> None:
    with transaction(engine) as session:
        draft = begin(session)
        number = draft.key
        with pytest.raises(IntegrityError):
            change(session, draft, None)
        again = drafts.find(session, number)
        assert again is not None
        change(session, again, "别的")
    with transaction(engine) as session:
        kept = drafts.find(session, number)
        assert kept is not None
        assert kept.said == "别的"


def test_a_number_is_never_given_twice(engine: Engine) -> None:
    with transaction(engine) as session:
        draft = begin(session)
        first = draft.key
        drafts.close(session, draft)
    with transaction(engine) as session:
        assert drafts.find(session, first) is None
        assert begin(session).key > first


def test_the_draft_that_is_meant_is_found(session: Session) -> None:
    first = begin(session, message_id=7)
    second = begin(session, message_id=8, touched_at=NOW - timedelta(minutes=1))
    begin(session, actor=12, touched_at=NOW + timedelta(hours=1))
    begin(session, chat_id=-101, message_id=7, touched_at=NOW + timedelta(hours=1))
    assert drafts.prompted(session, drafts.prompt_of(first.key)) == first
    assert drafts.of_message(session, CHAT, 8) == second
    assert drafts.of_message(session, CHAT, 9) is None
    assert drafts.prompted(session, f"typed:{second.key + 9}") is None
    assert drafts.prompted(session, f"/amend #{first.key}") is None


def test_those_that_nobody_touched_are_found_in_order(session: Session) -> None:
    old = [begin(session, touched_at=NOW - timedelta(days=back)).key for back in (2, 3)]
    begin(session)
    assert drafts.left(session, NOW - timedelta(days=1)) == old


def test_one_that_is_being_answered_is_not_left(engine: Engine) -> None:
    with transaction(engine) as session:
        first, second = (begin(session, touched_at=NOW).key for _ in range(2))
    if engine.dialect.name == "sqlite":
        return  # it has one writer at a time
    with transaction(engine) as answering, transaction(engine) as closing:
        assert drafts.find(answering, first) is not None
        assert drafts.left(closing, NOW + timedelta(days=1)) == [second]


@pytest.mark.parametrize(
    ("accepts", "private", "told"),
    [
        ((), False, "2026-11\n张三 50"),
        (("due",), True, "2026-11\n张三 50"),
        (("due",), False, "2026-11\n张三"),
    ],
)
def test_sums_that_nobody_typed_are_not_told_in_a_group(
    session: Session, accepts: tuple[str, ...], told: str, *, private: bool
) -> None:
    draft = begin(session, said="2026-11\n张三", guided=True, chat_id=WHO if private else CHAT)
    drafts.walk(draft, "sum")
    for each in accepts:
        drafts.accept(draft, each)
    draft.said = "2026-11\n张三 50"
    assert drafts.tellable(draft) == told


def test_a_draft_moves_with_its_group(session: Session) -> None:
    directory.bind_chat(session, CHAT, a_unit(session).key)
    number = begin(session).key
    directory.move_chat(session, CHAT, -1000)
    session.expire_all()
    moved = drafts.find(session, number)
    assert moved is not None
    assert moved.chat_id == -1000
