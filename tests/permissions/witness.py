"""Asks a path as somebody and reports what he got; everything is undone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from assistance.accounts.models import User
from assistance.registry.models import BankAccount, Person
from tests.attacks.headers import faults
from tests.factories.ready import counts
from tests.leaks.media import leaked
from tests.permissions.answers import ANSWERS
from tests.permissions.choices import foreign_choices
from tests.permissions.sample import Answer, Row, Sample

# What a request may leave behind besides its work: who looked, and how far a number series went.
TRACES = {
    "registry_accesslog",
    "accounts_alarm",
    "accounts_numberseries",
    "accounts_tries",
    "accounts_usersession",
    "jobs_sweep",
}
PEOPLE = frozenset({Person._meta.db_table, BankAccount._meta.db_table})
ROWS = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '-') FROM \"%s\" t"


@dataclass(frozen=True)
class Got:
    """Whether somebody got what the path is for, the status, and the numbers that the answer showed in full."""

    it: bool
    status: int
    numbers: tuple[str, ...] = field(default=(), compare=False)


class Witness:
    """One browser a person, logged in once."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self._browsers: dict[int, tuple[Client, str]] = {}
        self._every_number, self._numbers = all_numbers(), set[str]()
        self._done, self._digests = Done(), dict[str, str]()
        self._looked_at: set[tuple[str, int]] = set()
        # What everybody was shown at an address where no answer had written anything before.
        self._pages: dict[tuple[str, int], bytes] = {}
        self._asked: set[Any] = set()
        # What a form offered somebody that is none of his.
        self.foreign: list[str] = []

    def log_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        self._browsers[user.pk] = client, client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(
        self, name: str, kind: str, users: list[User], answer: Answer | None = None
    ) -> list[list[Got]]:
        """What each of them gets: of an act first its form and then the act, else one answer."""
        answer = answer or ANSWERS.get(name)
        with undone():
            arguments, data = answer(self.sample) if answer else ([], {})
            # The page of an act is opened bare; what a page of its own is asked for stands in its address.
            requests = [("page", {}), ("write", data)] if kind == "act" else [(kind, data)]
            address = reverse(name, args=arguments)
            # The answer itself may have registered somebody.
            same = PEOPLE.isdisjoint(self._done.since())
            self._numbers = self._every_number if same else all_numbers()
            self._digests = {}
            return [
                [
                    self._get(user, address, part, fields, bare=answer is None)
                    for part, fields in requests
                ]
                for user in users
            ]

    def text(self, name: str, user: User) -> str:
        """What a list shows: as when its path was asked, or anew where a row was written since."""
        address = reverse(name)
        if self._done.since() - TRACES:
            self._pages = {seen: page for seen, page in self._pages.items() if seen[0] != address}
        if (address, user.pk) not in self._pages:
            with undone():
                self._pages[address, user.pk] = self._browser(user).get(address).content
        return self._pages[address, user.pk].decode()

    def _get(self, user: User, address: str, kind: str, data: Row, *, bare: bool) -> Got:
        with undone():
            if kind == "page":
                response = self._browser(user).get(address, data)
            else:
                response = self._browser(user).post(address, _rewound(data))
            self.foreign += foreign_choices(response, user, self._asked)
            # Only what was done to a table can have changed it; much is taken back before the answer.
            after = {table: digest(table) for table in self._done.since() - TRACES}
        changed = any(self._before(table) != rows for table, rows in after.items())
        it = changed if kind == "write" else response.status_code == 200 and not changed
        if (address, response.status_code) not in self._looked_at:
            self._looked_at.add((address, response.status_code))
            assert faults(response) == []
        if bare and kind == "page":
            self._pages[address, user.pk] = response.content
        # What somebody typed himself comes back in his form.
        typed = {str(value) for value in data.values()} if kind == "write" else set()
        found = leaked(response.content, self._numbers - typed)
        return Got(it, response.status_code, tuple(sorted(found)))

    def _before(self, table: str) -> str:
        """The rows as they are while nobody is being answered."""
        if table not in self._digests:
            self._digests[table] = digest(table)
        return self._digests[table]

    def _browser(self, user: User) -> Client:
        """Without what earlier answers left in its cookies."""
        client, session = self._browsers[user.pk]
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
        return client


class Done:
    """How often a row of each table was written in this transaction, also by what was taken back."""

    def __init__(self) -> None:
        self._counts = counts()

    def since(self) -> set[str]:
        """The tables written to since this was asked last."""
        before, self._counts = self._counts, counts()
        ours = our_tables()
        return {table for table in ours if self._counts[table] != before[table]}


@contextmanager
def undone() -> Iterator[None]:
    """A bare savepoint: inside `atomic` the bank file, which has to be outermost, would refuse to go out."""
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


@cache
def our_tables() -> list[str]:
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("assistance.")
    }
    return sorted(tables)


def state_of_everything() -> str:
    """A digest of all our rows but the traces."""
    tables = [table for table in our_tables() if table not in TRACES]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' || '.join(f'({ROWS % table})' for table in tables)}")
        return str(cursor.fetchone()[0])


def digest(table: str) -> str:
    """A digest of the rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS % table)
        return str(cursor.fetchone()[0])


def all_numbers() -> set[str]:
    """Every id number, telephone and account that the database holds."""
    people = Person.objects.all()
    numbers = {number for person in people for number in (person.id_number, person.phone)}
    numbers |= {account.number for account in BankAccount.objects.all()}
    return {number for number in numbers if len(number) >= 8}


def _rewound(data: Row) -> Row:
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return data
