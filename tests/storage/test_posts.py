"""Posts: granted and ended with dates, fallen to others, and given by a link that works once."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from compliance.access import Role
from storage import accounts, directory, duties, invitations, posts
from storage.database import transaction
from storage.journal import Origin
from storage.ledger import Audit
from storage.units import RoleHeld, Unit
from tests.storage.samples import a_unit, day, moment
from tests.storage.test_two_at_once import together

NOW = moment("2026-11-20 10:00")
TODAY = day("2026-11-20")
SUPERIOR, ZHANG, LI, WANG = 16, 11, 12, 13


def by(actor: int = SUPERIOR) -> Origin:
    return Origin(actor, NOW, None, None)


@pytest.fixture
def unit(session: Session) -> Unit:
    return a_unit(session)


def roles(session: Session, who: int, on: str) -> list[Role]:
    return [held.role for held in directory.holdings(session, who, day(on))]


def test_a_role_is_held_from_its_first_day_to_its_last(session: Session, unit: Unit) -> None:
    begins, ends = day("2026-11-01"), day("2026-11-30")
    assert posts.grant(session, unit.key, LI, Role.DEPUTY, by(), from_on=begins, to_on=ends)

    held = {on: roles(session, LI, on) for on in ("2026-10-31", "2026-11-01", "2026-11-30")}
    assert list(held.values()) == [[], [Role.DEPUTY], [Role.DEPUTY]]
    assert roles(session, LI, "2026-12-01") == []


def test_what_is_held_already_is_not_granted_twice(session: Session, unit: Unit) -> None:
    assert posts.grant(session, unit.key, LI, Role.DEPUTY, by())
    assert not posts.grant(session, unit.key, LI, Role.DEPUTY, by(), from_on=TODAY)

    (held,) = posts.posts_on(session, [unit.key], TODAY)
    posts.end(session, held, TODAY, by())
    assert posts.grant(session, unit.key, LI, Role.DEPUTY, by(), from_on=day("2026-11-21"))


@pytest.mark.parametrize(
    ("first", "last", "held_on"),
    [
        ("2026-11-20", None, ("2026-11-10", None)),  # it was to end, and does not
        ("2026-11-05", "2026-11-20", ("2026-11-05", "2026-11-30")),
        ("2026-11-25", "2026-12-05", ("2026-11-10", "2026-12-05")),
        ("2026-11-12", "2026-11-15", None),
        (None, "2026-11-30", None),
    ],
)
def test_what_is_held_for_a_part_of_the_days_is_held_for_all_of_them(
    session: Session,
    unit: Unit,
    first: str | None,
    last: str | None,
    held_on: tuple[str, str | None] | None,
) -> None:
    begins, ends = day("2026-11-10"), day("2026-11-30")
    posts.grant(session, unit.key, LI, Role.DEPUTY, by(), from_on=begins, to_on=ends)
    asked = [None if each is None else day(each) for each in (first, last)]
    new = posts.grant(session, unit.key, LI, Role.DEPUTY, by(), from_on=asked[0], to_on=asked[1])
    (held,) = session.exec(select(RoleHeld)).all()
    assert new is (held_on is not None)
    expected = held_on or ("2026-11-10", "2026-11-30")
    assert [each and f"{each}" for each in (held.from_on, held.to_on)] == list(expected)


def test_a_role_ended_at_once_is_held_no_more_today(session: Session, unit: Unit) -> None:
    posts.grant(session, unit.key, LI, Role.SECRETARY, by(), from_on=TODAY)
    (held,) = posts.posts_on(session, [unit.key], TODAY)
    posts.end_now(session, held, TODAY, by())

    assert roles(session, LI, "2026-11-20") == []
    assert posts.headed_by(session, unit.key, TODAY) is None


def test_every_change_leaves_an_audit_row(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)
        posts.grant(session, unit.key, LI, Role.DEPUTY, by())
        (held,) = posts.posts_on(session, [unit.key], TODAY)
        leave = posts.take_leave(session, unit.key, LI, (TODAY, TODAY), by())
        posts.come_back(session, leave, TODAY, by())
        posts.end(session, held, TODAY, by())
        invitation = invitations.open_by(
            session, invitations.invite(session, unit, Role.PUBLICITY, by()), NOW
        )
        assert invitation is not None
        invitations.revoke(session, invitation, by())
    with transaction(engine) as session:
        noted = [row.action for row in session.exec(select(Audit).order_by("id"))]
    assert noted == [
        "role_grant",
        "role_leave",
        "role_back",
        "role_end",
        "invite",
        "invite_revoke",
    ]


def test_duties_of_one_on_leave_fall_to_the_deputy_then_the_secretary(
    session: Session, unit: Unit
) -> None:
    posts.grant(session, unit.key, ZHANG, Role.SECRETARY, by())
    posts.grant(session, unit.key, LI, Role.DEPUTY, by())
    posts.grant(session, unit.key, WANG, Role.ORGANISATION, by())

    def does() -> int | None:
        holder = duties.on_duty(session, unit.key, Role.ORGANISATION, TODAY)
        return None if holder is None else holder.who

    assert does() == WANG
    posts.take_leave(session, unit.key, WANG, (TODAY, day("2026-11-30")), by())
    assert does() == LI
    accounts.block(session, LI, NOW)
    assert does() == ZHANG
    posts.take_leave(session, unit.key, ZHANG, (TODAY, TODAY), by())
    assert does() is None


def test_who_is_on_leave_does_not_look_after_the_dues(session: Session, unit: Unit) -> None:
    posts.grant(session, unit.key, ZHANG, Role.SECRETARY, by())
    posts.grant(session, unit.key, WANG, Role.ORGANISATION, by())
    days = {unit.key: TODAY}

    assert duties.treasurers(session, days) == {unit.key: ZHANG}
    posts.take_leave(session, unit.key, ZHANG, (TODAY, TODAY), by())
    assert duties.treasurers(session, days) == {unit.key: WANG}
    posts.take_leave(session, unit.key, WANG, (TODAY, TODAY), by())
    assert duties.treasurers(session, days) == {unit.key: ZHANG}  # somebody must hear of it


def test_a_link_expires_and_a_new_one_takes_its_place(session: Session, unit: Unit) -> None:
    first = invitations.invite(session, unit, Role.DEPUTY, by(), name="李四")
    second = invitations.invite(session, unit, Role.DEPUTY, by(), name="李四")

    assert invitations.open_by(session, first, NOW) is None
    assert invitations.open_by(session, second, NOW) is not None
    assert invitations.open_by(session, second, NOW + timedelta(days=7)) is None
    assert len(invitations.open_ones(session, unit.key, NOW)) == 1


def test_only_the_hash_of_a_token_is_kept(session: Session, unit: Unit) -> None:
    token = invitations.invite(session, unit, Role.DEPUTY, by(), name="李四")
    (kept,) = invitations.open_ones(session, unit.key, NOW)
    assert token not in str(kept.model_dump())
    assert invitations.token_in(f" {token.upper()} ") == token
    assert invitations.token_in("组织委员") is None


def test_of_two_who_use_a_link_at_once_one_finds_it_used(engine: Engine) -> None:
    with transaction(engine) as session:
        token = invitations.invite(session, a_unit(session), Role.DEPUTY, by())

    def use(number: int) -> bool:
        with transaction(engine) as session:
            found = invitations.open_by(session, token, NOW)
            return found is not None and invitations.use(session, found, by(number))

    assert sorted(together(use)) == [False, False, False, True]


def test_a_code_makes_the_owner_and_then_no_other_does(session: Session) -> None:
    old = invitations.owner_code(session, by(0))
    assert old is not None
    invitations.revoke_codes(session, NOW)
    assert invitations.open_by(session, old, NOW) is None
    first, second = (invitations.owner_code(session, by(0)) for _ in range(2))  # of two replicas
    assert first is not None
    assert second is not None

    code = invitations.open_by(session, second, NOW)
    assert code is not None
    assert invitations.use(session, code, by(LI))
    invitations.make_owner(session, by(LI))
    assert accounts.is_owner(session, LI)
    session.expire_all()
    assert invitations.open_by(session, first, NOW) is None
    assert invitations.owner_code(session, by(0)) is None


def test_names_are_known_within_their_own_units_alone(session: Session) -> None:
    mine, other = a_unit(session), a_unit(session, "第二支部")
    posts.grant(session, mine.key, LI, Role.DEPUTY, by())
    accounts.link(session, LI, "李四", None, NOW)

    assert accounts.known_as(session, [mine.key], "李四") == [LI]
    assert accounts.known_as(session, [other.key], "李四") == []
    assert accounts.names_of(session, [LI, WANG]) == {LI: "李四"}


def test_it_is_noted_once_that_somebody_cannot_be_written_to(session: Session, unit: Unit) -> None:
    posts.grant(session, unit.key, LI, Role.DEPUTY, by())
    assert [accounts.block(session, LI, NOW) for _ in range(2)] == [True, False]
    assert not accounts.block(session, 99, NOW)  # nobody who holds anything
    assert [accounts.unblock(session, LI) for _ in range(2)] == [True, False]


def test_of_two_who_take_up_the_secretarys_post_at_once_one_does(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session)

    def take_up(who: int) -> bool:
        with transaction(engine) as session:
            directory.alone(session, unit.key)
            free = posts.headed_by(session, unit.key, TODAY) is None
            return free and posts.grant(session, unit.key, who + 1, Role.SECRETARY, by())

    assert sum(together(take_up)) == 1


def test_a_user_may_be_noted_by_two_at_once(engine: Engine) -> None:
    def note(_: int) -> int:
        with transaction(engine) as session:
            return accounts.account(session, LI).telegram_id

    assert set(together(note)) == {LI}
