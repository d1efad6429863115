"""What works without Telegram: the command line and the service stand on the same."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.dispatch import Dispatch
from bot.holidays import ChineseHolidays
from bot.in_force import InForce
from bot.render import Renderer
from bot.settings import Settings
from bot.ticking import Ticking
from bot.words import Words, speak
from compliance.catalogue import default
from compliance.policy import Policy
from storage.database import open_database, snapshot
from storage.migrate import upgrade


@dataclass(frozen=True)
class Core:
    """The database, the policy, the languages, and what answers and reminds by them."""

    engine: Engine
    in_force: InForce
    languages: dict[str, Words]
    renderer: Renderer
    dispatch: Dispatch
    ticking: Ticking

    @property
    def policy(self) -> Policy:
        """Answer the policy of the moment."""
        return self.in_force.policy


def core(settings: Settings) -> Core:
    """Open the database, bring it up to date, and load the policy and the languages."""
    engine = open_database(settings.database_url)
    upgrade(engine)
    in_force = InForce(Policy(default(), ChineseHolidays()))
    with snapshot(engine) as session:
        in_force.look(session)
    languages = speak(in_force.policy.catalogue)
    renderer = Renderer(languages)
    return Core(
        engine=engine,
        in_force=in_force,
        languages=languages,
        renderer=renderer,
        dispatch=Dispatch(
            in_force,
            renderer,
            owners=settings.owner_ids,
            locale=settings.locale,
            keeping=settings.keeping,
        ),
        ticking=Ticking(
            engine, in_force, renderer, locale=settings.locale, keeping=settings.keeping
        ),
    )
