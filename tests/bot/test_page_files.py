"""The page's own files: what they say is in the words, and no text becomes markup."""

import re
from itertools import chain
from pathlib import Path

import pytest

from bot.demo.page.server import STATIC
from bot.demo.page.words import HERE, LOCALES, words

MODULES = sorted(STATIC.glob("*.js"))
EVERY_MODULE = sorted(STATIC.rglob("*.js"))
SHEETS = sorted(STATIC.rglob("*.css"))
DEMO = HERE.parent
REFUSED = re.compile(r'RefusedError\("([a-z_]+)"\)')
SAID = re.compile(r"""["`]([a-z]+\.[a-z_]+)["`]""")
BEGUN = re.compile(r"`([a-z]+\.[a-z_]*)\$\{")  # a phrase that is put together: `parts.${key}`
TOLD = re.compile(r'words\.([a-z]+\.[a-z_]+|page\["[a-z_]+)')
MADE_OF_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
    r"|DOMParser|srcdoc|\beval\(|new Function|setAttribute\(\"style|javascript:"
)
OURS = ("http://www.w3.org/2000/svg", "https://t.me/<bot>")  # a name, and an example in a comment


def _phrases(locale: str) -> set[str]:
    found = words(locale, ("page.toml",))
    return {f"{section}.{key}" for section, phrases in found.items() for key in phrases}


def _found(pattern: re.Pattern[str]) -> set[str]:
    return set(chain.from_iterable(pattern.findall(each.read_text("utf-8")) for each in MODULES))


def _all(files: list[Path]) -> str:
    return "\n".join(each.read_text("utf-8") for each in files)


def _template() -> str:
    return (HERE / "index.html.j2").read_text("utf-8")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_phrase_of_the_page_is_said_and_none_is_missing(locale: str) -> None:
    phrases, begun = _phrases(locale), _found(BEGUN)
    sections = {phrase.partition(".")[0] for phrase in phrases}
    said = {name for name in _found(SAID) if name.partition(".")[0] in sections}
    said |= {name.replace('["', ".") for name in TOLD.findall(_template())} - {"page.tab_"}
    assert said <= phrases
    assert begun
    unsaid = {p for p in phrases - said if not p.startswith((*begun, "page.tab_"))}
    assert unsaid == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_has_words_for_all_that_the_demo_refuses(locale: str) -> None:
    sources = [each.read_text("utf-8") for each in DEMO.rglob("*.py")]
    codes = set(chain.from_iterable(REFUSED.findall(each) for each in sources))
    assert {"moving", "past", "starting"} <= codes
    assert codes | {"not_running"} <= set(words(locale)["errors"])


@pytest.mark.parametrize("module", EVERY_MODULE, ids=lambda path: path.name)
def test_a_module_builds_elements_and_never_markup_out_of_text(module: Path) -> None:
    assert not MADE_OF_TEXT.findall(module.read_text("utf-8"))


def test_what_a_module_lets_out_another_takes_in() -> None:
    sources = {each: each.read_text("utf-8") for each in EVERY_MODULE}
    let_out = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
    for module, source in sources.items():
        others = " ".join(text for each, text in sources.items() if each != module)
        unused = {name for name in let_out.findall(source) if not re.search(rf"\b{name}\b", others)}
        assert unused == set(), module.name


def test_what_the_style_sheets_name_is_on_the_page() -> None:
    style = re.sub(r"/\*.*?\*/", "", _all(SHEETS), flags=re.DOTALL)
    markup = _all(EVERY_MODULE) + _template()
    begun = tuple(re.findall(r"[` ]([a-z]+-)\$\{", markup))  # `grid-${count}`
    named = set(re.findall(r"[.#]([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "", style)))
    used = set(re.findall(r"[\w-]+", markup))
    assert {name for name in named - used if not name.startswith(begun)} == set()
    values = set(re.findall(r"(--[\w-]+):", style))
    assert values == set(re.findall(r"var\((--[\w-]+)", style))


def test_nothing_is_fetched_from_elsewhere() -> None:
    files = [HERE / "index.html.j2", *(each for each in STATIC.rglob("*") if each.is_file())]
    addresses = re.compile(r"""https?://[^\s"'`?…]+""")
    found = chain.from_iterable(addresses.findall(each.read_text("utf-8")) for each in files)
    assert set(found) <= set(OURS)


def test_the_template_has_no_inline_style_script_or_handler() -> None:
    text = _template()
    assert not re.findall(r"""\s(style|on[a-z]+)=""", text)
    assert re.findall(r"<script(?![^>]*(src=|application/json))", text) == []
