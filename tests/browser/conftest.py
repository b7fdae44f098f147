"""A real browser before a live server; whatever it complains about fails the test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate, localtime
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    expect,
)
from pytest_django.live_server_helper import LiveServer

from tests.browser.screen import Screen
from tests.browser.under_way import UnderWay
from tests.factories.cases import Desk

CHROMIUM = Path("/usr/bin/chromium")
# Playwright's loop runs in the thread that asks the database; its questions are short.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# A machine that does other things as well answers late; nothing here waits longer than it must.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM.exists():
        sentence = f"Browser tests need {CHROMIUM}: install Debian's package chromium."
        # Where the project is judged nothing may pass because it did not run.
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return browser_type_launch_args | {
        "executable_path": str(CHROMIUM),
        "args": [*flags, *quiet, "--lang=zh-CN"],
    }


@pytest.fixture(scope="session")
def browser_context_args(
    browser_context_args: dict[str, Any], live_server: LiveServer
) -> dict[str, Any]:
    # What slides and fades in keeps a click waiting until it stands still.
    calm = {"reduced_motion": "reduce"}
    return browser_context_args | calm | {"base_url": live_server.url, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def under_way() -> UnderWay:
    return UnderWay()


@pytest.fixture(autouse=True)
def last_answers(transactional_db: None, under_way: UnderWay) -> Iterator[None]:
    """After the windows are closed and before the tables are put back, whatever was asked is answered."""
    yield
    under_way.wait()


class Complaints(list[str]):
    """What the windows of a context complain about, as it comes."""

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("response", self._answer)
        context.on("requestfailed", self._unanswered)

    def _console(self, message: ConsoleMessage) -> None:
        # Scripts and the content policy; answers with an error status are judged below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.append(f"console: {message.text}")

    def _script(self, error: WebError) -> None:
        self.append(f"script: {error.error}")

    def _answer(self, answer: Response) -> None:
        # A page may refuse what somebody typed (4xx): the test looks at the page. A file may not be missing.
        refused = answer.status >= 400 and not answer.request.is_navigation_request()
        if refused or answer.status >= 500:
            self.append(f"{answer.status}: {answer.url}")

    def _unanswered(self, request: Request) -> None:
        # A download, or a page that was left, aborts its request.
        if request.failure != "net::ERR_ABORTED":
            self.append(f"{request.failure}: {request.url}")


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    complaints = Complaints()
    complaints.watch(context)
    context.set_default_timeout(PATIENCE)
    yield context
    assert complaints == []


@pytest.fixture
def screen(page: Page, live_server: LiveServer) -> Screen:
    return Screen(page, live_server.url)


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """Jingning's desk today, for the cost of the year that the register form proposes today."""
    today = localdate()
    desk = Desk(start=today, year=today.year - 1 if today.month <= 6 else today.year)
    # What the screens do bears the real time; what the factories do must not come after it.
    desk.now = localtime()
    return desk
