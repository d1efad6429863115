"""Numbers that stand before the lines of a list, as in a sheet: ``1. 张三 50``."""

import re
from itertools import pairwise

from handlers.grammar.scanner import Scanner

_NUMBERED = re.compile(r"(?:^|\n)(?P<number> ?\(?(?P<n>[0-9]{1,3})(?: ?[.、)] ?| ))(?=[^0-9 .\n])")


def take(scanner: Scanner) -> None:
    """Take the numbers of lines that count on by one; a single line is number one.

    Anything else may be a sum, and is left to be read as one.
    """
    found = list(_NUMBERED.finditer(scanner.open))
    counted = [int(match["n"]) for match in found]
    if counted == [1] or (len(counted) > 1 and all(b - a == 1 for a, b in pairwise(counted))):
        for match in found:
            scanner.take(*match.span("number"))
