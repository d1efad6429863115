"""The whole evening: the stage goes up, the play is played, and whoever watches may go on."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from rich.console import Console

from bot.demo.opening import stage_up
from bot.demo.organisation import Organisation
from bot.demo.terminal.backstage import Backstage
from bot.demo.terminal.play import Play
from bot.demo.terminal.prompt import Prompt
from bot.demo.terminal.screen import Screen
from bot.demo.terminal.script import SCRIPT, Script, read_script
from bot.demo.terminal.telling import Telling
from bot.demo.terminal.watching import Watching

PAUSE_SECONDS = 0.2


def run(locale: str, script: Path = SCRIPT) -> None:
    """Play; with a terminal attached, go on with a prompt.

    ``bot.demo.Unexpected`` when anything of the play does not come true.
    """
    telling = Telling(locale)
    console = Console(highlight=False)
    console.print(telling.text("opening"), style="bold", markup=False)
    played = read_script(locale, script)
    with Backstage() as backstage, backstage.entered(stage_up(locale)) as stage:
        backstage.do(stage.open(history=played.history))
        screen = Screen(console, telling, stage.organisation)
        watching = Watching(backstage, stage, screen, _played_in(played, stage.organisation))
        attached = sys.stdin.isatty()
        pause = PAUSE_SECONDS if attached else 0
        play = Play(backstage, stage, screen, watching, telling, pause)
        play.perform(played.scenes)
        screen.narrate(telling.text("closing", attached=attached))
        if attached:
            watching.only = None
            _go_on(Prompt(backstage, stage, screen, watching, telling))


def _played_in(script: Script, organisation: Organisation) -> set[int]:
    """Answer the chats of those who play: what the other branches hear is another play."""
    players = [organisation.players[scene.who] for scene in script.scenes if scene.who is not None]
    return {player.chat(place) for player in players for place in ("group", "private")}


def _go_on(prompt: Prompt) -> None:
    """Read lines until the person leaves, by a word, the end of input, or Ctrl-C."""
    try:
        prompt.run(_lines(prompt))
    except KeyboardInterrupt:
        sys.stdout.write("\n")


def _lines(prompt: Prompt) -> Iterator[str]:
    with suppress(ImportError):
        import_module("readline")  # input() then edits a line properly, wide characters too
    while True:
        try:
            yield input(prompt.label)
        except EOFError:
            sys.stdout.write("\n")
            return
