"""How the changes that a roster file would make are said."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import escape

from handlers.roster_files.preview import Named
from storage.imports.comparing import Changed
from storage.imports.placing import Path

if TYPE_CHECKING:
    from bot.words import Words

LONGEST = 30
_AMOUNTS = ("dues_base", "dues_amount")
_CODED = ("stage", "dues_category")


def filters(words: "Words") -> dict[str, Callable[..., object]]:
    """Answer the filters that templates about rosters use."""
    return {
        "placed": lambda named: _placed(words, named),
        "path": lambda path: _path(words, path),
        "before": lambda change: _value(words, change, change.before),
        "after": lambda change: _value(words, change, change.after),
    }


def _placed(words: "Words", named: Named) -> object:
    """Say a name, with the unit where that is one of many."""
    if not named.unit:
        return escape(_short(named.name))
    return words.word("said", "absence", name=_short(named.name), reason=named.unit)


def _path(words: "Words", path: Path) -> object:
    """Say a unit, with the general branch that it stands below."""
    if path.branch is None:
        return escape(path.general_branch or "")
    return words.word("said", "absence", name=path.branch, reason=path.general_branch)


def _value(words: "Words", change: Changed, value: object) -> object:
    if value is None or value == "":
        return words.word("field", "none")
    if change.field in _AMOUNTS and isinstance(value, int):
        return f"¥{Decimal(value) / 100:.2f}"
    if change.field in _CODED:
        return words.word_of(change.field, value, {}) or escape(str(value))
    if isinstance(value, bool):
        return words.word("said", "yes" if value else "no")
    return value.isoformat() if isinstance(value, date) else escape(_short(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
