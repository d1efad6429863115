"""``roster list``: who was on a unit's roster on a day, as it was then."""

from bot.cli.fields import written
from bot.cli.office import bookkeeper_named, day, office, tell, tell_json, today_at
from bot.cli.options import JsonOption, OnOption, UnitOption
from compliance.people import Member
from compliance.stages import ORDER
from handlers.roster.showing import GroupShown, by_group, counts_of, on_roster


def roster_list(unit: UnitOption, on: OnOption = None, *, as_json: JsonOption = False) -> None:
    """名册 · Who is on the roster, or was on a day."""
    with office() as (_, session):
        found = bookkeeper_named(session, unit)
        today = today_at(found)
        asked = day(on) or today
        there = on_roster(session, found, asked)
        grouped = by_group(session, found, there)
        if as_json:
            tell_json([_person(one, name) for name, people in grouped.items() for one in people])
            return
        shown = [GroupShown(name, len(people), tuple(people)) for name, people in grouped.items()]
        values = {"unit": found.name, "day": asked, "today": today, "groups": shown}
        values |= {"counts": counts_of(there), "page": 1, "pages": 1, "coming": (), "edits": False}
        tell("roster", values)


def _person(one: Member, group: str | None) -> dict[str, object]:
    return {
        "name": one.name,
        "stage": one.stage.value,
        "group": group,
        "floating": one.floating,
        "joined_on": written(one.joined_on),
        "left_on": written(one.left_on),
        "stages": {stage.value: written(one.stage_on(stage)) for stage in ORDER},
    }
