"""Whom a record is about: who is meant, what stays unsaid, and what becomes of the roster."""

import json
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.commands import TAPS
from compliance.appraisal import Grade
from compliance.people import Member, Stage
from handlers.corrections.amending import amend
from handlers.corrections.undoing import undo
from handlers.records.flagging import decided, flags_of
from handlers.records.recording import meeting
from handlers.records.stages import Step
from handlers.telling.listing import records
from storage import drafts, roster
from storage.database import snapshot, transaction
from storage.journal import RecordText
from storage.ledger import Audit
from storage.messages import Message
from storage.people import Person
from tests.handlers.office import Office
from tests.storage.samples import POLICY, a_person, day

HELD = day("2026-11-20")


def problems(message: Message) -> list[tuple[str, str]]:
    assert message.template == "unreadable"
    return [(p.code, p.read) for p in message.values["problems"]]  # type: ignore[attr-defined]


def flagged(message: Message) -> list[str]:
    return [flag.code for flag in message.values["flags"]]  # type: ignore[attr-defined]


def on_probation(office: Office, name: str = "吴十") -> Person:
    return a_person(office.session, office.first, name, stage=Stage.PROBATIONARY)


def test_of_two_namesakes_the_one_on_the_roster_that_day_is_meant(office: Office) -> None:
    first = a_person(office.session, office.first, "孙八", left_on=day("2026-11-10"))
    second = a_person(office.session, office.first, "孙八", joined_on=day("2026-11-15"))
    for number, (said, person) in enumerate((("11月9日", first), ("11月20日", second)), 1):
        assert office.ask(meeting, f"个人汇报 孙八 {said}").template == "recorded"
        assert office.text(number).people == ((person.key, None),)


def test_two_of_one_name_at_once_are_not_told_apart(office: Office) -> None:
    a_person(office.session, office.first, "张三")
    answer = office.ask(meeting, "个人汇报 对象:张三 11月20日")
    assert problems(answer) == [("ambiguous_name", "张三")]
    assert office.entries() == 0


def test_another_branchs_people_are_nobody_here(office: Office) -> None:
    answer = office.ask(meeting, "个人汇报 对象:冯一 11月20日")
    assert [code for code, _ in problems(answer)] == ["unknown_name"]


def test_a_correction_leaves_whom_it_does_not_name(office: Office) -> None:
    office.ask(meeting, "个人汇报 张三、李四 11月20日")
    people = office.text(1).people
    office.people["李四"].left_on = day("2026-11-20")  # on no roster of that day any more
    office.session.add(office.people["李四"])
    office.session.flush()
    assert office.ask(amend, "#1 内容:书面").template == "amended"
    assert office.text(2).people == people


def test_a_grade_that_is_corrected_leaves_the_others(office: Office) -> None:
    office.ask(meeting, "民主评议 11月20日 优秀:张三 合格:李四、王五")
    assert office.ask(amend, "#1 评议:张三 合格").template == "amended"
    grades = {office.people[name].key: Grade.GOOD for name in ("张三", "李四", "王五")}
    assert dict(office.text(2).people) == grades


def test_a_unanimous_vote_is_that_of_those_who_may_vote(office: Office) -> None:
    on_probation(office)
    full = len(office.people)
    expected = full + 1
    office.ask(meeting, f"党员大会 11月20日 应到{expected} 实到{expected} 全票通过")
    assert office.text(1).votes == (full, 0, 0)
    away = f"应到{expected} 实到{expected - 1} 缺席:张三"
    office.ask(meeting, f"党员大会 11月19日 {away} 全票通过")
    assert office.text(2).votes == (full - 1, 0, 0)


def test_an_election_begins_its_term_on_its_own_day(office: Office) -> None:
    answer = office.ask(meeting, "换届选举 11月25日")
    lines = answer.values["lines"]
    assert [line.period.code for line in lines] == ["2026-11-25/2029-11-25"]  # type: ignore[attr-defined]


def test_a_correction_of_the_day_looks_for_them_anew(office: Office) -> None:
    a_person(office.session, office.first, "孙八", left_on=day("2026-11-10"))
    office.ask(meeting, "个人汇报 孙八 11月9日")
    assert problems(office.ask(amend, "#1 11月10日")) == [("off_roster", "孙八")]


