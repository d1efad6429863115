"""A transport that reaches nobody: for messages said on the command line."""

import json

from telegram._utils.types import ODVInput
from telegram.request import BaseRequest, RequestData

from bot.transport import DEFAULT, NotSent

ME = {"id": 1, "is_bot": True, "first_name": "Sanhui", "username": "sanhui"}


class OfflineRequest(BaseRequest):
    """Answers who the bot is, and refuses every other call."""

    @property
    def read_timeout(self) -> float | None:
        """Answer that nothing is waited for."""
        return None

    async def initialize(self) -> None:
        """Do nothing: there is no connection."""

    async def shutdown(self) -> None:
        """Do nothing: there is no connection."""

    async def do_request(  # noqa: PLR0917 - the interface is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT,
        write_timeout: ODVInput[float] = DEFAULT,
        connect_timeout: ODVInput[float] = DEFAULT,
        pool_timeout: ODVInput[float] = DEFAULT,
    ) -> tuple[int, bytes]:
        """Answer ``getMe``; raises ``NotSent`` for anything else."""
        if not url.endswith("/getMe"):
            raise NotSent("offline")
        return 200, json.dumps({"ok": True, "result": ME}).encode()
