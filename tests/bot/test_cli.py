"""The command line as people and scripts use it: words, JSON, exit codes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sample import FIRST
from tests.stage import SHANGHAI, Ran, sanhui

ECHO = (
    "/meeting 支部党员大会 2026-11-20 14:30 应到8 实到7 缺席:李四(出差) 地点:三楼会议室 议题:学习"
)
AT = "2026-11-25T10:00"

FINDING = {
    "code",
    "article",
    "title",
    "subject",
    "period",
    "due_on",
    "required",
    "done",
    "state",
    "reason",
    "records",
}
RECORD = {
    "number",
    "unit",
    "kinds",
    "held_on",
    "held_at",
    "ends_at",
    "place",
    "host",
    "recorder",
    "expected",
    "voting",
    "present",
    "absences",
    "observers",
    "topics",
    "content",
    "votes",
    "resolution",
    "people",
    "materials",
    "flags",
    "attachments",
    "entered_by",
    "entered_at",
    "late",
    "reversed",
    "amends",
    "source",
}
DUES = {"person", "month", "due", "paid", "state", "payments"}
PAYMENT = {"number", "amount", "paid_on", "reversed", "source"}


@pytest.fixture(scope="module")
def said(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which the secretary has spoken, all by the command line."""
    path = tmp_path_factory.mktemp("said") / "sanhui.db"
    shutil.copy(founded, path)
    assert say(path, ECHO).code == 0
    return path


def say(database: Path, text: str, *, speaker: int = 11, more: tuple[str, ...] = ()) -> Ran:
    to = ("--as", str(speaker), "--chat", str(FIRST), "--at", AT)
    return sanhui(database, "say", text, *to, *more)


def the(found: Any, **wanted: object) -> Any:
    (one,) = [each for each in found if all(each[k] == v for k, v in wanted.items())]
    return one


def dump(database: Path) -> list[str]:
    connection = sqlite3.connect(database)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_records_in_json(said: Path) -> None:
    ran = sanhui(said, "records", "--unit", "第一支部", "--period", "2026-Q4", "--json")
    (record,) = ran.json

    assert set(record) >= RECORD
    assert record["kinds"] == ["党员大会"]
    assert (record["number"], record["held_on"], record["held_at"]) == (1, "2026-11-20", "14:30")
    assert record["absences"] == [{"name": "李四", "reason": "出差"}]
    assert (record["expected"], record["present"], record["entered_by"]) == (8, 7, 11)
    assert record["entered_at"].startswith("2026-11-25T10:00")
    assert record["source"]["chat_id"] == FIRST
    assert (record["late"], record["reversed"], record["amends"]) == (False, False, None)
    assert not ran.err
    assert sanhui(said, "records", "--unit", "第一支部", "--period", "2026-10", "--json").json == []


def test_whom_records_are_about_in_json(database: Path) -> None:
    for text in (
        "/meeting 发展材料 吴十 11月20日 材料:公示、入党志愿书",
        "/meeting 民主评议 11月21日 评议:张三 优秀、吴十 合格",
        "/meeting 党员大会 11月22日 应到8 实到3 表决:赞成3 决议:通过",
    ):
        assert say(database, text).code == 0
    asked = ("records", "--unit", "第一支部", "--period", "2026-11")
    papers, appraisal, general = sanhui(database, *asked, "--json").json

    assert papers["people"] == [{"name": "吴十", "grade": None}]
    assert (papers["materials"], papers["flags"]) == (["公示", "入党志愿书"], [])
    assert appraisal["people"] == [
        {"name": "张三", "grade": "excellent"},
        {"name": "吴十", "grade": "good"},
    ]
    excellent, without = appraisal["flags"]
    assert excellent == {"code": "too_many_excellent", "excellent": 1, "graded": 2}
    assert without["code"] == "without_grade"
    assert len(without["names"]) == 6
    short = {"code": "quorum_short", "voters": 7, "present": 3, "needed": 4}
    assert general["flags"] == [short, {"code": "not_passed", "favour": 3, "needed": 4}]
    shown = sanhui(database, *asked).out.splitlines()
    assert ["⚠️" in line for line in shown if line.startswith("#")] == [False, True, True]


def test_a_unit_above_a_branch_has_books_and_a_party_group_none(founded: Path) -> None:
    for command in ("status", "records", "dues"):
        assert isinstance(sanhui(founded, command, "--unit", "党总支", "--json").json, list)
        refused = sanhui(founded, command, "--unit", "第一小组", "--json")
        assert (refused.code, refused.out) == (1, "")
        assert "党小组" in refused.err


