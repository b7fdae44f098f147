"""What surrounds every page: log-in and its lock, language, headers, errors, health."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import PASSWORD, Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


def log_in(client: Client, username: str, password: str):
    return client.post(reverse("login"), {"username": username, "password": password})


def test_the_right_password_opens_the_workbench(cast, client):
    assert log_in(client, cast.clerk.username, PASSWORD).headers["Location"] == "/"


def test_five_wrong_passwords_lock_the_account(cast, client):
    answers = [log_in(client, cast.clerk.username, "wrong").status_code for _n in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert log_in(client, cast.clerk.username, PASSWORD).status_code == 429


def test_logging_out_ends_the_session(cast, as_user):
    browser = as_user(cast.clerk)
    browser.post(reverse("logout"))
    assert browser.get("/").status_code == 302


def test_pages_are_chinese_whatever_the_browser_prefers(client, db):
    page = client.get(reverse("login"), headers={"accept-language": "en-US,en"})
    assert page.headers["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans">' in page.content.decode()


def test_english_is_chosen_and_stays(client, db):
    client.post(reverse("set_language"), {"language": "en", "next": "/login/"})
    page = client.get(reverse("login"))
    assert page.headers["Content-Language"] == "en"
    assert "Log in" in page.content.decode()


@pytest.mark.parametrize("name", ["login", "workbench", "applications"])
def test_the_content_policy_allows_nothing_inline(cast, as_user, name):
    page = as_user(cast.clerk).get(reverse(name), follow=True)
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    text = page.content.decode()
    assert (" style=" in text, " onclick=" in text) == (False, False)


def test_pages_ask_not_to_be_indexed(client, db):
    assert (
        '<meta name="robots" content="noindex, nofollow">'
        in client.get(reverse("login")).content.decode()
    )


def test_an_unknown_address_is_answered_in_the_same_clothes(client, db):
    page = client.get("/no-such-page/")
    assert page.status_code == 404
    assert page.templates[0].name == "404.html"


def test_a_form_without_its_token_is_refused_in_the_same_clothes(cast):
    page = Client(enforce_csrf_checks=True).post(reverse("login"), {})
    assert page.status_code == 403
    assert page.templates[0].name == "403_csrf.html"


def test_the_error_page_needs_no_database(client, db, settings, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("assistance.web.views.health._database_state", lambda: 1 / 0)
    page = client.get(reverse("health_ready"))
    assert page.status_code == 500
    assert "<h1" in page.content.decode()


def test_health_tells_nothing_but_its_state(client, db):
    assert client.get(reverse("health_live")).content == b"ok"
    ready = client.get(reverse("health_ready"))
    assert (ready.status_code, json.loads(ready.content)) == (200, {"database": "ready"})


def test_the_health_page_is_for_who_is_logged_in(cast, as_user, client):
    assert as_user(cast.administrator).get(reverse("system_health")).status_code == 200
    assert client.get(reverse("system_health")).status_code == 302


def test_every_screen_says_that_it_is_the_demo(cast, as_user, settings):
    settings.DEMO = True
    assert 'class="yz-demo"' in as_user(cast.clerk).get("/").content.decode()
    settings.DEMO = False
    assert 'class="yz-demo"' not in as_user(cast.clerk).get("/").content.decode()


def test_a_password_is_changed(cast, as_user, client):
    new = "Terraced-Fields-1949"
    as_user(cast.clerk).post(
        reverse("password_change"),
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert log_in(client, cast.clerk.username, new).status_code == 302


@pytest.mark.parametrize(
    ("who", "offered"), [("clerk", True), ("payer", True), ("fund", True), ("partner", False)]
)
def test_the_box_that_finds_people_is_offered_to_those_who_see_people(cast, as_user, who, offered):
    page = as_user(getattr(cast, who)).get("/").content.decode()
    assert ('role="search"' in page) is offered
