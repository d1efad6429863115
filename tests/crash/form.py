"""The form the suite runs in: a short one, and a long one of hundreds of kills (``make soak``)."""

from __future__ import annotations

import os

from tests.storage.databases import BOTH

# So many rounds, each of other random kills; none is the short form.
ROUNDS = int(os.environ.get("SANHUI_SOAK", "0"))
KILLS = 20 if ROUNDS else 3
SEEDS = range(1, ROUNDS + 1) if ROUNDS else (20261122,)
# Before each kill so much is said at most.
MOST_SAID = 80
# What is alike on either kind of database is shown on both only in the long form.
EITHER = BOTH if ROUNDS else BOTH[:1]