def test_dues_in_json(database: Path) -> None:
    for text in ("/dues 张三 50, 李四 30.5", "/undo #2"):
        assert sanhui(database, "say", text, "--as", "11", "--chat", str(FIRST)).code == 0
    found = sanhui(database, "dues", "--unit", "第一支部", "--json").json
    today = datetime.now(SHANGHAI).date().isoformat()
    paid, undone = the(found, person="张三"), the(found, person="李四")

    assert len(found) == 8
    assert all(set(line) >= DUES for line in found)
    assert (paid["month"], paid["due"], paid["paid"]) == (today[:7], "50.00", "50.00")
    (payment,) = paid["payments"]
    assert set(payment) >= PAYMENT
    assert (payment["number"], payment["amount"]) == (1, "50.00")
    assert (payment["paid_on"], payment["reversed"]) == (today, False)
    assert (undone["due"], undone["paid"]) == ("30.50", "0.00")
    assert undone["payments"][0]["reversed"] is True


def test_dues_entered_ahead_of_the_clock_are_listed_as_paid(database: Path) -> None:
    chat = ("--as", "11", "--chat", str(FIRST), "--at", "2031-03-05T10:00")
    assert sanhui(database, "say", "/dues 张三 50 3月", *chat).code == 0
    ran = sanhui(database, "dues", "--unit", "第一支部", "--period", "2031-03", "--json")
    assert the(ran.json, person="张三")["paid"] == "50.00"


def test_status_in_json(said: Path) -> None:
    ran = sanhui(said, "status", "--unit", "第一支部", "--on", "2026-11-25", "--json")
    found = ran.json
    meeting = the(found, code="general_meeting", period="2026-Q4")

    assert all(set(finding) >= FINDING for finding in found)
    assert (meeting["state"], meeting["done"], meeting["required"]) == ("met", 1, 1)
    assert (meeting["article"], meeting["due_on"]) == ("12", "2026-12-31")
    assert meeting["records"] == [1]
    assert meeting["subject"] == "第一支部"
    assert the(found, code="study", period="2026-11")["state"] == "due_soon"
    assert the(found, code="study", period="2026-10")["state"] == "missed"
    assert the(found, code="annual_plan", period="2026")["reason"]
    groups = {f["subject"] for f in found if f["code"] == "group_meeting"}
    assert {"第一小组", "第二小组"} <= groups
    assert the(found, code="dues", subject="张三", period="2026-11")["state"] == "due_soon"
    assert {f["period"] for f in found if f["code"] == "study"} == {
        f"2026-{month:02}" for month in range(1, 12)
    }


def test_why_in_json(said: Path) -> None:
    asked = ("why", "general_meeting", "--unit", "第一支部", "--on", "2026-11-25", "--json")
    (line,) = sanhui(said, *asked).json
    (finding,) = line["findings"]

    assert (line["code"], line["article"], line["period"]) == ("general_meeting", "12", "2026-Q4")
    assert (line["strictness"], line["version"]) == ("policy", "2026.1")
    assert set(finding) >= FINDING
    assert [counted["number"] for counted in finding["counted"]] == [1]
    assert line["deadline"]["due_on"] == "2026-12-31"
    assert line["deadline"]["unconfirmed_years"] == [2027]
    assert [step["step"] for step in line["reminders"]][:2] == ["-14", "-7"]

    for code, key in (("decisions", "score"), ("records_complete", "papers")):
        (line,) = sanhui(said, "why", code, *asked[2:]).json
        assert key in line["findings"][0]
        assert line["reminders"] == []


def test_why_in_words(said: Path) -> None:
    ran = sanhui(said, "why", "党员大会", "--unit", "第一支部", "--period", "2026-11")
    assert "支部党员大会" in ran.out
    assert "#1" in ran.out
    assert "截止" in ran.out


def test_a_status_as_it_was_known_then(said: Path) -> None:
    asked = ("status", "--unit", "第一支部", "--on", "2026-11-25", "--json")
    found = sanhui(said, *asked, "--known-on", "2026-11-24").json

    assert the(found, code="general_meeting", period="2026-Q4")["done"] == 0


def test_say_taps_and_replies(database: Path) -> None:
    asked = say(database, "/meeting 支委汇 今天 应到5 实到5", more=("--json",))
    ((question,), taps) = (asked.json, ("--tap", "--json"))
    assert ["支委会"] in [row[:1] for row in question["buttons"]]

    wrong = say(database, "党课", more=("--tap",))
    assert (wrong.code, wrong.out) == (1, "")
    assert "支委会" in wrong.err
    (not_ones_own,) = say(database, "支委会", speaker=12, more=taps).json
    assert "发起" in not_ones_own["text"]

    (echo,) = say(database, "支委会", more=taps).json
    assert echo["text"].startswith("✅ 已记录 #1")
    (amended,) = say(database, "实到4", more=("--reply", "--json")).json
    assert "已更正 #1 → #2" in amended["text"]
    (undone,) = say(database, "撤销", more=taps).json
    assert "已撤销" in undone["text"]


