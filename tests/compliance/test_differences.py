"""What a file changes, told key by key."""

from compliance.catalogue import default
from compliance.differences import differences
from compliance.overlay import apply, read
from compliance.periods import Cadence
from tests.compliance.test_overlay import BASIS, HEAD, NEW, blocks, change, change_of_two


def told(body: str) -> dict[str, tuple[object, object]]:
    after = apply(read("厂.toml", HEAD + body), default())
    return {each.key: (each.before, each.after) for each in differences(default(), after)}


def test_what_is_the_same_is_not_told() -> None:
    assert told("") == {}


def test_every_changed_key_is_told() -> None:
    found = told(
        "recording_grace_working_days = 5\n"
        + change("study", BASIS, 'cadence = "quarterly"', "weight = 2")
        + blocks(meetings=27, thought=11)
        + change("caring", BASIS, "weight = 3")
    )
    basis = default().requirement("study").basis

    assert found["recording_grace_working_days"] == (3, 5)
    assert found["requirements[study].cadence"] == (Cadence.MONTHLY, Cadence.QUARTERLY)
    assert found["requirements[study].basis"] == (basis, "厂党委〔2026〕3号")
    assert found["assessment.blocks[meetings].weight"] == (28, 27)
    assert len(found) == 8


def test_what_is_new_and_what_is_gone_is_told_by_its_title() -> None:
    found = told(NEW + change("annual_plan", BASIS, "removed = true") + change_of_two())

    assert found["requirements[library]"] == (None, "图书角")
    assert found["requirements[annual_plan]"] == (default().requirement("annual_plan").title, None)
