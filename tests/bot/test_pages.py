"""Pages that are sent as files: sound HTML in both languages, whatever people have typed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from bot.render import Destination, Renderer
from bot.words import LOCALES, TEMPLATES, speak
from storage.messages import Message, Page
from tests.bot.keeping_values import CATALOGUE, TODAY, packs

HOSTILE = '<img src=x onerror="alert(1)"></table><script>x</script>'
LANGUAGES = speak(CATALOGUE)
EMPTY = frozenset({"meta"})


class Sound(HTMLParser):
    """Notes which elements stand open, and what a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.said = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def page(locale: str, text: str, which: int) -> tuple[str, Sound]:
    pack = packs(text)[which]
    sent = Page("handover", {"pack": pack}, "handover", {"unit": text, "on": TODAY})
    message = Message("handover_page", {"unit": "x"}, document=sent)
    (owed,) = Renderer(LANGUAGES).calls(message, Destination(1, locale))
    assert owed.document is not None
    read = Sound()
    read.feed(owed.document.content.decode())
    return owed.document.name, read


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("text", ["第一支部", HOSTILE])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_is_sound_and_runs_nothing(locale: str, text: str, which: int) -> None:
    name, read = page(locale, text, which)

    assert read.open == []
    assert not read.seen & {"img", "script", "link", "iframe"}
    assert text in read.said
    assert "None" not in read.said
    assert name.endswith("2026-11-22.html")
    assert not set(name) & set('<>"/\\')


def test_every_page_is_tried() -> None:
    assert [path.name for path in (TEMPLATES / "zh" / "pages").iterdir()] == ["handover.j2"]