def test_say_finds_a_form_by_its_reply(database: Path) -> None:
    say(database, "/meeting")
    assert say(database, "学习", more=("--tap",)).code == 0
    assert "已记录 #1 学习" in say(database, "今天 应到8 实到8", more=("--reply",)).out


def test_say_has_nothing_to_tap_where_nothing_was_said(database: Path) -> None:
    silent = say(database, "撤销", more=("--tap",))

    assert silent.code == 1
    assert str(FIRST) in silent.err
    assert say(database, "撤销", more=("--tap", "--reply")).code == 2


def test_say_answers_as_the_bot_would(database: Path) -> None:
    ran = say(database, "/meeting 学习 昨天 应到8 实到7", more=("--json",))
    (reply,) = ran.json

    assert reply["chat_id"] == FIRST
    assert reply["text"].startswith("✅ 已记录 #1 学习")
    assert "2026-11-24 周二" in reply["text"]
    assert reply["buttons"] == [["修改", "撤销", "附件"]]
    refused = say(database, "/meeting 学习 昨天 应到8 实到7", speaker=17)
    assert refused.code == 0
    assert "/invite 邀请链接" in refused.out
    assert say(database, "大家好", more=("--json",)).json == []
    assert say(database, "/undo").out.startswith("↩️ 已撤销")


def test_a_preview_of_reminders_changes_nothing(database: Path) -> None:
    before = dump(database)
    ran = sanhui(database, "remind", "--at", "2026-11-27T09:00", "--dry-run", "--json")
    told = ran.json

    assert {digest["unit"] for digest in told} == {"第一支部", "第二支部"}
    assert "党员学习活动" in the(told, chat_id=FIRST)["text"]
    assert dump(database) == before
    assert sanhui(database, "remind", "--at", "2026-11-27T09:00", "--json").json == told
    assert sanhui(database, "remind", "--at", "2026-11-27T09:01", "--json").json == []


def test_an_organisation_is_set_up_from_nothing(tmp_path: Path) -> None:
    database, roster = tmp_path / "new.db", tmp_path / "名册.csv"
    roster.write_bytes("姓名,党费基数\n张三,5000\n李四,3000\n".encode("gbk"))
    steps = (
        ("migrate",),
        ("unit", "add", "党总支", "--kind", "general_branch"),
        ("unit", "add", "一支部", "--parent", "党总支", "--chat", "-7", "--founded", "2026-10-01"),
        ("role", "grant", "11", "书记", "--unit", "一支部"),
        ("roster", "import", str(roster), "--unit", "一支部"),
        ("unit", "set", "一支部", "--remind-at", "08:30", "--quiet", "21:00-07:00"),
    )
    for step in steps:
        ran = sanhui(database, *step)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.strip()
    said = ("say", "/dues 全部 11月", "--as", "11", "--chat", "-7", "--at", AT)

    assert "合计 ¥65.00" in sanhui(database, *said).out
    early = sanhui(database, "remind", "--at", "2026-11-27T08:30", "--dry-run", "--json").json
    assert [digest["chat_id"] for digest in early] == [-7]


def test_the_roster_of_a_day_is_listed(database: Path) -> None:
    asked = ("roster", "list", "--unit", "第一支部")
    people = json.loads(sanhui(database, *asked, "--json").out)
    assert len(people) == 8
    assert people[0] | {"stages": {}} == {
        "name": "张三",
        "stage": "full",
        "group": "第一小组",
        "floating": False,
        "joined_on": None,
        "left_on": None,
        "stages": {},
    }
    assert "2026-11-01 周日):共8人" in sanhui(database, *asked, "--on", "2026-11-01").out


