"""The demo's own words, in the language chosen; all of them stand in ``templates/*/demo``."""

import tomllib
from datetime import datetime
from functools import cache

from bot.render import plain
from bot.words import LOCALES, TEMPLATES, speak
from compliance.catalogue import default


class Telling:
    """One language's narration, names and answers of the prompt."""

    def __init__(self, locale: str) -> None:
        self._words = speak(default())[locale]
        self._phrases = phrases(locale)

    def text(self, template: str, **values: object) -> str:
        """Answer a longer text, for a terminal."""
        return plain(self._words.text(f"demo/{template}", values))

    def phrase(self, section: str, key: str, **values: object) -> str:
        """Answer a phrase with its values filled in."""
        template = self._words.environment.from_string(self._phrases[section][key])
        return plain(template.render(values))

    def moment(self, at: datetime) -> str:
        """Answer a moment with its weekday: 2026-11-20 周五 16:30."""
        return f"{self._words.day(at.date())} {at:%H:%M}"


@cache
def phrases(locale: str) -> dict[str, dict[str, str]]:
    """Answer the phrases of a language by section and key."""
    file = TEMPLATES / locale / "demo" / "words.toml"
    return tomllib.loads(file.read_text("utf-8"))


def find(section: str, typed: str) -> str | None:
    """Answer the key of what was typed: the key itself, or its phrase in any language."""
    wanted = typed.strip().casefold()
    for locale in LOCALES:
        for key, phrase in phrases(locale)[section].items():
            if wanted in (key, phrase.casefold()):
                return key
    return None
