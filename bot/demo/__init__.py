"""The demo: the sandbox, the real bot and a sample organisation on this machine, with no token."""

from bot.demo.performance import run
from bot.demo.play import Unexpected

__all__ = ["Unexpected", "run"]
