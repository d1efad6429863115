"""A wrong catalogue file is refused with its name, the key, a code and values."""

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
    ("old", "new", "key", "code"),
    [
        ('version = "1"', "version = 1", "version", "not_text"),
        ('version = "1"', "", "version", "missing"),
        ('version = "1"', 'version = " "', "version", "empty"),
        (
            'version = "1"',
            'version = "1"\nholds_from = 2026-01-01T00:00:00',
            "holds_from",
            "not_date",
        ),
        ('version = "1"', 'version = "1"\nholds_from = "2026"', "holds_from", "not_date"),
        ('version = "1"', 'version = "1"\ncolour = 3', "colour", "unknown_key"),
        (
            "grace_working_days = 3",
            "grace_working_days = -1",
            "recording_grace_working_days",
            "too_small",
        ),
        (
            "grace_working_days = 3",
            "grace_working_days = true",
            "recording_grace_working_days",
            "not_whole",
        ),
        (
            "grace_working_days = 3",
            "grace_working_days = 3.5",
            "recording_grace_working_days",
            "not_whole",
        ),
        ("after_first = 1", "after_first = 0", "reminders.after_first", "too_small"),
        ("after_every = 7", "after_every = 0", "reminders.after_every", "too_small"),
        ("after_every = 7", "after_every = 7\nx = 1", "reminders.x", "unknown_key"),
        ("\nmonthly = [7, 0]", "", "reminders.before.monthly", "missing"),
        ("\nmonthly = [7, 0]", "\nmonthly = []", "reminders.before.monthly", "not_counting_down"),
        (
            "\nmonthly = [7, 0]",
            "\nmonthly = [0, 7]",
            "reminders.before.monthly",
            "not_counting_down",
        ),
        (
            "\nmonthly = [7, 0]",
            "\nmonthly = [7, 7]",
            "reminders.before.monthly",
            "not_counting_down",
        ),
        ("\nmonthly = [7, 0]", "\nmonthly = [7, -1]", "reminders.before.monthly", "too_small"),
        ("\nmonthly = [7, 0]", '\nmonthly = ["7"]', "reminders.before.monthly", "not_wholes"),
        (
            "\nmonthly = [7, 0]",
            "\nweekly = [7, 0]\nmonthly = [0]",
            "reminders.before.weekly",
            "unknown_key",
        ),
        ('code = "plan"\n', "", "requirements[1].code", "missing"),
        ('code = "plan"\n', "code = 5\n", "requirements[5].code", "not_text"),
        ("[[record_kinds]]", SECOND_PLAN + "[[record_kinds]]", PLAN, "twice"),
        ('article = "2"', 'article = "25"', f"{PLAN}.article", "not_one_of"),
        ('strictness = "local"', 'strictness = "lax"', f"{PLAN}.strictness", "not_one_of"),
        ('kind = "C"', 'kind = "X"', f"{PLAN}.kind", "not_one_of"),
        ('kind = "C"', 'kind = "Q"', f"{PLAN}.evidence", "evidence_unfit"),
        ('"yearly"', '"weekly"', f"{PLAN}.cadence", "not_one_of"),
        ('"yearly"', '"monthly"', f"{PLAN}.due", "due_unfit"),
        ("count = 1", "count = 0", f"{PLAN}.count", "too_small"),
        ("count = 1", "count = -1", f"{PLAN}.count", "too_small"),
        ("count = 1", "count = '1'", f"{PLAN}.count", "not_whole"),
        ('due = "01-31"', 'due = "02-29"', f"{PLAN}.due", "not_month_day"),
        ('due = "01-31"', 'due = "31 Jan"', f"{PLAN}.due", "not_month_day"),
        ('subject = "branch"', 'subject = "tree"', f"{PLAN}.subject", "not_one_of"),
        ('recorder = "secretary"', 'recorder = "cat"', f"{PLAN}.recorder", "not_one_of"),
        ('evidence = "records"', 'evidence = "smiles"', f"{PLAN}.evidence", "not_one_of"),
        ('evidence = "records"', 'evidence = "payments"', f"{PLAN}.kinds", "kinds_unfit"),
        ('evidence = "records"', 'evidence = "scores"', f"{PLAN}.evidence", "evidence_unfit"),
        (
            'evidence = "records"\nkinds = ["工作计划"]',
            'evidence = "payments"',
            f"{PLAN}.evidence",
            "payments_unfit",
        ),
        (
            WEIGHT,
            f'derived_from = ["plan"]\n{WEIGHT}',
            f"{PLAN}.derived_from",
            "derived_from_unfit",
        ),
        (WEIGHT, f'clock = {{ starts = "stage" }}\n{WEIGHT}', f"{PLAN}.clock", "clock_unfit"),
        ('kind = "C"', 'kind = "P"', f"{PLAN}.clock", "clock_unfit"),
        (WEIGHT, f'cadences = ["monthly"]\n{WEIGHT}', f"{PLAN}.cadences", "cadences_unfit"),
        (WEIGHT, f"floating = true\n{WEIGHT}", f"{PLAN}.floating", "floating_unfit"),
        (WEIGHT, f"steps = [1, 7]\n{WEIGHT}", f"{PLAN}.steps", "not_counting_down"),
        ('block = "work"', 'block = "play"', f"{PLAN}.block", "not_one_of"),
        ('block = "work"\n', "", f"{PLAN}.block", "not_one_of"),
        (WEIGHT, WEIGHT.replace("100", "99"), "blocks[work].weight", "points_differ"),
        ("good = 80", "good = 101", "assessment.basic", "grades_unfit"),
        ("basic = 60", "basic = 80", "assessment.basic", "grades_unfit"),
        ("basic = 60", "basic = 0", "assessment.basic", "grades_unfit"),
        ("basic = 60", "basic = 60\nx = 1", "assessment.x", "unknown_key"),
        (BLOCK, BLOCK + BLOCK, "assessment.blocks[work]", "twice"),
        (BLOCK, BLOCK + "x = 1\n", "assessment.blocks[work].x", "unknown_key"),
        ('roster = ["full"]', "", "materials[members].kinds", "kinds_or_roster"),
        (
            'roster = ["full"]',
            'roster = ["full"]\nkinds = ["工作计划"]',
            "materials[members].kinds",
            "kinds_or_roster",
        ),
        ('roster = ["full"]', 'roster = ["old"]', "materials[members].roster", "not_one_of"),
        ('roster = ["full"]', 'kinds = ["聚餐"]', "materials[members].kinds", "not_one_of"),
        ('roster = ["full"]', 'roster = ["full"]\nx = 1', "materials[members].x", "unknown_key"),
        ("applicant = ", "guest = ", "checklists.guest", "unknown_key"),
        ('["入党申请书"]', '"入党申请书"', "checklists.applicant", "not_texts"),
        (
            '"Work plan"',
            '"Work plan"\ndeclared_with = "大会"',
            "record_kinds[工作计划].declared_with",
            "not_one_of",
        ),
        ('kinds = ["工作计划"]', "", f"{PLAN}.kinds", "kinds_unfit"),
        ('kinds = ["工作计划"]', 'kinds = "工作计划"', f"{PLAN}.kinds", "not_texts"),
        ('kinds = ["工作计划"]', "kinds = [1]", f"{PLAN}.kinds", "not_texts"),
        ('kinds = ["工作计划"]', 'kinds = ["聚餐"]', f"{PLAN}.kinds", "not_one_of"),
        ("count = 1", "count = 1\nadvisory = 1", f"{PLAN}.advisory", "not_flag"),
        ("count = 1", "count = 1\ncolour = 1", f"{PLAN}.colour", "unknown_key"),
        ("[dues]", SECOND_KIND, "record_kinds[工作计划]", "twice"),
        ('"Work plan"', '"Work plan"\nx = 1', "record_kinds[工作计划].x", "unknown_key"),
        ('usual = "employed"', 'usual = "rich"', "dues.usual", "not_one_of"),
        ("1000.50", "-1", "dues.ask_above", "negative"),
        ("1000.50", "nan", "dues.ask_above", "negative"),
        ("1000.50", "true", "dues.ask_above", "not_number"),
        ("1000.50", '"1000"', "dues.ask_above", "not_number"),
        ('names = ["学生"]', 'names = ["在职"]', "dues.categories", "name_twice"),
        ("fixed = 0.2", "fixed = 0.2\nx = 1", "dues.categories[student].x", "unknown_key"),
        (
            "fixed = 0.2",
            "fixed = 0.2\nbands = [{ rate = 0.1 }]",
            "dues.categories[student].fixed",
            "fixed_beside_bands",
        ),
        (
            "{ rate = 0.02 }",
            "{ up_to = 5000, rate = 0.02 }",
            "categories[employed].bands",
            "bands_unfit",
        ),
        (
            "{ up_to = 3000, rate = 0.005 }, { rate = 0.02 }",
            "{ rate = 0.02 }, { up_to = 3000, rate = 0.005 }",
            "dues.categories[employed].bands",
            "bands_unfit",
        ),
        ("{ rate = 0.02 }", "{ }", "dues.categories[employed].bands[2].rate", "missing"),
        (
            "{ rate = 0.02 }",
            "{ rate = 1, x = 1 }",
            "categories[employed].bands[2].x",
            "unknown_key",
        ),
        (
            "bands = [{ up_to = 3000, rate = 0.005 }, { rate = 0.02 }]",
            "bands = []",
            "dues.categories[employed].bands",
            "bands_unfit",
        ),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str, key: str, code: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, SMALL.replace(old, new))
    assert caught.value.file == str(tmp_path / "catalogue.toml")
    assert caught.value.key.endswith(key)
    assert caught.value.code == code
    assert str(caught.value).startswith(f"{caught.value.file}: {caught.value.key}: {code} {{")


