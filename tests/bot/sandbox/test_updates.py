"""Long poll, offsets, 409, allowed_updates."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import GROUP, LI, Api, texts, until_polling


async def test_updates_stay_until_an_offset_confirms_them(api: Api, sandbox: Sandbox) -> None:
    for text in "abc":
        sandbox.say(LI, LI, text)

    first = await api.updates()
    assert texts(first) == ["a", "b", "c"]
    assert await api.updates() == first
    assert texts(await api.updates(limit=2)) == ["a", "b"]
    assert sandbox.unconfirmed == 3
    assert texts(await api.updates(offset=first[0]["update_id"] + 1)) == ["b", "c"]
    assert sandbox.unconfirmed == 2
    assert texts(await api.updates(offset=-1)) == ["c"]
    assert sandbox.unconfirmed == 1
    assert await api.updates(offset=first[2]["update_id"] + 1) == []
    assert sandbox.unconfirmed == 0


async def test_a_long_poll_answers_when_something_happens(api: Api, sandbox: Sandbox) -> None:
    polling = asyncio.create_task(api.updates(timeout=50))
    await until_polling(sandbox)
    sandbox.say(LI, LI, "a")

    assert texts(await polling) == ["a"]


async def test_a_second_poller_ends_the_first_with_409(api: Api, sandbox: Sandbox) -> None:
    first = asyncio.create_task(api.raw("getUpdates", timeout=50))
    await until_polling(sandbox)
    second = asyncio.create_task(api.raw("getUpdates", timeout=50))

    status, answer = await first
    assert (status, answer["error_code"]) == (409, 409)
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    sandbox.say(LI, LI, "a")
    assert texts((await second)[1]["result"]) == ["a"]


async def test_a_poller_that_went_away_is_forgotten(api: Api, sandbox: Sandbox) -> None:
    lost = asyncio.create_task(api.raw("getUpdates", timeout=50))
    await until_polling(sandbox)
    lost.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lost
    sandbox.say(LI, LI, "a")

    assert texts(await api.updates(timeout=5)) == ["a"]


async def test_only_wanted_kinds_are_queued(api: Api, sandbox: Sandbox) -> None:
    await api.updates(allowed_updates=["edited_message"])
    said = sandbox.say(LI, LI, "a")
    sandbox.edit(LI, LI, said, "b")
    sandbox.kick_bot(GROUP, by=LI)

    (update,) = await api.updates()
    assert update["edited_message"]["text"] == "b"
    await api.updates(offset=-1, allowed_updates=[])
    sandbox.block_bot(LI)
    assert "my_chat_member" in (await api.updates())[-1]


async def test_raw_updates_are_delivered_as_they_are(api: Api, sandbox: Sandbox) -> None:
    sandbox.say(LI, LI, "a")
    (first,) = await api.updates()
    sandbox.deliver(first)
    sandbox.deliver({"unheard_of": {"x": [1, None]}})
    again = await api.updates(offset=first["update_id"] + 1)

    assert again[0] == first
    assert again[1]["unheard_of"] == {"x": [1, None]}
    assert again[1]["update_id"] == first["update_id"] + 1
    assert await api.updates(offset=again[1]["update_id"] + 1) == []
