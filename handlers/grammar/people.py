"""Changes of the roster as they are typed: who, what, from which day; a line for each person.

添加 张三 积极分子 第一小组 11月1日
转出 李四 11月20日 介绍信 11月18日 到 第二支部
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from compliance.people import Stage
from handlers.grammar import dates, kinds, normalise, rest, roster, vocabulary
from handlers.grammar.person_fields import NOTHING, read_fields
from handlers.grammar.result import Context
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import GONE, Scanner

LONGEST_NAME = 20
LONGEST_TEXT = 100  # characters of a reason, or of where somebody comes from or goes
NEW = frozenset({"add", "arrive"})  # what puts somebody on the roster who is not there yet
_FILLER = "roster"
_VERB = r"[ \n]*(?P<verb>@roster_verbs)(?=[ :\n]|$)[ :]*"
_LINE = re.compile(f"[^\n{GONE}][^\n]*")
_CHINESE = re.compile(r"[^ 、,;:。()\n\0a-z0-9]+(?:·[^ 、,;:。()\n\0]+)*[a-z]?(?![a-z])")
_WORD = re.compile(r"[^ 、,;:。()\n\0]+")
_LATIN = re.compile(r"[a-z]+(?:[ .'-][a-z]+)*")
_LETTER = r"(?:@roster_words__letter) ?:? ?"
_PLACE = r"(?<![^ ,;\0])(?:@roster_words__place) ?:? ?(?P<place>[^ ,;:\n\0]+)"


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """What is said of one person; ``on`` None: from today.

    ``text`` is a new name, or why somebody left; ``place`` where one comes from or goes.
    """

    name: str
    on: date | None = None
    stage: Stage | None = None
    group: str | None = None
    letter_on: date | None = None
    place: str | None = None
    text: str | None = None
    fields: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class RosterSaid:
    """A change of the roster, by its verb's code, and everyone it is about."""

    verb: str
    people: tuple[PersonSaid, ...]


def is_change(text: str) -> bool:
    """Tell whether a message begins with a word that changes the roster."""
    return _verb(normalise.read(text[: normalise.LONGEST]).text) is not None


def _verb(text: str) -> re.Match[str] | None:
    return vocabulary.pattern(_VERB).match(text)


def read_roster(text: str, context: Context) -> RosterSaid:
    """Read a change of the roster; raises ``Unreadable`` with every problem found."""
    scanner = Scanner(text)
    begun = _verb(scanner.open)
    if begun is None:
        raise ValueError("no change of the roster")
    verb = vocabulary.meanings("roster_verbs")[begun["verb"]]
    scanner.take(*begun.span())
    found = [said for line in _lines(scanner) for said in _Line(scanner, context, verb).read(*line)]
    if not found and scanner.sound:
        scanner.lack("roster_nobody", verb=verb)
    scanner.finish()
    return RosterSaid(_settled(verb, found), tuple(found))


def _settled(verb: str, found: list[PersonSaid]) -> str:
    """Answer what is done: of those who are away it may be said that they are back."""
    return "back" if verb == "away" and all(said.text == "back" for said in found) else verb


def _lines(scanner: Scanner) -> Iterator[tuple[int, int]]:
    """Give the lines that say something; each person is said in one."""
    for match in list(_LINE.finditer(scanner.open)):
        start, end = match.span()
        while start < end:
            cut = scanner.open.find(";", start, end)
            yield start, cut if cut >= 0 else end
            start = cut + 1 if cut >= 0 else end


