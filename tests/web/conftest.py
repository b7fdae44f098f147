from __future__ import annotations

import pytest
from django.test import Client

from assistance.accounts.models import User
from tests.factories.cases import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.fixture
def as_user():
    """A browser in which this person is logged in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return browser_type_launch_args | {
        "executable_path": "/usr/bin/chromium",
        "args": [*flags, *quiet, "--lang=zh-CN"],
    }