MONTHLY_TO_YEARLY = ("monthly", "quarterly", "half-yearly", "yearly")


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ('version = "1"', "version = 1", {"read": 1}),
        ("\nmonthly = [7, 0]", '\nmonthly = ["7"]', {"read": ["7"]}),
        ("after_first = 1", "after_first = 0", {"read": 0, "least": 1}),
        ('"yearly"', '"weekly"', {"read": "weekly", "allowed": MONTHLY_TO_YEARLY}),
        ('kind = "C"', 'kind = "Q"', {"read": "records", "kind": "Q", "allowed": ("scores",)}),
        ('block = "work"', 'block = "play"', {"read": "play", "allowed": ("work",)}),
        (WEIGHT, WEIGHT.replace("100", "99"), {"read": 100, "points": 99}),
        ('names = ["学生"]', 'names = ["在职"]', {"read": "在职"}),
    ],
)
def test_what_was_read_and_what_may_be_written_is_told(
    tmp_path: Path, old: str, new: str, values: dict[str, object]
) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, SMALL.replace(old, new))
    assert caught.value.values == values


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
    ("old", "new", "key", "code"),
    [
        ('starts = "letter"', 'starts = "noon"', "clock.starts", "not_one_of"),
        ("days = 30, ", "", "clock.closing", "closing_unfit"),
        ("days = 30", "months = 3", "clock.days", "needed_for_clock"),
        ('starts = "letter"', 'starts = "election"', "clock.months", "needed_for_clock"),
        ('starts = "letter"', 'starts = "activist"', "clock.every", "needed_for_clock"),
        (
            'starts = "letter", days = 30',
            'starts = "admission", months = 12',
            "clock.every",
            "needed_for_clock",
        ),
        (', closing = ["工作计划"]', "", "clock.closing", "closing_unfit"),
        ("days = 30", "days = 30, most_days = 29", "clock.most_days", "too_small"),
        ("days = 30", "days = 30, weeks = 2", "clock.weeks", "unknown_key"),
        (
            'closing = ["工作计划"]',
            'closing = ["回执"]',
            f"{PLAN}.clock",
            "closing_unknown",
        ),
    ],
)
def test_a_clock_that_cannot_run_is_refused(
    tmp_path: Path, old: str, new: str, key: str, code: str
) -> None:
    assert CASE.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        read(tmp_path, CASE.replace(old, new))
    assert caught.value.key.endswith(key)
    assert caught.value.code == code


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
    with pytest.raises(CatalogueError, match="not_counted") as caught:
        read(tmp_path, both.replace('["plan"]', f'["{code}"]'))
    assert caught.value.key == "requirements[sum].derived_from"
    assert caught.value.values == {"read": code}


