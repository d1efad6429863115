"""Columns: a moment comes back as the same moment, a naive one is refused; money is exact."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import StatementError

from compliance.access import Role
from storage.database import snapshot, transaction
from storage.money import fen, optional_fen, optional_yuan, yuan
from storage.units import Chat, RoleHeld, Unit
from tests.storage.samples import a_unit


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu"]),
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(
    engine: Engine, naive: datetime, zone: str
) -> None:
    at = naive.replace(tzinfo=ZoneInfo(zone))
    with transaction(engine) as session:
        unit = a_unit(session, f"支部{naive.isoformat()}{zone}")
        session.merge(Chat(id=-1, unit_id=unit.key, planned_through=at))
    with snapshot(engine) as session:
        chat = session.get(Chat, -1)
        assert chat is not None
        assert chat.planned_through == at.astimezone(UTC)
        assert chat.planned_through.utcoffset() == timedelta(0)


def test_no_moment_stays_none(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(Chat(id=-1, unit_id=a_unit(session).key))
    with snapshot(engine) as session:
        chat = session.get(Chat, -1)
        assert chat is not None
        assert chat.planned_through is None


def test_a_naive_moment_is_refused(engine: Engine) -> None:
    def work() -> None:
        with transaction(engine) as session:
            naive = datetime(2026, 3, 5)  # noqa: DTZ001
            session.add(Chat(id=-1, unit_id=a_unit(session).key, planned_through=naive))

    with pytest.raises(StatementError, match="naive datetime"):
        work()
    with snapshot(engine) as session:
        assert session.get(Chat, -1) is None


def test_a_code_is_kept_as_the_word_it_is(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(RoleHeld(telegram_id=1, unit_id=a_unit(session).key, role=Role.GROUP_LEADER))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT role FROM role")).scalar() == "group_leader"


def test_telegram_ids_are_wider_than_32_bits(engine: Engine) -> None:
    with transaction(engine) as session:
        key = a_unit(session).key
        session.add(RoleHeld(telegram_id=7_999_999_999, unit_id=key, role=Role.MEMBER))
        session.add(Chat(id=-1_002_999_999_999, unit_id=key))
    with snapshot(engine) as session:
        assert session.get(Chat, -1_002_999_999_999) is not None


def test_a_row_that_is_not_stored_has_no_key() -> None:
    with pytest.raises(ValueError, match="Unit is not stored yet"):
        _ = Unit(name="第一支部", kind="branch").key


@given(st.integers(-(10**12), 10**12))
def test_fen_and_yuan_are_one_amount(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert yuan(amount) * 100 == amount


def test_a_part_of_a_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number of fen"):
        fen(Decimal("0.005"))


def test_no_amount_stays_none() -> None:
    assert optional_fen(None) is None
    assert optional_yuan(None) is None
    assert optional_fen(Decimal("30.5")) == 3050
    assert optional_yuan(3050) == Decimal("30.50")
