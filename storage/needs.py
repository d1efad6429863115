"""Which facts an assessment rests on: what it does not need is not read."""

from collections.abc import Collection
from dataclasses import dataclass

from compliance.catalogue import Catalogue, Requirement, SubjectKind
from compliance.requirement import Evidence


@dataclass(frozen=True, slots=True)
class Needs:
    """Which facts a catalogue's requirements rest on; the others need not be read.

    ``people``: whom records are about, and which papers they file. ``case_kinds`` are of use
    however long ago a record was held: a case may run for years.
    """

    groups: bool
    members: bool
    payments: bool
    scores: bool
    people: bool
    kinds: tuple[str, ...]
    case_kinds: tuple[str, ...]


def needs_for(catalogues: Collection[Catalogue], chosen: Collection[Requirement]) -> Needs:
    """Answer which facts an assessment of these requirements by these catalogues reads.

    A derived one rests on others, which are read with it.
    """
    derived = {code for r in chosen for code in r.derived_from}
    parts = [r for each in catalogues for r in each.requirements if r.code in derived]
    rest_on = [*chosen, *parts]
    payments = any(r.evidence is Evidence.PAYMENTS for r in rest_on)
    materials = any(r.evidence is Evidence.MATERIALS for r in rest_on)
    per_person = any(r.per_person for r in rest_on)
    kinds = {kind for r in rest_on for kind in r.kinds}
    if materials:
        filed = (material for each in catalogues for material in each.materials)
        kinds |= {kind for material in filed for kind in material.kinds}
    return Needs(
        groups=any(r.subject is SubjectKind.PARTY_GROUP for r in rest_on),
        members=payments or per_person or materials or any(r.needs_committee for r in rest_on),
        payments=payments,
        scores=any(r.evidence is Evidence.SCORES for r in rest_on),
        people=any(r.per_person and r.evidence is Evidence.RECORDS for r in rest_on),
        kinds=tuple(sorted(kinds)),
        case_kinds=tuple(sorted({kind for r in rest_on if r.clock for kind in r.kinds})),
    )
