"""Words a slip of the hand or two away from what was typed: offered, never assumed."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.grammar import normalise

MOST_SUGGESTIONS = 3
LONGEST = 40  # characters of what was typed that are compared
# Characters that may be wrong, missing, too many or swapped in a word of up to so many.
_SLIPS = ((4, 1), (8, 2), (LONGEST, 3))


def near(typed: str, known: Iterable[str]) -> list[str]:
    """Give the folded words that look most like what was typed, and are as near as one another.

    A word that shares no character with it is not near, however short it is.
    """
    folded = normalise.word(typed)[:LONGEST]
    slips = next(slips for longest, slips in _SLIPS if len(folded) <= longest)
    found = process.extract(folded, list(known), scorer=OSA.distance, score_cutoff=slips, limit=9)
    shared = [(word, away) for word, away, _ in found if away < max(len(word), len(folded))]
    return [word for word, away in shared if away == shared[0][1]]
