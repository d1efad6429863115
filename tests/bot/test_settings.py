"""Settings: a wrong one is refused by its name."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import SECRET, Hook, Listen, Settings

WRONG = {
    "SANHUI_DATABASE_URL": ["mysql://root@localhost/sanhui", "not a url", ""],
    "SANHUI_API_BASE_URL": ["127.0.0.1:8081/bot", "ftp://a/bot"],
    "SANHUI_TIMEZONE": ["Beijing", "../etc/passwd", ""],
    "SANHUI_OWNER_IDS": ["张三", "1;2"],
    "SANHUI_POLL_SECONDS": ["-1", "600", "long"],
    "SANHUI_SENDS_PER_SECOND": ["0", "-3"],
    "SANHUI_SENDS_PER_CHAT_SECOND": ["0"],
    "SANHUI_SENDS_PER_GROUP_MINUTE": ["0", "1.5"],
    "SANHUI_LOCALE": ["de", "ZH"],
    "SANHUI_LOG_JSON": ["perhaps"],
    "SANHUI_WEBHOOK_URL": [
        "bot.example.org/hook",
        "ftp://a/b",
        "https://a/metrics",
        "https://a:x/b",
    ],
    "SANHUI_HEARTBEAT_URL": ["healthchecks", "ftp://a/b", "https://[a"],
    "SANHUI_WEBHOOK_SECRET": ["two words", "密码", "x" * 257],
    "SANHUI_LISTEN": ["8080", ":8080", "127.0.0.1:0", "127.0.0.1:http", "127.0.0.1:65536"],
}


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SANHUI_{name.upper()}", raising=False)


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, many in WRONG.items() for v in many])
def test_a_wrong_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        Settings()

    (error,) = refused.value.errors()
    assert f"SANHUI_{'_'.join(map(str, error['loc'][:1])).upper()}" == name
    assert error["msg"]


def test_a_refusal_does_not_repeat_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_DATABASE_URL", "mysql://root:hunter2@localhost/sanhui")
    with pytest.raises(ValidationError) as refused:
        Settings()

    assert "use sqlite or postgresql" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_an_empty_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_BOT_TOKEN", "")

    assert Settings().bot_token is None


def test_nothing_needs_to_be_set() -> None:
    chosen = Settings()

    assert chosen.bot_token is None
    assert chosen.timezone == "Asia/Shanghai"
    assert chosen.database_url.startswith("sqlite:///")
    assert chosen.api_base_url == "https://api.telegram.org/bot"
    assert (chosen.sends_per_second, chosen.sends_per_group_minute) == (30, 20)


def test_owners_are_numbers_between_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_OWNER_IDS", "11, 12 13")

    assert Settings().owner_ids == {11, 12, 13}


def test_the_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_BOT_TOKEN", "123:hunter2")
    chosen = Settings()

    assert "hunter2" not in f"{chosen!r} {chosen}"
    assert chosen.bot_token is not None
    assert chosen.bot_token.get_secret_value() == "123:hunter2"


def test_without_a_webhook_updates_are_polled_for_and_nothing_is_listened_at() -> None:
    chosen = Settings(bot_token=SecretStr("123:hunter2"))

    assert (chosen.hook, chosen.listens) == (None, None)


def test_every_replica_finds_the_same_secret_in_the_token() -> None:
    secrets = [
        Settings(bot_token=SecretStr(token), webhook_url="https://a.example/hook").hook
        for token in ("123:hunter2", "123:hunter2", "123:hunter3")
    ]

    assert secrets[0] == secrets[1] != secrets[2]
    assert secrets[0] is not None
    assert secrets[0].path == "/hook"
    assert SECRET.fullmatch(secrets[0].secret)
    assert "hunter2" not in secrets[0].secret


def test_a_secret_of_ones_own_is_used() -> None:
    chosen = Settings(
        bot_token=SecretStr("1:a"), webhook_url="https://a.example", webhook_secret=SecretStr("abc")
    )

    assert chosen.hook == Hook("/", "abc")
    assert chosen.listens == Listen("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("listen", "host", "port"), [("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9000", "::1", 9000)]
)
def test_an_address_to_listen_at_is_read(listen: str, host: str, port: int) -> None:
    assert Settings(listen=listen).listens == Listen(host, port)


def test_files_are_fetched_beside_the_bot_api_unless_said_otherwise() -> None:
    assert Settings().file_url == "https://api.telegram.org/file/bot"
    assert Settings(api_base_url="http://127.0.0.1:8081/bot").file_url == (
        "http://127.0.0.1:8081/file/bot"
    )
    assert Settings(api_file_url="http://files/bot").file_url == "http://files/bot"
    assert Settings(api_file_url="").file_url == "https://api.telegram.org/file/bot"
    with pytest.raises(ValueError, match="not an http address"):
        Settings(api_file_url="ftp://x")
