"""The options that several commands of the command line share."""

from typing import Annotated

import typer

UnitOption = Annotated[str, typer.Option("--unit", help="组织名称 · the unit's name")]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="2026 | 2026-H1 | 2026-Q3 | 2026-11")
]
OnOption = Annotated[str | None, typer.Option("--on", help="YYYY-MM-DD")]
KnownOnOption = Annotated[str | None, typer.Option("--known-on", help="YYYY-MM-DD")]
JsonOption = Annotated[bool, typer.Option("--json", help="只输出 JSON · JSON only")]
