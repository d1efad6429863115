"""The stage: the real service against the sandbox over HTTP, with a clock that one moves."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.cli import main, office
from bot.sandbox import Sandbox
from bot.service import Service
from bot.settings import Settings
from tests.sample import ACTORS, CHATS, FIRST

PICTURES = (".jpg", ".png")
SHANGHAI = ZoneInfo("Asia/Shanghai")
# So fast that no test waits for the pace; the pace has tests of its own.
UNHURRIED = {
    "sends_per_second": 1e6,
    "sends_per_chat_second": 1e6,
    "sends_per_group_minute": 10**6,
}


def local(typed: str) -> datetime:
    """Read a moment in the branches' zone."""
    return datetime.fromisoformat(typed).replace(tzinfo=SHANGHAI)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot's as people see it."""

    chat_id: int
    id: int
    text: str
    buttons: tuple[str, ...]
    thread_id: int | None
    file_id: str = ""  # of the document it sends

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Shown:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        return cls(
            message["chat"]["id"],
            message["message_id"],
            message.get("text") or message.get("caption", ""),
            tuple(button["text"] for row in rows for button in row),
            message.get("message_thread_id"),
            message.get("document", {}).get("file_id", ""),
        )


class Stage:
    """People speak and tap; the stage waits until the bot has said all it has to say."""

    def __init__(self, sandbox: Sandbox, service: Service, clock: Clock) -> None:
        self.sandbox = sandbox
        self.service = service
        self.clock = clock
        self.chats = dict(CHATS)
        self.said = 0  # the message id of what a person said last
        self.toast = ""  # what the person who tapped last was shown for a moment

    async def say(
        self,
        who: str,
        where: str,
        text: str,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> list[Shown]:
        """Let someone say something; answer what the bot says then, wherever it does."""

        def act() -> None:
            self.said = self.sandbox.say(
                actor(who), self.chat(who, where), text, reply_to=reply_to, thread_id=thread_id
            )

        return await self._after(act)

    async def send(
        self,
        who: str,
        where: str,
        files: Sequence[tuple[str, bytes]],
        *,
        caption: str | None = None,
        captioned: int = 0,
        reply_to: int | None = None,
    ) -> list[Shown]:
        """Let someone send files of names and bytes; several are an album, pictures are photos."""
        sender, chat_id = actor(who), self.chat(who, where)
        photo = files[0][0].endswith(PICTURES)

        def act() -> None:
            if len(files) > 1:
                ids = self.sandbox.send_album(
                    sender,
                    chat_id,
                    files,
                    caption=caption,
                    captioned=captioned,
                    photo=photo,
                    reply_to=reply_to,
                )
                self.said = ids[captioned]
                return
            ((name, content),) = files
            self.said = self.sandbox.send_file(
                sender, chat_id, name, content, caption=caption, photo=photo, reply_to=reply_to
            )

        return await self._after(act)

    async def edit(self, who: str, where: str, message_id: int, text: str) -> list[Shown]:
        """Let someone change what they said."""
        return await self._after(
            lambda: self.sandbox.edit(actor(who), self.chat(who, where), message_id, text)
        )

    async def tap(self, who: str, where: str, message_id: int, label: str) -> list[Shown]:
        """Let someone tap a button; answer also what the bot put in the place of a message.

        Every tap must be answered, or its button goes on turning.
        """
        return await self._tapped(
            lambda: self.sandbox.tap_label(actor(who), self.chat(who, where), message_id, label)
        )

    async def forge(self, who: str, where: str, message_id: int, data: str) -> list[Shown]:
        """Let someone send callback data that no button has."""
        return await self._tapped(
            lambda: self.sandbox.tap(
                actor(who), self.chat(who, where), message_id, data, forge=True
            )
        )

    async def _tapped(self, tap: Callable[[], str]) -> list[Shown]:
        queries: list[str] = []
        shown = self._all()
        await self._after(lambda: queries.append(tap()))
        assert queries[0] in self.sandbox.answers, "the tap was not answered"
        self.toast = self.sandbox.answers[queries[0]]["text"] or ""
        return self._unlike(shown)

    async def move(self, moment: str, *, changed: bool = False) -> list[Shown]:
        """Set the clock, let it tick, and answer what the bot says of its own accord.

        With ``changed`` also what it puts in the place of a message.
        """
        before, shown = self._marks(), self._all()
        self.clock.now = local(moment)
        await self.service.tick()
        await self.settled()
        return self._unlike(shown) if changed else self._since(before)

    async def restart(self, database: Path, **more: object) -> None:
        """Stop the bot and start it anew on its database, with settings of that time."""
        await self.service.stop()
        self.service = Service(settings(database, self.sandbox, **more), self.clock)
        await self.service.start()

    async def settled(self) -> None:
        """Wait until everything said has been taken in, handled and answered."""
        await self.sandbox.wait_until(lambda: self.sandbox.unconfirmed == 0)
        await self.service.settled()

    def shown(self, chat_id: int = FIRST) -> list[Shown]:
        """Answer all the bot's messages in a chat as they are now, edits applied."""
        bot = self.sandbox.world.bot_id
        return [
            Shown.of(message)
            for message in self.sandbox.messages(chat_id)
            if message["from"]["id"] == bot
        ]

    def chat(self, who: str, where: str) -> int:
        """Answer the id of a group by the name of its unit, or of someone's private chat."""
        return actor(who) if where == "私聊" else self.chats[where]

    async def _after(self, act: Callable[[], None]) -> list[Shown]:
        before = self._marks()
        self.clock.now += timedelta(seconds=1)  # nobody edits a message twice in one second
        act()
        await self.settled()
        return self._since(before)

    def _all(self) -> set[Shown]:
        return {each for chat_id in self.sandbox.world.chats for each in self.shown(chat_id)}

    def _unlike(self, before: set[Shown]) -> list[Shown]:
        """Answer what is new or reads differently, in the order shown."""
        return sorted(self._all() - before, key=lambda each: (each.chat_id, each.id))

    def _marks(self) -> dict[int, int]:
        return {chat_id: found.last_id for chat_id, found in self.sandbox.world.chats.items()}

    def _since(self, before: Mapping[int, int]) -> list[Shown]:
        return [
            shown
            for chat_id in self.sandbox.world.chats
            for shown in self.shown(chat_id)
            if shown.id > before.get(chat_id, 0)
        ]


def actor(who: str) -> int:
    """Answer an actor's Telegram id."""
    return ACTORS[who].user_id


def settings(database: Path, sandbox: Sandbox, **more: object) -> Settings:
    """Answer settings for a bot in the sandbox."""
    chosen: dict[str, Any] = {
        "bot_token": SecretStr(sandbox.token),
        "api_base_url": sandbox.base_url,
        "database_url": f"sqlite:///{database}",
        **UNHURRIED,
        **more,
    }
    return Settings(**chosen)


def people(sandbox: Sandbox) -> None:
    """Bring everyone into the sandbox: all are in every group, whether they belong or not."""
    for each in ACTORS.values():
        sandbox.add_user(each.user_id, each.name)
    for title, chat_id in CHATS.items():
        sandbox.add_group(chat_id, title, [each.user_id for each in ACTORS.values()])


def free_port() -> int:
    """Answer a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def hooked(path: str = "/telegram") -> dict[str, str]:
    """Answer settings of a bot to which updates are posted."""
    address = f"127.0.0.1:{free_port()}"
    return {"webhook_url": f"http://{address}{path}", "listen": address}


@asynccontextmanager
async def playing(
    database: Path, begins: str = "2026-11-25T10:00", **more: object
) -> AsyncIterator[Stage]:
    """Start the sandbox and the service on a database; stop both in the end."""
    clock = Clock(local(begins))
    async with Sandbox(clock=clock) as sandbox:
        people(sandbox)
        stage = Stage(sandbox, Service(settings(database, sandbox, **more), clock), clock)
        await stage.service.start()
        try:
            yield stage
        finally:
            await stage.service.stop()


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Answer standard output as JSON, which must be all there is on it."""
        return json.loads(self.out)


COMMAND = (sys.executable, "-c", "from bot.cli import main; main()")


def environment(database: Path, **more: str) -> dict[str, str]:
    """Answer the settings of a command: the database, and nothing of this machine's."""
    return {"SANHUI_DATABASE_URL": f"sqlite:///{database}", **more}


def sanhui(database: Path, *arguments: str, **more: str) -> Ran:
    """Run a command of the command line as a shell would, but in this process: it starts faster."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith("SANHUI_")]:
            patch.delenv(name)
        for name, value in environment(database, **more).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["sanhui", *arguments])
        office.settings.cache_clear()
        try:
            main()
            code: object = 0
        except SystemExit as done:
            code = done.code or 0
        finally:
            office.settings.cache_clear()
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())
