"""What every command of the command line needs: the core, the unit named, and how to answer."""

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.clock import system_clock
from bot.core import Core, core
from bot.render import plain
from bot.settings import Settings, Spoken
from bot.words import speak
from compliance.catalogue import default
from compliance.periods import Period
from storage import directory
from storage.database import snapshot, transaction
from storage.journal import Origin
from storage.units import Unit

ADMINISTRATOR = 0  # the command line's own number in the audit: no Telegram user has it


class Refusal(Exception):  # noqa: N818 - it is an answer
    """Something asked on the command line that cannot be done; the template says why."""

    def __init__(self, template: str, values: Mapping[str, object]) -> None:
        super().__init__(template)
        self.template = template
        self.values = values


@cache
def settings() -> Settings:
    """Read the settings, once."""
    return Settings()


@contextmanager
def office(*, writing: bool = False) -> Iterator[tuple[Core, Session]]:
    """Open the core and a session; what a writing command did is committed when it ends well."""
    opened = core(settings())
    try:
        with (transaction if writing else snapshot)(opened.engine) as session:
            yield opened, session
    finally:
        opened.engine.dispose()


def unit_named(session: Session, name: str) -> Unit:
    """Answer the one unit of that name; raises ``Refusal`` for none, or more than one."""
    found = directory.units_named(session, name)
    if not found:
        raise Refusal("cli/no_unit", {"name": name})
    if len(found) > 1:
        raise Refusal("cli/units_alike", {"name": name, "count": len(found)})
    return found[0]


def bookkeeper_named(session: Session, name: str) -> Unit:
    """Answer the one unit of that name that keeps books: any but a party group."""
    unit = unit_named(session, name)
    if unit.kind == "party_group":
        raise Refusal("cli/no_books", {"name": name})
    return unit


def today_at(unit: Unit) -> date:
    """Answer today's date in the unit's zone."""
    return unit.day_of(system_clock())


def administrator() -> Origin:
    """Answer who says something on the command line, and that it is now."""
    return Origin(ADMINISTRATOR, system_clock(), None, None)


def day(typed: str | None) -> date | None:
    """Read an ISO date; raises ``Refusal`` for anything else."""
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise Refusal("cli/bad_date", {"read": typed}) from error


def moment(typed: str | None, otherwise: datetime) -> datetime:
    """Read an ISO date and time; one without an offset is in the settings' zone."""
    if typed is None:
        return otherwise
    try:
        at = datetime.fromisoformat(typed)
    except ValueError as error:
        raise Refusal("cli/bad_moment", {"read": typed}) from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings().timezone))


def period(typed: str | None, otherwise: Period) -> Period:
    """Read a period's code; raises ``Refusal`` for anything else."""
    if typed is None:
        return otherwise
    try:
        return Period.parse(typed)
    except ValueError as error:
        raise Refusal("cli/bad_period", {"read": typed}) from error


def leave_nothing_behind() -> None:
    """Let the other signals that end a program do so as Ctrl-C does: it cleans up on its way."""
    for stopping in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, stopping, None):
            signal.signal(number, signal.default_int_handler)


def tell(template: str, values: Mapping[str, object]) -> None:
    """Print a message to standard output."""
    sys.stdout.write(_words(template, values) + "\n")


def tell_error(template: str, values: Mapping[str, object]) -> int:
    """Print a message to standard error and answer the exit code for a refusal."""
    sys.stderr.write(_words(template, values) + "\n")
    return 1


def tell_json(value: object) -> None:
    """Print JSON, and nothing else, to standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _words(template: str, values: Mapping[str, object]) -> str:
    return plain(speak(default())[_locale()].text(template, values))


def _locale() -> str:
    """Answer the language of the command line; that it is none of ours is told in Chinese."""
    try:
        return Spoken().locale
    except ValueError:
        return "zh"
