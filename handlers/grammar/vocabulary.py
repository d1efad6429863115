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


@cache
def first_signs(*names: str) -> re.Pattern[str]:
    """Give a pattern for the first character of any word of the names; soon seen not to be there.

    A name is one that a template may have after its ``@``.
    """
    return re.compile(f"[{_firsts(word for name in names for word in _words(name))}]")


def _firsts(words: Iterable[str]) -> str:
    return re.escape("".join(sorted({word[0] for word in words})))


def begins(words: Iterable[str]) -> str:
    """Give a look at the first character: cheaper than trying each of the words."""
    return f"(?=[{_firsts(words)}])"


@cache
def _fragment(name: str) -> str:
    if name in ("n", "count"):
        below_100, any_number = _written()
        return _number(2, below_100) if name == "n" else _number(6, any_number)
    if name == "digit":
        return f"[0-9{''.join(numerals()[0])}]"
    if name == "numeral":
        return f"[0-9{_signs()}]"
    if name == "weekdays_english":
        return either(word for word in meanings("weekdays") if word.isascii() and word.isalpha())
    return either(_words(name))


def _words(name: str) -> Iterable[str]:
    if name in table("grammar"):
        return table("grammar")[name]
    section, _, code = name.partition("__")
    return table(section)[code] if code else meanings(section)


def _number(most_digits: int, written: str) -> str:
    """Give a number in Arabic digits or written out, as a whole: *seven eight* is a guess at one.

    What stands before may end in a numeral only as the name of a weekday does.
    """
    signs = _signs()
    weekday = "".join({week[-1] for week in table("grammar")["week"]})
    alone = f"(?:(?<![{signs}])|(?<=[{weekday}][{signs}]))"
    return f"(?:[0-9]{{1,{most_digits}}}|(?=[{signs}]){alone}(?:{written})(?![{signs}]))"


def _signs() -> str:
    return "".join(sign for signs in numerals() for sign in signs)


@cache
def _written() -> tuple[str, str]:
    """Give patterns for the numbers written out below a hundred, and below a hundred million."""
    digits, tens, scales = numerals()
    ten, hundred, thousand, myriad = scales
    one = f"[{''.join(sign for sign, value in digits.items() if value)}]"
    zero = f"[{''.join(sign for sign, value in digits.items() if not value)}]"
    below_100 = f"{one}?{ten}{one}?|[{''.join(tens)}]{one}?|{one}{zero}|{zero}{one}|{one}|{zero}"
    rest = f"{one}?{ten}{one}?|{one}"
    hundreds = f"{one}{hundred}(?:{zero}{one}|{one}{ten}{one}?)?"
    thousands = f"{one}{thousand}(?:{zero}(?:{rest})|{hundreds})?"
    smaller = f"{thousands}|{hundreds}|{below_100}"
    myriads = f"(?:{smaller}){myriad}(?:{zero}?(?:{thousands}|{hundreds})|{zero}(?:{rest}))?"
    return below_100, f"{myriads}|{smaller}"


def expand(template: str) -> str:
    """``@name`` → any word of ``[grammar] name``, ``@section`` or ``@section__code``;
    ``@n`` a number of a date, ``@count`` a number of people.
    """  # noqa: D205
    return re.sub(r"@([a-z_]+)", lambda name: _fragment(name[1]), template)


@cache
def pattern(template: str) -> re.Pattern[str]:
    """Give the compiled ``expand(template)``."""
    return re.compile(expand(template))