@pytest.mark.parametrize(
    ("recorded", "said", "code"),
    [
        ("个人汇报 张三", "对象:无", "people_needed"),
        ("学习", "对象:张三", "people_unwanted"),
        ("学习", "评议:张三 优秀", "grades_unwanted"),
        ("民主评议 评议:张三 优秀", "学习", "grades_unwanted"),
        ("党员大会+报告工作", "党课+报告工作", "declared_with"),
        ("党课 内容:张三主讲", "思想分析", "no_opinions"),
        ("思想分析 内容:稳定", "决议:找李四谈话", "no_opinions"),
        ("征求意见", "对象:张三", "no_opinions"),
        ("培养考察 张三", "材料:公示", "papers_unwanted"),
        ("发展材料 张三", "材料:公事", "unknown_paper"),
    ],
)
def test_what_a_correction_may_not_make_of_a_record(
    office: Office, recorded: str, said: str, code: str
) -> None:
    assert office.ask(meeting, f"11月20日 {recorded}").template == "recorded"
    assert code in [found for found, _ in problems(office.ask(amend, f"#1 {said}"))]
    assert office.live() == {1}


def test_the_kind_can_be_corrected_together_with_the_people(office: Office) -> None:
    office.ask(meeting, "个人汇报 张三 11月20日")
    assert office.ask(amend, "#1 学习 对象:无").template == "amended"
    assert (office.text(2).kinds, office.text(2).people) == (("学习",), ())


def test_an_edit_may_not_bring_a_name_in_either(office: Office) -> None:
    office.ask(meeting, "思想分析 11月20日 内容:稳定", message_id=5)
    said = "思想分析 11月20日 内容:张三不稳定"
    answer = office.ask(meeting, said, message_id=5, edited=True)
    assert problems(answer) == [("no_opinions", "张三")]
    assert office.text(1).content == "稳定"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("毛 说过", True),
        ("毛,说过", True),
        ("毛病不少", False),
        ("一毛不拔", False),
        ("Anna said so", True),
        ("annals of the branch", False),
        ("提到张三丰", True),  # rather one refusal too many
    ],
)
def test_a_name_is_looked_for_where_it_can_be_meant(office: Office, text: str, named: bool) -> None:
    for name in ("毛", "Anna"):
        a_person(office.session, office.first, name, left_on=day("2020-01-01"))
    answer = office.ask(meeting, f"征求意见 11月20日 内容:{text}")
    assert (answer.template == "unreadable") == named


def test_grades_are_kept_with_their_people(office: Office) -> None:
    office.ask(meeting, "民主评议 11月20日 优秀:张三 合格:李四、王五 不合格:赵六")
    keys = {name: person.key for name, person in office.people.items()}
    assert dict(office.text(1).people) == {
        keys["张三"]: Grade.EXCELLENT,
        keys["李四"]: Grade.GOOD,
        keys["王五"]: Grade.GOOD,
        keys["赵六"]: Grade.POOR,
    }


def test_a_flag_is_told_in_the_echo_and_marked_in_the_list(office: Office) -> None:
    said = "党员大会 11月20日 应到4 实到2 缺席:张三、李四 表决:赞成2 决议:通过"
    assert flagged(office.ask(meeting, said)) == ["quorum_short", "not_passed"]
    office.ask(meeting, "党员大会 11月19日 应到4 全到 表决:赞成4 决议:通过")
    listed = office.ask(records)
    assert listed.values["flagged"] == [1]
    assert not flagged(office.ask(amend, "#1 实到3 缺席:张三 表决:赞成3"))


def test_a_form_of_a_declared_kind_begins_with_what_it_is_declared_on(office: Office) -> None:
    form = TAPS["form"]
    message = office.ask(form, "报告工作")
    assert (message.template, message.values["kinds"]) == ("form", ["报告工作"])
    draft = drafts.prompted(office.session, message.prompt or "")
    assert draft is not None
    assert (draft.said, message.prompt) == ("党员大会+报告工作", f"typed:{draft.key}")
    assert office.ask(form, "个人汇报").values["people"]


# ---------------------------------------------------------------- the stage on the roster


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        ("转正 吴十", True),
        ("党员大会+转正 对象:吴十", True),
        ("党员大会+转正 吴十 应到5 全到 表决:赞成4 决议:同意", True),
        ("党员大会+转正 吴十 决议:同意按期转正", True),
        ("党员大会+转正 吴十 决议:不同意转正", False),
        ("党员大会+转正 吴十 决议:同意延长预备期半年", False),
        ("党员大会+转正 吴十 决议:未通过", False),
        ("党员大会+转正 吴十 应到5 全到 表决:赞成2反对2", False),
        ("党员大会+转正 吴十 应到5 实到3 缺席:张三、李四 表决:赞成2", False),
        ("预备期考察 吴十", False),
    ],
)
def test_the_roster_follows_an_admission_in_full(office: Office, said: str, moved: bool) -> None:
    person = on_probation(office)
    message = office.ask(meeting, f"11月20日 {said}")
    assert message.template == "recorded"
    expected = (Stage.FULL, HELD) if moved else (Stage.PROBATIONARY, None)
    assert (person.stage, person.full_on) == expected
    steps = message.values["steps"]
    if moved:
        assert steps == (Step("吴十", Stage.FULL, HELD, moved=True),)
    elif "转正" in said.split(" ", 1)[0]:
        assert steps == (Step("吴十", Stage.PROBATIONARY, None),)