@dataclass(slots=True)
class _Line:
    """Reading one line: the rest of the message is kept from the recognisers meanwhile."""

    scanner: Scanner
    context: Context
    verb: str
    named: list[tuple[int, int]] = field(default_factory=list)

    def read(self, start: int, end: int) -> Iterator[PersonSaid]:
        """Give what is said of each person that the line names."""
        whole = self.scanner.open
        blank = GONE * len(whole)
        self.scanner.open = blank[:start] + whole[start:end] + blank[end:]
        try:
            if self.scanner.open.strip(f"{GONE} \n,;、。"):
                yield from self._said(start, end)
        finally:
            self.scanner.open = whole

    def _said(self, start: int, end: int) -> Iterator[PersonSaid]:
        names = self._newcomer(start, end) if self.verb in NEW else self._known(start, end)
        text = self._renamed(end) if names and self.verb == "rename" else None
        fields = read_fields(self.scanner, self.context) if self.verb == "alter" else NOTHING
        letter_on, on = self._days()
        place = self._place() if self.verb in ("arrive", "depart") else None
        stage, group = self._stage(), self._group()
        if self.verb == "leave":
            text = self._reason(start, end)
        if self.verb in ("away", "back"):
            text = self._direction()
        self._refuse_rest(start, end)
        self._require(start, end, (stage, group, text, fields), names)
        for name in names:
            yield PersonSaid(name, on, stage, group, letter_on, place, text, fields)

    def _newcomer(self, start: int, end: int) -> list[str]:
        """Take the name of somebody who is not on the roster yet: it stands first."""
        name = self._new_name(start, end)
        return [] if name is None else [name]

    def _new_name(self, start: int, end: int) -> str | None:
        """Take the word that begins a part of the line for a name; refuse what can be none."""
        text = self.scanner.open
        at = start + len(text[start:end]) - len(text[start:end].lstrip(f"{GONE} ,、:"))
        named = _CHINESE.match(text, at, end) or self._latin(at, end)
        if named is None or _no_name(named[0]):
            named = named or _WORD.match(text, at, end)
            span = rest.trim(self.scanner.source.text, *(named.span() if named else (at, end)))
            self.scanner.take(*span)
            self.scanner.refuse("bad_name", *span, longest=LONGEST_NAME)
            return None
        self.scanner.take(*named.span())
        return self.scanner.source.quote(*named.span())

    def _latin(self, at: int, end: int) -> re.Match[str] | None:
        """Find a name in Latin letters, which ends where the words for a stage or a day begin."""
        text = self.scanner.open
        other = vocabulary.pattern(
            "@stages|@small_group|@roster_words__letter|@relative_days|@roster_words__place"
        )
        ends = other.search(text, at, end)
        return _LATIN.match(text, at, ends.start() if ends else end)

    def _known(self, start: int, end: int) -> list[str]:
        """Take the names that are on the roster; the new one in a change of names is none."""
        people = roster.of(self.context.names)
        spans = people.spans(self.scanner.open)
        spans = spans[:1] if self.verb in ("rename", "alter", "leave") else spans
        if not spans:
            self._refuse_stranger(people, start, end)
            return []
        return [self._name(people, span) for span in spans]

    def _name(self, people: Roster, span: tuple[int, int]) -> str:
        self.scanner.take(*span)
        self.named.append(span)
        name = people.name(self.scanner.source.text[slice(*span)])
        if name in people.twice:
            self.scanner.refuse("ambiguous_name", *span, people.meant(name), name=name)
        return name

    def _refuse_stranger(self, people: Roster, start: int, end: int) -> None:
        text = self.scanner.open
        word = _WORD.search(text, start, end)
        if word is None:
            self.scanner.lack("roster_nobody", verb=self.verb)
            return
        self.scanner.take(*word.span())
        near, choices = people.near(word[0]), people.offered(word[0])
        self.scanner.refuse("unknown_name", *word.span(), choices, suggestions=near)

    def _renamed(self, end: int) -> str | None:
        """Take the new name of somebody, which stands right behind the old one."""
        start = len(self.scanner.open) - len(self.scanner.open.lstrip(f"{GONE} "))
        becomes = vocabulary.pattern("(?:@becomes|@until_day) ?").match(self.scanner.open, start)
        if becomes is not None:
            self.scanner.take(*becomes.span())
            start = becomes.end()
        return self._new_name(start, end) if self.scanner.open[start:end].strip(GONE) else None

    def _days(self) -> tuple[date | None, date | None]:
        """Give the day of the letter, and that of the change."""
        readings = dates.find(self.scanner, self.context.today)
        letter = vocabulary.pattern(_LETTER).search(self.scanner.open)
        of_letter = []
        if letter is not None:
            self.scanner.take(*letter.span())
            of_letter = [one for one in readings if one.start == letter.end()]
            if not of_letter:
                self.scanner.refuse("no_letter_day", *letter.span())
        others = [one for one in readings if one not in of_letter]
        return self._one(of_letter), self._one(others)

    def _one(self, readings: list[dates.Reading]) -> date | None:
        return _one_day(self.scanner, readings, self.context.today)

    def _place(self) -> str | None:
        match = vocabulary.pattern(_PLACE).search(self.scanner.open)
        if match is None:
            return None
        self.scanner.take(*match.span())
        return self.scanner.quote(*match.span("place"))[:LONGEST_TEXT]

    def _stage(self) -> Stage | None:
        found = self.scanner.take_all(vocabulary.pattern("@stages")) if self._takes_stage() else []
        for again in found[1:]:
            self.scanner.refuse("duplicate_field", *again.span(), field="stage")
        return Stage(vocabulary.stages()[found[0][0]]) if found else None

    def _takes_stage(self) -> bool:
        return self.verb in ("add", "arrive", "stage")

    def _group(self) -> str | None:
        """Give the party group, or an empty one for nobody's."""
        if self.verb not in ("add", "arrive", "group"):
            return None
        if self.scanner.take_all(vocabulary.pattern("@roster_words__no_group")):
            return ""
        return kinds.find_group(self.scanner, self.context)

    def _direction(self) -> str:
        back = self.scanner.take_all(vocabulary.pattern("@roster_verbs__back"))
        self.scanner.take_all(vocabulary.pattern("@roster_words__out"))
        return "back" if back or self.verb == "back" else "away"

    def _reason(self, start: int, end: int) -> str | None:
        label = vocabulary.pattern(r"(?:@ruling_fields__reason) ?: ?").search(self.scanner.open)
        if label is not None:
            self.scanner.take(*label.span())
        spans = list(self._left(start, end))
        for span in spans:
            self.scanner.take(*span)
        return " ".join(self.scanner.quote(*span) for span in spans)[:LONGEST_TEXT] or None

    def _left(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        text = self.scanner.source.text
        for a, b in list(self.scanner.left(start, end)):
            if not rest.says_nothing(text[a:b], _FILLER):
                yield rest.trim(text, a, b)

    def _ask_stage(self, start: int, end: int) -> None:
        span = rest.trim(self.scanner.source.text, start, end)
        said = self.scanner.source.quote(*span)
        words = vocabulary.table("stages")
        choices = [("stage", Stage(code), f"{said} {words[code][0]}") for code in words]
        self.scanner.refuse("roster_lacks_stage", *span, choices)

    def _refuse_rest(self, start: int, end: int) -> None:
        """Quote back what nobody understood; in a new group's place it is a group's name."""
        people = roster.of(self.context.names)
        for span in self._left(start, end):
            before = next((name for name in self.named if name[1] == span[0]), None)
            if before is not None:  # a name that is longer than the one that is known
                longer = self.scanner.source.text[before[0] : span[1]]
                near, choices = people.near(longer), people.offered(longer)
                self.scanner.refuse("unknown_name", before[0], span[1], choices, suggestions=near)
            elif self.verb == "group" and not self.scanner.refused(("unknown_group",)):
                choices = [("group", group, group) for group in self.context.groups]
                groups = self.context.groups
                self.scanner.refuse("unknown_group", *span, choices, suggestions=groups)
            else:
                code = "roster_newcomer" if self.verb in NEW else "not_understood"
                self.scanner.refuse(code, *span)

    def _require(self, start: int, end: int, said: tuple[object, ...], names: list[str]) -> None:
        """Refuse a line that lacks what its verb is about."""
        stage, group, text, fields = said
        if stage is None and self._takes_stage() and names and self.scanner.sound:
            self._ask_stage(start, end)
        lacking = {
            "group": group is None,
            "rename": text is None,
            "alter": not fields,
            "leave": text is None,
        }
        if names and lacking.get(self.verb) and self.scanner.sound:
            span = rest.trim(self.scanner.source.text, start, end)
            self.scanner.refuse(f"roster_lacks_{self.verb}", *span, groups=self.context.groups)


def _one_day(scanner: Scanner, readings: list[dates.Reading], today: date) -> date | None:
    """Settle on one day that is past, or today; refuse any other."""
    for one in readings:
        if one.code == "future_date":
            scanner.refuse("roster_future", one.start, one.end, one.offers)
            return None
    first, last = dates.settle(scanner, readings, today)
    span = (readings[0].start, readings[-1].end) if readings else (0, 0)
    if first is not None and first > today:
        scanner.refuse("roster_future", *span)
    elif last is not None and first is not None:
        scanner.refuse("two_dates", *span, dates=(first, last), weekday=None)
    return first


def read_whom(text: str, context: Context) -> tuple[str | None, date | None]:
    """Give whom or which day of the roster a message asks about; None for what it does not say.

    Raises ``Unreadable`` for what is no name of anyone ever on it.
    """
    scanner = Scanner(text)
    people = roster.of(context.ever, context.names)
    spans = people.spans(scanner.open)
    for span in spans:
        scanner.take(*span)
    name = people.name(scanner.source.text[slice(*spans[0])]) if spans else None
    if name is not None and name in people.twice:
        scanner.refuse("ambiguous_name", *spans[0], people.meant(name), name=name)
    for other in spans[1:]:
        scanner.refuse("not_understood", *other)
    readings = dates.find(scanner, context.today)
    day = _one_day(scanner, readings, context.today)
    _refuse_unknown(scanner, people, spans)
    scanner.finish()
    return name, day


def _refuse_unknown(scanner: Scanner, people: Roster, named: list[tuple[int, int]]) -> None:
    """Refuse what is no name; with more behind it, it was to say what is to be changed."""
    text = scanner.source.text
    parts = [(a, b) for a, b in scanner.left() if not rest.says_nothing(text[a:b], _FILLER)]
    left = [rest.trim(text, a, b) for a, b in parts]
    for span in left:
        typed = text[slice(*span)]
        near = people.near(typed)
        word = _WORD.match(text, *span)
        first = word is not None and span == min((*left, *named))
        if word is not None and first and not near and word.end() < max((*left, *named))[1]:
            scanner.refuse("roster_no_verb", *word.span())
            return
        scanner.refuse("unknown_name", *span, people.offered(typed), suggestions=near)


def _no_name(folded: str) -> bool:
    """Tell whether something cannot be anybody's name."""
    if not 1 < len(folded) <= LONGEST_NAME or not folded.isprintable():
        return True
    # A letter at the end is given by the roster, to tell namesakes apart.
    marked = not folded.isascii() and folded[-1].isascii() and folded[-1].isalpha()
    return marked or any(sign.isdigit() for sign in folded)
