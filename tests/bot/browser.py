"""A real Chromium for the tests that look at pages as people do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

# The browser talks to the page and to nothing else.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
ASKED = "BEDAH_TEST_BROWSER"


def chromium() -> str:
    """The browser's path; without one the test is left out, and fails where CI runs it."""
    found = os.environ.get(ASKED) or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no browser: install {' or '.join(NAMES)}, or name one in {ASKED}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def serious(entry: ConsoleMessage) -> bool:
    """Whether the browser reports an error; a lost connection is part of one test."""
    return entry.type == "error" and "WebSocket" not in entry.text


@contextmanager
def browsing(url: str, *, width: int = 1500, height: int = 950) -> Iterator[Page]:
    """A page on the screen of somebody in Jakarta (pixels); nothing on it may go wrong in silence."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height}, locale="id-ID",
                                timezone_id="Asia/Jakarta")
        problems: list[str] = []
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on("console", lambda entry: problems.append(entry.text) if serious(entry) else None)
        page.goto(url)
        yield page
        browser.close()
    assert problems == []
