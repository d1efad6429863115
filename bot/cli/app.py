"""The commands, gathered; and the one place where errors become words and exit codes."""

import sys

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import BadRequest, InvalidToken

from bot.cli import (
    demo,
    explaining,
    keeping,
    posts,
    reminding,
    reports,
    rosters,
    rules,
    saying,
    serving,
    setup,
    sheets,
)
from bot.cli.office import Refusal, tell_error
from bot.logs import set_up_logs
from compliance.catalogue import CatalogueError
from handlers.roster_files.misfits import UnfitRoster
from storage.migrate import NewerDatabase

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for part in (
    serving,
    setup,
    rosters,
    posts,
    rules,
    reports,
    sheets,
    explaining,
    saying,
    reminding,
    keeping,
    demo,
):
    part.add_to(app)


def main() -> None:
    """Run the command line; exits 0, 1 refused, 2 misspelt, 130 interrupted."""
    set_up_logs()
    try:
        app()
    except Refusal as refusal:
        sys.exit(tell_error(refusal.template, refusal.values))
    except UnfitRoster as unfit:
        sys.exit(tell_error("cli/roster_unfit", {"misfits": unfit.misfits, "sheet": unfit.sheet}))
    except CatalogueError as wrong:
        sys.exit(tell_error("cli/file_wrong", {"error": wrong}))
    except ValidationError as error:
        sys.exit(tell_error("cli/settings_wrong", {"names": _named(error)}))
    except NewerDatabase as newer:
        sys.exit(tell_error("cli/newer_database", {"revision": str(newer)}))
    except InvalidToken:
        sys.exit(tell_error("cli/bad_token", {}))
    except BadRequest as error:  # of the webhook, at the start: others are waited out or settled
        sys.exit(tell_error("cli/webhook_refused", {"error": error.message}))
    except OSError as error:
        sys.exit(tell_error("cli/system_failed", {"error": error.strerror or str(error)}))
    except SQLAlchemyError as error:
        sys.exit(tell_error("cli/database_failed", {"error": _said(error)}))


def _named(error: ValidationError) -> list[str]:
    """Name the wrong settings, each once."""
    return list(dict.fromkeys(str(each["loc"][0]) for each in error.errors()))


def _said(error: SQLAlchemyError) -> str:
    """Say a database error in a line, without the statement and its values: they may be personal.

    PostgreSQL's driver adds hints in further lines.
    """
    return str(getattr(error, "orig", None) or type(error).__name__).partition("\n")[0]
