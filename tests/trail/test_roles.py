"""The program works as a role that owns no table, and that role cannot do what only an owner may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from assistance.jobs.operations import record_sweep
from assistance.registry.models import AccessLog, Person
from assistance.registry.operations.access import log_access
from assistance.shared.models import RowChange
from assistance.trail.operations import seal
from tests.factories.accounts import Cast
from tests.factories.registry import make_person

ROLE = "trail_test_app"
REFUSED = [
    "UPDATE registry_accesslog SET subject = 'x'",
    "DELETE FROM registry_accesslog",
    "SET LOCAL pgtrigger.ignore = '{x}'; UPDATE shared_rowchange SET reason = 'x'",
    "UPDATE cases_statuschange SET at = at",
    "DELETE FROM payments_ledgerline",
    "TRUNCATE registry_accesslog",
    "TRUNCATE registry_person CASCADE",
    "ALTER TABLE registry_accesslog DISABLE TRIGGER ALL",
    "ALTER TABLE registry_person ADD COLUMN x int",
    "DROP TABLE registry_person",
    "DROP FUNCTION shared_row_difference(jsonb, jsonb, text[], text[])",
    "CREATE TABLE public.x (y int)",
    "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DELETE FROM django_migrations",
    "INSERT INTO trail_removal (table_name, last_id, count, rule, at)"
    " VALUES ('registry_accesslog', 999, 999, 'x', now())",
    "SET LOCAL session_replication_role = replica",
]


@pytest.fixture
def app_role() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN NOINHERIT")
    call_command("database_roles", ROLE, verbosity=0)
    yield
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")


def become_app() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {ROLE}")


@pytest.mark.django_db(transaction=True)
def test_the_program_runs_as_a_role_that_owns_nothing(app_role):
    cast, person = Cast(), make_person()
    client = Client()
    become_app()
    client.force_login(cast.clerk)
    assert client.get(reverse("person", args=[person.pk])).status_code == 200
    answer = client.post(reverse("change_phone", args=[person.pk]), {"phone": "13900001111"})
    assert answer.status_code == 302
    assert Person.objects.get(pk=person.pk).phone == "13900001111"
    assert RowChange.objects.filter(table_name="registry_person", row_id=person.pk).exists()
    with record_sweep("trail.seal") as sweep:
        sweep.handled = seal(at=now())
    assert sweep.handled > 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (ROLE,)


@pytest.mark.django_db(transaction=True)
def test_that_role_can_neither_change_what_is_written_once_nor_the_tables(app_role):
    log_access(Cast().clerk, AccessLog.Kind.PRINT, "a sheet", at=now())
    become_app()
    for statement in REFUSED:
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AccessLog.objects.get().subject == "a sheet"
