"""What the tests of the reminders stand on."""

from tests.storage.fixtures import engine, postgres, sqlite, template

__all__ = ["engine", "postgres", "sqlite", "template"]
