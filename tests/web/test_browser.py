"""In a real browser, under the real content policy: the estimate follows the typing."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from assistance.cases.models import Application
from tests.factories.cases import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def open_as_clerk(page, live_server, desk: Desk, case: Application) -> list[str]:
    """The facts page in the clerk's browser; returns what the console complains about, as it comes."""
    client = Client()
    client.force_login(desk.cast.clerk)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(live_server.url + reverse("facts", args=[case.number]))
    return complaints


def test_the_estimate_follows_the_typing(page, live_server):
    desk = Desk()
    case = desk.draft(desk.person(own_cost="60000.00"))
    complaints = open_as_clerk(page, live_server, desk, case)
    assert page.locator("#estimate .yz-figure").inner_text().startswith("25,000.00")
    page.fill("input[name=other_aid]", "10000")
    expect(page.locator("#estimate .yz-figure")).to_contain_text("20,000.00", timeout=30_000)
    assert complaints == []


def test_the_menu_opens_in_a_narrow_window(page, live_server):
    desk = Desk()
    page.set_viewport_size({"width": 390, "height": 800})
    open_as_clerk(page, live_server, desk, desk.draft())
    entry = page.locator("#menu .nav-link").first
    assert not entry.is_visible()
    page.click(".navbar-toggler")
    entry.wait_for(state="visible")
