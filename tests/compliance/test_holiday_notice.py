"""The holiday notice of a year, read from a file."""

from __future__ import annotations

import json

import pytest

from compliance.catalogue import CatalogueError
from compliance.holiday_notice import Notice, newest, read
from tests.compliance.samples import day

TITLE = "国务院办公厅关于2027年部分节假日安排的通知"
RIGHT = f"""
year = 2027
title = "{TITLE}"
off = ["2027-01-01..2027-01-03", "2027-02-05 .. 2027-02-12", "2027-04-05"]
working = ["2027-02-14", "2027-02-20", "2027-02-22"]
"""


def test_a_notice_keeps_what_is_not_so_anyway() -> None:
    notice = read("2027.toml", RIGHT)

    assert (notice.year, notice.title) == (2027, TITLE)
    assert notice.days_off == {
        day("2027-01-01"),  # a Friday; the second and third are a weekend
        day("2027-02-05"),
        *(day(f"2027-02-{n:02}") for n in range(8, 13)),
        day("2027-04-05"),
    }
    assert notice.working_days == {day("2027-02-14"), day("2027-02-20")}  # the 22nd is a Monday


def test_a_notice_may_begin_in_the_december_before() -> None:
    text = 'year = 2028\ntitle = "x"\noff = ["2027-12-31..2028-01-02"]\nworking = ["2027-12-26"]'
    notice = read("2028.toml", text)

    assert notice.days_off == {day("2027-12-31")}
    assert notice.working_days == {day("2027-12-26")}


def as_json(**changes: object) -> str:
    days = [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
        {"name": "春节", "date": "2027-02-14", "isOffDay": False},
    ]
    head = {"$schema": "https://example.org/schema.json", "$id": "x", "year": 2027}
    return json.dumps({**head, "papers": ["https://example.org/1"], "days": days, **changes})


def test_the_form_that_is_published_is_read_too() -> None:
    expected = Notice(
        2027,
        "https://example.org/1",
        frozenset({day("2027-01-01")}),
        frozenset({day("2027-02-14")}),
    )

    assert read("2027.json", as_json()) == expected
    assert read("2027.json", as_json(papers=[])).title == ""
    bare = {key: value for key, value in json.loads(as_json()).items() if key != "papers"}
    assert read("2027.json", json.dumps(bare)).title == ""


@pytest.mark.parametrize(
    ("old", "new", "key", "code"),
    [
        ("year = 2027", "", "year", "missing"),
        ("year = 2027", "year = 27", "year", "too_small"),
        ("year = 2027", "year = 20270", "year", "too_large"),
        ("year = 2027", "year = 2028", "off", "other_year"),
        (f'title = "{TITLE}"', "", "title", "missing"),
        ("2027-01-01..", "2026-11-30..", "off", "other_year"),
        ("2027-04-05", "2028-01-01", "off", "other_year"),
        ("2027-04-05", "4月5日", "off", "not_a_day"),
        ("2027-04-05", "2027-04-05..2027-04-04", "off", "not_a_span"),
        ("2027-04-05", "2027-04-05..2027-04-20", "off", "not_a_span"),
        ("2027-02-14", "2027-02-12", "off", "off_and_working"),
        ('"2027-02-14"', "14", "working", "not_texts"),
        ("year = 2027", "year = 2027\nextra = 1", "extra", "unknown_key"),
    ],
)
def test_a_wrong_notice_is_refused(old: str, new: str, key: str, code: str) -> None:
    assert RIGHT.count(old) == 1
    with pytest.raises(CatalogueError) as refused:
        read("2027.toml", RIGHT.replace(old, new))

    assert (refused.value.file, refused.value.key) == ("2027.toml", key)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("{", "", "unreadable"),
        (as_json(days=[]), "off", "no_days_off"),
        (as_json(days=[{"date": "2027-13-01"}]), "days[2027-13-01].date", "not_a_day"),
        (
            as_json(days=[{"date": "2027-01-01", "isOffDay": 1}]),
            "days[2027-01-01].isOffDay",
            "not_flag",
        ),
        (as_json(days=[{"date": "2026-01-01"}]), "days[2026-01-01].date", "other_year"),
    ],
)
def test_a_wrong_published_form_is_refused(text: str, key: str, code: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read("2027.json", text)

    assert (refused.value.file, refused.value.key) == ("2027.json", key)
    assert refused.value.code == code


def test_the_line_that_is_no_json_is_told() -> None:
    with pytest.raises(CatalogueError) as refused:
        read("2027.json", '{\n"year": 2027,\n"days" []}')

    assert refused.value.values == {"line": 3, "form": "JSON"}


def test_of_each_year_the_newest_counts() -> None:
    first, second = read("a", RIGHT), read("b", RIGHT.replace(', "2027-04-05"', ""))
    other = read("c", as_json(year=2027).replace("2027", "2026"))

    assert newest([first, other, second]) == (other, second)
