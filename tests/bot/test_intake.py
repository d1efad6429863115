"""Intake: what is kept of an update."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake import arrival, numbered

GROUP = {"id": -5, "type": "group"}
MESSAGE = {"message_id": 7, "chat": GROUP, "date": 1, "text": "/help"}


@pytest.mark.parametrize("number", [{}, *({"update_id": no} for no in (None, "1", True, 2**63))])
def test_an_update_without_a_number_is_kept_and_set_aside(number: dict[str, object]) -> None:
    kept = arrival({"message": MESSAGE, **number})

    assert numbered(number) is None
    assert kept.problem == "no number"
    assert kept == arrival({"message": MESSAGE, **number})


OF_A_CHAT: list[dict[str, Any]] = [
    {"message": MESSAGE},
    {"edited_message": {**MESSAGE, "edit_date": 2}},
    {"callback_query": {"id": "9", "message": MESSAGE}},
    {"my_chat_member": {"chat": GROUP}},
]


@pytest.mark.parametrize("update", OF_A_CHAT)
def test_an_update_keeps_the_order_of_its_chat(update: dict[str, object]) -> None:
    assert arrival({"update_id": 1, **update}).chat_id == -5


OF_NONE: list[dict[str, Any]] = [
    {},
    {"message": 5},
    {"message": {"chat": "nowhere"}},
    {"message": {"chat": {"id": "-5"}}},
    {"message": {"chat": {"id": 2**63}}},
    {"callback_query": {"id": "9"}},
    {"callback_query": {"id": "9", "message": "old"}},
]


@pytest.mark.parametrize("update", OF_NONE)
def test_an_update_of_no_chat_is_kept_all_the_same(update: dict[str, object]) -> None:
    kept = arrival({"update_id": 1, **update})

    assert (kept.chat_id, kept.problem) == (0, None)


def test_a_number_that_comes_again_after_a_quiet_week_is_another_update() -> None:
    first = arrival({"update_id": 1, "message": MESSAGE})
    again = arrival({"update_id": 1, "message": {**MESSAGE, "message_id": 8}})

    assert first.happening != again.happening


@pytest.mark.parametrize("odd", ["\0", "\ud800", "会", "x" * 5000])
def test_what_an_update_is_about_has_a_name_that_every_database_keeps(odd: str) -> None:
    tap, other = ({"callback_query": {"id": f"{odd}{n}"}, "update_id": 1} for n in (1, 2))
    name = arrival(tap).happening

    assert len(name) < 50
    assert name.isascii()
    assert name.isprintable()
    assert name == arrival(tap).happening != arrival(other).happening
