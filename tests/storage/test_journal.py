"""The ledger: entries are numbered, and one that is amended or reversed counts no more."""

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from storage import entries, journal, listing
from storage.database import rehearsal, snapshot, transaction
from storage.journal import RecordText
from storage.ledger import Audit, RecordKind
from tests.storage.samples import (
    SECRETARY,
    a_person,
    a_unit,
    day,
    everything,
    live_numbers,
    moment,
    numbered,
    pay,
    record,
    reverse,
    said,
)


def test_numbers_count_up_within_each_unit(session: Session) -> None:
    first, second = a_unit(session, "第一支部"), a_unit(session, "第二支部")
    assert [record(session, first), record(session, second), record(session, first)] == [1, 1, 2]
    assert pay(session, first, a_person(session, first, "张三"), "2026-03", 50) == 3
    assert reverse(session, first, 1) == 4


def test_a_record_says_everything_it_was_told(session: Session) -> None:
    unit = a_unit(session)
    group = a_unit(session, "第一小组", "party_group", unit)
    text = everything(group.key, a_person(session, unit, "张三").key)
    number = journal.add_record(session, unit.key, text, said(message_id=9))
    entry = numbered(session, unit, number)
    assert listing.record_text(session, entry) == text
    assert (entry.entered_by, entry.chat_id, entry.message_id) == (SECRETARY, -100, 9)
    assert entry.entered_at == moment("2026-03-05 10:00")


def test_a_payment_entry_is_no_record(session: Session) -> None:
    unit = a_unit(session)
    number = pay(session, unit, a_person(session, unit, "张三"), "2026-03", 50)
    with pytest.raises(LookupError):
        listing.record_text(session, numbered(session, unit, number))


def test_an_entry_that_is_not_there(session: Session) -> None:
    unit = a_unit(session)
    assert entries.entry_numbered(session, unit.key, 1) is None
    with pytest.raises(LookupError, match="entry 1"):
        entries.entry(session, 1)
    assert entries.last_live_entry(session, unit.key, SECRETARY) is None


def test_an_amendment_takes_the_place_of_what_it_amends(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    record(session, unit, amends=1)
    assert live_numbers(session, unit) == {2}


def test_taking_an_amendment_back_brings_the_first_entry_back(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    record(session, unit, amends=1)
    reverse(session, unit, 2)
    assert live_numbers(session, unit) == {1, 3}


def test_reversing_a_reversal_restores(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    reverse(session, unit, 1)
    reverse(session, unit, 2)
    assert live_numbers(session, unit) == {1, 3}


@dataclass
class Model:
    """The same ledger in the plainest words: who takes whom out, told over and over again.

    What an amendment took out stays out when that amendment is amended in turn.
    """

    targets: list[int | None] = field(default_factory=list)
    amends: list[bool] = field(default_factory=list)

    def live(self) -> set[int]:
        return {number for number in range(1, len(self.targets) + 1) if self._counts(number)}

    def _counts(self, number: int) -> bool:
        return not any(self._holds(n) for n in self._later(number))

    def _holds(self, number: int) -> bool:
        amended = any(self.amends[n - 1] and self._holds(n) for n in self._later(number))
        return self._counts(number) or amended

    def _later(self, number: int) -> list[int]:
        return [n for n, target in enumerate(self.targets, 1) if target == number]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from("rax"), st.integers(0, 30)), max_size=14))
@example(steps=[("r", 0), ("a", 0), ("x", 0), ("x", 1), ("a", 0), ("x", 0)])
def test_any_chain_of_entries_counts_as_the_model_says(
    engine: Engine, steps: list[tuple[str, int]]
) -> None:
    model = Model()
    with rehearsal(engine) as session:
        unit = a_unit(session, f"支部{id(model)}-{len(steps)}")
        for step, at in steps:
            live = sorted(model.live())
            target = live[at % len(live)] if step != "r" and live else None
            if target is None:
                record(session, unit)
            elif step == "x":
                reverse(session, unit, target)
            else:
                record(session, unit, amends=target)
            model.targets.append(target)
            model.amends.append(step == "a" and target is not None)
        assert live_numbers(session, unit) == model.live()


