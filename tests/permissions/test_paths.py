"""Every path by every role, against a table written by hand; a path without a row fails.

Kinds: `public` needs no log-in, `own` is about one's own account, `page` is read, `ask` is a question sent by
POST that writes nothing, `write` changes something. For a write the database itself is the witness: it changed
or it did not, whatever the page said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from tests.permissions.answers import ANSWERS
from tests.permissions.sample import Sample

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("paths.csv")
# What a request may leave behind besides its work: who looked, and how far a number series went.
TRACES = {"registry_accesslog", "accounts_numberseries", "jobs_sweep"}


def rows() -> dict[str, tuple[str, set[str]]]:
    with TABLE.open(encoding="utf-8") as lines:
        return {
            row["name"]: (row["kind"], set(row["roles"].split())) for row in csv.DictReader(lines)
        }


def patterns(resolver: URLResolver | None = None) -> Iterator[str]:
    """Names of all our paths; the console has a table of its own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or str(entry.pattern)
        elif entry.app_name != "admin":
            yield from patterns(entry)


def test_every_path_has_a_row_and_every_row_a_path():
    assert set(patterns()) == set(rows())


def test_every_row_names_roles_that_exist():
    known = {role.value for role in Role} | {"*"}
    assert [name for name, (_kind, roles) in rows().items() if not roles <= known] == []


def _state_of_everything() -> str:
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


def _outcome(name: str, kind: str, user: User, sample: Sample) -> tuple[bool, int]:
    """Whether the user got what the path is for, and the status; everything is rolled back."""
    arguments, data = ([], {})
    with transaction.atomic():
        if name in ANSWERS:
            arguments, data = ANSWERS[name](sample)
        client = Client()
        client.force_login(user)
        before = "" if kind == "page" else _state_of_everything()
        address = reverse(name, args=arguments)
        response = client.get(address) if kind == "page" else client.post(address, data)
        changed = kind != "page" and _state_of_everything() != before
        transaction.set_rollback(True)
    got = changed if kind == "write" else response.status_code == 200 and not changed
    return got, response.status_code


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker) -> Iterator[Sample]:
    """Built once and rolled back at the end: no test here leaves anything behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Sample()
        transaction.set_rollback(True)


def _is_about_an_object(name: str) -> bool:
    return all(arguments for _path, arguments in _possibilities(name))


def _possibilities(name: str) -> list[tuple[str, list[str]]]:
    found = get_resolver().reverse_dict.getlist(name)
    return [possibility for entry in found for possibility in entry[0]]


CHECKED = sorted(
    name for name, (kind, _roles) in rows().items() if kind in ("page", "ask", "write")
)


@pytest.mark.parametrize("name", CHECKED)
def test_path_is_open_to_the_roles_of_its_row_alone(sample, name):
    kind, wanted = rows()[name]
    users = sample.cast.of_each_role()
    answers = {role.value: _outcome(name, kind, user, sample) for role, user in users.items()}
    expected = {role.value for role in users} if wanted == {"*"} else wanted
    assert {role for role, (got, _status) in answers.items() if got} == expected, answers


@pytest.mark.parametrize("name", [name for name in CHECKED if _is_about_an_object(name)])
def test_an_object_of_another_place_does_not_exist(sample, name):
    kind, _roles = rows()[name]
    answers = {str(user): _outcome(name, kind, user, sample) for user in sample.strangers}
    assert answers == {str(user): (False, 404) for user in sample.strangers}


@pytest.mark.parametrize("name", sorted(set(rows()) - {"public_notice", "set_language"}))
def test_without_a_login_everything_else_leads_to_the_login(sample, name):
    kind, _roles = rows()[name]
    if kind == "public":
        assert Client().get(reverse(name)).status_code in (200, 503)
        return
    # Nobody is asked what the object is before the log-in: any number does.
    path, parameters = _possibilities(name)[0]
    response = Client().get("/" + path % dict.fromkeys(parameters, "1"))
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("login"))
