"""The play in the terminal: a secretary's month, and a prompt to go on with."""

from bot.demo.terminal.performance import run
from bot.demo.terminal.play import Unexpected

__all__ = ["Unexpected", "run"]
