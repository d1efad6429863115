"""The sample organisation in an empty database: units, chats, who holds which role, rosters."""

from sqlalchemy import Engine, update
from sqlmodel import Session

from bot.demo.clock import ZONE
from bot.demo.organisation import ROSTERS, Organisation, topics
from compliance.access import Role
from handlers.roster_files.reading import read_roster
from storage import directory, roster
from storage.database import transaction
from storage.units import Unit


def found(engine: Engine, organisation: Organisation, locale: str) -> None:
    """Write it down, in a language."""
    with transaction(engine) as session:
        units = _units(session, organisation, locale)
        for player in organisation.players.values():
            if player.unit is not None and player.role is not None:
                unit = units[player.unit]
                directory.grant_role(session, player.id, unit.key, Role(player.role))
        for told in organisation.units:
            if "roster" in told:
                rows = read_roster((ROSTERS / told["roster"]).read_bytes())
                roster.take_rows(session, units[told["name"]], rows, organisation.founded)


def speak(engine: Engine, locale: str) -> None:
    """Let every unit be spoken to in a language."""
    with transaction(engine) as session:
        session.execute(update(Unit).values(locale=locale))


def _units(session: Session, organisation: Organisation, locale: str) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for told in organisation.units:
        above = units.get(told.get("parent", ""))
        new = Unit(
            name=told["name"],
            kind=told["kind"],
            parent_id=None if above is None else above.key,
            founded=organisation.founded,
            timezone=ZONE.key,
            locale=locale,
        )
        units[new.name] = directory.add_unit(session, new)
        first_topic = next(iter(topics(told).values()), None)
        directory.bind_chat(
            session, told["chat"], new.key, title=told["name"], thread_id=first_topic
        )
    return units
