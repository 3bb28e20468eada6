"""A real Chromium and the real `vpsbot demo`, as a person has them after `make demo`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from re import search

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.browser import chromium
from tests.browser.foreign import Foreign, running

CHROMIUM = chromium.found()
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
DESKTOP = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=390, height=780)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Chromium these tests can't run."""
    if not CHROMIUM:
        chromium.go_without(items, os.environ)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one file of tests: Playwright's loop must be gone before a story runs its own in this process."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address that a fresh demo prints, one for a file; at the end it is interrupted and has to end cleanly."""
    yield from _demo()


@pytest.fixture(scope="module")
def socket_demo() -> Iterator[str]:
    """The same over Socket Mode."""
    yield from _demo("--socket")


@pytest.fixture(scope="module")
def foreign() -> Iterator[Foreign]:
    """The local Slack with a foreign bot, for one file of tests."""
    with running() as stage:
        yield stage


@pytest.fixture(scope="module")
def window(browser: Browser, foreign: Foreign) -> Iterator[Page]:
    """One tab for all tests of a file: Olga in #ops, on a desktop's width, in light colours."""
    context = browser.new_context(
        viewport=DESKTOP, color_scheme="light", reduced_motion="reduce", timezone_id="Etc/UTC"
    )
    for tab in _tab(context):
        opened(tab, foreign.url)
        yield tab


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test told the foreign bot to answer, or left open in the tab that a file shares, is no other test's."""
    yield
    if "foreign" in request.fixturenames:
        request.getfixturevalue("foreign").forget()
    if "window" in request.fixturenames:
        shared: Page = request.getfixturevalue("window")
        for _ in range(shared.get_by_role("dialog").count()):
            shared.keyboard.press("Escape")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own on a desktop's width, in light colours. An error in its console fails the test."""
    yield from _tab(browser.new_context(viewport=DESKTOP, color_scheme="light", reduced_motion="reduce"))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A tab on a phone's width, in dark colours."""
    context = browser.new_context(
        viewport=PHONE, color_scheme="dark", has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    yield from _tab(context)


@pytest.fixture
def second(page: Page) -> Iterator[Page]:
    """A second tab beside `page`, in the same browser."""
    errors: list[str] = []
    yield _watched(page.context.new_page(), errors)
    assert errors == [], "the second tab reported errors"


def opened(tab: Page, address: str) -> Page:
    """Opens an address and waits until everything is drawn."""
    tab.goto(address)
    tab.locator("html[data-ready]").wait_for()
    return tab


def _tab(context: BrowserContext) -> Iterator[Page]:
    errors: list[str] = []
    yield _watched(context.new_page(), errors)
    context.close()
    assert errors == [], "the page reported errors"


def _watched(tab: Page, errors: list[str]) -> Page:
    tab.set_default_timeout(15_000)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return tab


def _demo(*words: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "demo", "--port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if found := search(r"http://\S+", line):
            yield found[0]
            break
    else:
        pytest.fail(f"the demo did not start: {said} {process.communicate()}")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
