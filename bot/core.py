"""What works without Telegram: the command line and the service stand on the same."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.dispatch import Dispatch
from bot.holidays import ChineseHolidays
from bot.render import Renderer
from bot.settings import Settings
from bot.ticking import Ticking
from bot.words import Words, speak
from compliance.catalogue import default
from compliance.policy import Policy
from storage.database import open_database
from storage.migrate import upgrade


@dataclass(frozen=True)
class Core:
    """The database, the policy, the languages, and what answers and reminds by them."""

    engine: Engine
    policy: Policy
    languages: dict[str, Words]
    renderer: Renderer
    dispatch: Dispatch
    ticking: Ticking


def core(settings: Settings) -> Core:
    """Open the database, bring it up to date, and load the policy and the languages."""
    engine = open_database(settings.database_url)
    upgrade(engine)
    policy = Policy(default(), ChineseHolidays())
    languages = speak(policy.catalogue)
    renderer = Renderer(languages)
    return Core(
        engine=engine,
        policy=policy,
        languages=languages,
        renderer=renderer,
        dispatch=Dispatch(policy, renderer, owners=settings.owner_ids, locale=settings.locale),
        ticking=Ticking(engine, policy, renderer),
    )
