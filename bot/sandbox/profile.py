"""The bot's commands and descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.sandbox.errors import bad
from bot.sandbox.fields import Json
from bot.sandbox.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)


def set_my_commands(world: World, p: Json) -> bool:
    """Answer setMyCommands."""
    if len(p["commands"]) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in p["commands"]:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_key(world, p)] = [
        {**command, "command": command["command"].removeprefix("/")} for command in p["commands"]
    ]
    return True


def get_my_commands(world: World, p: Json) -> list[Json]:
    """Answer getMyCommands: exactly what was set for the scope and language."""
    return world.commands.get(_key(world, p), [])


def delete_my_commands(world: World, p: Json) -> bool:
    """Answer deleteMyCommands."""
    world.commands.pop(_key(world, p), None)
    return True


def menu(world: World, user_id: int, chat_id: int, language: str) -> list[Json]:
    """Answer the commands that someone is shown in a chat: the first list there is, as documented.

    The narrowest scope goes first, each in the person's language and then without one.
    """
    for scope in _scopes(world, user_id, chat_id):
        for code in (language, ""):
            found = world.commands.get((json.dumps(scope, sort_keys=True), code))
            if found:
                return found
    return []


def _scopes(world: World, user_id: int, chat_id: int) -> Iterator[Json]:
    chat = world.chat(chat_id)
    rules = chat.status(user_id) in {"creator", "administrator"}
    if chat.kind == "private":
        yield {"type": "chat", "chat_id": chat_id}
        yield {"type": "all_private_chats"}
    else:
        yield {"type": "chat_member", "chat_id": chat_id, "user_id": user_id}
        if rules:
            yield {"type": "chat_administrators", "chat_id": chat_id}
        yield {"type": "chat", "chat_id": chat_id}
        if rules:
            yield {"type": "all_chat_administrators"}
        yield {"type": "all_group_chats"}
    yield {"type": "default"}


def set_my_description(world: World, p: Json) -> bool:
    """Answer setMyDescription."""
    return _describe(world, p, "description", 512)


def get_my_description(world: World, p: Json) -> Json:
    """Answer getMyDescription."""
    return {"description": world.descriptions.get(("description", _language(p)), "")}


def set_my_short_description(world: World, p: Json) -> bool:
    """Answer setMyShortDescription."""
    return _describe(world, p, "short_description", 120)


def get_my_short_description(world: World, p: Json) -> Json:
    """Answer getMyShortDescription."""
    return {"short_description": world.descriptions.get(("short_description", _language(p)), "")}


def _describe(world: World, p: Json, kind: str, limit: int) -> bool:
    text = p.get(kind, "")
    if len(text) > limit:
        raise bad(f"BOT_{kind.upper()}_TOO_LONG")
    world.descriptions[kind, _language(p)] = text
    return True


def _key(world: World, p: Json) -> tuple[str, str]:
    scope = p.get("scope", {"type": "default"})
    if "chat_id" in scope:
        world.chat_for_bot(scope["chat_id"])
    return json.dumps(scope, sort_keys=True), _language(p)


def _language(p: Json) -> str:
    code: str = p.get("language_code", "")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad("LANG_CODE_INVALID")
    return code
