"""The demo's page in a real browser: Debian's Chromium, driven by Playwright."""

import pytest

from tests.browser.chromium import LEFT_OUT, found

# For each module. One event loop for all: the browser lives in it, and so do the page's server and
# the sandbox.
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),  # of a machine that is busy with other tests
    pytest.mark.skipif(found() is None, reason=LEFT_OUT),
]
