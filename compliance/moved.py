"""Dues of people who moved: a month is paid once it is paid, whichever branch took the money.

Someone who moved has an id on each roster (``Member.same``), and each branch enters payments for
its own. A month is asked for by one branch alone: see ``dues.applies``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from compliance import dues
from compliance.facts import Paid
from compliance.people import Member


def credited(members: Iterable[Member], payments: Collection[Paid]) -> tuple[Paid, ...]:
    """Let each payment count for that id of its payer of whom its month is asked here.

    Where the month is asked of none of them, one in the branch's own books stays with the id that
    it was entered for, and one in another's is left out.
    """
    of_row: dict[int, list[Member]] = defaultdict(list)
    for member in members:
        for row in (member.id, *member.same) if member.same else ():
            of_row[row].append(member)
    if not of_row:
        return tuple(payments)
    found = ((paid, _asked(of_row.get(paid.member_id, ()), paid)) for paid in payments)
    return tuple(
        paid if asked is None else replace(paid, member_id=asked.id)
        for paid, asked in found
        if asked is not None or paid.place is None
    )


def _asked(rows: Iterable[Member], paid: Paid) -> Member | None:
    return next((member for member in rows if dues.applies(member, paid.month)), None)
