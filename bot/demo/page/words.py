"""The page's words in a language, and the page itself; light, since it lives beside the bot."""

import tomllib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "templates"
LOCALES = ("zh", "en")
PAGE = ("page.toml", "tools.toml")
TERMINAL = ("served.toml",)
Words = dict[str, dict[str, str]]


@cache
def words(locale: str, files: tuple[str, ...] = PAGE) -> Words:
    """Answer the phrases of a language by section and key: the page's, or the terminal's."""
    found: Words = {}
    for name in files:
        found |= tomllib.loads((TEMPLATES / locale / "demo" / name).read_text("utf-8"))
    return found


@cache
def page(locale: str) -> str:
    """Answer the page in a language."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
    )
    other = next(each for each in LOCALES if each != locale)
    template = environment.get_template("index.html.j2")
    return template.render(locale=locale, other=other, words=words(locale))
