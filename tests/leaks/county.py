"""The demo county looked through: every page, paper and list that a link leads to, its rows and its files.

Collected with the tests that load it, so that it is loaded once.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import Resolver404, resolve

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.demo.models import DemoCounty
from assistance.registry.models import Person
from tests.factories.sizes import examples
from tests.leaks.everywhere import files_in_the_clear, rows_in_the_clear
from tests.leaks.media import ZIP, allowed, leaked
from tests.permissions.witness import all_numbers, undone

LINK = re.compile(r'href="(/[^"#]*)')
# Going there ends the walk, or shows Django's own pages of the console, which the permission tables go through.
NOT_FOLLOWED = ("/logout/", "/static/", "/console/")
FILES = (b"%PDF-", ZIP)


class Reader:
    """Somebody of a role who follows links: each kind of page once, in `make prove` several times."""

    def __init__(self, user: User, seen: dict[str, int]) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(user)
        self.seen = seen
        self.waiting = deque(["/"])
        self.known = {"/"}

    def read(self, numbers: set[str]) -> Iterator[tuple[str, bytes, set[str]]]:
        """Address, content and what leaked, of whatever was opened."""
        while self.waiting:
            address = self.waiting.popleft()
            name = name_of(address)
            if name is None or self.seen.get(name, 0) >= examples(1):
                continue
            answer = self.client.get(address)
            if answer.status_code != 200:
                continue
            self.seen[name] = self.seen.get(name, 0) + 1
            content = answer.getvalue()
            if "text/html" in answer.headers.get("Content-Type", ""):
                self._follow(content.decode())
            yield address, content, set() if name in allowed() else leaked(content, numbers)

    def _follow(self, page: str) -> None:
        for link in LINK.findall(page):
            address = html.unescape(link)
            if address not in self.known and not address.startswith(NOT_FOLLOWED):
                self.known.add(address)
                self.waiting.append(address)


def name_of(address: str) -> str | None:
    """The kind of page: the name of its path, with what a list is taken out as."""
    path, _mark, query = address.partition("?")
    try:
        kind = resolve(path).url_name
    except Resolver404:
        return None
    formats = re.findall(r"(?:^|&)format=(\w+)", query)
    return f"{kind} {formats[0]}" if formats else kind


def readers() -> list[User]:
    """One of each role that the county has."""
    found = (User.objects.filter(groups__name=role.value, is_active=True).first() for role in Role)
    return [user for user in found if user is not None]


@pytest.mark.prove
@pytest.mark.django_db
def test_no_number_of_the_demo_county_is_on_a_page_in_a_row_or_in_a_file(
    county: DemoCounty,
) -> None:
    numbers, seen = all_numbers(), dict[str, int]()
    assert len(numbers) > 100
    found, papers = {}, 0
    with undone(), time_machine.travel(county.cases_at, tick=True):
        for user in readers():
            for address, content, leaks in Reader(user, seen).read(numbers):
                papers += content.startswith(FILES)
                if leaks:
                    found[user.username, address] = leaks
        assert found == {}
        assert (len(seen) > 60, papers > 5) == (True, True), (len(seen), papers)
        # The same eye finds one that is planted.
        person = Person.objects.order_by("pk")[0]
        Person.objects.filter(pk=person.pk).update(
            name=f"{person.id_number[:6]} {person.id_number[6:]}"
        )
        pages = Reader(readers()[0], {}).read(numbers)
        assert any(person.id_number in leaks for _address, _content, leaks in pages)
    assert rows_in_the_clear(numbers) == {}
    assert files_in_the_clear(numbers) == {}
