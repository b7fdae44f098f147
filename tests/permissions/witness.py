"""Asks a path as somebody and reports what he got; everything is undone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from tests.leaks.media import leaked, numbers_in
from tests.permissions.answers import ANSWERS
from tests.permissions.sample import Answer, Row, Sample

# What a request may leave behind besides its work: who looked, and how far a number series went.
TRACES = {"registry_accesslog", "accounts_usersession", "accounts_numberseries", "jobs_sweep"}
READING = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


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
        self._numbers: set[str] = set()
        self._looked_at: set[tuple[str, int]] = set()

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
            address, before = reverse(name, args=arguments), state_of_everything()
            self._numbers = all_numbers()
            return [
                [self._get(user, address, part, fields, before) for part, fields in requests]
                for user in users
            ]

    def text(self, name: str, user: User) -> str:
        with undone():
            return str(self._browser(user).get(reverse(name)).content.decode())

    def _get(self, user: User, address: str, kind: str, data: Row, before: str) -> Got:
        with undone(), Statements() as statements:
            if kind == "page":
                response = self._browser(user).get(address, data)
            else:
                response = self._browser(user).post(address, _rewound(data))
            # Whoever has sent nothing but questions has changed nothing.
            changed = statements.wrote and state_of_everything() != before
        it = changed if kind == "write" else response.status_code == 200 and not changed
        if (address, response.status_code) not in self._looked_at:
            self._looked_at.add((address, response.status_code))
            assert faults(response) == []
        # What somebody typed himself comes back in his form.
        typed = {str(value) for value in data.values()} if kind == "write" else set()
        found = leaked(response.content, self._numbers - typed)
        return Got(it, response.status_code, tuple(sorted(found)))

    def _browser(self, user: User) -> Client:
        """Without what earlier answers left in its cookies."""
        client, session = self._browsers[user.pk]
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
        return client


class Statements:
    """Notes whether anything but reading was asked of the database."""

    def __init__(self) -> None:
        self.wrote = False

    def __enter__(self) -> Statements:
        self._watching = connection.execute_wrapper(self._note)
        self._watching.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._watching.__exit__(*error)

    def _note(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.lstrip().upper().startswith(READING):
            self.wrote = True
        return execute(sql, *rest)


@contextmanager
def undone() -> Iterator[None]:
    """A bare savepoint: inside `atomic` the bank file, which has to be outermost, would refuse to go out."""
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def state_of_everything() -> str:
    """A digest of all our rows."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("assistance.") and model._meta.db_table not in TRACES
    )
    parts = " || ".join(
        f"coalesce((SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t), '-')"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}")
        return str(cursor.fetchone()[0])


def all_numbers() -> set[str]:
    """Every id number, telephone and account that the database holds."""
    people = Person.objects.all()
    numbers = {number for person in people for number in (person.id_number, person.phone)}
    numbers |= {account.number for account in BankAccount.objects.all()}
    return {number for number in numbers if len(number) >= 8}


def in_full(text: str, numbers: set[str]) -> tuple[str, ...]:
    return tuple(sorted(numbers_in(text, numbers)))


def _rewound(data: Row) -> Row:
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return data
