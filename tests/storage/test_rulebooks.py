"""The rules a unit lives by: its own and those of the units above, and what was known of them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from compliance.catalogue import CatalogueError, default
from compliance.overlay import read
from compliance.periods import Cadence
from compliance.states import State
from storage import directory, rulemaking
from storage.database import forget, snapshot, transaction
from storage.ledger import Audit
from storage.listing import records
from storage.rulebooks import laid_down, policies_of, policy_of
from storage.rulemaking import Chosen, NotOffered
from storage.rules import Overlay
from storage.standing import Asked, findings, findings_of
from storage.units import Chat, Unit
from tests.storage.samples import POLICY, a_unit, day, moment, record, said

CODE = "organisational_life"
LIFE = default().requirement(CODE)


def load(
    session: Session, unit: Unit, version: str, holds_from: str, body: str, at: str = "2026-01-05"
) -> None:
    text = f'version = "{version}"\nholds_from = {holds_from}\n{body}'
    overlay = read(f"{version}.toml", text)
    rulemaking.load_overlay(session, POLICY, unit, overlay, said(f"{at} 10:00"))


def studies(count: int) -> str:
    return f'[[requirements]]\ncode = "study"\nbasis = "厂〔2026〕3号"\ncount = {count}\n'


def choose(session: Session, unit: Unit, cadence: Cadence, on: str) -> Chosen:
    return rulemaking.choose_cadence(
        session, POLICY, unit, LIFE, cadence=cadence, today=day(on), origin=said(f"{on} 10:00")
    )


def count(session: Session, unit: Unit, on: str, known_on: str | None = None) -> int:
    known = None if known_on is None else day(known_on)
    own = policy_of(session, POLICY, unit, known)
    return own.on(day(on)).requirement("study").count


@pytest.fixture
def general(session: Session) -> Unit:
    return a_unit(session, "党总支", "general_branch")


@pytest.fixture
def first(session: Session, general: Unit) -> Unit:
    return a_unit(session, "第一支部", "branch", general)


@pytest.fixture
def second(session: Session, general: Unit) -> Unit:
    return a_unit(session, "第二支部", "branch", general)


def test_a_unit_under_no_rules_of_its_own_has_the_policy_that_ships(
    session: Session, first: Unit
) -> None:
    assert policy_of(session, POLICY, first) is POLICY


def test_what_a_unit_lays_down_counts_for_it_and_all_below(
    session: Session, general: Unit, first: Unit
) -> None:
    elsewhere = a_unit(session, "别处支部")
    load(session, general, "A", "2026-03-01", studies(2))

    assert [count(session, unit, "2026-03-01") for unit in (general, first, elsewhere)] == [2, 2, 1]
    assert count(session, first, "2026-02-28") == 1
    assert policy_of(session, POLICY, elsewhere) is POLICY


def test_units_under_the_same_rules_share_one_policy(
    session: Session, general: Unit, first: Unit, second: Unit
) -> None:
    load(session, general, "A", "2026-03-01", studies(2))
    found = policies_of(session, POLICY, [first, second])

    assert found[first.key] is found[second.key] is not POLICY
    forget(session)
    assert policy_of(session, POLICY, first) is found[first.key]


def test_a_nearer_unit_has_the_last_word(session: Session, general: Unit, first: Unit) -> None:
    load(session, first, "B", "2026-02-01", studies(3))
    load(session, general, "A", "2026-03-01", studies(2))

    assert count(session, first, "2026-04-01") == 3
    own = policy_of(session, POLICY, first).on(day("2026-04-01"))
    assert own.version == f"{default().version}+A+B"
    assert [each.level for each in laid_down(session, [first])[first.key]] == [1, 0]


def test_what_was_laid_down_later_was_not_known(session: Session, first: Unit) -> None:
    load(session, first, "A", "2026-03-01", studies(2), at="2026-02-10")

    assert count(session, first, "2026-04-01", known_on="2026-02-09") == 1
    assert count(session, first, "2026-04-01", known_on="2026-02-10") == 2
    assert policy_of(session, POLICY, first, day("2026-02-09")) is POLICY


def test_many_units_are_answered_as_each_alone_in_one_statement(
    session: Session, general: Unit, first: Unit, second: Unit
) -> None:
    load(session, general, "A", "2026-03-01", studies(2))
    load(session, second, "B", "2026-03-01", studies(3))
    choose(session, first, Cadence.QUARTERLY, "2026-01-05")
    units = [general, first, second, a_unit(session, "别处支部")]
    alone = {}
    for unit in units:
        forget(session)
        alone[unit.key] = policy_of(session, POLICY, unit)
    forget(session)
    session.flush()
    asked: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))

    assert policies_of(session, POLICY, units) == alone
    assert policies_of(session, POLICY, units[1:]).keys() == {unit.key for unit in units[1:]}
    assert len(asked) == 1
    assert len(set(alone.values())) == 4


def test_a_unit_above_itself_ends(session: Session, general: Unit, first: Unit) -> None:
    general.parent_id = first.key
    session.add(general)
    session.flush()
    load(session, general, "A", "2026-03-01", studies(2))

    assert count(session, first, "2026-03-01") == 2


# ---------------------------------------------------------------- laying down


def test_every_chat_is_looked_at_anew(session: Session, first: Unit) -> None:
    directory.bind_chat(session, -100, first.key)
    chat = session.get_one(Chat, -100)
    chat.next_step_at = moment("2026-02-01 09:00")
    load(session, first, "A", "2026-03-01", studies(2))
    session.refresh(chat)

    assert chat.next_step_at is None


def test_what_is_laid_down_is_in_the_audit(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)
        load(session, unit, "A", "2026-03-01", studies(2))
        choose(session, unit, Cadence.QUARTERLY, "2026-02-03")
    with snapshot(engine) as session:
        loaded, chosen = session.exec(select(Audit).order_by(col(Audit.id)))

        assert (loaded.action, chosen.action) == ("overlay_load", "cadence_choose")
        after = json.loads(loaded.after or "")
        assert (after["version"], after["holds_from"]) == ("A", "2026-03-01")
        assert studies(2) in after["text"]
        assert json.loads(loaded.before or "") == {"version": default().version}
        assert json.loads(chosen.before or "") == {"requirement": CODE, "cadence": "half-yearly"}
        assert json.loads(chosen.after or "") == {
            "requirement": CODE,
            "cadence": "quarterly",
            "holds_from": "2026-07-01",
        }


def test_what_does_not_fit_is_refused(session: Session, first: Unit) -> None:
    with pytest.raises(CatalogueError, match=r"A\.toml|A: requirements\[study\]\.weight|weight"):
        load(session, first, "A", "2026-03-01", studies(2) + "weight = 9\n")


def test_what_unfits_a_unit_below_is_refused(session: Session, general: Unit, first: Unit) -> None:
    load(session, first, "B", "2026-02-01", studies(3))
    gone = '[[requirements]]\ncode = "study"\nbasis = "x"\nremoved = true\n'
    more = '[[requirements]]\ncode = "general_meeting"\nbasis = "x"\nweight = 8\n'

    with pytest.raises(CatalogueError):
        load(session, general, "A", "2026-03-01", gone + more)


# ---------------------------------------------------------------- choosing


def test_what_fits_no_more_after_an_upgrade_can_be_put_right(
    session: Session, general: Unit, first: Unit
) -> None:
    gone = studies(2).replace("study", "gone")
    for unit, version in ((general, "A"), (first, "B")):
        row = Overlay(
            unit_id=unit.key,
            version=version,
            holds_from=day("2026-01-01"),
            text=f'version = "{version}"\nholds_from = 2026-01-01\n{gone}',
            loaded_by=7,
            loaded_at=moment("2025-12-01 10:00"),
        )
        session.add(row)
    session.flush()
    assert [unit.name for unit, _ in rulemaking.unfit(session, POLICY)] == ["党总支", "第一支部"]

    load(session, general, "A2", "2026-01-01", studies(3))
    load(session, first, "B2", "2026-01-01", studies(4))

    assert list(rulemaking.unfit(session, POLICY)) == []
    assert count(session, first, "2026-01-05") == 4


def test_a_choice_takes_effect_where_both_cadences_begin(session: Session, first: Unit) -> None:
    chosen = choose(session, first, Cadence.QUARTERLY, "2026-02-03")

    assert (chosen.holds_from, chosen.new) == (day("2026-07-01"), True)
    own = policy_of(session, POLICY, first)
    assert own.on(day("2026-06-30")).requirement(CODE).cadence is Cadence.HALF_YEARLY
    assert own.on(day("2026-07-01")).requirement(CODE).cadence is Cadence.QUARTERLY


def test_a_choice_of_what_is_so_already_changes_nothing(session: Session, first: Unit) -> None:
    assert not choose(session, first, Cadence.HALF_YEARLY, "2026-02-03").new
    assert policy_of(session, POLICY, first) is POLICY


def test_a_choice_said_again_before_it_begins_does_not_run_yet(
    session: Session, first: Unit
) -> None:
    choose(session, first, Cadence.QUARTERLY, "2026-02-03")
    early = choose(session, first, Cadence.QUARTERLY, "2026-02-04")
    later = choose(session, first, Cadence.QUARTERLY, "2026-07-02")

    assert (early.new, early.runs, early.holds_from) == (False, False, day("2026-07-01"))
    assert (later.new, later.runs) == (False, True)


def test_a_choice_can_be_taken_back_before_it_takes_effect(session: Session, first: Unit) -> None:
    choose(session, first, Cadence.QUARTERLY, "2026-02-03")
    back = choose(session, first, Cadence.HALF_YEARLY, "2026-02-04")
    own = policy_of(session, POLICY, first)

    assert back.new
    assert own.on(day("2026-07-01")).requirement(CODE).cadence is Cadence.HALF_YEARLY


def test_only_what_is_offered_can_be_chosen(session: Session, first: Unit) -> None:
    with pytest.raises(NotOffered) as refused:
        choose(session, first, Cadence.MONTHLY, "2026-02-03")

    assert refused.value.requirement.cadences == (Cadence.QUARTERLY, Cadence.HALF_YEARLY)


# ---------------------------------------------------------------- how units stand


def test_a_unit_stands_by_its_own_rules(session: Session, first: Unit, second: Unit) -> None:
    choose(session, first, Cadence.QUARTERLY, "2026-01-01")
    record(session, first, "组织生活会", "2026-02-05", "2026-02-05 10:00")
    span = {"first": day("2026-01-01"), "last": day("2026-12-31"), "on": day("2026-05-01")}
    stands = {
        unit.name: [
            (finding.period.code, finding.done)
            for finding in findings(
                session,
                POLICY,
                unit,
                only=lambda r: r.code == CODE,
                **span,
            )
        ]
        for unit in (first, second)
    }

    assert stands == {
        "第一支部": [("2026-Q1", 1), ("2026-Q2", 0), ("2026-Q3", 0), ("2026-Q4", 0)],
        "第二支部": [("2026-H1", 0), ("2026-H2", 0)],
    }


def test_many_units_stand_as_each_alone(session: Session, first: Unit, second: Unit) -> None:
    choose(session, first, Cadence.QUARTERLY, "2026-01-01")
    load(session, second, "B", "2026-02-01", studies(3) + "steps = [2, 1]\n")
    start, last, on = day("2026-01-01"), day("2026-12-31"), day("2026-05-01")
    asked = [
        Asked(unit, on, policy_of(session, POLICY, unit).wanted(start, last))
        for unit in (first, second)
    ]
    together = list(findings_of(session, POLICY, asked))

    for unit, found in zip((first, second), together, strict=True):
        assert found == findings(session, POLICY, unit, first=start, last=last, on=on)


def test_nothing_chosen_finds_nothing(session: Session, first: Unit) -> None:
    start = day("2026-01-01")

    assert not findings(
        session, POLICY, first, first=start, last=start, on=start, only=lambda r: r.code == "none"
    )


def test_a_record_is_late_by_the_units_own_rules(session: Session, first: Unit) -> None:
    choose(session, first, Cadence.QUARTERLY, "2026-01-01")
    record(session, first, "组织生活会", "2026-02-05", "2026-05-05 10:00")
    (listed,) = records(session, POLICY, first, day("2026-01-01"), day("2026-12-31"))

    assert listed.late


def test_an_overlay_with_another_grace_rewrites_no_period_that_is_over(
    session: Session, first: Unit
) -> None:
    """The plan is due on 31 January; the grace that ships ends on 4 February."""
    record(session, first, "工作计划", "2026-01-31", "2026-02-05 10:00")
    load(session, first, "A", "2026-07-01", "recording_grace_working_days = 5\n")
    start, last, on = day("2026-01-01"), day("2026-12-31"), day("2026-08-01")
    alone = findings(session, POLICY, first, first=start, last=last, on=on)
    wanted = policy_of(session, POLICY, first).wanted(start, last)
    together = next(findings_of(session, POLICY, [Asked(first, on, wanted)]))

    assert alone == together
    (plan,) = (found for found in alone if found.requirement.code == "annual_plan")
    assert (plan.state, plan.grace_ends) == (State.MET_LATE, day("2026-02-04"))
    (listed,) = records(session, POLICY, first, start, last)
    assert listed.late
