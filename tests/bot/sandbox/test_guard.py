"""Who is answered on the loopback address: programs of this machine, and no page of elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.sandbox.conftest import GROUP, LI, Api

SAY = {"user_id": LI, "chat_id": GROUP, "text": "/status"}
SEND = {"chat_id": GROUP, "text": "…"}
STRANGE = [
    {"Host": "evil.example"},
    {"Host": "evil.example:8081"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost@evil.example"},
    {"Host": "127.0.0.1:99999999", "Origin": "http://evil.example"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://127.0.0.1:1"},  # another server of this machine
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},  # a picture or a link: a GET has no origin
    {"Sec-Fetch-Site": "same-site"},
]


def _address(api: Api, path: str) -> str:
    return f"{api.sandbox.base_url.removesuffix('/bot')}{path}"


async def _status(api: Api, method: str, address: str, **options: Any) -> int:
    async with api.session.request(method, address, **options) as response:
        return response.status


@pytest.mark.parametrize("headers", STRANGE, ids=str)
async def test_a_page_of_elsewhere_neither_acts_nor_looks(
    api: Api, headers: dict[str, str]
) -> None:
    say, look = _address(api, "/sandbox/say"), _address(api, "/sandbox/world")
    send = api.url("sendMessage")
    assert await _status(api, "POST", say, json=SAY, headers=headers) == 403
    assert await _status(api, "GET", look, headers=headers) == 403
    assert await _status(api, "POST", send, data=SEND, headers=headers) == 403
    assert await _status(api, "GET", send, params=SEND, headers=headers) == 403
    assert api.sandbox.messages(GROUP) == []
    assert api.sandbox.calls_made == 0


async def test_a_program_and_a_page_of_its_own_are_answered(api: Api) -> None:
    look = _address(api, "/sandbox/world")
    own = _address(api, "")
    for headers in (
        {},
        {"Host": own.removeprefix("http://").replace("127.0.0.1", "localhost")},
        {"Origin": own, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ):
        assert await _status(api, "GET", look, headers=headers) == 200
