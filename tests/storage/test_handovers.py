"""Handovers in the database: whose post it is on which day, and what is still under way."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from compliance.access import Role
from storage import directory, handovers, invitations, journal, posts
from storage.accounts import Handover
from storage.drafts import Draft
from storage.handovers import LASTS
from storage.journal import Origin
from storage.units import Unit
from tests.storage.samples import a_person, a_unit, moment, numbered, pay, record

NOW = moment("2026-11-25 10:00")
TODAY = date(2026, 11, 25)
OLD, NEW, DEPUTY = 11, 12, 13
BY_OLD, BY_NEW = Origin(OLD, NOW, OLD, 1), Origin(NEW, NOW, NEW, 1)


def a_branch(session: Session) -> Unit:
    unit = a_unit(session)
    directory.bind_chat(session, -100, unit.key)
    posts.grant(session, unit.key, OLD, Role.SECRETARY, BY_OLD, from_on=date(2024, 1, 1))
    return unit


def begin(session: Session, unit: Unit, to_id: int | None = NEW) -> Handover:
    return handovers.begin(session, unit, (OLD, to_id), "{}", BY_OLD)


def secretaries(session: Session, unit: Unit, on: date) -> list[int]:
    held = posts.posts_on(session, [unit.key], on)
    return [each.telegram_id for each in held if each.role is Role.SECRETARY]


def test_it_counts_when_both_have_confirmed_and_each_day_has_one_secretary(
    session: Session,
) -> None:
    unit = a_branch(session)
    posts.grant(
        session,
        unit.key,
        DEPUTY,
        Role.SECRETARY,
        BY_OLD,
        from_on=date(2026, 11, 1),
        to_on=date(2026, 12, 31),
        acting=True,
    )
    one = begin(session, unit)

    assert not handovers.confirm(session, one, "from", BY_OLD)
    assert not handovers.confirm(session, one, "from", BY_OLD)
    assert handovers.confirm(session, one, "to", BY_NEW)
    handovers.complete(session, one, TODAY, BY_NEW)
    assert secretaries(session, unit, TODAY - timedelta(days=1)) == [OLD, DEPUTY]
    assert secretaries(session, unit, TODAY) == [NEW]
    assert secretaries(session, unit, date(2026, 12, 15)) == [NEW]
    assert not handovers.is_open(one, NOW)


def test_one_that_became_secretary_today_may_hand_over_today(session: Session) -> None:
    unit = a_unit(session)
    posts.grant(session, unit.key, OLD, Role.SECRETARY, BY_OLD, from_on=TODAY)
    handovers.complete(session, begin(session, unit), TODAY, BY_NEW)

    assert secretaries(session, unit, TODAY) == [NEW]
    assert secretaries(session, unit, TODAY - timedelta(days=1)) == []


def test_the_former_secretary_is_the_last_one_who_did_not_only_act(session: Session) -> None:
    unit = a_unit(session)
    assert handovers.last_secretary(session, unit.key, TODAY) is None
    for who, last in ((1, date(2024, 1, 1)), (2, date(2025, 1, 1))):
        posts.grant(session, unit.key, who, Role.SECRETARY, BY_OLD, to_on=last)
    posts.grant(session, unit.key, 3, Role.SECRETARY, BY_OLD, to_on=date(2026, 12, 1), acting=True)

    assert handovers.last_secretary(session, unit.key, TODAY) == 2
    posts.grant(session, unit.key, 4, Role.SECRETARY, BY_OLD, from_on=TODAY)
    assert handovers.last_secretary(session, unit.key, TODAY) == 4


def test_it_is_under_way_for_fourteen_days(session: Session) -> None:
    unit = a_branch(session)
    one = begin(session, unit)

    assert handovers.open_for(session, unit.key, NOW + LASTS - timedelta(seconds=1)) == one
    assert handovers.open_for(session, unit.key, NOW + LASTS) is None
    assert handovers.expired(session, NOW + LASTS - timedelta(seconds=1)) == []
    assert handovers.expired(session, NOW + LASTS) == [one]


def test_what_is_called_off_takes_its_link_with_it(session: Session) -> None:
    unit = a_branch(session)
    one = begin(session, unit, to_id=None)
    token = invitations.invite(session, unit, Role.SECRETARY, BY_OLD, handover_id=one.key)
    assert invitations.open_by(session, token, NOW) is not None
    handovers.call_off(session, one, "handover_call_off", BY_OLD)

    assert invitations.open_by(session, token, NOW) is None
    assert handovers.open_for(session, unit.key, NOW) is None
    assert handovers.expired(session, NOW + LASTS) == []


def test_whoever_came_by_a_link_has_a_handover_once_they_are_known(session: Session) -> None:
    unit = a_branch(session)
    one = begin(session, unit, to_id=None)
    invitations.invite(session, unit, Role.SECRETARY, BY_OLD, handover_id=one.key)
    handovers.arrive(session, one, BY_NEW)
    assert handovers.coming_to(session, NEW, NOW) is None
    handovers.confirm(session, one, "from", BY_OLD)

    assert handovers.coming_to(session, NEW, NOW) == one
    assert handovers.coming_to(session, OLD, NOW) is None


def a_draft(session: Session, chat_id: int, actor: int, said: str) -> None:
    session.add(
        Draft(
            chat_id=chat_id,
            actor=actor,
            command="meeting",
            said=said,
            written_at=NOW,
            touched_at=NOW,
        )
    )
    session.flush()


def test_what_is_unfinished_in_the_unit_is_found_and_nothing_of_others(session: Session) -> None:
    unit, other = a_branch(session), a_unit(session, "第二支部")
    posts.grant(session, unit.key, DEPUTY, Role.DEPUTY, BY_OLD)
    posts.grant(session, other.key, DEPUTY, Role.DEPUTY, BY_OLD)
    for chat_id, actor, said in (
        (-100, OLD, "群里"),
        (-100, DEPUTY, "别人的"),
        (OLD, OLD, "私聊"),
        (DEPUTY, DEPUTY, "两处任职"),
        (-200, OLD, "别的群"),
    ):
        a_draft(session, chat_id, actor, said)

    found = handovers.drafts_at(session, unit, [OLD, DEPUTY])
    assert [draft.said for draft in found] == ["群里", "别人的", "私聊"]
    taken = handovers.take_over_drafts(session, unit, OLD)
    assert handovers.said(taken) == (("meeting", "群里"), ("meeting", "私聊"))
    assert [d.said for d in handovers.drafts_at(session, unit, [OLD])] == ["别人的"]


def test_the_year_counts_what_stands(session: Session) -> None:
    unit = a_branch(session)
    for kinds in ("支委会", "支委会+党课", "学习"):
        record(session, unit, kinds)
    record(session, unit, held_on="2025-12-31")
    journal.add_reversal(session, numbered(session, unit, 1), BY_OLD)
    session.refresh(unit)
    year = handovers.year_of(session, unit, 2026)

    assert dict(year.kinds) == {"支委会": 1, "党课": 1, "学习": 1}
    assert (year.payments, year.last_number) == (0, 5)


def test_a_year_is_what_was_held_in_it_and_paid_for_it(session: Session) -> None:
    unit = a_branch(session)
    person = a_person(session, unit, "张三")
    for month, entered in (
        ("2025-12", "2026-01-05 10:00"),  # paid late for the year before
        ("2026-12", "2025-12-30 10:00"),  # paid ahead
        ("2026-01", "2026-03-05 10:00"),
        ("2027-01", "2026-03-05 10:00"),
    ):
        pay(session, unit, person, month, 20, entered)
    record(session, unit, held_on="2026-12-31")
    record(session, unit, held_on="2027-01-01")
    years = {year: handovers.year_of(session, unit, year) for year in (2025, 2026, 2027)}

    assert {year: each.payments for year, each in years.items()} == {2025: 1, 2026: 2, 2027: 1}
    assert {year: dict(each.kinds) for year, each in years.items()} == {
        2025: {},
        2026: {"支委会": 1},
        2027: {"支委会": 1},
    }


def test_what_a_superior_sent_back_is_told_with_the_reason(session: Session) -> None:
    unit = a_branch(session)
    record(session, unit)
    journal.add_return(session, numbered(session, unit, 1), "缺议题", BY_OLD)

    assert handovers.returned(session, unit, NOW - timedelta(days=1)) == [(1, 2, "缺议题")]
    assert handovers.returned(session, unit, NOW + timedelta(days=1)) == []
