"""Who is answered by the page's server: this machine's own page, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.demo.conftest import JSON, Page, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = ("/", "/demo/state", "/sandbox/world", "/static/main.js", "/nowhere", "/demo/moments?x=1")
CHANGES = ("/demo/clock", "/demo/bot", "/demo/language", "/demo/tour", "/sandbox/say")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def closed() -> AsyncIterator[Page]:
    """A page whose bot was never started."""
    async with served() as made:
        yield made


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example"])
async def test_by_another_name_nothing_is_answered(closed: Page, path: str, host: str) -> None:
    assert await closed.status("GET", path, headers={"Host": host}) == 403


@pytest.mark.parametrize("path", CHANGES)
async def test_another_page_changes_nothing(closed: Page, path: str) -> None:
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"):
        headers = {**JSON, "Origin": origin}
        assert await closed.status("POST", path, data="{}", headers=headers) == 403


@pytest.mark.parametrize("path", CHANGES)
async def test_a_form_changes_nothing(closed: Page, path: str) -> None:
    assert await closed.status("POST", path, data={"do": "kill"}) == 403
    headers = {"Content-Type": "text/plain"}
    assert await closed.status("POST", path, data='{"do": "kill"}', headers=headers) == 403


@pytest.mark.parametrize("path", [path for path in ASKED if path != "/"])
async def test_another_page_sees_nothing_either(closed: Page, path: str) -> None:
    for site in ("cross-site", "same-site"):
        assert await closed.status("GET", path, headers={"Sec-Fetch-Site": site}) == 403


async def test_a_link_leads_to_the_page_from_anywhere(closed: Page) -> None:
    assert await closed.status("GET", "/?lang=en", headers={"Sec-Fetch-Site": "cross-site"}) == 200


async def test_an_address_that_cannot_be_is_no_error(closed: Page) -> None:
    assert await closed.status("HEAD", "/", headers={"Host": "127.0.0.1:99999999"}) == 200


async def test_its_own_page_may_change(closed: Page) -> None:
    headers = {**JSON, "Origin": closed.address}
    body = '{"do": "begin"}'
    assert await closed.status("POST", "/demo/tour", data=body, headers=headers) == 200


@pytest.mark.parametrize("path", ASKED)
async def test_every_answer_says_what_a_browser_may_do_with_it(closed: Page, path: str) -> None:
    async with closed.session.get(closed.address + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_refusal_and_an_error_say_it_too(closed: Page) -> None:
    for method, headers in (("GET", {"Host": "evil.example"}), ("POST", JSON), ("DELETE", JSON)):
        address = closed.address + "/demo/clock"
        async with closed.session.request(method, address, headers=headers) as response:
            assert response.status >= 400
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("asked", ["zh", "en"])
async def test_the_page_comes_in_the_language_asked_for(closed: Page, asked: str) -> None:
    async with closed.session.get(f"{closed.address}/?lang={asked}") as response:
        assert response.status == 200
        assert f'<html lang="{asked}' in await response.text()


async def test_before_the_past_was_lived_nothing_is_moved_or_killed(closed: Page) -> None:
    assert await closed.status("POST", "/demo/clock", json={"to": "hour"}) == 400
    assert await closed.status("POST", "/demo/bot", json={"do": "kill"}) == 400
    assert await closed.status("GET", "/demo/inspect/outbox") == 503
    assert (await closed.get("/demo/moments"))["workday"] is None