def test_a_roster_with_a_bad_row_changes_nothing(database: Path, tmp_path: Path) -> None:
    before = dump(database)
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,类别,党费基数\n新来的,正式党员,5000\n坏行,皇帝,很多\n", "utf-8")
    ran = sanhui(database, "roster", "import", str(roster), "--unit", "第一支部")

    assert (ran.code, ran.out) == (1, "")
    assert "第3行" in ran.err
    assert "皇帝" in ran.err
    assert "很多" in ran.err
    assert dump(database) == before


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown unit": (("status", "--unit", "第九支部", "--json"), "第九支部"),
    "impossible date": (("status", "--unit", "第一支部", "--on", "2026-02-30"), "2026-02-30"),
    "no period": (("records", "--unit", "第一支部", "--period", "2026-Q7"), "2026-Q7"),
    "no requirement": (("why", "瞎说", "--unit", "第一支部"), "瞎说"),
    "several requirements": (("why", "12", "--unit", "第一支部"), "group_meeting"),
    "no moment": (("remind", "--at", "早上", "--dry-run"), "早上"),
    "unknown kind": (("unit", "add", "某支部", "--kind", "party"), "party"),
    "unknown role": (("role", "grant", "5", "皇帝", "--unit", "第一支部"), "皇帝"),
    "a unit twice": (("unit", "add", "第一支部", "--parent", "党总支"), "第一支部"),
    "a chat twice": (("unit", "add", "第三支部", "--chat", str(FIRST)), "第一支部"),
    "no file": (("roster", "import", "没有.csv", "--unit", "第一支部"), "没有.csv"),
    "no token": (("run",), "SANHUI_BOT_TOKEN"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_goes_to_standard_error(founded: Path, case: str) -> None:
    arguments, told = REFUSED[case]
    ran = sanhui(founded, *arguments)

    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_misspelt_command_is_another_exit_code(founded: Path) -> None:
    for arguments in (("stauts",), ("status",), ("say", "/help", "--as", "张三", "--chat", "1")):
        ran = sanhui(founded, *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert "Traceback" not in ran.err


def test_wrong_settings_are_told_by_name(founded: Path) -> None:
    ran = sanhui(founded, "migrate", SANHUI_TIMEZONE="Beijing")

    assert (ran.code, ran.out) == (1, "")
    assert "SANHUI_TIMEZONE" in ran.err


def test_wrong_settings_are_told_in_the_language_that_was_set(founded: Path) -> None:
    wrong = {"SANHUI_TIMEZONE": "Beijing", "SANHUI_OWNER_IDS": "7,张三"}
    chinese = sanhui(founded, "migrate", **wrong)
    english = sanhui(founded, "migrate", SANHUI_LOCALE="en", **wrong)

    assert "SANHUI_TIMEZONE:应是时区" in chinese.err
    assert "SANHUI_OWNER_IDS: It should be Telegram ids" in english.err
    assert "设置" not in english.err


def test_a_database_in_no_folder_is_told_as_such(tmp_path: Path) -> None:
    ran = sanhui(tmp_path / "nowhere" / "sanhui.db", "run", SANHUI_BOT_TOKEN="1:sandbox")

    assert (ran.code, ran.out) == (1, "")
    assert "SANHUI_DATABASE_URL" in ran.err
    assert "SANHUI_LISTEN" not in ran.err


def test_a_database_that_cannot_be_opened_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "sanhui.db").write_bytes(b"no database at all, but some text" * 50)
    ran = sanhui(tmp_path / "sanhui.db", "migrate")

    assert (ran.code, ran.out) == (1, "")
    assert "SANHUI_DATABASE_URL" in ran.err
    assert "Traceback" not in ran.err


def test_the_doctor_names_what_is_wrong(database: Path) -> None:
    nowhere = "http://127.0.0.1:1/bot"
    well = sanhui(database, "doctor", SANHUI_BOT_TOKEN="1:sandbox", SANHUI_API_BASE_URL=nowhere)
    assert "Traceback" not in well.err
    ill = sanhui(database, "doctor")

    assert ill.code == 1
    assert "SANHUI_BOT_TOKEN" in ill.out


def test_the_doctor_proves_history_or_names_what_was_altered(database: Path) -> None:
    say(database, "/meeting 支委会 昨天 议题:研究发展党员工作")
    assert "校验码" in sanhui(database, "doctor").out
    connection = sqlite3.connect(database)
    with pytest.raises(sqlite3.IntegrityError, match="record is append-only"):
        connection.execute("UPDATE record SET topics = '另一件事'")
    with connection:
        connection.execute("DROP TRIGGER record_no_update")
        connection.execute("UPDATE record SET topics = '另一件事'")
    connection.close()
    altered = sanhui(database, "doctor")

    assert altered.code == 1
    assert "「第一支部」第1号台账被改动" in altered.out
    assert "保护触发器:record。" in altered.out
    assert "校验码" not in altered.out
    assert "事" not in altered.out  # nothing of what was said


def test_nothing_is_said_to_a_database_of_a_newer_program(database: Path) -> None:
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    ran = say(database, "/status")

    assert (ran.code, ran.out) == (1, "")
    assert "9999" in ran.err
