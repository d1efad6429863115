"""What must not happen on the page, in any test: errors, dialogs, and words with anybody else."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

OWN_SCHEMES = ("blob", "data")  # `data:` is kept out by the policy, which would be an error here


class Watch:
    """Looks on at all pages of a context. ``expected``: patterns of errors that a test causes."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.expected: list[str] = []
        self._troubles: list[str] = []
        self._host = urlsplit(address).netloc
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("dialog", self._on_dialog)
        context.on("page", self._on_page)

    @property
    def troubles(self) -> list[str]:
        """Answer what happened that was not expected."""
        return [each for each in self._troubles if not self._is_expected(each)]

    def expect(self, pattern: str) -> None:
        """Let errors be that fit to a pattern."""
        self.expected.append(pattern)

    def _is_expected(self, trouble: str) -> bool:
        return any(re.search(pattern, trouble) for pattern in self.expected)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:  # a violated policy is an error of the console
            self._troubles.append(f"console: {message.text} {message.location.get('url', '')}")

    def _on_error(self, error: WebError) -> None:
        self._troubles.append(f"error: {error.error}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.netloc != self._host and parts.scheme not in OWN_SCHEMES:
            self._troubles.append(f"request: {request.url}")

    async def _on_dialog(self, dialog: Dialog) -> None:
        self._troubles.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _on_page(self, page: Page) -> None:
        if page.url not in {"about:blank", ""}:
            self._troubles.append(f"window: {page.url}")
