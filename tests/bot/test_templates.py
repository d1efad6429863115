"""The two languages say the same things, say all there is to say, and say it in sound HTML."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import meta
from rich.cells import cell_len

from bot.commands import COMMANDS, HELPED
from bot.render import Destination, Renderer, plain, split
from bot.sandbox.html import parse_html
from bot.settings import Settings
from bot.words import LOCALES, TEMPLATES, speak
from compliance.access import Role
from compliance.assessment import Reason, State
from compliance.deadline_story import DueRule
from compliance.explanation import Uncounted
from compliance.requirement import Strictness
from handlers.grammar import ASKABLE, CODES, DOUBTS, RULING_CODES, late_reasons
from handlers.roster_files.misfits import MOST_ROWS
from storage.journal import RecordText
from storage.messages import Button, Message
from storage.people import Person
from storage.proof import Kind
from storage.queues import OutboxState
from storage.told import Fate
from tests.bot.phrase_values import phrases
from tests.bot.template_values import CATALOGUE, templates
from tests.rows import check_each

HOUSE = TEMPLATES.parents[1]
ROOMS = ("bot", "handlers", "reminders", "storage", "compliance")
GLOBALS = {
    "word",
    "word_of",
    "command",
    "link",
}  # they reach into the words, which are compared apart
PLAIN = "三楼会议室"
HOSTILE = '<img src=x onerror="alert(1)"> & <b>张三</b>'
LANGUAGES = speak(CATALOGUE)
locales = pytest.mark.parametrize("locale", LOCALES)

# A chat has these; the demo's page has words of its own, which are only compared, and the pages
# that are sent as files are no messages (see test_pages.py).
FILES = sorted(
    path.relative_to(TEMPLATES / "zh").with_suffix("").as_posix()
    for path in (TEMPLATES / "zh").rglob("*.j2")
    if path.name[0] != "_" and not {"demo", "pages"} & set(path.parts)
)


# ---------------------------------------------------------------- both languages alike


def _files(locale: str) -> set[str]:
    folder = TEMPLATES / locale
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_both_languages_have_the_same_files() -> None:
    assert _files("zh") == _files("en")


@cache
def _toml(locale: str, name: str) -> Mapping[str, Any]:
    return tomllib.loads((TEMPLATES / locale / name).read_text("utf-8"))


def _leaves(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key)


def _phrases(locale: str) -> dict[tuple[str, str], str]:
    words = _toml(locale, "words.toml")
    return {(section, key): words[section][key] for section, key in _leaves(words)}


@pytest.mark.parametrize("name", sorted(n for n in _files("zh") if n.endswith(".toml")))
def test_both_languages_have_the_same_keys(name: str) -> None:
    assert sorted(_leaves(_toml("zh", name))) == sorted(_leaves(_toml("en", name)))


def _variables(locale: str, source: str) -> set[str]:
    tree = LANGUAGES[locale].environment.parse(source)
    return meta.find_undeclared_variables(tree) - GLOBALS


def test_both_languages_of_a_template_use_the_same_values() -> None:
    def check(name: str) -> None:
        zh, en = (_variables(lo, (TEMPLATES / lo / name).read_text("utf-8")) for lo in LOCALES)
        assert zh == en

    check_each(sorted(n for n in _files("zh") if n.endswith(".j2")), check)


def test_both_languages_of_a_phrase_use_the_same_values() -> None:
    def check(key: tuple[str, str]) -> None:
        zh, en = (_variables(locale, _phrases(locale)[key]) for locale in LOCALES)
        assert zh == en

    check_each(sorted(_phrases("zh")), check, ".".join)


# ---------------------------------------------------------------- nothing without a word


def _trees(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        found = HOUSE / room
        for path in [found] if found.suffix else sorted(found.rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def _strings(value: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Every string an argument may be: written there, in a choice, or in a variable of the file."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _strings(body, tree)
            yield from _strings(orelse, tree)
        case ast.Name(id=name):
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and any(
                    isinstance(target, ast.Name) and target.id == name for target in node.targets
                ):
                    yield from _strings(node.value, tree)


def _named(functions: set[str], *rooms: str, at: int = 0) -> set[str]:
    """Every string that the code gives one of the functions as its ``at``-th argument."""
    found: set[str] = set()
    for _, tree in _trees(*rooms):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) <= at:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in functions:
                found |= set(_strings(node.args[at], tree))
    return found


def _problems() -> set[str]:
    return {
        *CODES,
        *RULING_CODES,
        *_named({"Problem"}, "handlers"),
        *_named({"unfit"}, "handlers/roster_files"),
        *_named({"Misplaced"}, "storage/imports", at=1),
        *_named({"refuse", "lack", "Doubt"}, "handlers/grammar"),
    }


def _file_errors() -> set[str]:
    return {
        *_named({"error"}, "compliance", at=1),
        *_named({"_take", "_list", "CatalogueError"}, "compliance", at=2),
    }


@cache  # reading all the code takes half a second
def _wanted() -> dict[str, set[str]]:
    sent = {OutboxState.FAILED.value, OutboxState.UNKNOWN.value}  # named after the queue's state
    inside = {"id", "unit_id", "group_id", "mark", "came_from_id", "going_to_id", "arrived_on"}
    return {
        "state": {state.value for state in State},
        "role": {role.value for role in Role},
        "reason": _named({"Reason"}, "compliance"),
        "problem": _problems() - DOUBTS,  # those are asked about, and never refused
        "question": set(ASKABLE),
        "late_reason": set(late_reasons()),
        "catalogue_error": _file_errors(),
        "symptom": _named({"Symptom"}, "bot/doctor.py") | sent | {kind.value for kind in Kind},
        "button": _named({"Button"}, *ROOMS),
        "weekday": set("1234567"),
        "column": {*Person.model_fields, "group", "dues_category", "dues_base", "dues_amount"}
        - inside,
        "field": set(RecordText.__dataclass_fields__),
        "setting": set(Settings.model_fields),
        "strictness": {each.value for each in Strictness},
        "due_rule": {rule.value for rule in DueRule},
        "uncounted": {why.value for why in Uncounted},
        "fate": {fate.value for fate in Fate},
    }


@pytest.mark.parametrize("section", sorted(_wanted()))
@locales
def test_every_code_has_its_word(section: str, locale: str) -> None:
    wanted = _wanted()[section]
    assert wanted
    assert wanted <= set(_toml(locale, "words.toml")[section])


def test_the_search_for_codes_finds_those_in_choices_and_variables() -> None:
    assert {"no_members", "no_groups", "founded_in_period"} <= _wanted()["reason"]
    assert {"unreadable", "not_tables", "not_one_of"} <= _wanted()["catalogue_error"]
    assert {"roster_cell", "ambiguous_name", "roster_too_large"} <= _wanted()["problem"]


PHONE_CELLS, PHONE_LINES = 46, 24  # what a screen shows; a Chinese character is two cells


@locales
def test_every_command_has_its_word(locale: str) -> None:
    commands = _toml(locale, "commands.toml")
    assert set(commands) == {command.name for command in COMMANDS}
    for entry in commands.values():
        assert entry["word"]
        assert entry["does"]
        assert all(example.startswith("/") for example in entry["examples"])


def test_a_help_says_as_much_in_every_language() -> None:
    told = [_toml(locale, "commands.toml") for locale in ("zh", "en")]
    notes = [{name: len(entry.get("notes", ())) for name, entry in each.items()} for each in told]
    assert notes[0] == notes[1]


@locales
def test_a_help_fits_on_the_screen_of_a_phone(locale: str) -> None:
    for asked in (None, *(command.name for command in COMMANDS)):
        text = plain(LANGUAGES[locale].text("help", {"topics": HELPED, "asked": asked}))
        assert sum(-(-cell_len(line) // PHONE_CELLS) for line in text.splitlines()) <= PHONE_LINES


def test_every_template_that_the_code_names_exists() -> None:
    named = _named({"Message"}, "bot", "handlers", "reminders")
    named |= _named({"Refusal", "tell", "tell_error"}, "bot/cli")
    assert {"recorded", "amended", "digest", "cli/no_unit"} <= named
    assert named <= {*FILES, *(n.removesuffix(".j2") for n in _files("zh"))}


def test_the_limits_of_a_roster_are_told_as_they_are() -> None:
    assert f"{MOST_ROWS // 10_000}万行" in _phrases("zh")["problem", "roster_too_large"]
    assert f"{MOST_ROWS:,} lines" in _phrases("en")["problem", "roster_too_large"]


# ---------------------------------------------------------------- rendering


def _rendered(locale: str, name: str, text: str) -> list[str]:
    return [LANGUAGES[locale].text(name, values) for values in templates(text)[name]]


def _shown(html: str) -> str:
    """What Telegram shows; an ``ApiError`` where it would refuse the message."""
    return parse_html(html, lambda _: None)[0]


def _assert_sound(html: str) -> None:
    """No markup but ours, on no line a tag left open, and nothing escaped twice."""
    for part in (html, *html.split("\n")):
        assert _shown(part) == plain(part)
    assert "<img" not in html
    assert not re.search("&amp;(lt|gt|amp|quot|#3[49]);", html)


@locales
def test_every_template_reads_well(locale: str) -> None:
    def check(name: str) -> None:
        for html in _rendered(locale, name, PLAIN):
            _assert_sound(html)
            assert html
            assert "\n\n\n" not in html
            assert not re.search(r"[ \t]+$", html, re.MULTILINE)
            assert not re.search(r"\S {2,}|\bNone\b|\bTrue\b|\bFalse\b|Period\(|Decimal", html)

    check_each(FILES, check)


@locales
def test_every_template_escapes_what_people_type(locale: str) -> None:
    def check(name: str) -> None:
        for html in _rendered(locale, name, HOSTILE):
            _assert_sound(html)
            assert "<b>张三</b>" not in html

    check_each(FILES, check)


def test_hostile_text_is_shown_as_it_was_typed() -> None:
    (html,) = _rendered("zh", "not_understood", HOSTILE)
    assert HOSTILE in _shown(html)


@locales
def test_every_phrase_reads_well(locale: str) -> None:
    filled = [phrases(text) for text in (PLAIN, HOSTILE)]

    def check(key: tuple[str, str]) -> None:
        for values in (each for found in filled for each in found.get(key, [{}])):
            said = LANGUAGES[locale].word(key[0], key[1], **values)
            _assert_sound(said)
            assert said.strip()
            assert "\n" not in said

    check_each(sorted(_phrases("zh")), check, ".".join)


def test_the_values_are_those_of_templates_and_phrases_that_are_there() -> None:
    assert sorted(templates(PLAIN)) == FILES
    assert set(phrases(PLAIN)) <= set(_phrases("zh"))


@locales
def test_a_long_message_is_cut_into_sound_parts(locale: str) -> None:
    values = {"problems": ()} | dict(templates(HOSTILE)["unreadable"][0])
    values["problems"] = tuple(values["problems"]) * 10  # type: ignore[arg-type]
    parts = split(LANGUAGES[locale].text("unreadable", values))
    assert len(parts) > 1
    for part in parts:
        _assert_sound(part)


@locales
def test_no_button_is_without_a_label(locale: str) -> None:
    renderer = Renderer(LANGUAGES)
    filled = {key: values[0] for (at, key), values in phrases(PLAIN).items() if at == "button"}
    labels = sorted(_named({"Button"}, *ROOMS))
    kinds = [Button("kind", "form:x", {"kind": kind}) for kind in CATALOGUE.record_kinds]
    rows = [[Button(each, "x", filled.get(each, {})) for each in labels if each != "kind"], kinds]
    message = Message("failed", buttons=tuple(tuple(row) for row in rows))
    (call,) = renderer.calls(message, Destination(1, locale))
    keyboard = json.loads(call.payload)["reply_markup"]["inline_keyboard"]
    said = [button["text"] for row in keyboard for button in row]
    assert len(said) == len(labels) - 1 + len(kinds)
    for label in said:
        assert label.strip()
        assert not re.search("[<>&]", label)


@locales
def test_a_kind_outside_the_catalogue_says_itself(locale: str) -> None:
    assert LANGUAGES[locale].kind("从前有的") == "从前有的"


@locales
def test_the_menu_says_what_each_command_does(locale: str) -> None:
    for command in COMMANDS:
        summary = LANGUAGES[locale].summary(command.name)
        assert 3 <= len(summary) <= 256
    assert LANGUAGES["en"].summary("meeting").startswith("record a meeting or activity")


# ---------------------------------------------------------------- every language in its place

IDEOGRAPHS = re.compile("[\u3400-\u9fff]")
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

# Names on a roster, and the numbers of the policy's parts.
ENGLISH_MAY_SAY = ("张三", "李四", "'二'", "'四'")

# What people type, and what the policy calls its parts: read by the code, never said by it.
CODE_MAY_READ = {
    ("handlers/roster_files/cells.py", r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"),
    ("handlers/roster_files/cells.py", "元"),
    ("handlers/roster_files/cells.py", r"(\d{4})(?:[-/.年]?(\d{1,2})(?!\d).*)?"),
    ("storage/imports/rows.py", r"\s*(\d{4})\s*[-/.年]?\s*(\d{1,2})?"),
    ("handlers/telling/standing.py", "天"),
    ("handlers/corrections/undoing.py", r"\s*[#＃]?(\d{1,9})(?:\s*[-~至到]\s*[#＃]?(\d{1,9}))?\s*"),
    ("compliance/requirement.py", "二"),
    ("compliance/requirement.py", "四"),
}


def _check_english(name: str) -> None:
    text = (TEMPLATES / "en" / name).read_text("utf-8")
    for allowed in ENGLISH_MAY_SAY:
        text = text.replace(allowed, "")
    assert not CHINESE.findall(text)


def test_english_is_in_english() -> None:
    check_each(sorted(n for n in _files("en") if not n.startswith("demo/")), _check_english)


def _docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            yield body[0].value


def _helps(path: Path, tree: ast.Module) -> Iterator[ast.AST]:
    """The help of the command line's options, which says everything in both languages."""
    if path.is_relative_to(HOUSE / "bot" / "cli"):
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "help":
                yield node.value


def _sayings(path: Path, tree: ast.Module) -> Iterable[tuple[str, str]]:
    silent = {id(node) for node in (*_docstrings(tree), *_helps(path, tree))}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in silent:
                if IDEOGRAPHS.search(text):
                    yield path.relative_to(HOUSE).as_posix(), text


@pytest.mark.parametrize("room", ROOMS)
def test_no_chinese_is_said_by_the_code(room: str) -> None:
    said = {saying for path, tree in _trees(room) for saying in _sayings(path, tree)}
    assert said <= CODE_MAY_READ


@pytest.mark.parametrize(("language", "verb"), [("zh", "/dues 核定"), ("en", "/dues assess")])
def test_a_missing_basis_says_how_to_set_it(language: str, verb: str) -> None:
    assert verb in LANGUAGES[language].reason(Reason("no_basis"))
