"""Text as Telegram counts and marks it: UTF-16 units, trimming, entities found in plain text."""

from __future__ import annotations

import re

from bot.sandbox.fields import Json

# After TDLib: a letter of any script right before or after unmakes a command or a mention, so that
# "/status三季度" is no command. `\w` is Unicode here, the names themselves are ASCII.
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")
_MENTION = re.compile(r"(?<![\w/])@[A-Za-z0-9_]{3,32}(?!\w)")
_URL = re.compile(r"(?<!\w)https?://[^\s<>\"，。；）】]+")
_HASHTAG = re.compile(r"(?<![\w&])#(?=\w*[^\W\d])\w{1,256}(?!\w)")
_BLANK = " \t\r\n\v\f"  # not U+3000: it indents Chinese paragraphs, and stays
_FOUND_BY = (("/", "bot_command", _COMMAND), ("@", "mention", _MENTION), ("#", "hashtag", _HASHTAG))


def utf16_length(text: str) -> int:
    """How many UTF-16 code units Telegram counts for the text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of the text that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut blanks at both ends as the server does, and fit the entities to what is left."""
    cut = text.strip(_BLANK) if text.strip() else ""
    if len(cut) == len(text):
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip(_BLANK))])
    size = utf16_length(cut)
    fitted = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, size)
        if end > start:
            fitted.append({**entity, "offset": start, "length": end - start})
    return cut, fitted


def find_entities(text: str, known: list[Json]) -> list[Json]:
    """Commands, mentions, hashtags and links, in order, beside those already `known`."""
    found: list[Json] = []
    for mark, kind, pattern in _FOUND_BY:
        if mark in text:
            found += [_entity(kind, text, match) for match in pattern.finditer(text)]
    if "://" in text:
        found += [_entity("url", text, match) for match in _URL.finditer(text)]
    # Inside code and links nothing more is found; a link holds what looks like a command.
    closed = [e for e in (*known, *found) if e["type"] in {"code", "pre", "text_link", "url"}]
    free = [e for e in found if not any(_within(e, other) for other in closed if other is not e)]
    return sorted([*known, *free], key=lambda e: (e["offset"], -e["length"])) if free else known


def _entity(kind: str, text: str, match: re.Match[str]) -> Json:
    return {
        "offset": utf16_length(text[: match.start()]),
        "length": utf16_length(match.group()),
        "type": kind,
    }


def _within(inner: Json, outer: Json) -> bool:
    return bool(
        inner["offset"] < outer["offset"] + outer["length"]
        and outer["offset"] < inner["offset"] + inner["length"]
    )
