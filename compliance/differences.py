"""What one version of the catalogue says otherwise than another."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from compliance.catalogue import Catalogue, Requirement
from compliance.catalogue_file import GRACE


@dataclass(frozen=True, slots=True)
class Difference:
    """A key of the file and what stands there in either version; None where it is not there.

    ``requirements[code]`` alone tells of a requirement that only one of them has: its title.
    """

    key: str
    before: object
    after: object


def differences(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    """Find where requirements, the recording grace and the blocks' weights differ."""
    if before.recording_grace != after.recording_grace:
        yield Difference(GRACE, before.recording_grace, after.recording_grace)
    for code in dict.fromkeys(r.code for each in (before, after) for r in each.requirements):
        yield from _requirement(code, before.find(code), after.find(code))
    weights = {block.code: block.weight for block in before.assessment.blocks}
    for block in after.assessment.blocks:
        if block.weight != weights.get(block.code):
            key = f"assessment.blocks[{block.code}].weight"
            yield Difference(key, weights.get(block.code), block.weight)


def _requirement(
    code: str, before: Requirement | None, after: Requirement | None
) -> Iterator[Difference]:
    key = f"requirements[{code}]"
    if before is None or after is None:
        yield Difference(key, before and before.title, after and after.title)
        return
    for name in (field.name for field in fields(Requirement)):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Difference(f"{key}.{name}", old, new)
