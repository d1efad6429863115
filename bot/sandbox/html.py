"""parse_mode=HTML, read as strictly as Telegram does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.errors import ApiError, bad
from bot.sandbox.fields import Json
from bot.sandbox.text import utf16_length

_PLAIN = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "tg-spoiler": "spoiler",
    "code": "code",
}
_KNOWN = {*_PLAIN, "a", "span", "pre", "blockquote", "tg-emoji", "tg-time"}
_NUMBERED = {"tg-emoji": "emoji-id", "tg-time": "unix"}
_PIECE = re.compile(r"<[^>]*>?|&[^;\s<>&]{1,10};|[^<&]+|&")
_START = re.compile(r"<([A-Za-z0-9-]*)((?:\s[^>]*)?)>", re.DOTALL)
_END = re.compile(r"</([A-Za-z0-9-]*)\s*>")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)))?""")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}  # the only four that Telegram knows


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int  # index of the first piece of text inside


def parse_html(source: str, user: Callable[[int], Json | None]) -> tuple[str, list[Json]]:
    """Return the text without tags, and its entities with UTF-16 offsets.

    `user` answers a User for `tg://user?id=`, or None.

    Raises:
        ApiError: 400 "can't parse entities: …" for an unknown, unclosed or crossed tag.

    """
    pieces: list[str] = []
    entities: list[Json] = []
    opened: list[_Open] = []
    offset = position = 0
    for match in _PIECE.finditer(source):
        piece = match.group()
        if piece.startswith("</"):
            tag = _closing(piece, position, opened)
            if entity := _entity(tag, offset, "".join(pieces[tag.start :]), user):
                entities.append(entity)
        elif piece.startswith("<"):
            opened.append(_Open(*_opening(piece, position), offset, len(pieces)))
        else:
            text = _decoded(piece)
            pieces.append(text)
            offset += utf16_length(text)
        position += len(piece.encode())
    if opened:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(pieces), _without_code_in_pre(entities)


def _unparsable(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")


def _opening(piece: str, position: int) -> tuple[str, dict[str, str]]:
    match = _START.fullmatch(piece)
    tag = re.match(r"<([^\s>]*)", piece)
    name = tag.group(1).lower() if tag else ""
    if not piece.endswith(">"):
        raise _unparsable(f"Unclosed start tag at byte offset {position}")
    if match is None or name not in _KNOWN:
        raise _unparsable(f'Unsupported start tag "{name}" at byte offset {position}')
    if _ATTRIBUTE.sub("", match.group(2)).strip():
        raise _unparsable(f'Unexpected attributes of the tag "{name}" at byte offset {position}')
    attributes = {
        found.group(1).lower(): _decoded_all(
            found.group(2) or found.group(3) or found.group(4) or ""
        )
        for found in _ATTRIBUTE.finditer(match.group(2))
    }
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {position}')
    if name in _NUMBERED and not attributes.get(_NUMBERED[name], "").isdecimal():
        raise _unparsable(f'Tag "{name}" must have attribute "{_NUMBERED[name]}"')
    return name, attributes


def _closing(piece: str, position: int, opened: list[_Open]) -> _Open:
    match = _END.fullmatch(piece)
    if match is None:
        raise _unparsable(f"Unclosed end tag at byte offset {position}")
    if not opened:
        raise _unparsable(f"Unexpected end tag at byte offset {position}")
    tag, found = opened.pop(), match.group(1).lower()
    if found not in {"", tag.tag}:
        raise _unparsable(
            f'Unmatched end tag at byte offset {position}, expected "</{tag.tag}>", '
            f'found "</{found}>"'
        )
    return tag


def _entity(tag: _Open, end: int, text: str, user: Callable[[int], Json | None]) -> Json | None:
    span: Json = {"offset": tag.offset, "length": end - tag.offset}
    if not span["length"]:
        return None
    if tag.tag == "a":
        return _link(span, tag.attributes.get("href") or text, user)
    return {**span, **_marked(tag.tag, tag.attributes)}


def _marked(tag: str, attributes: dict[str, str]) -> Json:
    if tag == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if tag == "tg-time":
        form = attributes.get("format")
        shown = {"date_time_format": form} if form else {}
        return {"type": "date_time", "unix_time": int(attributes["unix"]), **shown}
    if tag == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
    if tag == "code" and (language := attributes.get("class", "")).startswith("language-"):
        return {"type": "code", "language": language.removeprefix("language-")}
    return {"type": {"span": "spoiler", "pre": "pre"}.get(tag) or _PLAIN[tag]}


def _link(span: Json, href: str, user: Callable[[int], Json | None]) -> Json | None:
    parts = urlsplit(href if "://" in href else f"http://{href}")
    if parts.scheme == "tg" and parts.netloc == "user":
        number = parse_qs(parts.query).get("id", [""])[0]
        known = user(int(number)) if number.isdecimal() else None
        return {**span, "type": "text_mention", "user": known} if known else None
    if parts.scheme not in {"http", "https", "tg", "ton"} or not parts.netloc:
        return None  # as Telegram does: the words stay, the link is dropped without a word
    return {**span, "type": "text_link", "url": parts.geturl()}


def _without_code_in_pre(entities: list[Json]) -> list[Json]:
    """`<pre><code class="language-x">` is one `pre` with a language; a bare `code` has none."""
    kept: list[Json] = []
    for entity in entities:
        outer = kept[-1] if kept else None
        same = outer and (outer["offset"], outer["length"]) == (entity["offset"], entity["length"])
        if outer and same and {outer["type"], entity["type"]} == {"pre", "code"}:
            language = outer.get("language") or entity.get("language")
            kept[-1] = {**outer, "type": "pre"} | ({"language": language} if language else {})
        else:
            kept.append(entity)
    for entity in kept:
        if entity["type"] == "code":
            entity.pop("language", None)
    return kept


def _decoded(piece: str) -> str:
    if not (piece.startswith("&") and piece.endswith(";")):
        return piece
    name = piece[1:-1]
    if name in _NAMED:
        return _NAMED[name]
    number = re.fullmatch(r"#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))", name)
    if number is None:
        return piece
    code = int(number[1], 16) if number[1] else int(number[2])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else piece


def _decoded_all(text: str) -> str:
    return re.sub(r"&[^;\s<>&]{1,10};", lambda match: _decoded(match.group()), text)
