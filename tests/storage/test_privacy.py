"""What is kept about someone, and what goes when they ask for it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from compliance.access import Role
from storage import accounts, directory, privacy, retention
from storage.accounts import Account
from storage.database import snapshot, transaction
from storage.drafts import Draft
from storage.journal import Origin
from storage.ledger import Audit, Entry, Payment
from storage.people import Person
from storage.retention import BLANKED
from storage.units import RoleHeld, Unit
from tests.storage.samples import a_person, a_unit, moment, pay

NOW = moment("2026-11-25 10:00")
HIM = 15
ORIGIN = Origin(HIM, NOW, HIM, 1)


def known(session: Session) -> tuple[Unit, Person]:
    """Someone with an account, personal fields, a draft and a payment."""
    unit = a_unit(session)
    person = a_person(session, unit, "钱七", base=5000)
    person.sex, person.born, person.post = "男", "1990-05", "组长"
    person.admitted_on = date(2015, 7, 1)
    session.add(person)
    accounts.link(session, HIM, "小钱", person.key, NOW)
    pay(session, unit, person, "2026-11", 50)
    draft = Draft(chat_id=-1, actor=HIM, command="dues", said="x", written_at=NOW, touched_at=NOW)
    session.add(draft)
    directory.grant_role(session, HIM, unit.key, Role.MEMBER)
    session.flush()
    return unit, person


def test_nobody_is_found_by_a_name(session: Session) -> None:
    _, person = known(session)
    accounts.link(session, 99, "钱七", None, NOW)

    assert privacy.people_of(session, HIM) == [person]
    assert privacy.people_of(session, 99) == []
    assert privacy.everything(session, 99)["payments"] == []
    assert [row["name"] for row in privacy.everything(session, 99)["account"]] == ["钱七"]


def test_someone_who_moved_is_the_same_wherever_they_were(session: Session) -> None:
    unit, here = known(session)
    before = a_person(session, a_unit(session, "第二支部"), "钱七")
    here.came_from_id = before.key
    later = a_person(session, a_unit(session, "第三支部"), "钱七")
    later.came_from_id = here.key
    session.add_all([here, later])
    session.flush()

    assert privacy.people_of(session, HIM) == [later, before, here]
    assert {person.unit_id for person in privacy.people_of(session, HIM)} > {unit.key}


def test_what_may_go_goes_and_what_must_be_kept_stays(session: Session) -> None:
    _, person = known(session)
    erased = privacy.erase(session, HIM, ORIGIN)
    session.expire_all()

    assert (erased.linked, erased.fields, erased.unfinished) == (True, ("sex", "born", "post"), 1)
    assert session.exec(select(Account)).all() == []
    assert session.exec(select(RoleHeld)).all() == []
    assert [getattr(person, name) for name in BLANKED] == [None] * len(BLANKED)
    assert (person.name, person.admitted_on) == ("钱七", date(2015, 7, 1))
    assert len(session.exec(select(Payment)).all()) == 1
    assert len(session.exec(select(Entry)).all()) == 1


def test_one_with_nothing_kept_may_ask_all_the_same(session: Session) -> None:
    known(session)
    erased = privacy.erase(session, 99, Origin(99, NOW, 99, 1))

    assert (erased.linked, erased.fields, erased.unfinished) == (False, (), 0)
    assert len(session.exec(select(Account)).all()) == 1


def test_only_that_it_was_done_is_in_the_audit(engine: Engine) -> None:
    with transaction(engine) as session:
        known(session)
        privacy.note_export(session, HIM, ORIGIN)
        privacy.erase(session, HIM, ORIGIN)
    with snapshot(engine) as session:
        query = select(Audit.action, Audit.after).where(col(Audit.action).startswith("privacy"))
        rows = session.exec(query).all()

    assert [action for action, _ in rows] == ["privacy_export", "privacy_erase"]
    assert not any(said in (after or "") for _, after in rows for said in ("1990", "男", "小钱"))


def test_a_member_s_row_without_fields_says_which_it_has(session: Session) -> None:
    _, person = known(session)
    retention.blank_fields(session, [person.key])
    person.left_on = NOW.date() - timedelta(days=1)

    assert privacy.fields_of(person) == ("name", "stage", "admitted_on", "left_on")
