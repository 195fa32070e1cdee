"""A real Chromium for the tests that look at pages as people do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

# The browser talks to the page and to nothing else.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# A word that goes away by itself stays for minutes, and a press may take as long: on a busy machine we may be late.
LASTING = """
const soon = window.setTimeout;
window.setTimeout = (work, wait, ...more) => soon(work, [1000, 4500].includes(wait) ? 100 * wait : wait, ...more);
"""
NAMES = ("chromium", "chromium-browser", "google-chrome")
ASKED = "BEDAH_TEST_BROWSER"
PATIENCE = 120_000  # milliseconds; the driver's own 5 and 30 s are little where other tests keep the machine busy


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
def started() -> Iterator[Browser]:
    """A browser without a page."""
    path = chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, *, height: int = 950) -> Iterator[Page]:
    """A page on the screen (its height in pixels) of somebody in Jakarta, who was never here; nothing on it may go
    wrong in silence."""
    screen: ViewportSize = {"width": 1500, "height": height}
    with browser.new_context(viewport=screen, locale="id-ID", timezone_id="Asia/Jakarta") as context:
        context.set_default_timeout(PATIENCE)
        context.add_init_script(LASTING)
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on("console", lambda entry: problems.append(entry.text) if serious(entry) else None)
        page.goto(url)
        yield page
    assert not problems, problems


@contextmanager
def browsing(url: str) -> Iterator[Page]:
    """Such a page in a browser of its own."""
    with started() as browser, opened(browser, url) as page:
        yield page
