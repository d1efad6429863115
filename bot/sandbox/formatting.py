"""A bot's text or caption: parsed, trimmed, measured."""

from __future__ import annotations

from bot.sandbox.errors import bad
from bot.sandbox.fields import Json
from bot.sandbox.html import parse_html
from bot.sandbox.text import find_entities, trim, utf16_length
from bot.sandbox.world import World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def formatted(
    world: World,
    source: str,
    parse_mode: str | None,
    given: list[Json] | None,
    *,
    caption: bool = False,
) -> tuple[str, list[Json]]:
    """Return the text as people see it, with its entities.

    Raises:
        ApiError: 400 for bad markup, an empty text, or more than 4096 (caption: 1024) UTF-16 units.

    """
    text, entities = source, list(given or ())
    if parse_mode:
        if parse_mode.lower() != "html":
            known = parse_mode.lower() in {"markdown", "markdownv2"}
            raise bad(
                f"the sandbox reads HTML, not {parse_mode}" if known else "unsupported parse_mode"
            )
        text, entities = parse_html(source, world.user)
    size = utf16_length(text)
    for entity in entities:
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > size:
            raise bad("entity is out of the bounds of the text")
    text, entities = trim(text, entities)
    if not text and not caption:
        raise bad("message text is empty")
    if utf16_length(text) > (CAPTION_LIMIT if caption else TEXT_LIMIT):
        raise bad("message caption is too long" if caption else "message is too long")
    return text, find_entities(text, entities)
