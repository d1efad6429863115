"""What a message about an activity said, before it is judged."""

from dataclasses import dataclass, field
from datetime import date, time

from handlers.grammar import lists
from handlers.grammar.attendance import Attendance
from handlers.grammar.result import Votes


@dataclass(slots=True)
class Told:
    """What a message said, before it is judged."""

    kinds: tuple[str, ...] = ()
    held_on: date | None = None
    held_at: time | None = None
    ends_at: time | None = None
    held_until: date | None = None
    group: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    attendance: Attendance = field(default_factory=Attendance)
    votes: Votes | None = None
    listed: lists.Told = field(default_factory=lists.Told)

    @property
    def values(self) -> dict[str, object]:
        """Answer what was said by the names of the fields of a ``Meeting``."""
        said = self.attendance
        return {
            "kinds": self.kinds,
            "held_on": self.held_on,
            "held_at": self.held_at,
            "ends_at": self.ends_at,
            "held_until": self.held_until,
            "group": self.group,
            "expected": said.expected,
            "voting": said.voting,
            "present": said.present,
            "absences": tuple(said.absences),
            "votes": self.votes,
            "all_present": said.all_present,
            "people": self.listed.about,
            "materials": tuple(self.listed.materials),
            **self.texts,
        }

    @property
    def said(self) -> dict[str, object]:
        """Answer those of the values that were said."""
        return {name: value for name, value in self.values.items() if self._was_said(name, value)}

    def _was_said(self, name: str, value: object) -> bool:
        if name == "absences":
            return self.attendance.listed or self.attendance.all_present
        if name in ("people", "materials"):
            return name in self.listed.said
        return value is not False and value not in (None, ())  # nought is said, too
