"""`python -m tests.bench.importing [--quick]`: a whole organisation from one file.

20 general branches, 400 branches and 12,000 people that nobody has entered yet, as CSV and as a
workbook, by the command that an administrator types: read, compared, founded, written, with
history and audit. The yardstick is a plain executemany of the same people and their dues bases.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from handlers.roster_files.writing import as_csv, as_xlsx
from storage.database import open_database, transaction
from storage.migrate import upgrade
from storage.units import Unit
from tests.bench.processes import ROOT
from tests.bench.rounds import quick, tell

GIVEN = "伟敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
HEADS = (
    "党总支",
    "党支部",
    "姓名",
    "类别",
    "党小组",
    "性别",
    "出生年月",
    "民族",
    "学历",
    "入党日期",
    "转正日期",
    "党费类别",
    "党费基数",
)
COMMAND = "from bot.cli import main; main()"
Rows = list[list[object]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the organisation is."""

    generals: int = 20
    branches: int = 20  # of each general branch
    people: int = 30  # of each branch

    @property
    def everybody(self) -> int:
        """Answer how many people there are."""
        return self.generals * self.branches * self.people


QUICK = Plan(generals=2, branches=3)


def people(plan: Plan) -> Rows:
    """Make up the people of every branch; no two of one are called alike."""
    return [
        _person(general, branch, number)
        for general in range(1, plan.generals + 1)
        for branch in range(1, plan.branches + 1)
        for number in range(plan.people)
    ]


def _person(general: int, branch: int, number: int) -> list[object]:
    at = number + branch
    name = f"{SURNAMES[number % 20]}{GIVEN[at % 20]}{GIVEN[(number // 20 + branch) % 20]}"
    admitted = date(1990, 7, 1) + timedelta(days=17 * number + 31 * branch)
    return [
        f"第{general}党总支",
        f"第{general}总支第{branch}支部",
        name,
        "正式党员",
        f"第{'一二三'[number % 3]}小组",
        "男女"[number % 2],
        f"19{60 + number % 10}-{1 + number % 12:02}",
        "汉族",
        "本科",
        admitted,
        admitted + timedelta(days=365),
        "在职",
        Decimal(3000 + 50 * number),
    ]


@dataclass(frozen=True, slots=True)
class Taken:
    """How long a command took, and how much memory at most, in megabytes."""

    seconds: float
    megabytes: float


def imported(folder: Path, name: str, content: bytes) -> Taken:
    """Import a file into an empty database by the command line."""
    file, url = folder / name, f"sqlite:///{folder / name}.db"
    file.write_bytes(content)
    engine = open_database(url)
    upgrade(engine)
    with transaction(engine) as session:
        session.add(Unit(name="县直机关党委", kind="leading_group"))
    engine.dispose()
    begun = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "roster", "import", str(file), "--unit", "县直机关党委"],
        cwd=ROOT,
        env=os.environ | {"SANHUI_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RuntimeError(f"the import ended with {running.returncode}")
    return Taken(time.perf_counter() - begun, used.ru_maxrss / 1024)


def plainly(folder: Path, rows: Rows) -> float:
    """Answer the seconds that inserting the same people takes, and nothing else."""
    engine = open_database(f"sqlite:///{folder / 'plain.db'}")
    upgrade(engine)
    engine.dispose()
    connection = sqlite3.connect(folder / "plain.db")
    begun = time.perf_counter()
    with connection:
        connection.executemany(
            "INSERT INTO person (unit_id, name, stage, admitted_on, full_on, floating, sex, born,"
            " ethnicity, education) VALUES (1, ?, 'full', ?, ?, 0, ?, ?, ?, ?)",
            [(r[2], str(r[9]), str(r[10]), r[5], r[6], r[7], r[8]) for r in rows],
        )
        connection.executemany(
            "INSERT INTO dues_basis (person_id, category, base_fen) VALUES (?, 'employed', ?)",
            [(at, int(str(r[12])) * 100) for at, r in enumerate(rows, 1)],
        )
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def report(plan: Plan) -> list[str]:
    """Say the figures: a line for each kind of file, and one for the yardstick."""
    rows = people(plan)
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        taken = {
            "roster.csv": imported(folder, "roster.csv", as_csv(HEADS, rows)),
            "roster.xlsx": imported(folder, "roster.xlsx", as_xlsx(HEADS, rows)),
        }
        plain = plainly(folder, rows)
    units = plan.generals * plan.branches + plan.generals
    return [
        *(
            f"{name:12} {each.seconds:6.2f} s, {each.megabytes:4.0f} MB: {plan.everybody:,} people"
            f" of {units} new units imported"
            for name, each in taken.items()
        ),
        (
            f"{'ratio':12} {taken['roster.csv'].seconds / plain:6.1f} times a plain executemany"
            f" of the same rows ({plain:.2f} s)"
        ),
    ]


def main() -> None:
    """Measure and print."""
    tell(report(QUICK if quick(__doc__) else Plan()))


if __name__ == "__main__":
    main()
