"""What a person does at the screen, by what stands there to read."""

from __future__ import annotations

from typing import ClassVar, Literal

from django.conf import settings
from django.test import Client
from playwright.sync_api import Download, Locator, Page, expect

from assistance.accounts.models import User
from tests.factories.accounts import PASSWORD


class Screen:
    """One window."""

    # Of this worker: each person once.
    _been_through_the_form: ClassVar[set[str]] = set()

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin

    def log_in(self, user: User, *, at: str = "/") -> None:
        """To the workbench, or another page, whoever was logged in before.

        The first time by the form, which leads to the workbench; then with a session.
        """
        if user.username in self._been_through_the_form:
            self.let_in(user)
        else:
            self._log_in_by_the_form(user)
            expect(self.heading).to_have_text("工作台")
            self._been_through_the_form.add(user.username)
            if at == "/":
                return
        self.page.goto(at)
        if at == "/":
            expect(self.heading).to_have_text("工作台")

    def _log_in_by_the_form(self, user: User) -> None:
        if self.page.get_by_role("button", name="退出登录").count():
            self.press("退出登录")
        else:
            self.page.goto("/")
        self.type_password(user, PASSWORD)

    def type_password(self, user: User, password: str) -> None:
        self.send("登录", username=user.username, password=password)

    def let_in(self, user: User) -> None:
        """Past the log-in form, where a test is not about it."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.origin}
        self.page.context.add_cookies([cookie])

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1")

    def form(self, button: str) -> Locator:
        """The form that this button sends."""
        sender = self.page.get_by_role("button", name=button, exact=True)
        return self.page.locator("form", has=sender)

    def fill(self, button: str, **values: str | bool) -> Locator:
        """Fill in fields of the form with this button, by name, in the order given."""
        form = self.form(button)
        for name, value in values.items():
            field = form.locator(f"[name={name}]")
            if isinstance(value, bool):
                field.set_checked(value)
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return form

    def send(self, button: str, **values: str | bool) -> None:
        """Fill in the form and press its button."""
        self.go(self.fill(button, **values).get_by_role("button", name=button, exact=True))

    def press(self, button: str) -> None:
        self.go(self.page.get_by_role("button", name=button, exact=True))

    def follow(self, link: str) -> None:
        self.go(self.page.get_by_role("link", name=link, exact=True).first)

    def go(self, way: Locator) -> None:
        """Click and wait for the page it leads to: the one before may look just the same."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            way.click()

    def download(self, role: Literal["link", "button"], name: str) -> Download:
        with self.page.expect_download() as waiting:
            self.page.get_by_role(role, name=name, exact=True).first.click()
        return waiting.value

    def unfold(self, summary: str) -> None:
        self.page.locator("details:not([open]) > summary").get_by_text(summary, exact=True).click()

    def section(self, title: str) -> Locator:
        """The card with this title."""
        return self.page.locator(
            ".card", has=self.page.get_by_role("heading", name=title, exact=True)
        )

    def says(self, sentence: str) -> None:
        """The sentence above the page: done, or refused."""
        expect(self.page.locator(".alert").get_by_text(sentence).first).to_be_visible()

    def looks_up(self, words: str) -> None:
        """By the quick search on every page."""
        field = self.page.get_by_role("searchbox", name="快速查询")
        field.fill(words)
        field.press("Enter")
