"""The system's Chromium, for tests that look at a page as a person does."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"No browser on this machine: none of {', '.join(NAMES)} is in the PATH.")
    # Chromium refuses its sandbox to root.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        # Playwright's loop runs in this thread; Django would take a query for one inside it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield browser
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        browser.close()


class Screen:
    """A page of its own context; `problems` holds what the console complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.problems: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error":
            self.problems.append(text)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path, wait_until="networkidle")

    def sign_in(self, username: str, password: str) -> None:
        self.open("/account/sign-in/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", password)
        self.submit("input[type=submit]")

    def submit(self, selector: str) -> None:
        """Click what sends a form, and wait for the page that answers it.

        The old page is idle already: without waiting for the navigation it would be read again.
        """
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.click(selector)

    @property
    def is_wider_than_the_window(self) -> bool:
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def screen(context: BrowserContext, live_server: LiveServer) -> Screen:
    return Screen(context.new_page(), live_server.url)
