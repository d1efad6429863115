"""Names to tick in a guided form, as buttons and as they are typed."""

import re
from collections.abc import Collection, Sequence

from handlers.asking.shown import Rows, answered_by
from storage.drafts import Draft
from storage.messages import Button, in_rows

PER_PAGE = 24  # names at once
_BETWEEN = re.compile(r"[\s,,、;;]+")


def typed_names(said: str) -> list[str]:
    """Answer what stands between the separators of a text: names, if it is names alone."""
    return _BETWEEN.split(said.strip())


def ticks(
    draft: Draft, people: Sequence[tuple[int, str]], ticked: Collection[int], page: int
) -> Rows:
    """Lay out a page of people (id and name), each with a tick, and the ways to other pages."""
    last = max(0, len(people) - 1) // PER_PAGE
    page = min(page, last)
    each = [
        Button(
            "form_ticked" if person in ticked else "form_unticked",
            answered_by(draft, f"{person}"),
            {"name": name},
        )
        for person, name in people[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    turns = [
        Button(label, answered_by(draft, f"p{to}"))
        for label, to in (("form_earlier", page - 1), ("form_later", page + 1))
        if 0 <= to <= last
    ]
    rows = in_rows(each)
    return (*rows, tuple(turns)) if turns else rows
