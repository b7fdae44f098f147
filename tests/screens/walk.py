"""The walk through all pages; started by `python -m tests.screens`."""

from __future__ import annotations

import argparse
import contextlib
import logging
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from tests.screens import manual
from tests.screens.inspect import faults
from tests.screens.pages import pages_of, public_pages
from tests.screens.shots import Shot

SCREENS = Path(__file__).resolve().parents[2] / "screens"
WIDTHS = (1366, 390)
# A picture that is loaded when one scrolls to it would be missing from the photograph.
PICTURES = """() => Promise.all([...document.images].map((picture) => {
  picture.loading = "eager";
  return picture.decode().catch(() => null);
}))"""
# Pages whose answer is no page of the ordinary kind.
REFUSED = {"not-found", "public-notice-closed", "progress-wrong"}
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


def _send(page: Page, typed: dict[str, str]) -> Response:
    """Fill in the page's form, send it, and the answer."""
    form = page.locator("main form")
    for name, value in typed.items():
        form.locator(f"[name={name}]").fill(value)
    with page.expect_navigation() as answer:
        form.locator(".btn-primary[type=submit]").click()
    return answer.value


@dataclass
class Walk:
    """One run: where the server is, what it found."""

    browser: Browser
    address: str
    only: str
    names: set[str]
    pages: int = 0
    faults: list[str] = field(default_factory=list)

    def photograph(self, who: str, shots: list[Shot], session: str | None) -> None:
        for width in WIDTHS:
            with self._window(width, session) as window:
                page = window.new_page()
                for shot in shots:
                    if self.only in shot.name:
                        self._shoot(page, who, shot, width)

    @contextlib.contextmanager
    def _window(self, width: int, session: str | None) -> Iterator[BrowserContext]:
        # axe is injected: the page's own policy would rightly refuse it.
        window = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", bypass_csp=True
        )
        if session:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}
            window.add_cookies([cookie])  # type: ignore[list-item]
        yield window
        window.close()

    def _shoot(self, page: Page, who: str, shot: Shot, width: int) -> None:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(f"script error: {error}"))
        answer = page.goto(self.address + shot.path)
        if shot.typed:
            answer = _send(page, shot.typed)
        page.evaluate("() => document.fonts.ready.then(() => null)")
        page.evaluate(PICTURES)
        folder = SCREENS / who
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{shot.name}-{width}.png", full_page=True)
        status = answer.status if answer else 0
        if status >= 400 and shot.name not in REFUSED:
            errors.append(f"status {status}")
        where = f"{who} {shot.name} {width}"
        found = [*errors, *faults(page, names=self.names)]
        self.faults += [f"{where}: {fault}" for fault in found]
        self.pages += 1


def walk(role: str | None, only: str) -> Walk:
    """Open every page of every role (or of one) and note what is wrong with it."""
    shutil.rmtree(SCREENS, ignore_errors=True)
    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        usernames = User.objects.values_list("username", flat=True)
        names = {part for name in usernames for part in name.lower().split(".")}
        found = Walk(browser, address, only, names)
        if role in (None, "public"):
            found.photograph("public", list(public_pages()), None)
        for each in Role:
            user = _demo_user(each)
            if user is not None and role in (None, each.value):
                found.photograph(each.value, pages_of(user), _session(user))
        browser.close()
    return found


def illustrate() -> int:
    """Take the pictures of the manual; how many."""
    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        count = 0
        for picture in manual.pictures():
            window = browser.new_context(
                viewport={"width": manual.WIDTH, "height": manual.HEIGHT}, locale="zh-CN"
            )
            session = _session(picture.user)
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}
            window.add_cookies([cookie])  # type: ignore[list-item]
            page = window.new_page()
            page.goto(address + picture.path)
            manual.take(page, picture)
            window.close()
            count += 1
        browser.close()
    return count


def _demo_user(role: Role) -> User | None:
    return User.objects.filter(is_demo=True, groups__name=role).order_by("id").first()


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """The web application in a thread, with the files its finders find."""
    call_command("migrate", verbosity=0)
    call_command("load_demo")
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def _session(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screens")
    parser.add_argument("--role", help="only this role (or: public)")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    parser.add_argument("--manual", action="store_true", help="only the manual's pictures")
    chosen = parser.parse_args()
    if chosen.manual:
        print(f"{illustrate()} pictures in static/manual/")
        return 0
    found = walk(chosen.role, chosen.only)
    for fault in found.faults:
        print(fault)
    print(f"{found.pages} pages, {len(found.faults)} faults")
    return 1 if found.faults else 0


if __name__ == "__main__":
    logging.disable(logging.INFO)
    sys.exit(main())
