"""docs/policy.md has a line for each item, and each line a test that exists."""

import re
from pathlib import Path

import pytest

from compliance.catalogue import Requirement, default

CATALOGUE = default()
HERE = Path(__file__).parent
TEXT = (HERE.parents[1] / "docs" / "policy.md").read_text(encoding="utf-8")


def rows(head: str) -> list[list[str]]:
    """The rows of the table under a head, each as its cells."""
    table = TEXT[TEXT.index(f"| {head} |") :].split("\n\n", 1)[0].strip()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


ITEMS = rows("item")


def test_every_requirement_has_a_line_in_the_policys_order() -> None:
    assert [row[:4] for row in ITEMS] == [
        [r.article, f"`{r.code}`", r.title, r.kind.value] for r in CATALOGUE.requirements
    ]
    assert all(rule for *_, rule, _ in ITEMS)


@pytest.mark.parametrize(
    ("requirement", "cell"),
    list(zip(CATALOGUE.requirements, (row[-1] for row in ITEMS), strict=True)),
    ids=[requirement.code for requirement in CATALOGUE.requirements],
)
def test_every_requirement_has_a_test_of_its_name_in_the_file_named(
    requirement: Requirement, cell: str
) -> None:
    files = re.findall(r"`([^`]+)`", cell)
    assert files
    for name in files:
        text = (HERE / "articles" / name).read_text(encoding="utf-8")
        assert re.search(rf"^def test_{requirement.code}_\w+\(", text, re.MULTILINE), name


def test_every_record_kind_that_counts_is_named_in_its_rule() -> None:
    for requirement, row in zip(CATALOGUE.requirements, ITEMS, strict=True):
        assert all(kind in row[4] for kind in requirement.kinds)


def test_the_points_are_the_catalogues() -> None:
    assert rows("部分") == [
        [
            block.title,
            str(block.weight),
            ", ".join(
                f"`{r.code}` {r.weight}"
                for r in CATALOGUE.requirements
                if r.block == block.code and r.weight
            ),
        ]
        for block in CATALOGUE.assessment.blocks
    ]


def test_every_test_file_and_code_named_exists() -> None:
    codes = {requirement.code for requirement in CATALOGUE.requirements}
    assert set(re.findall(r"`([a-z]+_[a-z_]+)`", TEXT)) <= codes
    for name in re.findall(r"`(tests/[\w/]+(?:\.py)?)/?`", TEXT):
        assert (HERE.parents[1] / name).exists()
