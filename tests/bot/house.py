"""The sample organisation without Telegram: spoken to in one transaction that is never kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.cli.updates import number, update
from bot.core import Core, core
from bot.dispatch import Dispatch
from bot.incoming import Incoming, from_update
from bot.settings import Settings
from storage import outbox
from storage.database import rehearsal
from storage.outbox import Owed
from tests.sample import ACTORS
from tests.stage import local

NOW = local("2026-11-25 10:00").astimezone(UTC)
TITLE = "新群"  # what a group is called in which somebody taps
Calls = Sequence[Mapping[str, Any]]


@dataclass
class House:
    """The sample organisation; what it says is kept, with the files that it sends."""

    session: Session
    core: Core
    said: list[Owed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(self.core.in_force, self.core.renderer, put=self._put)

    def _put(self, session: Session, owed: Owed, now: object) -> int:
        self.said.append(owed)
        return outbox.put(session, owed, NOW)

    def hear(self, heard: Mapping[str, Any]) -> Calls:
        """Answer one update; answer the parameters of what is said then."""
        self.said.clear()
        incoming = from_update(heard, "sanhui")
        assert isinstance(incoming, Incoming)
        self.dispatch.answer(self.session, incoming, NOW)
        return [_told(owed) for owed in self.said]

    def say(self, who: str | int, chat_id: int | None, text: str, **more: object) -> Calls:
        """Say something in a chat, in private without one."""
        user_id = user_of(who)
        heard = update(text, user_id, chat_id or user_id, NOW)
        message = heard["message"]
        assert isinstance(message, dict)
        return self.hear({**heard, "message": {**message, **more}})

    def tap(self, who: str | int, chat_id: int | None, data: str) -> Calls:
        """Tap a button that may never have been there."""
        user_id = user_of(who)
        where, new = chat_id or user_id, number()
        chat: dict[str, object] = {"id": where, "type": "private" if where > 0 else "supergroup"}
        if where < 0:
            chat["title"] = TITLE
        message = {"message_id": 1, "date": int(NOW.timestamp()), "chat": chat}
        person = {"id": user_id, "is_bot": False}
        query = {"id": str(new), "from": person, "message": message, "data": data}
        return self.hear({"update_id": new, "callback_query": query})


def user_of(who: str | int) -> int:
    """Answer the Telegram user of someone in the sample, or with that number."""
    return who if isinstance(who, int) else ACTORS[who].user_id


def _told(owed: Owed) -> dict[str, Any]:
    """Answer the parameters of a call, and what is in the file that goes with it."""
    call: dict[str, Any] = json.loads(owed.payload)
    if owed.document is not None:
        call["file"] = owed.document.content.decode(errors="replace")
    return call


def buttons_of(calls: Calls) -> list[str]:
    """Answer the data of all buttons below what was said."""
    rows = [
        row for each in calls for row in each.get("reply_markup", {}).get("inline_keyboard", ())
    ]
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@contextmanager
def opened(founded: Path, at: Path) -> Iterator[House]:
    """Open a copy of the sample organisation; whatever happens in it is undone."""
    path = shutil.copy(founded, at / "sanhui.db")
    made = core(Settings(database_url=f"sqlite:///{path}"))
    with rehearsal(made.engine) as session:
        yield House(session, made)
    made.engine.dispose()
