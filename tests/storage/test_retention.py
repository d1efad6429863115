"""What is let go of with time, and what never is."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, col, select

from compliance.access import Role
from compliance.people import Stage
from storage import inbox, outbox, retention
from storage.accounts import Handover, Invitation
from storage.inbox import Arrival
from storage.ledger import Entry
from storage.outbox import Owed
from storage.people import Person, PersonWas
from storage.queues import Inbox, InboxState, Outbox, OutboxKind, OutboxState
from storage.retention import Keeping
from storage.uploads import Upload, UploadState
from tests.storage.samples import a_person, a_unit, moment, record

NOW = moment("2026-11-25 10:00")
LONG_AGO = NOW - timedelta(days=91)
LATELY = NOW - timedelta(days=89)
KEEPING = Keeping()


def prune(session: Session) -> int:
    done = retention.prune(session, KEEPING, NOW)
    session.expire_all()
    return done


def came(session: Session, number: int, at: str = "", *, state: InboxState) -> None:
    when = LATELY if at == "lately" else LONG_AGO
    inbox.take_in(session, [Arrival(number, f"message:{number}", '{"text":"张三"}')], when)
    row = session.exec(select(Inbox).where(Inbox.update_id == number)).one()
    row.state = state
    session.add(row)
    session.flush()


def said(session: Session, state: OutboxState = OutboxState.SENT, prompt: str | None = None) -> int:
    owed = Owed(-100, OutboxKind.REPLY, "sendMessage", '{"text":"张三"}', prompt)
    return outbox.put(session, owed, LONG_AGO, state, 7)


def test_old_updates_go_when_they_are_done(session: Session) -> None:
    for number, state in enumerate(InboxState):
        came(session, number, state=state)
    came(session, 9, "lately", state=InboxState.DONE)

    assert prune(session) == 2
    left = session.exec(select(Inbox.state, Inbox.update_id).order_by(col(Inbox.update_id)))
    assert [tuple(row) for row in left] == [(InboxState.WAITING, 0), (InboxState.DONE, 9)]
    assert prune(session) == 0


def test_what_telegram_may_deliver_anew_counts_once_all_the_same(session: Session) -> None:
    came(session, 9, "lately", state=InboxState.DONE)
    retention.prune(session, Keeping(messages_days=7), LATELY + timedelta(days=6))

    assert inbox.take_in(session, [Arrival(10, "message:9", "{}")], NOW) == 0


def test_what_was_said_long_ago_loses_its_words_and_still_finds_its_entry(
    session: Session,
) -> None:
    echo, refusal = said(session, prompt="/amend #12"), said(session, prompt="/meeting 张三 #1")
    owed = said(session, OutboxState.QUEUED)

    assert prune(session) == 2
    rows = {row.id: (row.payload, row.prompt) for row in session.exec(select(Outbox))}
    assert rows[echo] == ("{}", "/amend #12")
    assert rows[refusal] == ("{}", None)
    assert "张三" in rows[owed][0]
    assert outbox.prompt_of(session, -100, 7) == "/amend #12"
    assert prune(session) == 0


def test_a_little_is_let_go_of_at_a_time(session: Session) -> None:
    arrivals = [Arrival(n, f"message:{n}", "{}", problem="x") for n in range(retention.AT_ONCE + 1)]
    inbox.take_in(session, arrivals, LONG_AGO)

    assert [prune(session) for _ in range(3)] == [retention.AT_ONCE, 1, 0]


def test_links_and_packs_go_some_time_after_they_ended(session: Session) -> None:
    unit = a_unit(session)
    for number, at in enumerate((LONG_AGO, LATELY)):
        session.add(
            Invitation(
                token_hash=str(number),
                unit_id=unit.key,
                role=Role.DEPUTY,
                name="李四",
                made_at=at,
                expires_at=at,
            )
        )
    for ended in (LONG_AGO, LATELY, None):
        session.add(
            Handover(
                unit_id=unit.key,
                role=Role.SECRETARY,
                from_id=1,
                begun_by=1,
                begun_at=LONG_AGO,
                ended_at=ended,
                pack='{"last_number":1}',
            )
        )
    session.flush()

    assert prune(session) == 2
    assert session.exec(select(Invitation.token_hash)).all() == ["1"]
    packs = session.exec(select(Handover.pack).order_by(col(Handover.id))).all()
    assert packs == ["{}", '{"last_number":1}', '{"last_number":1}']


def test_a_roster_that_nobody_confirmed_is_let_go_of(session: Session) -> None:
    unit = a_unit(session)
    for state in (UploadState.SHOWN, UploadState.TAKING, UploadState.DONE):
        session.add(
            Upload(
                unit_id=unit.key,
                actor=1,
                chat_id=1,
                name="名册.csv",
                state=state,
                content="姓名\n张三".encode(),
                sent_at=LONG_AGO,
                touched_at=LONG_AGO,
            )
        )
    session.flush()

    assert prune(session) == 2
    rows = session.exec(select(Upload).order_by(col(Upload.id))).all()
    assert [row.state for row in rows] == ["cancelled", "taking", "done"]
    assert [row.content is None for row in rows] == [True, False, True]
    assert [row.name for row in rows] == [None, "名册.csv", None]


def test_of_people_who_left_long_ago_name_and_party_dates_stay(session: Session) -> None:
    unit = a_unit(session)
    people = [a_person(session, unit, name) for name in ("张三", "李四", "王五")]
    for person, left in zip(people, (date(2023, 11, 1), date(2023, 12, 1), None), strict=True):
        person.left_on, person.admitted_on = left, date(2001, 7, 1)
        person.born, person.education, person.post = "1980-01", "大学", "书记"
        session.add(person)
    session.flush()
    session.add(
        PersonWas(
            person_id=people[0].key,
            until_on=date(2020, 1, 1),
            name="张三",
            stage=Stage.FULL,
            floating=False,
            post="组长",
            entered_by=1,
            entered_at=LONG_AGO,
        )
    )
    session.flush()

    assert prune(session) == 1
    rows = session.exec(select(Person).order_by(col(Person.id))).all()
    assert [row.born for row in rows] == [None, "1980-01", "1980-01"]
    assert [row.education is None for row in rows] == [True, False, False]
    assert (rows[0].name, rows[0].admitted_on) == ("张三", date(2001, 7, 1))
    assert session.exec(select(PersonWas.post)).one() is None
    assert prune(session) == 0
    assert retention.kept_since(session).left_with_fields == 1


def test_the_ledger_is_never_touched(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, held_on="2001-03-01")
    retention.prune(session, Keeping(7, 0), NOW + timedelta(days=36_500))

    assert len(session.exec(select(Entry)).all()) == 1


def test_someone_s_talk_goes_and_that_of_others_stays(session: Session) -> None:
    for chat_id, at in ((7, LONG_AGO), (7, NOW), (8, LONG_AGO)):
        arrival = Arrival(1, f"message:{chat_id}:{at}", "{}", chat_id, problem="x")
        inbox.take_in(session, [arrival], at)
        outbox.put(
            session,
            Owed(chat_id, OutboxKind.REPLY, "sendMessage", '{"text":"张三"}'),
            at,
            OutboxState.SENT,
        )
    retention.forget_talk(session, 7, NOW)
    session.expire_all()

    kept = [
        (row.chat_id, row.received_at)
        for row in session.exec(select(Inbox).order_by(col(Inbox.id)))
    ]
    assert kept == [(7, NOW), (8, LONG_AGO)]
    calls = session.exec(select(Outbox).order_by(col(Outbox.id)))
    assert [call.payload == "{}" for call in calls] == [True, True, False]
