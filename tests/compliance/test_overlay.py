"""An organisation's own file: what it may change, and how a wrong one is refused."""

from __future__ import annotations

import pytest

from compliance.access import Role
from compliance.catalogue import Catalogue, CatalogueError, default
from compliance.overlay import apply, read
from compliance.periods import Cadence
from compliance.requirement import ARTICLES, Strictness
from tests.compliance.samples import day

HEAD = """
version = "厂-2026.2"
holds_from = 2026-05-10
"""
BASIS = 'basis = "厂党委〔2026〕3号"'
NEW = """
[[requirements]]
code = "library"
article = "10"
title = "图书角"
title_en = "Library corner"
clause = "建立图书角。"
strictness = "local"
basis = "厂党委〔2026〕3号"
kind = "C"
cadence = "quarterly"
subject = "branch"
recorder = "publicity"
kinds = ["学习"]
"""


def laid(body: str, *, head: str = HEAD) -> Catalogue:
    return apply(read("厂.toml", head + body), default())


def change(code: str, *keys: str) -> str:
    lines = "\n".join(keys)
    return f'[[requirements]]\ncode = "{code}"\n{lines}\n'


def blocks(**weights: int) -> str:
    return "".join(
        f'[[assessment.blocks]]\ncode = "{code}"\nweight = {weight}\n'
        for code, weight in weights.items()
    )


def test_a_file_says_which_version_it_is_and_what_it_names() -> None:
    overlay = read("厂.toml", HEAD + change("study", BASIS, "count = 2"))

    assert (overlay.version, overlay.holds_from) == ("厂-2026.2", day("2026-05-10"))
    assert overlay.codes == {"study"}
    assert laid("").version == f"{default().version}+厂-2026.2"
    assert laid("").holds_from == day("2026-05-10")


def test_what_is_not_named_stays() -> None:
    found = laid("recording_grace_working_days = 5")

    assert found.recording_grace == 5
    assert found.requirements == default().requirements
    assert found.assessment == default().assessment
    assert laid("").recording_grace == default().recording_grace


def test_every_key_that_may_be_changed() -> None:
    keys = (
        BASIS,
        'title = "学习会"',
        'title_en = "Study"',
        'clause = "每季度集中学习两次。"',
        'strictness = "local"',
        'cadence = "quarterly"',
        'cadences = ["monthly", "quarterly"]',
        "count = 2",
        "steps = [10, 0]",
        'recorder = "secretary"',
        'kinds = ["学习", "党课"]',
        "needs_committee = true",
        "advisory = true",
        'block = "education"',
        "weight = 3",
    )
    found = laid(change("study", *keys) + blocks(meetings=25, education=15)).requirement("study")

    assert (found.title, found.title_en, found.clause) == (
        "学习会",
        "Study",
        "每季度集中学习两次。",
    )
    assert (found.strictness, found.basis) == (Strictness.LOCAL, "厂党委〔2026〕3号")
    assert (found.cadence, found.count) == (Cadence.QUARTERLY, 2)
    assert found.cadences == (Cadence.MONTHLY, Cadence.QUARTERLY)
    assert (found.steps, found.recorder) == ((10, 0), Role.SECRETARY)
    assert found.kinds == ("学习", "党课")
    assert found.needs_committee
    assert found.advisory
    assert (found.block, found.weight) == ("education", 3)


def test_a_deadline_changes_and_goes_with_the_year() -> None:
    later = laid(change("annual_plan", BASIS, 'due = "02-15"')).requirement("annual_plan")
    quarterly = laid(change("annual_plan", BASIS, 'cadence = "quarterly"'))

    assert later.due == (2, 15)
    assert quarterly.requirement("annual_plan").due is None


def test_a_requirement_is_taken_away() -> None:
    found = laid(change("annual_plan", BASIS, "removed = true") + change_of_two())

    assert found.find("annual_plan") is None
    assert len(found.requirements) == len(default().requirements) - 1


def change_of_two() -> str:
    """Give the points of the annual plan to the letter of responsibility."""
    return change("responsibility", BASIS, "weight = 4")


def test_a_new_requirement_stands_at_its_item() -> None:
    found = laid(NEW)
    library = found.requirement("library")

    assert library.holds_from == day("2026-05-10")
    articles = [ARTICLES.index(r.article) for r in found.requirements]
    assert articles == sorted(articles)


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        (change("study", "count = 2"), "requirements[study].basis", "no_basis"),
        (change("study", "removed = true"), "requirements[study].basis", "no_basis"),
        (
            change("study", BASIS, "removed = true", "count = 2"),
            "requirements[study].count",
            "unknown_key",
        ),
        (change("study", BASIS, "count = 0"), "requirements[study].count", "too_small"),
        (change("study", BASIS, 'kind = "Q"'), "requirements[study].kind", "unknown_key"),
        (change("study", BASIS, 'kinds = ["读书会"]'), "requirements[study].kinds", "not_one_of"),
        (change("study", BASIS, "kinds = []"), "requirements[study].kinds", "kinds_unfit"),
        (
            change("study", BASIS, "weight = 9"),
            "assessment.blocks[meetings].weight",
            "points_differ",
        ),
        (change("study", BASIS, 'block = "x"'), "requirements[study].block", "not_one_of"),
        (change("study", BASIS, 'due = "01-31"'), "requirements[study].due", "due_unfit"),
        (
            change("study", BASIS, "steps = [1, 7]"),
            "requirements[study].steps",
            "not_counting_down",
        ),
        (
            change("organisational_life", BASIS, 'cadence = "monthly"'),
            "requirements[organisational_life].cadences",
            "cadences_unfit",
        ),
        (
            change("report_to_members", BASIS, "removed = true"),
            "requirements[members_rights].derived_from",
            "not_counted",
        ),
        (
            change("study", BASIS) + change("study", BASIS),
            "requirements[study].code",
            "twice",
        ),
        (change("nothing", BASIS), "requirements[nothing].code", "unknown_requirement"),
        (
            change("nothing", BASIS, "removed = true"),
            "requirements[nothing].code",
            "unknown_requirement",
        ),
        (change("nothing", "kind = 'C'"), "requirements[nothing].cadence", "missing"),
        (blocks(nothing=3), "assessment.blocks[nothing].code", "not_one_of"),
        (blocks(meetings=29), "assessment.blocks[meetings].weight", "points_differ"),
        ("[assessment]\ngood = 90\n" + blocks(meetings=28), "assessment.good", "unknown_key"),
        ("recording_grace_working_days = -1", "recording_grace_working_days", "too_small"),
        ("recording_grace_working_days = 16", "recording_grace_working_days", "too_large"),
        (change("study", BASIS, "steps = [61]"), "requirements[study].steps", "too_large"),
        ("[dues]\nusual = 'employed'", "dues", "unknown_key"),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_code(body: str, key: str, code: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        laid(body)

    assert refused.value.file == "厂.toml"
    assert refused.value.key == key
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("version = ", "", "unreadable"),
        ("holds_from = 2026-05-10", "version", "missing"),
        ('version = "1"', "holds_from", "missing"),
        ('version = "1"\nholds_from = "2026-05-10"', "holds_from", "not_date"),
        (HEAD + "[[requirements]]\ncount = 1", "requirements[1].code", "missing"),
        (HEAD + "requirements = 3", "requirements", "not_tables"),
    ],
)
def test_a_file_without_a_head_is_refused(text: str, key: str, code: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read("厂.toml", text)

    assert (refused.value.file, refused.value.key) == ("厂.toml", key)
    assert refused.value.code == code