def test_a_date_that_the_roster_has_stays(office: Office) -> None:
    person = on_probation(office)
    person.full_on = day("2026-10-01")
    office.session.add(person)
    message = office.ask(meeting, "转正 吴十 11月20日")
    assert message.values["steps"] == (Step("吴十", Stage.FULL, day("2026-10-01"), moved=True),)


def test_who_was_admitted_does_not_vote_in_that_meeting(office: Office) -> None:
    on_probation(office)
    said = "党员大会+转正 吴十 11月20日 应到5 全到 表决:赞成5 决议:同意"
    message = office.ask(meeting, said)
    assert flagged(message) == ["too_many_votes"]
    assert office.ask(records).values["flagged"] == [1]


def test_taking_back_leaves_the_roster_and_says_so(office: Office) -> None:
    person = on_probation(office)
    office.ask(meeting, "转正 吴十 11月20日")
    entries = office.ask(undo, "#1").values["entries"]
    assert isinstance(entries, list)
    assert entries[0]["steps"] == (Step("吴十", Stage.FULL, HELD),)
    assert (person.stage, person.full_on) == (Stage.FULL, HELD)


def test_a_corrected_day_leaves_the_roster_and_says_so(office: Office) -> None:
    person = on_probation(office)
    office.ask(meeting, "转正 吴十 11月20日")
    message = office.ask(amend, "#1 11月19日")
    assert message.values["steps"] == (Step("吴十", Stage.FULL, HELD),)
    assert person.full_on == HELD


def test_one_who_was_named_by_mistake_stays_full_and_is_told_of(office: Office) -> None:
    on_probation(office, "吴十")
    on_probation(office, "郑一")
    office.ask(meeting, "转正 吴十 11月20日")
    message = office.ask(amend, "#1 对象:郑一")
    assert message.values["steps"] == (
        Step("郑一", Stage.FULL, HELD, moved=True),
        Step("吴十", Stage.FULL, HELD),
    )


def test_the_change_of_the_roster_is_in_the_audit(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        office = Office(session)
        who = on_probation(office).key
        office.ask(meeting, "转正 吴十 11月20日")
    with snapshot(sqlite) as session:
        row = session.exec(select(Audit).where(Audit.action == "stage")).one()
        assert (row.actor, row.chat_id, row.message_id) == (1001, -101, 1)
        before, after = json.loads(row.before or ""), json.loads(row.after or "")
    assert before == {"person": who, "stage": "probationary", "full_on": None}
    assert after == {"person": who, "stage": "full", "full_on": "2026-11-20"}


def test_names_are_found_wherever_their_people_are(session: Session) -> None:
    office = Office(session)
    keys = [person.key for person in office.people.values()]
    assert roster.names_of(session, keys[:2]) == {keys[0]: "张三", keys[1]: "李四"}
    assert roster.names_of(session, ()) == {}


# ---------------------------------------------------------------- any record at all

COUNT = st.none() | st.integers(0, 50)
WORDS = st.none() | st.text(max_size=20) | st.sampled_from(("同意", "不同意", "approved"))
RECORDS = st.builds(
    RecordText,
    kinds=st.lists(st.sampled_from([*POLICY.catalogue.record_kinds, "从前有的"])).map(tuple),
    held_on=st.dates(),
    held_at=st.none() | st.just(time(9)),
    expected=COUNT,
    voting=COUNT,
    present=COUNT,
    all_present=st.booleans(),
    absences=st.lists(st.tuples(st.sampled_from(("张三", "谁")), st.none())).map(tuple),
    votes=st.none() | st.tuples(*[st.integers(0, 50)] * 3),
    resolution=WORDS,
    people=st.lists(st.tuples(st.integers(1, 9), st.none() | st.sampled_from(Grade))).map(tuple),
)
MEMBERS = st.lists(
    st.builds(
        Member,
        id=st.integers(1, 9),
        name=st.sampled_from(("张三", "李四")),
        stage=st.sampled_from(Stage),
        full_on=st.none() | st.dates(max_value=date(2030, 1, 1)),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(MEMBERS, RECORDS)
def test_any_record_can_be_looked_at(members: list[Member], text: RecordText) -> None:
    flags_of(POLICY, members, text)
    assert decided(POLICY, members, text) in (True, False)