def test_all_points_are_a_hundred(tmp_path: Path) -> None:
    half = SMALL.replace("weight = 100", "weight = 50")
    with pytest.raises(CatalogueError, match=r"not_a_hundred \{'read': 50\}"):
        read(tmp_path, half)


def test_tables_must_be_tables(tmp_path: Path) -> None:
    head, rest = SMALL.split("[reminders]\n", 1)
    body = rest[rest.index("[[requirements]]") :]
    with pytest.raises(CatalogueError, match="reminders: not_table"):
        read(tmp_path, f"{head}\nreminders = 1\n{body}")
    with pytest.raises(CatalogueError, match="requirements: not_tables"):
        read(tmp_path, f"{head}\nrequirements = [1]\n")


@pytest.mark.parametrize(
    ("content", "line"), [(b"a = 1\nb = \n", 2), (b"\xff\xfe", None), (b"a = 1\nb = [", None)]
)
def test_a_file_that_is_no_toml_is_refused(
    tmp_path: Path, content: bytes, line: int | None
) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    with pytest.raises(CatalogueError, match="unreadable") as caught:
        load(file)
    assert (caught.value.file, caught.value.key) == (str(file), "")
    assert caught.value.values == {"line": line, "form": "TOML"}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="unreadable"):
        load(tmp_path / "nowhere.toml")
