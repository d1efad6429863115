"""Correcting, taking back, bringing back, and paying for everyone."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from compliance.access import Role
from handlers.corrections.amending import amend
from handlers.corrections.undoing import undo
from handlers.dues.paying import dues
from handlers.records.recording import meeting
from storage import listing
from storage.messages import Message
from tests.handlers.office import FIRST, NOW, Office
from tests.reminders.world import renderer
from tests.storage.samples import a_person, day, numbered

COMMITTEE = "支委会 11月20日 应到5 实到4 缺席:李四(出差)"


def problem(message: Message) -> str:
    assert message.template == "unreadable"
    problems = message.values["problems"]
    assert isinstance(problems, tuple)
    return str(problems[0].code)


@pytest.mark.parametrize(
    ("recorded", "said", "now"),
    [
        ("应到5 实到4 缺席:李四", "缺席:王五", (5, 4, False, ("王五",))),
        ("应到5 实到4 缺席:李四", "实到3 缺席:李四、王五", (5, 3, False, ("李四", "王五"))),
        ("应到5 实到4 缺席:李四", "应到4 实到4 缺席:无", (4, 4, False, ())),
        ("应到5 实到4", "缺席:李四", (5, 4, False, ("李四",))),
        ("应到5 实到4 缺席:李四", "全到", (5, 5, True, ())),
        ("应到5 实到4 缺席:李四", "应到6 全到", (6, 6, True, ())),
        ("应到5 全到", "实到4 缺席:李四", (5, 4, False, ("李四",))),
        ("应到5 全到", "实到4", (5, 4, False, ())),
        ("应到5 全到", "应到6", (6, 5, False, ())),
        ("应到5 全到", "地点:三楼", (5, 5, True, ())),
        ("全到", "应到5", (5, 5, True, ())),
        ("全到", "地点:三楼", (None, None, True, ())),
        ("", "应到5 实到4", (5, 4, False, ())),
    ],
)
def test_attendance_adds_up_after_a_correction(
    office: Office,
    recorded: str,
    said: str,
    now: tuple[int | None, int | None, bool, tuple[str, ...]],
) -> None:
    office.ask(meeting, f"支委会 11月20日 {recorded}")
    assert office.ask(amend, f"#1 {said}").template == "amended"
    text = office.text(2)
    names = tuple(name for name, _ in text.absences)
    assert (text.expected, text.present, text.all_present, names) == now


@pytest.mark.parametrize(
    ("recorded", "said", "code"),
    [
        ("应到5 实到4 缺席:李四", "实到5", "attendance_contradiction"),
        ("应到5 实到4 缺席:李四", "应到6", "attendance_contradiction"),
        ("应到5 实到4 缺席:李四", "缺席:李四、王五", "attendance_contradiction"),
        ("应到5 实到4", "实到6", "attendance_contradiction"),
        ("应到5 全到", "实到6", "attendance_contradiction"),
        ("应到5 全到", "缺席:李四", "attendance_contradiction"),
        ("应到5 实到4 有表决权4", "应到3 实到3", "voting_over_expected"),
        ("应到5 实到4 表决:赞成4", "实到3", "bad_votes"),
        ("应到5 实到4 表决:赞成4", "有表决权3", "bad_votes"),
        ("应到5 实到4", "表决:赞成4 反对1", "bad_votes"),
    ],
)
def test_a_correction_that_contradicts_the_record_is_refused(
    office: Office, recorded: str, said: str, code: str
) -> None:
    office.ask(meeting, f"支委会 11月20日 {recorded}")
    assert problem(office.ask(amend, f"#1 {said}")) == code
    assert office.entries() == 1


def test_what_a_correction_does_not_say_stays(office: Office) -> None:
    office.ask(
        meeting,
        "党员大会+党课 11月20日下午2点半 应到5 实到4 缺席:李四(出差) 地点:三楼会议室 "
        "主持:张三 记录:王五 议题:接收预备党员",
    )
    before = office.text(1)
    message = office.ask(amend, "#1 11月19日")
    assert message.values["before"] == before
    text = office.text(2)
    assert text.held_on == day("2026-11-19")
    assert (text.kinds, text.held_at, text.place) == (before.kinds, before.held_at, before.place)
    assert (text.host, text.recorder, text.topics) == ("张三", "王五", before.topics)
    assert text.absences == (("李四", "出差"),)
    assert office.live() == {2}


def test_a_new_time_is_all_of_the_time(office: Office) -> None:
    office.ask(meeting, "党课 11月20日 14:00-16:30 应到5 实到5")
    office.ask(amend, "#1 11月19日")
    kept = office.text(2)
    assert (kept.held_at, kept.ends_at) == (time(14), time(16, 30))
    office.ask(amend, "#2 15:00")
    assert (office.text(3).held_at, office.text(3).ends_at) == (time(15), None)
    office.ask(amend, "#3 15:00-17:00")
    assert (office.text(4).held_at, office.text(4).ends_at) == (time(15), time(17))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("", "no_number"),
        ("实到4", "no_number"),
        ("#9 实到4", "no_entry"),
        ("#0 实到4", "no_entry"),
        ("#2", "ask_amend"),
        ("2", "ask_amend"),
        ("#3", "ask_amend"),
        ("present 4", "no_number"),
        ("#99999999999999999999 实到4", "no_number"),
        ("#3 实到50", "unreadable"),
        ("#3 40", "dues_unchanged"),
        ("#2-3 50", "amend_which"),
        ("#2-3 #4 50", "amend_which"),
        ("#2 2月30日", "unreadable"),
    ],
)
def test_what_cannot_be_corrected(office: Office, said: str, answer: str) -> None:
    office.ask(meeting, COMMITTEE)
    office.ask(amend, "#1 地点:三楼")
    office.ask(dues, "张三 40")
    assert office.ask(amend, said).template == answer
    assert office.entries() == 3


def test_asking_to_amend_makes_a_reply_the_correction(office: Office) -> None:
    office.ask(meeting, COMMITTEE)
    message = office.ask(amend, "1")
    assert (message.template, message.prompt) == ("ask_amend", "/amend #1")


def test_an_edited_message_amends_what_has_corrected_its_record_since(office: Office) -> None:
    office.ask(meeting, COMMITTEE, message_id=5)
    office.ask(amend, "#1 地点:三楼", message_id=6)
    edited = office.ask(meeting, f"{COMMITTEE} 主持:张三", message_id=5, edited=True)
    assert (edited.template, edited.values["amends"]) == ("amended", 2)
    assert office.live() == {3}


def test_an_edited_correction_amends_what_it_made(office: Office) -> None:
    office.ask(meeting, COMMITTEE, message_id=5)
    office.ask(amend, "#1 地点:三楼", message_id=6)
    edited = office.ask(amend, "#1 地点:四楼", message_id=6, edited=True)
    assert (edited.template, edited.values["amends"]) == ("amended", 2)
    again = office.ask(amend, "#1 地点:五楼", message_id=6, edited=True)
    assert (again.values["amends"], office.text(4).place) == (3, "五楼")
    office.ask(amend, "#4 主持:张三", message_id=7)
    assert office.ask(amend, "#1 地点:六楼", message_id=6, edited=True).template == "dead_entry"
    assert office.live() == {5}


def payments(office: Office) -> dict[str, tuple[str, Decimal]]:
    """What counts: by name the month and the yuan."""
    found = listing.payments(office.session, office.first, date(2026, 1, 1), date(2026, 12, 31))
    names = {person.id: name for name, person in office.people.items()}
    return {names[p.person_id]: (f"{p.month:%m}", p.amount) for p in found if not p.reversed}


def test_an_edited_message_of_payments_says_what_was_paid(office: Office) -> None:
    office.ask(dues, "张三 40, 李四 50, 王五 60", message_id=5)
    edited = office.ask(dues, "张三 41, 李四 50 10月, 赵六 20", message_id=5, edited=True)
    assert edited.template == "dues_amended"
    assert payments(office) == {
        "张三": ("11", Decimal(41)),
        "李四": ("10", Decimal(50)),
        "赵六": ("11", Decimal(20)),
    }
    again = office.replies(dues, "张三 41, 李四 50 10月, 赵六 20", message_id=5, edited=True)
    assert again == ()
    office.ask(dues, "张三 41, 王五 60", message_id=5, edited=True)
    assert payments(office) == {"张三": ("11", Decimal(41)), "王五": ("11", Decimal(60))}


def test_what_an_edit_did_to_payments_is_undone_at_once(office: Office) -> None:
    office.ask(dues, "张三 40, 李四 50, 王五 60", message_id=5)
    office.ask(amend, "#2 10月", message_id=6)
    moved = payments(office)
    edited = office.ask(dues, "张三 41, 赵六 20", message_id=5, edited=True)
    assert set(payments(office)) == {"张三", "赵六"}
    ((button,),) = edited.buttons
    undone = office.ask(undo, button.data.removeprefix("undo:"))
    assert payments(office) == moved
    ((again,),) = undone.buttons
    office.ask(undo, again.data.removeprefix("undo:"))
    assert set(payments(office)) == {"张三", "赵六"}


def test_an_edit_follows_what_corrected_its_payments_since(office: Office) -> None:
    office.ask(dues, "张三 40, 李四 50", message_id=5)
    office.ask(amend, "#1 45", message_id=6)
    edited = office.ask(dues, "张三 46, 李四 50", message_id=5, edited=True)
    found = edited.values["amended"]
    assert isinstance(found, list)
    (amended,) = found
    assert (amended.was, amended.before.amount) == (3, Decimal(45))
    assert payments(office)["张三"] == ("11", Decimal(46))


def test_an_edit_names_only_whom_it_says(office: Office) -> None:
    office.ask(dues, "张三 40, 李四 50", message_id=5)
    moved = office.ask(amend, "#1 王五", message_id=6, chat=office.secretary, private=True)
    assert moved.template == "dues_amended"
    edited = office.ask(dues, "张三 41, 李四 51", message_id=5, edited=True)
    shown = renderer().plain_text(edited, "zh")
    assert ("张三" in shown, "李四" in shown, "王五" in shown) == (True, True, False)


@pytest.mark.parametrize("said", ["张三 41, 李四 50", "张三 40"])
def test_an_edit_brings_back_no_payment_that_was_undone(office: Office, said: str) -> None:
    office.ask(dues, "张三 40, 李四 50", message_id=5)
    office.ask(undo, "#2", message_id=6)
    assert office.ask(dues, said, message_id=5, edited=True).template == "edited_undone"
    office.ask(undo, "#3", message_id=7)
    assert (
        office.ask(dues, "张三 41, 李四 50", message_id=5, edited=True).template == "dues_amended"
    )


def test_an_edit_does_not_become_a_payment_of_everyone(office: Office) -> None:
    office.ask(dues, "张三 40", message_id=5)
    assert office.ask(dues, "全部", message_id=5, edited=True).template == "dues_edited_all"
    assert office.entries() == 1


def test_an_edit_of_what_recorded_nothing_records(office: Office) -> None:
    assert office.ask(dues, "张五 40", message_id=5).template == "unreadable"
    assert office.ask(dues, "张三 40", message_id=5, edited=True).template == "paid"


def test_whose_payment_was_amended_a_group_is_told_only_where_it_was_typed(office: Office) -> None:
    office.ask(dues, "全部")
    assert not office.ask(amend, "#1 41").values["named"]
    assert office.ask(amend, "#2 李四 51").values["named"]
    told = office.ask(amend, "#4 42", chat=office.secretary, private=True)
    assert told.values["named"]


def test_what_was_handed_on_and_no_longer_matches_is_told(office: Office) -> None:
    office.ask(dues, "张三 40")
    office.ask(dues, "上缴 11月 40")
    found = office.ask(amend, "#1 41").values["handed_on"]
    assert isinstance(found, list)
    ((month, balance),) = found
    assert (month.code, balance.difference) == ("2026-11", Decimal(1))
    assert office.ask(amend, "#3 40").values["handed_on"] == []


@pytest.mark.parametrize("said", ["#2 50", "#4 50"])
def test_what_is_no_record_and_no_payment_is_not_amended(office: Office, said: str) -> None:
    office.ask(dues, "张三 40")
    office.ask(dues, "上缴 11月 40")
    office.ask(meeting, COMMITTEE)
    office.ask(undo, "#3")
    assert office.ask(amend, said).template == "not_amended"


def test_an_edit_cannot_take_the_place_of_what_one_may_not_record(office: Office) -> None:
    leader = office.appoint(Role.GROUP_LEADER, office.group)
    office.ask(meeting, "党小组会 第一小组 11月20日", message_id=5, actor=leader)
    office.ask(amend, "#1 党小组会+党课", message_id=6)
    said = "党小组会 第一小组 11月19日"
    refused = office.ask(meeting, said, message_id=5, edited=True, actor=leader)
    assert (refused.template, office.live()) == ("not_allowed", {2})


def test_an_edited_message_amends_its_own_record(office: Office) -> None:
    office.ask(meeting, COMMITTEE, message_id=5)
    office.ask(meeting, "学习 11月20日", message_id=6)
    said = COMMITTEE.replace("20日", "19日")
    assert office.ask(meeting, said, message_id=5, edited=True).template == "amended"
    assert office.text(3).held_on == day("2026-11-19")
    assert office.live() == {2, 3}
    assert office.ask(meeting, COMMITTEE, message_id=5, edited=True).template == "amended"
    assert office.live() == {2, 4}
    assert office.ask(meeting, "党课 11月20日", message_id=7, edited=True).template == "recorded"


def test_the_last_entry_is_taken_back_and_brought_back(office: Office) -> None:
    office.ask(meeting, "学习 11月20日")
    office.ask(meeting, COMMITTEE)
    assert office.ask(undo).values["numbers"] == [3]
    assert office.live() == {1, 3}
    assert office.ask(undo, "#3").template == "undone"
    assert office.live() == {1, 2, 4}
    assert office.ask(undo).values["numbers"] == [5]
    assert office.ask(undo).values["numbers"] == [6]
    assert office.ask(undo).template == "nothing_to_undo"


@pytest.mark.parametrize("span", ["2-4", "#2-#4", "2至4", "2~4", "2到4"])
def test_a_span_is_taken_back_whole(office: Office, span: str) -> None:
    for n in range(16, 21):
        office.ask(meeting, f"学习 11月{n}日")
    message = office.ask(undo, span)
    assert message.values["numbers"] == [6, 7, 8]
    assert office.live() == {1, 5, 6, 7, 8}
    (((button),),) = message.buttons
    assert button.data == "undo:6-8"
    office.ask(undo, button.data.removeprefix("undo:"))
    assert office.live() >= {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("span", "answer"),
    [
        ("4-2", "undo_span"),
        ("1-200", "undo_span"),
        ("全部", "no_number"),
        ("#1 #2", "undo_span"),
        ("-1", "no_number"),
        ("3-4", "no_entry"),
        ("0-2", "no_entry"),
        ("2-3", "dead_entry"),
        ("#99999999999", "no_number"),
    ],
)
def test_a_span_with_anything_wrong_is_left_whole(office: Office, span: str, answer: str) -> None:
    office.ask(meeting, "学习 11月20日")
    office.ask(meeting, "党课 11月20日")
    office.ask(undo, "#2")
    assert office.ask(undo, span).template == answer
    assert office.entries() == 3
    assert office.live() == {1, 3}


def test_taking_back_a_correction_says_what_is_back(office: Office) -> None:
    office.ask(meeting, COMMITTEE)
    office.ask(amend, "#1 地点:三楼")
    entries = office.ask(undo, "#2").values["entries"]
    assert isinstance(entries, list)
    assert (entries[0]["number"], entries[0]["restored"]) == (2, 1)
    assert office.live() == {1, 3}


def test_everyone_pays_what_is_still_due(office: Office) -> None:
    office.ask(dues, "张三 40 10月, 李四 20 10月")
    message = office.ask(dues, "全部 10月")
    entered = message.values["entered"]
    assert isinstance(entered, list)
    assert [(number, line.name, line.amount) for number, line in entered] == [
        (3, "李四", Decimal("30.00")),
        (4, "王五", Decimal("90.00")),
    ]
    assert message.values["total"] == Decimal("120.00")
    (((button),),) = message.buttons
    assert button.data == "undo:3-4"
    assert office.ask(dues, "全部 10月").template == "nobody_owes"
    office.ask(undo, "3-4")
    assert office.ask(dues, "全部 10月").values["total"] == Decimal("120.00")


def test_who_left_or_has_no_amount_does_not_pay_with_everyone(office: Office) -> None:
    a_person(office.session, office.first, "周七", 4000, left_on=day("2026-10-15"))
    a_person(office.session, office.first, "吴八", 4000, joined_on=day("2026-11-02"))
    message = office.ask(dues, "全部 10月")
    entered = message.values["entered"]
    assert isinstance(entered, list)
    assert [line.name for _, line in entered] == ["张三", "李四", "王五"]


def test_who_left_since_still_pays_for_the_month_with_everyone(office: Office) -> None:
    gone = a_person(office.session, office.first, "周七", 4000, left_on=day("2026-11-10"))
    message = office.ask(dues, "全部 10月")
    entered = message.values["entered"]
    assert isinstance(entered, list)
    assert [line.name for _, line in entered] == ["张三", "李四", "王五", "周七"]
    paid = listing.payment(office.session, numbered(office.session, office.first, 4))
    assert (paid.person, paid.amount) == (gone.name, Decimal("40.00"))


def test_a_payment_is_shown_with_its_state_only_in_private(office: Office) -> None:
    in_group = office.ask(dues, "张三 20")
    assert in_group.values["states"] == {}
    message = office.ask(dues, "张三 10 11月", chat=office.secretary, private=True)
    states = message.values["states"]
    assert isinstance(states, dict)
    line = states["张三", date(2026, 11, 1)]
    assert (line.due, line.paid) == (Decimal("40.00"), Decimal("30.00"))


def test_a_payment_rests_on_the_day_it_was_told(office: Office) -> None:
    office.ask(dues, "张三 40 10月", now=NOW - timedelta(days=1))
    book = office.ask(dues, "10月", chat=FIRST)
    assert (book.values["bound"], book.values["behind"]) == (4, 3)
    assert (book.values["due"], book.values["paid"]) == (Decimal("180.00"), Decimal("40.00"))
    assert book.values["unknown"] == 1
