"""Settings, read once from the environment at the start; a wrong one is refused by name."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class Settings(BaseSettings):
    """What the environment may say; every name is prefixed with ``SANHUI_``."""

    model_config = SettingsConfigDict(env_prefix="SANHUI_", frozen=True, hide_input_in_errors=True)

    bot_token: SecretStr | None = None
    api_base_url: str = "https://api.telegram.org/bot"
    database_url: str = "sqlite:///sanhui.db"
    owner_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    timezone: str = "Asia/Shanghai"
    locale: Literal["zh", "en"] = "zh"
    poll_seconds: int = Field(default=50, ge=0, le=50)
    sends_per_second: float = Field(default=30, gt=0)
    sends_per_chat_second: float = Field(default=1, gt=0)
    sends_per_group_minute: int = Field(default=20, gt=0)
    log_json: bool = False

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        """Read ids separated by commas or spaces."""
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("not a database URL, such as sqlite:///sanhui.db") from error
        if backend not in ("sqlite", "postgresql"):
            raise ValueError(f"a {backend} database; use sqlite or postgresql+psycopg")
        return value

    @field_validator("api_base_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("not an http address, such as http://127.0.0.1:8081/bot")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("not a time zone, such as Asia/Shanghai") from error
        return value
