"""Rosters as files on the command line: ``roster import``, ``roster export``; and its list."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bot.cli.office import Refusal, administrator, bookkeeper_named, day, office, tell, today_at
from bot.cli.options import OnOption, UnitOption
from bot.cli.people import roster_list
from handlers.roster_files.exporting import FORMATS, written_roster
from handlers.roster_files.misfits import MOST_BYTES, unfit
from handlers.roster_files.preview import preview
from handlers.roster_files.reading import read_roster
from storage.imports.rows import RosterRow
from storage.imports.taking import Tally, chunks, take_chunk
from storage.units import Unit

LONG = 1000  # people from which on one wants to see how far it is


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    people = typer.Typer(no_args_is_help=True, help="名册 · the roster")
    people.command("import")(roster_import)
    people.command("export")(roster_export)
    people.command("list")(roster_list)
    app.add_typer(people, name="roster")


def roster_import(
    file: Path,
    unit: UnitOption,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看会改什么 · only show what would change")
    ] = False,
) -> None:
    """导入名册 · Import a roster (CSV, XLSX); a file with a mistake changes nothing."""
    content = _content(file)
    with office(writing=not dry_run) as (_, session):
        target = bookkeeper_named(session, unit)
        today = today_at(target)
        rows = read_roster(content, today)
        shown = preview(session, target, rows, today)
        if dry_run:
            tell("cli/roster_preview", {"unit": target.name, "file": file.name, "shown": shown})
            return
        done = _taken(session, target, rows)
        tell("cli/roster_imported", {"unit": target.name, "done": done, "shown": shown})


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise Refusal("cli/no_file", {"file": str(file)})
    if file.stat().st_size > MOST_BYTES:
        raise unfit("roster_too_large")
    return file.read_bytes()


def _taken(session: Session, target: Unit, rows: list[RosterRow]) -> Tally:
    """Take all rows, some hundred at a time but in one transaction, and show how far it is."""
    origin, today, done = administrator(), today_at(target), Tally()
    with _progress(len(rows)) as advance:
        for chunk in chunks(session, target, rows):
            done.add(take_chunk(session, target, chunk, origin, today))
            advance(len(chunk))
    return done


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], object]]:
    """Give what is told of each step forward; a long file has a bar on a terminal."""
    if total < LONG or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - what most commands need not load
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)


def roster_export(
    unit: UnitOption,
    out: Annotated[Path, typer.Option("--out", help="写到的文件 · the file to write")],
    on: OnOption = None,
    form: Annotated[str, typer.Option("--format", help="|".join(FORMATS))] = "",
) -> None:
    """导出名册 · Write the roster of a day to a file (CSV, XLSX)."""
    ending = form or out.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise Refusal("cli/not_one_of", {"read": ending, "allowed": FORMATS})
    with office(writing=True) as (_, session):
        target = bookkeeper_named(session, unit)
        asked = day(on) or today_at(target)
        written = written_roster(session, target, asked, ending, administrator())
        out.write_bytes(written.content)
        values = {"unit": target.name, "people": written.people, "on": asked, "file": str(out)}
        tell("cli/roster_exported", values)
