"""Rosters that were sent: one replica at a time reads or takes one, and none is kept for long."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import Session, select

from storage import uploads
from storage.database import transaction
from storage.units import Unit
from storage.uploads import LEASE, OPEN_FOR, Upload, UploadState
from tests.storage.samples import SECRETARY, a_unit, moment

NOW = moment("2026-03-05 10:00")


def an_upload(session: Session, unit: Unit, state: UploadState = UploadState.FETCHING) -> Upload:
    new = Upload(
        unit_id=unit.key,
        actor=SECRETARY,
        chat_id=SECRETARY,
        name="名册.csv",
        state=state,
        content=b"x",
        sent_at=NOW,
        touched_at=NOW,
    )
    return uploads.add(session, new)


def test_a_roster_is_held_by_one_replica_until_its_lease_is_over(session: Session) -> None:
    upload = an_upload(session, a_unit(session))
    assert uploads.claim(session, "one", 1000.0) is upload
    assert uploads.claim(session, "two", 1001.0) is None
    assert uploads.held(session, upload.key, "two", 1001.0) is None
    assert uploads.held(session, upload.key, "one", 1030.0) is upload
    assert uploads.claim(session, "two", 1030.0 + LEASE - 1) is None
    assert uploads.claim(session, "two", 1031.0 + LEASE) is upload
    assert uploads.held(session, upload.key, "one", 1032.0 + LEASE) is None
    uploads.let_go(session, "two")
    assert uploads.claim(session, "one", 1033.0) is upload


def test_what_is_locked_by_another_is_passed_over(postgres: Engine) -> None:
    with transaction(postgres) as session:
        unit = a_unit(session)
        an_upload(session, unit, UploadState.TAKING)
    with transaction(postgres) as first, transaction(postgres) as second:
        assert uploads.claim(first, "one", 1000.0) is not None
        assert uploads.claim(second, "two", 1000.0) is None


def test_a_newer_file_takes_the_place_of_one_that_waits(session: Session) -> None:
    unit = a_unit(session)
    old = an_upload(session, unit)
    taking = an_upload(session, unit)
    taking.state = UploadState.TAKING
    session.flush()
    new = an_upload(session, unit)
    states = {each.id: (each.state, each.content) for each in session.exec(select(Upload))}
    assert states[old.id] == (UploadState.CANCELLED, None)
    assert states[taking.id] == (UploadState.TAKING, b"x")
    assert states[new.id] == (UploadState.FETCHING, b"x")


def test_what_nobody_confirms_is_let_go_after_a_day(session: Session) -> None:
    shown = an_upload(session, a_unit(session), UploadState.SHOWN)
    uploads.close_left(session, NOW + OPEN_FOR)
    session.refresh(shown)
    assert shown.state is UploadState.SHOWN
    uploads.close_left(session, NOW + OPEN_FOR + timedelta(seconds=1))
    session.refresh(shown)
    assert (shown.state, shown.content) == (UploadState.CANCELLED, None)
