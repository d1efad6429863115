"""The words people type, read once from ``vocabulary.toml``.

``look_up`` answers what a typed word stands for; ``pattern`` builds recognisers in which
``@name`` means any word of that name, so that no recogniser holds a word itself.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

Table = Mapping[str, tuple[str, ...]]
Words = Mapping[str, str]


@cache
def _file() -> Mapping[str, object]:
    source = files("handlers.grammar").joinpath("vocabulary.toml")
    return MappingProxyType(tomllib.loads(source.read_text("utf-8")))


@cache
def table(section: str) -> Table:
    """Give a section of the file: code → the words for it. KeyError without such a section."""
    raw = _file()[section]
    if not isinstance(raw, dict):
        raise TypeError(f"[{section}] is not a table")
    return MappingProxyType({code: tuple(map(str, words)) for code, words in raw.items()})


@cache
def meanings(section: str) -> Words:
    """Turn a section round: word → code. ValueError when a word means two things."""
    found: dict[str, str] = {}
    for code, words in table(section).items():
        for word in words:
            if found.setdefault(word, code) != code:
                raise ValueError(f"[{section}] {word!r} means two things")
    return MappingProxyType(found)


def look_up(section: str, typed: str) -> str | None:
    """Give the code a typed word stands for in a section; None if the section does not know it."""
    from handlers.grammar.normalise import word  # noqa: PLC0415

    return meanings(section).get(word(typed))


def roles() -> Words:
    """Role words → role codes, e.g. the Chinese for *secretary* → ``secretary``."""
    return meanings("roles")


def commands() -> Words:
    """Command words, Chinese and English → command names."""
    return meanings("commands")


def roster_columns() -> Words:
    """Column headings of a roster file → field codes."""
    return meanings("roster_columns")


def stages() -> Words:
    """Words for a person's stage → ``full probationary candidate activist applicant``."""
    return meanings("stages")


def dues_categories() -> Words:
    """Words for a dues category → ``employed retired farmer student unemployed relief``."""
    return meanings("dues_categories")


def answers() -> Words:
    """Words for yes and no in a roster cell → ``yes`` or ``no``."""
    return meanings("answers")


def kinds() -> Words:
    """Everyday names of record kinds → the catalogue's kind."""
    return meanings("kinds")


@cache
def numerals() -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int]]:
    """Give the characters numbers are written with: digits, written-together tens, scales."""
    raw = _file()["numerals"]
    if not isinstance(raw, dict):
        raise TypeError("[numerals] is not a table")
    return raw["digits"], raw["tens"], raw["scales"]


def either(words: Iterable[str]) -> str:
    """Give a pattern for any of the words, the longest first; a Latin word only as a whole word."""
    longest = sorted(set(words), key=lambda word: (-len(word), word))
    latin = [re.escape(word) for word in longest if word[0].isascii() and word[0].isalpha()]
    other = [re.escape(word) for word in longest if re.escape(word) not in latin]
    if latin:  # one cheap look at the letter before asking for each word
        other.append(rf"(?=[a-z])(?<![a-z])(?:{'|'.join(latin)})(?![a-z])")
    return f"(?:{begins(longest)}(?:{'|'.join(other)}))"


def begins(words: Iterable[str]) -> str:
    """Give a look at the first character: cheaper than trying each of the words."""
    return f"(?=[{re.escape(''.join(sorted({word[0] for word in words})))}])"


@cache
def _fragment(name: str) -> str:
    if name in ("n", "count"):
        return _number(3 if name == "n" else 7)
    if name == "digit":
        return f"[0-9{''.join(numerals()[0])}]"
    if name == "weekdays_english":
        return either(word for word in meanings("weekdays") if word.isascii() and word.isalpha())
    if name in table("grammar"):
        return either(table("grammar")[name])
    section, _, code = name.partition("__")
    return either(table(section)[code] if code else meanings(section))


def _number(longest: int) -> str:
    written = "".join(sign for signs in numerals() for sign in signs)
    few = 2 if longest == 3 else 6
    return f"(?:[0-9]{{1,{few}}}|[{written}]{{1,{longest}}})"


def expand(template: str) -> str:
    """``@name`` → any word of ``[grammar] name``, ``@section`` or ``@section__code``;
    ``@n`` a number of a date, ``@count`` a number of people.
    """  # noqa: D205
    return re.sub(r"@([a-z_]+)", lambda name: _fragment(name[1]), template)


@cache
def pattern(template: str) -> re.Pattern[str]:
    """Give the compiled ``expand(template)``."""
    return re.compile(expand(template))