def test_the_last_live_entry_is_never_a_reversal(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    record(session, unit)
    reverse(session, unit, 2)
    last = entries.last_live_entry(session, unit.key, SECRETARY)
    assert last is not None
    assert last.number == 1


def first_entered(session: Session, number: int) -> dict[str, str]:
    rows = session.exec(select(RecordKind).where(RecordKind.entry_id == number))
    return {row.kind: row.first_entered_at.isoformat(sep=" ")[:16] for row in rows}


def test_a_correction_within_the_month_keeps_when_it_was_first_entered(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, "支委会", "2026-03-05", at="2026-03-05 18:00")
    record(session, unit, "支委会", "2026-03-31", at="2026-05-05 18:00", amends=1)
    assert first_entered(session, 2) == {"支委会": "2026-03-05 10:00"}


def test_a_kind_added_by_a_correction_is_entered_with_it(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, "党员大会", "2026-03-05", at="2026-03-05 18:00")
    record(session, unit, "党员大会+党课", "2026-03-05", at="2026-05-05 18:00", amends=1)
    assert first_entered(session, 2) == {"党员大会": "2026-03-05 10:00", "党课": "2026-05-05 10:00"}


@pytest.mark.parametrize("held_on", ["2026-04-01", "2026-02-28", "2025-03-05"])
def test_a_correction_into_another_month_is_entered_anew(session: Session, held_on: str) -> None:
    unit = a_unit(session)
    record(session, unit, "支委会", "2026-03-05", at="2026-03-05 18:00")
    record(session, unit, "支委会", held_on, at="2026-05-05 18:00", amends=1)
    assert first_entered(session, 2) == {"支委会": "2026-05-05 10:00"}


def test_the_live_record_of_a_message_is_its_newest(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, message_id=5)
    record(session, unit, message_id=5, amends=1)
    record(session, unit, message_id=6)
    found = entries.live_from_message(session, unit.key, -100, 5)
    assert found is not None
    assert found.number == 2
    reverse(session, unit, 2)
    found = entries.live_from_message(session, unit.key, -100, 5)
    assert found is not None
    assert found.number == 1
    reverse(session, unit, 1)
    assert entries.live_from_message(session, unit.key, -100, 5) is None
    assert entries.live_from_message(session, unit.key, -101, 6) is None


def test_the_record_of_a_message_is_the_correction_in_its_place(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, message_id=5)
    record(session, unit, message_id=6, amends=1)
    record(session, unit, message_id=7, amends=2)
    found = entries.live_from_message(session, unit.key, -100, 5)
    assert found is not None
    assert found.number == 3
    reverse(session, unit, 3)
    reverse(session, unit, 2)
    found = entries.live_from_message(session, unit.key, -100, 5)
    assert found is not None
    assert found.number == 1


def test_records_of_the_same_kind_day_and_group_are_alike(session: Session) -> None:
    unit = a_unit(session)
    group = a_unit(session, "第一小组", "party_group", unit).key
    record(session, unit, "党员大会+党课")
    record(session, unit, "党课", held_on="2026-03-06")
    record(session, unit, "支委会")
    record(session, unit, "党课", group_id=group)
    alike = RecordText(kinds=("党课", "学习"), held_on=day("2026-03-05"))
    assert entries.live_like(session, unit.key, alike) == (1,)
    in_group = RecordText(kinds=("党课",), held_on=day("2026-03-05"), group_id=group)
    assert entries.live_like(session, unit.key, in_group) == (4,)
    reverse(session, unit, 1)
    assert entries.live_like(session, unit.key, alike) == ()


def test_records_about_different_people_are_not_alike(session: Session) -> None:
    unit = a_unit(session)
    one, other = (a_person(session, unit, name).key for name in ("张三", "李四"))
    for who in (one, other):
        about = RecordText(kinds=("个人汇报",), held_on=day("2026-03-05"), people=((who, None),))
        assert entries.live_like(session, unit.key, about) == ()
        journal.add_record(session, unit.key, about, said())
    again = RecordText(kinds=("个人汇报",), held_on=day("2026-03-05"), people=((one, None),))
    assert entries.live_like(session, unit.key, again) == (1,)
    nobody = RecordText(kinds=("个人汇报",), held_on=day("2026-03-05"))
    assert entries.live_like(session, unit.key, nobody) == (2, 1)


def test_an_audit_row_says_who_changed_what(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)
        granted = '{"role":"secretary"}'
        journal.add_audit(session, unit.key, "role_grant", said(message_id=3), after=granted)
    (row,) = audit(engine)
    assert (row.actor, row.action, row.unit_id) == (SECRETARY, "role_grant", unit.key)
    assert (row.entry_id, row.before, row.after) == (None, None, '{"role":"secretary"}')
    assert (row.at, row.chat_id, row.message_id) == (moment("2026-03-05 10:00"), -100, 3)


def test_every_entry_is_noted_with_all_that_it_says(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)
        person = a_person(session, unit, "张三")
        record(session, unit, "党员大会+党课")
        record(session, unit, "党课", "2026-03-06", amends=1)
        pay(session, unit, person, "2026-03", 50)
        reverse(session, unit, 3)
    rows = audit(engine)
    assert [row.action for row in rows] == ["record", "amend", "pay", "reverse"]
    said_in_full = [json.loads(row.after or "") for row in rows]
    assert [said["entry"][0]["number"] for said in said_in_full] == [1, 2, 3, 4]
    assert [kind["kind"] for kind in said_in_full[0]["record_kind"]] == ["党员大会", "党课"]
    assert said_in_full[1]["record"][0]["held_on"] == "2026-03-06"
    assert said_in_full[2]["payment"][0]["amount_fen"] == 5000
    assert said_in_full[3]["entry"][0]["target_id"] == rows[2].entry_id


def audit(engine: Engine) -> list[Audit]:
    with snapshot(engine) as session:
        rows = list(session.exec(select(Audit).order_by(col(Audit.id))))
        session.expunge_all()
        return rows
