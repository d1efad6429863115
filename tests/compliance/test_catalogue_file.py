"""A wrong catalogue file is refused with its name, the key and the reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.catalogue import Catalogue, CatalogueError, load
from compliance.people import Stage

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
block = "work"
weight = 100

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

[assessment]
good = 80
basic = 60
[[assessment.blocks]]
code = "work"
title = "工作"
title_en = "Work"
weight = 100

[[materials]]
code = "members"
title = "党员名册"
title_en = "Roster"
roster = ["full"]

[checklists]
applicant = ["入党申请书"]
"""
WEIGHT = "weight = 100\n\n[[record_kinds]]"
SECOND_KIND = '[[record_kinds]]\nname = "工作计划"\ntitle_en = "Again"\n\n[dues]'
BLOCK = SMALL[SMALL.index("[[assessment.blocks]]") : SMALL.index("[[materials]]")]
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
    assert [block.code for block in catalogue.assessment.blocks] == ["work"]
    assert [material.roster for material in catalogue.materials] == [(Stage.FULL,)]
    assert catalogue.checklists == {Stage.APPLICANT: ("入党申请书",)}


def test_papers_and_points_of_a_requirement_may_be_left_out(tmp_path: Path) -> None:
    free = SECOND_PLAN.replace('"plan"', '"free"').replace('block = "work"\nweight = 100\n', "")
    bare = SMALL[: SMALL.index("[[materials]]")].replace(
        "[[record_kinds]]", f"{free}[[record_kinds]]"
    )
    catalogue = read(tmp_path, f"materials = []\n{bare}[checklists]\n")
    assert (catalogue.materials, catalogue.checklists) == ((), {})
    assert (catalogue.requirement("free").block, catalogue.requirement("free").weight) == ("", 0)


def test_a_requirement_holds_from_its_own_day_or_from_the_catalogues(tmp_path: Path) -> None:
    dated = SMALL.replace('version = "1"', 'version = "1"\nholds_from = 2026-01-01')
    assert read(tmp_path, dated).requirement("plan").holds_from == date(2026, 1, 1)
    own = dated.replace('code = "plan"', 'code = "plan"\nholds_from = 2027-01-01', 1)
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
        ('kind = "C"', 'kind = "Q"', f"{PLAN}.evidence", "for kind Q"),
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
        ('evidence = "records"', 'evidence = "scores"', f"{PLAN}.evidence", "for kind C"),
        (
            'evidence = "records"\nkinds = ["工作计划"]',
            'evidence = "payments"',
            f"{PLAN}.evidence",
            "payments for this subject",
        ),
        (WEIGHT, f'derived_from = ["plan"]\n{WEIGHT}', f"{PLAN}.derived_from", "no other"),
        (WEIGHT, f'clock = {{ starts = "stage" }}\n{WEIGHT}', f"{PLAN}.clock", "no other"),
        ('kind = "C"', 'kind = "P"', f"{PLAN}.clock", "needed for a per-case"),
        (WEIGHT, f'cadences = ["monthly"]\n{WEIGHT}', f"{PLAN}.cadences", "the cadence itself"),
        (WEIGHT, f"floating = true\n{WEIGHT}", f"{PLAN}.floating", "of members"),
        (WEIGHT, f"steps = [1, 7]\n{WEIGHT}", f"{PLAN}.steps", "count down"),
        ('block = "work"', 'block = "play"', f"{PLAN}.block", "'play', which is no block"),
        ('block = "work"\n', "", f"{PLAN}.block", "'', which is no block"),
        (WEIGHT, WEIGHT.replace("100", "99"), "blocks[work].weight", "requirements have 99"),
        ("good = 80", "good = 101", "assessment.basic", "between 0 and 100"),
        ("basic = 60", "basic = 80", "assessment.basic", "below good"),
        ("basic = 60", "basic = 0", "assessment.basic", "between 0 and 100"),
        ("basic = 60", "basic = 60\nx = 1", "assessment.x", "is not a key"),
        (BLOCK, BLOCK + BLOCK, "assessment.blocks[work]", "is there twice"),
        (BLOCK, BLOCK + "x = 1\n", "assessment.blocks[work].x", "is not a key"),
        ('roster = ["full"]', "", "materials[members].kinds", "or roster is needed"),
        (
            'roster = ["full"]',
            'roster = ["full"]\nkinds = ["工作计划"]',
            "materials[members].kinds",
            "not both",
        ),
        ('roster = ["full"]', 'roster = ["old"]', "materials[members].roster", "'old'"),
        ('roster = ["full"]', 'kinds = ["聚餐"]', "materials[members].kinds", "'聚餐'"),
        ('roster = ["full"]', 'roster = ["full"]\nx = 1', "materials[members].x", "not a key"),
        ("applicant = ", "guest = ", "checklists.guest", "is not a key"),
        ('["入党申请书"]', '"入党申请书"', "checklists.applicant", "must be a list"),
        (
            '"Work plan"',
            '"Work plan"\ndeclared_with = "大会"',
            "record_kinds[工作计划].declared_with",
            "'大会', which is no record kind",
        ),
        ('kinds = ["工作计划"]', "", f"{PLAN}.kinds", "for records"),
        ('kinds = ["工作计划"]', 'kinds = "工作计划"', f"{PLAN}.kinds", "must be a list"),
        ('kinds = ["工作计划"]', "kinds = [1]", f"{PLAN}.kinds", "list of texts"),
        ('kinds = ["工作计划"]', 'kinds = ["聚餐"]', f"{PLAN}.kinds", "'聚餐'"),
        ("count = 1", "count = 1\nadvisory = 1", f"{PLAN}.advisory", "true or false"),
        ("count = 1", "count = 1\ncolour = 1", f"{PLAN}.colour", "is not a key"),
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


