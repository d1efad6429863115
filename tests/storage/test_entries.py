"""Which entries count is remembered within a transaction, and never longer than it holds."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from storage import directory
from storage.database import attempt
from tests.storage.samples import a_unit, live_numbers, record, reverse


def test_a_reversal_counts_at_once(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    assert live_numbers(session, unit) == {1}
    reverse(session, unit, 1)
    assert 1 not in live_numbers(session, unit)


def test_a_reversal_that_was_undone_leaves_the_entry_in_force(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)

    def fail() -> None:
        with attempt(session):
            reverse(session, unit, 1)
            assert 1 not in live_numbers(session, unit)
            raise RuntimeError

    unit_id = unit.key
    with pytest.raises(RuntimeError):
        fail()
    assert live_numbers(session, directory.unit(session, unit_id)) == {1}
