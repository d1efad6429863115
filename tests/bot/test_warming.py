"""The tick reckons how branches stand on a new day, before a superior asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core import Core, core
from bot.settings import Settings
from storage.database import transaction
from storage.reckoned import SO_FAR, OverviewRow
from storage.rules import Overlay
from storage.units import Unit
from storage.warming import FEW
from tests.storage.fixtures import template
from tests.storage.samples import a_unit, moment

__all__ = ["template"]

NOW = moment("2026-11-25 00:01")


@pytest.fixture
def running(template: Path, tmp_path: Path) -> Iterator[Core]:
    path = tmp_path / "sanhui.db"
    path.write_bytes(template.read_bytes())
    found = core(Settings(database_url=f"sqlite:///{path}"))
    with transaction(found.engine) as session:
        general = a_unit(session, "党总支", "general_branch")
        for n in range(FEW + 1):
            a_unit(session, f"第{n}支部", "branch", general, founded=date(2026, 11, 1))
    yield found
    found.engine.dispose()


def warm_all(running: Core, days: int = 0) -> int:
    """Warm as the ticks of a day do; answers how many units that were."""
    now, count = NOW + timedelta(days=days), 0
    while batches := running.ticking.cold(now):
        for unit_ids in batches:
            running.ticking.warm(unit_ids, now)
            count += len(unit_ids)
    return count


def reckoned(running: Core) -> int:
    with transaction(running.engine) as session:
        so_far = select(OverviewRow).where(OverviewRow.span == SO_FAR)
        return len(session.exec(so_far).all())


def test_every_branch_is_reckoned_once_a_day(running: Core) -> None:
    assert warm_all(running) == reckoned(running) == FEW + 1
    assert warm_all(running) == 0
    assert warm_all(running, days=1) == FEW + 1


def test_a_branch_whose_rules_do_not_fit_hinders_no_other(running: Core) -> None:
    with transaction(running.engine) as session:
        third = session.exec(select(Unit).where(Unit.name == "第2支部")).one()
        broken = Overlay(
            unit_id=third.key,
            version="A",
            holds_from=date(2026, 1, 1),
            text="no overlay",
            loaded_by=1,
            loaded_at=NOW,
        )
        session.add(broken)
    assert warm_all(running) == FEW + 1
    assert reckoned(running) == FEW
    assert warm_all(running) == 0
