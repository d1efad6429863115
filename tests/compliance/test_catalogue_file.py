"""A wrong catalogue file is refused with its name, the key and the reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.catalogue import Catalogue, CatalogueError, load

SMALL = """
version = "1"
recording_grace_working_days = 3

[reminders]
after_first = 1
after_every = 7
escalate_after_working_days = 3
[reminders.before]
monthly = [7, 0]
quarterly = [7, 0]
half-yearly = [7, 0]
yearly = [7, 0]

[[requirements]]
code = "plan"
article = "2"
title = "计划"
title_en = "Plan"
clause = "计划"
strictness = "local"
basis = "制度"
kind = "C"
cadence = "yearly"
count = 1
due = "01-31"
subject = "branch"
recorder = "secretary"
evidence = "records"
kinds = ["工作计划"]

[[record_kinds]]
name = "工作计划"
title_en = "Work plan"

[dues]
usual = "employed"
ask_above = 1000.50
ask_months_back = 6
[[dues.categories]]
code = "employed"
names = ["在职"]
title_en = "Employed"
bands = [{ up_to = 3000, rate = 0.005 }, { rate = 0.02 }]
[[dues.categories]]
code = "student"
names = ["学生"]
title_en = "Student"
fixed = 0.2
"""
SECOND_KIND = '[[record_kinds]]\nname = "工作计划"\ntitle_en = "Again"\n\n[dues]'
SECOND_PLAN = SMALL[SMALL.index("[[requirements]]") : SMALL.index("[[record_kinds]]")]


def read(tmp_path: Path, text: str) -> Catalogue:
    file = tmp_path / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_a_small_right_file_is_read(tmp_path: Path) -> None:
    catalogue = read(tmp_path, SMALL)
    assert catalogue.holds_from is None
    assert catalogue.requirement("plan").due == (1, 31)
    assert not catalogue.record_kinds["工作计划"].meeting
    assert catalogue.dues.ask_above == Decimal("1000.50")


def test_a_requirement_holds_from_its_own_day_or_from_the_catalogues(tmp_path: Path) -> None:
    dated = SMALL.replace('version = "1"', 'version = "1"\nholds_from = 2026-01-01')
    assert read(tmp_path, dated).requirement("plan").holds_from == date(2026, 1, 1)
    own = dated.replace('code = "plan"', 'code = "plan"\nholds_from = 2027-01-01')
    assert read(tmp_path, own).requirement("plan").holds_from == date(2027, 1, 1)


PLAN = "requirements[plan]"


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('version = "1"', "version = 1", "version", "must be a text"),
        ('version = "1"', "", "version", "is missing"),
        ('version = "1"', 'version = " "', "version", "is empty"),
        ('version = "1"', 'version = "1"\nholds_from = 2026-01-01T00:00:00', "holds_from", "time"),
        ('version = "1"', 'version = "1"\nholds_from = "2026"', "holds_from", "must be a date"),
        ('version = "1"', 'version = "1"\ncolour = 3', "colour", "is not a key"),
        (
            "grace_working_days = 3",
            "grace_working_days = -1",
            "recording_grace_working_days",
            "at least 0",
        ),
        (
            "grace_working_days = 3",
            "grace_working_days = true",
            "recording_grace_working_days",
            "whole number",
        ),
        (
            "grace_working_days = 3",
            "grace_working_days = 3.5",
            "recording_grace_working_days",
            "whole number",
        ),
        ("after_first = 1", "after_first = 0", "reminders.after_first", "at least 1"),
        ("after_every = 7", "after_every = 0", "reminders.after_every", "at least 1"),
        ("after_every = 7", "after_every = 7\nx = 1", "reminders.x", "is not a key"),
        ("\nmonthly = [7, 0]", "", "reminders.before.monthly", "is missing"),
        ("\nmonthly = [7, 0]", "\nmonthly = []", "reminders.before.monthly", "count down"),
        ("\nmonthly = [7, 0]", "\nmonthly = [0, 7]", "reminders.before.monthly", "count down"),
        ("\nmonthly = [7, 0]", "\nmonthly = [7, 7]", "reminders.before.monthly", "count down"),
        ("\nmonthly = [7, 0]", "\nmonthly = [7, -1]", "reminders.before.monthly", "at least 0"),
        ("\nmonthly = [7, 0]", '\nmonthly = ["7"]', "reminders.before.monthly", "whole numbers"),
        (
            "\nmonthly = [7, 0]",
            "\nweekly = [7, 0]\nmonthly = [0]",
            "reminders.before.weekly",
            "key",
        ),
        ('code = "plan"\n', "", "requirements[1].code", "is missing"),
        ('code = "plan"\n', "code = 5\n", "requirements[5].code", "must be a text"),
        ("[[record_kinds]]", SECOND_PLAN + "[[record_kinds]]", PLAN, "is there twice"),
        ('article = "2"', 'article = "25"', f"{PLAN}.article", "no item of the policy"),
        ('strictness = "local"', 'strictness = "lax"', f"{PLAN}.strictness", "'lax'"),
        ('kind = "C"', 'kind = "X"', f"{PLAN}.kind", "none of C, M, Q, D, P"),
        ('kind = "C"', 'kind = "Q"', f"{PLAN}.kind", "not judged by counting"),
        ('"yearly"', '"weekly"', f"{PLAN}.cadence", "none of monthly, quarterly"),
        ('"yearly"', '"monthly"', f"{PLAN}.due", "for yearly requirements"),
        ("count = 1", "count = 0", f"{PLAN}.count", "at least 1"),
        ("count = 1", "count = -1", f"{PLAN}.count", "at least 1"),
        ("count = 1", "count = '1'", f"{PLAN}.count", "whole number"),
        ('due = "01-31"', 'due = "02-29"', f"{PLAN}.due", "no MM-DD of every year"),
        ('due = "01-31"', 'due = "31 Jan"', f"{PLAN}.due", "no MM-DD of every year"),
        ('subject = "branch"', 'subject = "tree"', f"{PLAN}.subject", "'tree'"),
        ('recorder = "secretary"', 'recorder = "cat"', f"{PLAN}.recorder", "'cat'"),
        ('evidence = "records"', 'evidence = "smiles"', f"{PLAN}.evidence", "'smiles'"),
        ('evidence = "records"', 'evidence = "payments"', f"{PLAN}.kinds", "for records"),
        ('kinds = ["工作计划"]', "", f"{PLAN}.kinds", "for records"),
        ('kinds = ["工作计划"]', 'kinds = "工作计划"', f"{PLAN}.kinds", "must be a list"),
        ('kinds = ["工作计划"]', "kinds = [1]", f"{PLAN}.kinds", "list of texts"),
        ('kinds = ["工作计划"]', 'kinds = ["聚餐"]', f"{PLAN}.kinds", "'聚餐'"),
        ('subject = "branch"', 'subject = "member"', f"{PLAN}.evidence", "cannot be records"),
        ("count = 1", "count = 1\nadvisory = 1", f"{PLAN}.advisory", "true or false"),
        ("count = 1", "count = 1\nweight = 1", f"{PLAN}.weight", "is not a key"),
        ("[dues]", SECOND_KIND, "record_kinds[工作计划]", "is there twice"),
        ('"Work plan"', '"Work plan"\nx = 1', "record_kinds[工作计划].x", "is not a key"),
        ('usual = "employed"', 'usual = "rich"', "dues.usual", "no category"),
        ("1000.50", "-1", "dues.ask_above", "not negative"),
        ("1000.50", "nan", "dues.ask_above", "not negative"),
        ("1000.50", "true", "dues.ask_above", "must be a number"),
        ("1000.50", '"1000"', "dues.ask_above", "must be a number"),
        ('names = ["学生"]', 'names = ["在职"]', "dues.categories", "'在职' twice"),
        ("fixed = 0.2", "fixed = 0.2\nx = 1", "dues.categories[student].x", "is not a key"),
        (
            "fixed = 0.2",
            "fixed = 0.2\nbands = [{ rate = 0.1 }]",
            "dues.categories[student].fixed",
            "beside bands",
        ),
        ("{ rate = 0.02 }", "{ up_to = 5000, rate = 0.02 }", "categories[employed].bands", "rise"),
        (
            "{ up_to = 3000, rate = 0.005 }, { rate = 0.02 }",
            "{ rate = 0.02 }, { up_to = 3000, rate = 0.005 }",
            "dues.categories[employed].bands",
            "rise",
        ),
        ("{ rate = 0.02 }", "{ }", "dues.categories[employed].bands[2].rate", "is missing"),
        ("{ rate = 0.02 }", "{ rate = 1, x = 1 }", "categories[employed].bands[2].x", "key"),
        (
            "bands = [{ up_to = 3000, rate = 0.005 }, { rate = 0.02 }]",
            "bands = []",
            "dues.categories[employed].bands",
            "rise",
        ),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, key: str, reason: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, SMALL.replace(old, new))
    assert caught.value.file == str(tmp_path / "catalogue.toml")
    assert caught.value.key.endswith(key)
    assert reason in caught.value.reason
    assert str(caught.value) == f"{caught.value.file}: {caught.value.key}: {caught.value.reason}"


def test_tables_must_be_tables(tmp_path: Path) -> None:
    head, rest = SMALL.split("[reminders]\n", 1)
    body = rest[rest.index("[[requirements]]") :]
    with pytest.raises(CatalogueError, match="reminders: must be a table"):
        read(tmp_path, f"{head}\nreminders = 1\n{body}")
    with pytest.raises(CatalogueError, match="requirements: must be a list of tables"):
        read(tmp_path, f"{head}\nrequirements = [1]\n")


@pytest.mark.parametrize("content", [b"version = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(CatalogueError, match="cannot be read") as caught:
        load(file)
    assert (caught.value.file, caught.value.key) == (str(file), "")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")
