"""`python -m tests.bench [--quick]`: every benchmark, one after another, as one table.

It fails on no figure: figures belong to the machine, ratios to the reader.
"""

from __future__ import annotations

from tests.bench import (
    broadcast,
    digests,
    footprint,
    grammar,
    importing,
    large_organisation,
    page,
    policy,
    recording,
    replicas,
    roundtrip,
    sandbox,
)
from tests.bench.rounds import QUICK, Plan, measure, quick, tell


def main() -> None:
    """Measure once for recording and footprint, then what stands on rounds of its own."""
    short = quick(__doc__)
    chosen = QUICK if short else Plan()
    runs = measure(chosen)
    tell(["Recording a meeting", *recording.report(runs, chosen), ""])
    tell(["Footprint", *footprint.report(runs, chosen), ""])
    far = roundtrip.QUICK if short else roundtrip.FULL
    tell(["Recording from afar", *roundtrip.report(measure(far), far), ""])
    tell(["Replicas", *replicas.report(replicas.QUICK if short else replicas.FULL), ""])
    tell(["A broadcast", *broadcast.report(broadcast.QUICK if short else broadcast.Plan()), ""])
    tell(["Digests", *digests.report(digests.QUICK if short else digests.FULL), ""])
    tell(["The grammar", *grammar.report(grammar.QUICK if short else grammar.Plan()), ""])
    tell(["The policy", *policy.report(policy.QUICK if short else policy.Plan()), ""])
    large = large_organisation.QUICK if short else large_organisation.Plan()
    tell(["A large organisation", *large_organisation.report(large), ""])
    tell(["A roster file", *importing.report(importing.QUICK if short else importing.Plan()), ""])
    seconds = sandbox.QUICK_SECONDS if short else sandbox.SECONDS
    tell(["The sandbox", *sandbox.report(seconds), ""])
    tell(["The page", *page.report(page.QUICK if short else page.FULL)])


if __name__ == "__main__":
    main()
