"""Settings, read once from the environment at the start; a wrong one is refused by name."""

import hmac
import re
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.pace import Limits
from storage.retention import Keeping

LISTEN = "127.0.0.1:8080"
OURS = ("/healthz", "/readyz", "/metrics")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens: a host of this machine, and a port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram posts updates: the path, and the secret it proves itself by."""

    path: str
    secret: str


class Spoken(BaseSettings):
    """The language of the command line alone: in it one hears that another setting is wrong."""

    model_config = SettingsConfigDict(env_prefix="SANHUI_", frozen=True, hide_input_in_errors=True)

    locale: Literal["zh", "en"] = "zh"


class Settings(Spoken):
    """What the environment may say; every name is prefixed with ``SANHUI_``."""

    bot_token: SecretStr | None = None
    api_base_url: str = "https://api.telegram.org/bot"
    api_file_url: str | None = None
    database_url: str = "sqlite:///sanhui.db"
    owner_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    timezone: str = "Asia/Shanghai"
    poll_seconds: int = Field(default=50, ge=0, le=50)
    sends_per_second: float = Field(default=30, gt=0)
    sends_per_chat_second: float = Field(default=1, gt=0)
    sends_per_group_minute: int = Field(default=20, gt=0)
    log_json: bool = False
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    listen: str | None = None
    heartbeat_url: SecretStr | None = None
    # Telegram delivers an update for a day: those that came must be known for longer than that.
    keep_messages_days: int = Field(default=90, ge=7)
    keep_people_years: int = Field(default=3, ge=0)

    @property
    def keeping(self) -> Keeping:
        """Answer how long things are kept."""
        return Keeping(self.keep_messages_days, self.keep_people_years)

    @property
    def file_url(self) -> str:
        """Answer where files are fetched: as set, else beside the Bot API."""
        return self.api_file_url or f"{self.api_base_url.removesuffix('bot')}file/bot"

    @property
    def limits(self) -> Limits:
        """Answer the pace of sending."""
        return Limits(
            self.sends_per_second, self.sends_per_chat_second, self.sends_per_group_minute
        )

    @property
    def hook(self) -> Hook | None:
        """Answer where Telegram posts updates; None when they are polled for.

        Without a secret of its own, one that every replica finds in the token alike.
        """
        if self.webhook_url is None or self.bot_token is None:
            return None
        token = self.bot_token.get_secret_value()
        derived = hmac.digest(token.encode(), b"sanhui webhook", "sha256").hex()
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else derived
        return Hook(urlsplit(self.webhook_url).path or "/", secret)

    @property
    def listens(self) -> Listen | None:
        """Answer where to listen: as set, else on this machine alone in webhook mode."""
        address = self.listen or (LISTEN if self.webhook_url else None)
        if address is None:
            return None
        host, _, port = address.rpartition(":")
        return Listen(host.strip("[]"), int(port))

    @field_validator(
        "bot_token",
        "webhook_url",
        "listen",
        "webhook_secret",
        "heartbeat_url",
        "api_file_url",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("webhook_url")
    @classmethod
    def _full_address(cls, value: str | None) -> str | None:
        if not _is_http(value or "https://x"):
            raise ValueError("not a full address, such as https://bot.example.org/telegram")
        if urlsplit(value or "").path in OURS:
            raise ValueError(f"the paths {', '.join(OURS)} are taken; choose another")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _can_be_called(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_http(value.get_secret_value()):
            raise ValueError("not a full address")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _telegram_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("1 to 256 letters, digits, - and _ alone")
        return value

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str | None) -> str | None:
        host, _, port = (value or LISTEN).rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("not a host and a port, such as 127.0.0.1:8080")
        return value

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

    @field_validator("api_base_url", "api_file_url")
    @classmethod
    def _http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
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


def _is_http(address: str) -> bool:
    """Tell whether it is a full http address, with a port that there is if it has one."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of the brackets, or of the port
        return False
