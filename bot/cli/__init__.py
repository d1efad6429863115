"""The command line: what the administrator, scripts and tests use."""

from bot.cli.app import main

__all__ = ["main"]
