"""A loopback server that speaks the Telegram Bot API, strictly, for tests, demo and load runs."""

from bot.sandbox.errors import ImpossibleError, NoSuchButtonError
from bot.sandbox.sandbox import Call, Sandbox

__all__ = ["Call", "ImpossibleError", "NoSuchButtonError", "Sandbox"]
