"""The control API, on a sandbox that is a process of its own."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import signal
import sys
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import GROUP, LI, Api


class Control:
    def __init__(self, root: str, session: aiohttp.ClientSession) -> None:
        self.root = root
        self.session = session

    async def post(self, act: str, **body: Any) -> Any:
        url, data = f"{self.root}/sandbox/{act}", io.BytesIO(json.dumps(body).encode())
        async with self.session.post(url, data=data) as response:
            answer = await response.json()
            assert response.status == (200 if answer["ok"] else 400)
            return answer.get("result", answer.get("error"))

    async def get(self, what: str, **query: str) -> Any:
        async with self.session.get(f"{self.root}/sandbox/{what}", params=query) as response:
            return response.status, (await response.json()).get("result")


async def test_another_process_drives_it_and_it_ends_cleanly() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--token", "42:x", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())
    try:
        async with aiohttp.ClientSession() as session:
            control = Control(ready["base_url"].removesuffix("/bot"), session)
            await control.post("users", user_id=LI, first_name="李四")
            await control.post("groups", chat_id=GROUP, title="第一支部", members=[LI])
            said = [{"user_id": LI, "chat_id": GROUP, "text": f"/dues {n}"} for n in range(2000)]
            assert await control.post("say", items=said) == list(range(1, 2001))
            waiting = asyncio.create_task(control.get("wait", sent="1", timeout="5"))
            async with session.post(
                f"{ready['base_url']}42:x/sendMessage", json={"chat_id": GROUP, "text": "好"}
            ) as response:
                assert response.status == 200
            status, state = await waiting
            assert (status, state["unconfirmed"], state["sent"]) == (200, 2000, 1)
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_acts_and_questions(api: Api) -> None:
    control = Control(api.sandbox.base_url.removesuffix("/bot"), api.session)
    markup = {"inline_keyboard": [[{"text": "是", "callback_data": "y"}]]}
    sent = await api.ok("sendMessage", chat_id=GROUP, text="?", reply_markup=markup)
    tapped = {"user_id": LI, "chat_id": GROUP, "message_id": sent["message_id"]}
    query = await control.post("tap", **tapped, label="是")
    await api.ok("answerCallbackQuery", callback_query_id=query)
    said = await control.post("say", user_id=LI, chat_id=GROUP, text="/a")
    await control.post("edit", user_id=LI, chat_id=GROUP, message_id=said, text="/b")
    await control.post("file", user_id=LI, chat_id=GROUP, name="a.txt", content="AAE=")
    files = [["a.txt", "AAE="], ["b.txt", "AAE="]]
    await control.post("album", user_id=LI, chat_id=GROUP, files=files, photo=False)
    await control.post("deliver", update_id=5, odd={})
    await control.post("fail", error_code=500)
    await api.refused("getMe")

    _, messages = await control.get("messages", chat_id=str(GROUP))
    assert [message.get("text") for message in messages] == ["?", "/b", *[None] * 3]
    _, calls = await control.get("calls", since="1")
    assert [(call["method"], call["status"]) for call in calls] == [
        ("answerCallbackQuery", 200),
        ("getMe", 500),
    ]
    _, answers = await control.get("answers")
    assert answers == {query: {"text": "", "show_alert": False}}
    assert (await control.get("wait", sent="9", timeout="0.01"))[0] == 408
    assert (await control.get("nothing"))[0] == 404
    assert (await control.get("messages", chat_id="99"))[0] == 400
    assert "unexpected keyword" in await control.post("say", who=1)
    assert "no chat 99" in await control.post("say", user_id=LI, chat_id=99, text="a")


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("fail", {"mode": "sulk"}),
    ("fail", {"method": "webhook"}),
    ("fail", {"times": 0}),
    ("fail", {"times": "often"}),
    ("fail", {"error_code": 0}),
    ("fail", {"delay": -1}),
    ("fail", {"retry_after": "soon"}),
    ("file", {"user_id": LI, "chat_id": LI, "name": "a.txt", "content": "no Base64"}),
    ("album", {"user_id": LI, "chat_id": LI, "files": [["a.txt", "aGk="], ["b.txt", "#"]]}),
]


@pytest.mark.parametrize(("act", "body"), WRONG)
async def test_what_would_break_only_later_is_refused(
    api: Api, act: str, body: dict[str, Any]
) -> None:
    control = Control(api.sandbox.base_url.removesuffix("/bot"), api.session)
    assert isinstance(await control.post(act, **body), str), "what is wrong"
    assert api.sandbox.faults.ordered == []
    assert api.sandbox.messages(LI) == []


async def test_another_server_on_the_loop_passes_on_what_it_is_asked(
    api: Api, sandbox: Sandbox, through: str
) -> None:
    control = Control(through, api.session)
    assert await control.post("say", user_id=LI, chat_id=GROUP, text="/a") == 1
    _, messages = await control.get("messages", chat_id=str(GROUP))
    assert messages == sandbox.messages(GROUP)

    large = io.BytesIO(bytes(2**21))
    async with api.session.post(f"{through}/sandbox/file", data=large) as response:
        assert response.status == 413
        assert "exceeded" in (await response.json())["error"]


async def test_a_document_of_twenty_megabytes_passes(api: Api, sandbox: Sandbox) -> None:
    control = Control(api.sandbox.base_url.removesuffix("/bot"), api.session)
    content = base64.b64encode(bytes(20 * 2**20)).decode()
    await control.post("file", user_id=LI, chat_id=GROUP, name="a.bin", content=content)

    assert sandbox.messages(GROUP)[0]["document"]["file_size"] == 20 * 2**20
