"""A ballot: for, against and abstaining, or unanimous."""

from handlers.grammar import numbers, vocabulary
from handlers.grammar.attendance import Attendance
from handlers.grammar.fields import Field
from handlers.grammar.result import Votes
from handlers.grammar.scanner import Scanner

CODES = ("favour", "against", "abstain")
_SEARCHED = ("against", "abstain", "favour")  # *not for* holds *for*
_WAY = "(?:@against|@abstain|@favour)"
_AFTER = r"(?:{}) ?:? ?(?P<n>@count) ?(?:@ballots)?"
_BEFORE = r"(?<![0-9.])(?P<n>@count)(?: ?@ballots ?| (?=[a-z]))(?:{})"
# The short word says other things, too: of votes only where the word for against follows.
_FOR = (
    r"(?:@favour_short) ?:? ?(?P<n>@count)(?: @ballots)?(?=[ ,;]*@against)",
    r"(?<![0-9.])(?P<n>@count) @favour_short(?=[ ,;]*@count @against)",
)
_NOBODY = r"(?:@none) ?(?:{})(?:@ballots)?"


class Ballot:
    """What was said of a ballot, and where, until it is known how many were present."""

    def __init__(self, scanner: Scanner, labelled: list[Field]) -> None:
        self._scanner = scanner
        self._said: dict[str, int] = {}
        self._spans: list[tuple[int, int]] = []
        unanimous = scanner.take_all(vocabulary.pattern("@unanimous"))
        self.unanimous = bool(unanimous)
        self._spans += [match.span() for match in unanimous]
        ways = list(vocabulary.pattern(_WAY).finditer(scanner.open))
        if ways:
            self._count_for()
            before = self._counted_before(ways[0].end(), ways[-1].end())
            for code in _SEARCHED:
                self._count(code, _BEFORE if before else _AFTER)
        self._check_labels(labelled)

    def _count_for(self) -> None:
        for form in _FOR:
            for match in self._scanner.take_all(vocabulary.pattern(form)):
                self._say("favour", match.span(), numbers.whole(match["n"]) or 0)

    def _counted_before(self, first: int, last: int) -> bool:
        """Whether the numbers stand before the words: the first word has one, the last has none.

        The arguments are where the first and the last word end.
        """
        text = self._scanner.open
        if vocabulary.pattern(" ?:? ?@count").match(text, last):
            return False
        counted = vocabulary.pattern(_BEFORE.format(_WAY)).search(text)
        return counted is not None and counted.end() == first

    def _count(self, code: str, template: str) -> None:
        taken = self._scanner.take_all(vocabulary.pattern(template.format(f"@{code}")))
        for match in taken:
            self._say(code, match.span(), numbers.whole(match["n"]) or 0)
        nobody = vocabulary.pattern(_NOBODY.format(f"@{code}"))
        for match in self._scanner.take_all(nobody, vocabulary.pattern("@none")):
            self._say(code, match.span(), 0)

    def _say(self, code: str, span: tuple[int, int], number: int) -> None:
        self._spans.append(span)
        if self._said.setdefault(code, number) != number:
            self._scanner.refuse("duplicate_field", *span, field="votes")

    def _check_labels(self, labelled: list[Field]) -> None:
        for found in labelled:
            if not any(found.text <= start < found.end for start, _ in self._spans):
                self._scanner.refuse("bad_votes", found.text, found.end, reason="no_numbers")
                self._scanner.take(found.text, found.end)

    def count(self, told: Attendance, voters: int | None) -> Votes | None:
        """Count the votes, given who was there; None if there was no ballot.

        ``voters`` is how many of those on the roster who did not stay away may vote at all: all of
        a unanimous vote are theirs. None where that is not known.
        """
        if not self._spans:
            return None
        span = (min(self._spans)[0], max(end for _, end in self._spans))
        most = min((n for n in (told.present, told.voting) if n is not None), default=None)
        if self.unanimous and "favour" not in self._said:
            if most is None:
                self._scanner.refuse("bad_votes", *span, reason="number_unknown")
                return None
            self._said["favour"] = most if voters is None else min(most, voters)
        return self._checked(span, most)

    def _checked(self, span: tuple[int, int], most: int | None) -> Votes | None:
        votes = Votes(*(self._said.get(code, 0) for code in CODES))
        cast = votes.in_favour + votes.against + votes.abstain
        if "favour" not in self._said:
            self._scanner.refuse("bad_votes", *span, reason="no_favour")
        elif self.unanimous and votes.against + votes.abstain:
            self._scanner.refuse("bad_votes", *span, reason="not_unanimous")
        elif most is not None and cast > most:
            self._scanner.refuse("bad_votes", *span, reason="too_many", cast=cast, most=most)
        return votes
