"""parse_mode=HTML, read strictly; offsets in UTF-16."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import ApiError
from bot.sandbox.html import parse_html
from bot.sandbox.text import find_entities, trim, utf16_length, utf16_slice


def parsed(source: str) -> tuple[str, list[dict[str, Any]]]:
    return parse_html(source, lambda user_id: {"id": user_id} if user_id == 7 else None)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot; &#24405; &#x5f55;", 'a <b> & "c" 录 录', []),
        ("A & B &nbsp; 3 > 2", "A & B &nbsp; 3 > 2", []),
        ("😀<b>录</b>", "😀录", [{"offset": 2, "length": 1, "type": "bold"}]),
        ("<B>a</B>", "a", [{"offset": 0, "length": 1, "type": "bold"}]),
        ("<b></b>a", "a", []),
        (
            "<b>a<i>b</i></b>",
            "ab",
            [
                {"offset": 0, "length": 2, "type": "bold"},
                {"offset": 1, "length": 1, "type": "italic"},
            ],
        ),
        (
            '<a href="https://a.b/?x=1&amp;y=2">c</a>',
            "c",
            [{"offset": 0, "length": 1, "type": "text_link", "url": "https://a.b/?x=1&y=2"}],
        ),
        (
            "<a href='tg://user?id=7'>李</a><a href='tg://user?id=8'>王</a>",
            "李王",
            [{"offset": 0, "length": 1, "type": "text_mention", "user": {"id": 7}}],
        ),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [{"offset": 0, "length": 1, "type": "pre", "language": "py"}],
        ),
        (
            '<span class="tg-spoiler">x</span>',
            "x",
            [{"offset": 0, "length": 1, "type": "spoiler"}],
        ),
        (
            "<blockquote expandable>x</blockquote>",
            "x",
            [{"offset": 0, "length": 1, "type": "expandable_blockquote"}],
        ),
        ("<code>a &lt; b</code>", "a < b", [{"offset": 0, "length": 5, "type": "code"}]),
    ],
)
def test_markup_becomes_text_and_entities(
    source: str, text: str, entities: list[dict[str, Any]]
) -> None:
    assert parsed(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("录<p>a</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        ("3 < 2", "Unclosed start tag at byte offset 2"),
        ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
        ("<>", 'Unsupported start tag "" at byte offset 0'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>a</b></i>", 'expected "</i>", found "</b>"'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<tg-emoji>a</tg-emoji>", 'Tag "tg-emoji" must have attribute "emoji-id"'),
        ('<a href="x>a</a>', 'Unexpected attributes of the tag "a"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ],
)
def test_broken_markup_is_refused(source: str, refusal: str) -> None:
    with pytest.raises(ApiError) as caught:
        parsed(source)
    assert caught.value.code == 400
    assert caught.value.description.startswith("Bad Request: can't parse entities: ")
    assert refusal in caught.value.description


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found, entities = parsed(f"<b>{escaped}</b>")

    assert found == text
    assert [entity["length"] for entity in entities] == ([utf16_length(text)] if text else [])


@given(st.text(st.sampled_from("<>/b&;a=\"' 录")))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        text, entities = parsed(source)
    except ApiError:
        return
    assert all(e["offset"] + e["length"] <= utf16_length(text) for e in entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/status", [("bot_command", "/status")]),
        ("/status@sanhui_bot 三季度", [("bot_command", "/status@sanhui_bot")]),
        ("😀 /status", [("bot_command", "/status")]),
        ("/status三季度", []),
        ("a/status", []),
        ("/会议", []),
        ("18/20", []),
        ("@sanhui_bot 状态", [("mention", "@sanhui_bot")]),
        ("@sanhui_bot状态", []),
        ("a@sanhui_bot", []),
        ("https://a.b/start #党费 #12", [("url", "https://a.b/start"), ("hashtag", "#党费")]),
    ],
)
def test_commands_and_mentions_are_found_as_telegram_finds_them(
    text: str, found: list[tuple[str, str]]
) -> None:
    entities = find_entities(text, [])

    assert [(e["type"], utf16_slice(text, e["offset"], e["length"])) for e in entities] == found


def test_blanks_at_the_ends_are_cut_and_entities_follow() -> None:
    entities = [{"offset": 0, "length": 6, "type": "bold"}]

    assert trim("  a b ", entities) == ("a b", [{"offset": 0, "length": 3, "type": "bold"}])
    assert trim("\u3000a", []) == ("\u3000a", [])
    assert trim(" \u3000", []) == ("", [])
