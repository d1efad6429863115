"""Rules and holidays on the command line: checked, shown, loaded, chosen, and refused in words."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from compliance.catalogue import default
from tests.sample import FIRST
from tests.stage import sanhui

SHIPPED = Path(__file__).parents[2] / "compliance" / "catalogue.toml"
OVERLAY = """
version = "厂-2026.2"
holds_from = 2026-12-10
recording_grace_working_days = 5

[[requirements]]
code = "study"
basis = "厂党委〔2026〕3号"
cadence = "quarterly"
steps = [7, 3]

[[requirements]]
code = "annual_plan"
basis = "厂党委〔2026〕3号"
due = "02-15"
"""
NOTICE = """
year = 2031
title = "国务院办公厅关于2031年部分节假日安排的通知"
off = ["2031-01-01", "2031-01-22..2031-01-29"]
working = ["2031-01-19"]
"""
RULE = {
    "code",
    "article",
    "title",
    "title_en",
    "kind",
    "cadence",
    "cadences",
    "count",
    "due",
    "steps",
    "subject",
    "recorder",
    "kinds",
    "block",
    "weight",
    "strictness",
    "basis",
    "clause",
    "version",
    "source",
}


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    path = tmp_path / "厂.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    return path


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "2031.toml"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def shown(database: Path, unit: str, on: str) -> dict[str, Any]:
    """The rules in force for a unit on a day, by code."""
    ran = sanhui(database, "catalogue", "show", "--unit", unit, "--on", on, "--json")
    assert ran.code == 0, ran.err
    return {rule["code"]: rule for rule in ran.json}


# ---------------------------------------------------------------- check


def test_an_overlay_is_checked_and_said_what_it_changes(database: Path, overlay: Path) -> None:
    ran = sanhui(database, "catalogue", "check", str(overlay))

    assert ran.code == 0
    assert f"版本 {default().version}+厂-2026.2,2026-12-10起执行" in ran.out
    assert "recording_grace_working_days:3 → 5" in ran.out
    assert "requirements[study].cadence:monthly → quarterly" in ran.out
    assert "requirements[study].steps:新增 7, 3" in ran.out
    assert "requirements[annual_plan].due:01-31 → 02-15" in ran.out


def test_a_whole_catalogue_is_checked(database: Path) -> None:
    ran = sanhui(database, "catalogue", "check", str(SHIPPED), SANHUI_LOCALE="en")

    assert ran.code == 0
    assert "a whole catalogue, version" in ran.out
    assert "Nothing differs" in ran.out


def test_what_a_whole_catalogue_changes_is_said(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    text = SHIPPED.read_text("utf-8").replace('version = "2026.1"', 'version = "2027.1"')
    path.write_text(text.replace('due = "01-31"', 'due = "02-28"', 1), encoding="utf-8")
    ran = sanhui(database, "catalogue", "check", str(path))

    assert ran.code == 0
    assert "requirements[responsibility].due:01-31 → 02-28" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("steps = [7, 3]", "weight = 9", "assessment.blocks[meetings].weight", "合计 34 分"),
        ('due = "02-15"', 'due = "02-30"', "requirements[annual_plan].due", "应是每年都有的月和日"),
        ("holds_from = 2026-12-10", "", "holds_from", "没有写,请补上"),
        ("steps = [7, 3]", "steps = ", "", "行读不懂"),
    ],
)
@pytest.mark.parametrize("command", ["check", "load"])
def test_a_wrong_file_is_refused_with_file_key_and_reason(
    database: Path, overlay: Path, command: str, old: str, new: str, key: str, reason: str
) -> None:
    overlay.write_text(OVERLAY.replace(old, new), encoding="utf-8")
    to = ("--unit", "党总支") if command == "load" else ()
    ran = sanhui(database, "catalogue", command, str(overlay), *to)

    assert ran.code == 1
    assert str(overlay) in ran.err
    assert key in ran.err
    assert reason in ran.err
    assert "什么都没有改动" in ran.err


def test_a_file_that_is_no_text_is_refused(database: Path, overlay: Path) -> None:
    overlay.write_bytes(b"\xff\xfe\x00")
    ran = sanhui(database, "catalogue", "check", str(overlay))

    assert (ran.code, ran.out) == (1, "")
    assert "读不懂,或没有写完。请用 UTF-8 编码" in ran.err
    assert sanhui(database, "catalogue", "check", "nowhere.toml").code == 1


# ---------------------------------------------------------------- load and show


def test_the_rules_that_ship_are_shown(database: Path) -> None:
    ran = sanhui(database, "catalogue", "show", "--json")

    assert [rule["code"] for rule in ran.json] == [r.code for r in default().requirements]
    assert all(set(rule) == RULE for rule in ran.json)
    assert all(rule["source"] is None for rule in ran.json)
    for locale, words in (("zh", "补记宽限 3 个工作日"), ("en", "recording grace 3")):
        told = sanhui(database, "catalogue", "show", SANHUI_LOCALE=locale)
        assert words in told.out
        assert all(requirement.code in told.out for requirement in default().requirements)


def test_an_overlay_holds_for_the_unit_and_all_below(database: Path, overlay: Path) -> None:
    ran = sanhui(database, "catalogue", "load", str(overlay), "--unit", "党总支")
    assert ran.code == 0
    assert "已为「党总支」及其下级载入" in ran.out

    before = shown(database, "第一支部", "2026-12-09")
    after = shown(database, "第一支部", "2026-12-10")
    assert before["study"]["cadence"] == "monthly"
    assert (after["study"]["cadence"], after["study"]["steps"]) == ("quarterly", [7, 3])
    assert after["annual_plan"]["due"] == "02-15"
    assert after["study"]["version"] == f"{default().version}+厂-2026.2"
    assert after["study"]["source"] == {
        "unit": "党总支",
        "overlay": "厂-2026.2",
        "holds_from": "2026-12-10",
    }
    assert after["dues"]["source"] is None
    told = sanhui(database, "catalogue", "show", "--unit", "第一支部", "--on", "2026-12-10")
    assert "党总支2026-12-10起按 厂-2026.2" in told.out


def test_an_overlay_decides_the_status(database: Path, overlay: Path) -> None:
    overlay.write_text(OVERLAY.replace("2026-12-10", "2026-10-01"), encoding="utf-8")
    assert sanhui(database, "catalogue", "load", str(overlay), "--unit", "第一支部").code == 0
    periods = {}
    for unit in ("第一支部", "第二支部"):
        ran = sanhui(database, "status", "--unit", unit, "--on", "2026-11-25", "--json")
        found = [each["period"] for each in ran.json if each["code"] == "study"]
        periods[unit] = found[-2:]

    assert periods == {"第一支部": ["2026-09", "2026-Q4"], "第二支部": ["2026-10", "2026-11"]}


def test_what_was_not_known_then_is_left_out(database: Path, overlay: Path) -> None:
    overlay.write_text(OVERLAY.replace("2026-12-10", "2026-10-01"), encoding="utf-8")
    assert sanhui(database, "catalogue", "load", str(overlay), "--unit", "第一支部").code == 0
    on = ("--on", "2026-11-25", "--known-on", "2020-01-01", "--json")
    ran = sanhui(database, "status", "--unit", "第一支部", *on)

    assert "2026-11" in [each["period"] for each in ran.json if each["code"] == "study"]


# ---------------------------------------------------------------- choosing


def test_a_cadence_is_chosen_by_code_or_by_word(database: Path) -> None:
    ran = sanhui(database, "unit", "set", "第一支部", "--cadence", "organisational_life=quarterly")
    assert ran.code == 0
    assert "起每季度一次" in ran.out
    again = sanhui(database, "unit", "set", "第一支部", "--cadence", "组织生活会=每季度")
    # On the first day of a quarter and half-year it runs at once.
    assert any(told in again.out for told in ("已经选好了", "本来就是每季度一次"))
    rule = shown(database, "第一支部", "2100-01-01")["organisational_life"]
    assert (rule["cadence"], rule["cadences"]) == ("quarterly", ["quarterly", "half-yearly"])
    assert (rule["source"]["unit"], rule["source"]["overlay"]) == ("第一支部", None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("organisational_life=monthly", "不能改为每月一次"),
        ("study=quarterly", "次数是规定的"),
        ("nothing=quarterly", "「nothing=quarterly」看不懂"),
        ("study", "「study」看不懂"),
    ],
)
def test_a_wrong_choice_is_refused(database: Path, typed: str, told: str) -> None:
    ran = sanhui(database, "unit", "set", "第一支部", "--cadence", typed)

    assert (ran.code, ran.out) == (1, "")
    assert told in ran.err


# ---------------------------------------------------------------- holidays


def test_a_notice_is_loaded_and_shown(database: Path, notice: Path) -> None:
    unknown = sanhui(database, "holidays", "show", "2031")
    assert unknown.code == 1
    assert "sanhui holidays load" in unknown.err

    loaded = sanhui(database, "holidays", "load", str(notice))
    assert loaded.code == 0
    assert "已载入2031年放假安排" in loaded.out
    ran = sanhui(database, "holidays", "show", "2031", "--json")
    assert ran.json == {
        "year": 2031,
        "off": ["2031-01-01", "2031-01-22..2031-01-29"],
        "working": ["2031-01-19"],
        "loaded": True,
        "title": "国务院办公厅关于2031年部分节假日安排的通知",
    }
    assert "2031年放假安排(国务院办公厅" in sanhui(database, "holidays", "show", "2031").out


def test_the_form_that_is_published_is_loaded(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "2031.json"
    days = [{"name": "元旦", "date": "2031-01-01", "isOffDay": True}]
    path.write_text(json.dumps({"year": 2031, "days": days}), encoding="utf-8")

    assert sanhui(database, "holidays", "load", str(path)).code == 0
    shown = sanhui(database, "holidays", "show", "2031", SANHUI_LOCALE="en")
    assert "Holidays of 2031 (loaded)" in shown.out


def test_the_librarys_years_are_shown(database: Path) -> None:
    ran = sanhui(database, "holidays", "show", "2026", "--json")

    assert "2026-10-01..2026-10-07" in ran.json["off"]
    assert "2026-10-10" in ran.json["working"]
    assert not ran.json["loaded"]
    assert sanhui(database, "holidays", "show", "1066").code == 1


def test_a_wrong_notice_is_refused(database: Path, notice: Path) -> None:
    notice.write_text(NOTICE.replace("2031-01-19", "2031-01-22"), encoding="utf-8")
    ran = sanhui(database, "holidays", "load", str(notice))

    assert ran.code == 1
    assert f"{notice} 有误,在 off" in ran.err
    assert "2031-01-22 既写了放假(off),又写了上班(working)" in ran.err
    assert sanhui(database, "holidays", "show", "2031").code == 1


def test_everything_answers_in_english_too(database: Path, overlay: Path, notice: Path) -> None:
    english = {"SANHUI_LOCALE": "en"}
    load = sanhui(database, "catalogue", "load", str(overlay), "--unit", "第一支部", **english)
    assert "is loaded for “第一支部” and all below it" in load.out
    say = ("--as", "11", "--chat", str(FIRST), "--at", "2026-11-25T10:00")
    assert "每半年" in sanhui(database, "say", "/settings", *say).out
    assert "are loaded" in sanhui(database, "holidays", "load", str(notice), **english).out


def test_rules_that_fit_no_more_are_told_by_the_doctor(database: Path, overlay: Path) -> None:
    """As after an upgrade: what is loaded named a requirement that ships no more."""
    assert sanhui(database, "catalogue", "load", str(overlay), "--unit", "第一支部").code == 0
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO overlay (unit_id, version, holds_from, text, loaded_by, loaded_at)"
            " SELECT unit_id, version, holds_from, replace(text, '\"study\"', '\"gone\"'),"
            " loaded_by, loaded_at FROM overlay"
        )
    ran = sanhui(database, "doctor")

    assert ran.code == 1
    assert "「第一支部」的条目 厂-2026.2 与程序自带的条目不合" in ran.out
    assert "requirements[gone]" in ran.out


def test_the_files_of_the_manual_are_right(database: Path, tmp_path: Path) -> None:
    manual = (SHIPPED.parents[1] / "docs" / "command-line.md").read_text("utf-8")
    overlay, notice = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)
    (tmp_path / "overlay.toml").write_text(overlay, encoding="utf-8")
    (tmp_path / "notice.toml").write_text(notice, encoding="utf-8")

    assert sanhui(database, "catalogue", "check", str(tmp_path / "overlay.toml")).code == 0
    assert sanhui(database, "holidays", "load", str(tmp_path / "notice.toml")).code == 0
