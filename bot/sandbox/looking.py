"""What those who look are answered: the world, its chats, the bot's calls."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.errors import ImpossibleError
from bot.sandbox.fields import Json
from bot.sandbox.profile import menu
from bot.sandbox.queries import Query, limit_in, number_in, number_or_none

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_LONGEST_WAIT = 600.0
Item = TypeVar("Item")


async def _world(sandbox: Sandbox, _query: Query) -> Any:
    """Everybody and every chat, as of the event with that number."""
    world = sandbox.world
    return {
        "number": sandbox.feed.number,
        "now": world.now(),
        "bot": world.bot,
        "users": list(world.users.values()),
        "chats": [chat.told() for chat in world.chats.values()],
        "unconfirmed": sandbox.unconfirmed,
    }


async def _messages(sandbox: Sandbox, query: Query) -> Any:
    history = sandbox.world.chat(number_in(query, "chat_id")).history
    before, thread_id = number_or_none(query, "before"), number_or_none(query, "thread_id")
    fitting = (
        message
        for number, message in reversed(history.items())
        if (before is None or number < before)
        and (thread_id is None or message.get("message_thread_id") == thread_id)
    )
    return _newest(fitting, limit_in(query))


async def _calls(sandbox: Sandbox, query: Query) -> Any:
    since, before = number_in(query, "since", 0), number_in(query, "before", sys.maxsize)
    method = query.get("method")
    fitting = (
        call
        for call in reversed(sandbox.calls)
        if since < call.number < before and method in {None, call.method}
    )
    return [call.told() for call in _newest(fitting, limit_in(query))]


def _newest(newest_first: Iterable[Item], limit: int | None) -> list[Item]:
    """So many of them, in the order they came."""
    return list(islice(newest_first, limit))[::-1]


async def _menu(sandbox: Sandbox, query: Query) -> Any:
    """Answer the commands that a person is shown in a chat, in the language of their app."""
    user = sandbox.world.user(number_in(query, "user_id"))
    if user is None:
        raise ImpossibleError(f"no user {query['user_id']} in the sandbox: add_user first")
    language = user.get("language_code", "").partition("-")[0].lower()
    return menu(sandbox.world, user["id"], number_in(query, "chat_id"), language)


async def _state(sandbox: Sandbox, _query: Query) -> Json:
    return {
        "unconfirmed": sandbox.unconfirmed,
        "sent": sandbox.sent,
        "calls": sandbox.calls_made,
        "answered": len(sandbox.answers),
        "webhook": sandbox.webhook.info(),
        **sandbox.refusals.told(),
    }


async def _answers(sandbox: Sandbox, _query: Query) -> Any:
    return sandbox.answers


async def _wait(sandbox: Sandbox, query: Query) -> Any:
    """Until the bot sent that many, answered that many queries, left that few unconfirmed."""
    sent, answered = number_in(query, "sent", 0), number_in(query, "answered", 0)
    unconfirmed = number_in(query, "unconfirmed", sys.maxsize)
    timeout = max(0.0, min(float(query.get("timeout", 10)), _LONGEST_WAIT))
    await sandbox.wait_until(
        lambda: (
            sandbox.sent >= sent
            and len(sandbox.answers) >= answered
            and sandbox.unconfirmed <= unconfirmed
        ),
        timeout,
    )
    return await _state(sandbox, query)


QUESTIONS: dict[str, Callable[[Sandbox, Query], Awaitable[Any]]] = {
    "GET world": _world,
    "GET messages": _messages,
    "GET menu": _menu,
    "GET calls": _calls,
    "GET state": _state,
    "GET answers": _answers,
    "GET wait": _wait,
}