CASE = SMALL.replace('kind = "C"', 'kind = "P"').replace(
    WEIGHT, 'clock = { starts = "letter", days = 30, closing = ["工作计划"] }\n' + WEIGHT
)


def test_a_case_is_read_with_its_clock_and_its_own_steps(tmp_path: Path) -> None:
    clock = read(tmp_path, CASE.replace("days = 30", "days = 30, most_days = 30")).requirement(
        "plan"
    )
    assert clock.clock is not None
    assert (clock.clock.days, clock.clock.most_days, clock.clock.every) == (30, 30, 0)
    own = read(tmp_path, CASE.replace("count = 1\n", "steps = [9, 0]\n")).requirement("plan")
    assert (own.count, own.steps) == (1, (9, 0))


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('starts = "letter"', 'starts = "noon"', "clock.starts", "none of election"),
        ("days = 30, ", "", "clock.closing", "months or days"),
        ("days = 30", "months = 3", "clock.days", "that starts with letter"),
        ('starts = "letter"', 'starts = "election"', "clock.months", "starts with election"),
        ('starts = "letter"', 'starts = "activist"', "clock.every", "starts with activist"),
        (
            'starts = "letter", days = 30',
            'starts = "admission", months = 12',
            "clock.every",
            "starts with admission",
        ),
        (', closing = ["工作计划"]', "", "clock.closing", "months or days"),
        ("days = 30", "days = 30, most_days = 29", "clock.most_days", "at least the 30 days"),
        ("days = 30", "days = 30, weeks = 2", "clock.weeks", "is not a key"),
        (
            'closing = ["工作计划"]',
            'closing = ["回执"]',
            f"{PLAN}.clock",
            "kinds of the requirement",
        ),
    ],
)
def test_a_clock_that_cannot_run_is_refused(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    assert CASE.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, CASE.replace(old, new))
    assert caught.value.key.endswith(key)
    assert reason in caught.value.reason


DERIVED = (
    SECOND_PLAN.replace('"plan"', '"sum"')
    .replace('kind = "C"', 'kind = "D"')
    .replace(
        'evidence = "records"\nkinds = ["工作计划"]\nblock = "work"\nweight = 100',
        'derived_from = ["plan"]',
    )
)


@pytest.mark.parametrize("code", ["sum", "nothing"])
def test_what_is_derived_rests_on_what_is_counted(tmp_path: Path, code: str) -> None:
    both = SMALL.replace("[[record_kinds]]", DERIVED + "[[record_kinds]]")
    assert read(tmp_path, both).requirement("sum").derived_from == ("plan",)
    with pytest.raises(CatalogueError, match=f"names '{code}', which is no counted") as caught:
        read(tmp_path, both.replace('["plan"]', f'["{code}"]'))
    assert caught.value.key == "requirements[sum].derived_from"


def test_all_points_are_a_hundred(tmp_path: Path) -> None:
    half = SMALL.replace("weight = 100", "weight = 50")
    with pytest.raises(CatalogueError, match="have 50 points, not 100"):
        read(tmp_path, half)


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
