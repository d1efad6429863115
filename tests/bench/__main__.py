"""`python -m tests.bench [--quick]`: every benchmark, one after another, as one table.

It fails on no figure: figures belong to the machine, ratios to the reader.
"""

from __future__ import annotations

from tests.bench import footprint, recording, sandbox
from tests.bench.rounds import QUICK, measure, plan, tell


def main() -> None:
    """Measure once for recording and footprint, then the sandbox that they stand on."""
    chosen = plan(__doc__)
    runs = measure(chosen)
    tell(["Recording a meeting", *recording.report(runs, chosen), ""])
    tell(["Footprint", *footprint.report(runs, chosen), ""])
    seconds = sandbox.QUICK_SECONDS if chosen == QUICK else sandbox.SECONDS
    tell(["The sandbox", *sandbox.report(seconds)])


if __name__ == "__main__":
    main()
