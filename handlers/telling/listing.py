"""The ledger in the chat: entries with their numbers."""

import re

from compliance.access import Action
from compliance.periods import Cadence, Period
from handlers.authority import groups_led
from handlers.grammar import Problem, Unreadable, split_period, vocabulary
from handlers.meant import branch_first_named, unit_for
from handlers.records.flagging import flags_of
from handlers.request import Refused, Reply, Request
from storage import listing, roster
from storage.messages import Message
from storage.units import Unit

MOST = 20


def records(request: Request) -> Reply:
    """List the records of a kind and period (of this year if none is named), the newest first."""
    unit, said, led = _whose(request)
    today = request.today(unit)
    period, rest = split_period(said, today)
    kinds = _kinds(rest)
    span = period or Period.of(Cadence.YEARLY, today)
    found = listing.records(request.session, request.policy, unit, span.start, span.end)
    chosen = [r for r in found if not kinds or set(kinds) & set(r.text.kinds)]
    if led is not None:
        chosen = [r for r in chosen if r.text.group_id in led]
    chosen.reverse()
    members = roster.members(request.session, unit.key)
    shown = chosen[:MOST]
    values = {
        "unit": unit.name,
        "period": span,
        "kinds": kinds,
        "groups": {group.key: group.name for group in roster.groups(request.session, unit.key)},
        "records": shown,
        "people": listing.names_in(request.session, [r.text for r in shown]),
        "flagged": [r.number for r in shown if flags_of(request.policy, members, r.text)],
        "more": max(0, len(chosen) - MOST),
    }
    return (Message("records", values),)


def _whose(request: Request) -> tuple[Unit, str, frozenset[int] | None]:
    """Answer the unit whose records are listed, what else was said, and the groups to keep to.

    The branch may be named, as in /status. A group leader sees the records of the own group; None:
    all of them.
    """
    named = branch_first_named(request, Action.RECORDS)
    if named is not None:
        return *named, None
    try:
        return unit_for(request, Action.RECORDS), request.arguments, None
    except Refused as refused:
        if refused.message.template != "not_allowed":
            raise
        unit = unit_for(request, Action.STATUS, naming=Action.RECORDS)
        led = groups_led(request, unit, Action.RECORDS)
        if not led:
            raise
        return unit, request.arguments, frozenset(group.key for group in led)


def _kinds(text: str) -> tuple[str, ...]:
    """Read kinds by any of their names; refuses a word that is none."""
    found: list[str] = []
    unknown: list[Problem] = []
    for part in re.split(r"[+、,,]", text):
        words = [part] if vocabulary.look_up("kinds", part) else part.split()
        for word in words:
            kind = vocabulary.look_up("kinds", word)
            if kind is None:
                unknown.append(Problem("unknown_kind", word, {"suggestions": ()}))
            else:
                found.append(kind)
    if unknown:
        raise Unreadable(tuple(unknown))
    return tuple(found)
