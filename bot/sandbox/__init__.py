"""A loopback server that speaks the Telegram Bot API, strictly, for tests, demo and load runs."""

from bot.sandbox.calls import Call
from bot.sandbox.errors import ImpossibleError, NoSuchButtonError
from bot.sandbox.sandbox import Sandbox

__all__ = ["Call", "ImpossibleError", "NoSuchButtonError", "Sandbox"]
