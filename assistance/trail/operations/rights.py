"""What the program's database role may do, table by table. It owns nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from assistance.shared.tables import HISTORY
from assistance.trail.classes import TableClass, models_of
from assistance.trail.models import Removal

READ = "SELECT"
APPEND = "SELECT, INSERT"
ALL_ROWS = "SELECT, INSERT, UPDATE, DELETE"
# Only the owner migrates, and says what was removed when its term was over: it hides what is missing.
OWNERS = frozenset({"django_migrations", Removal._meta.db_table})


def grant_rights(*, to: str) -> dict[str, int]:
    """Give the role `to` exactly what the program needs on the tables as they are now; how many of each.

    Rows of written-once tables it reads and adds; it changes and removes rows of the others; it
    creates, alters, truncates and owns nothing. To be run as the owner, after every `migrate`.
    """
    given: dict[str, int] = {}
    role = sql.Identifier(to)
    with connection.cursor() as cursor:
        for statement in _bare():
            cursor.execute(sql.SQL(statement).format(role=role).as_string(cursor.connection))
        for table, rights in _tables():
            cursor.execute(
                sql.SQL("GRANT {rights} ON TABLE {table} TO {role}")
                .format(rights=sql.SQL(rights), table=sql.Identifier(table), role=role)
                .as_string(cursor.connection)
            )
            given[rights] = given.get(rights, 0) + 1
    return given


def _bare() -> Iterator[str]:
    """Back to nothing, then what every table needs."""
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC"
    yield "REVOKE ALL ON SCHEMA public FROM {role}, PUBLIC"
    yield "GRANT USAGE ON SCHEMA public TO {role}"
    yield "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"


def _tables() -> Iterator[tuple[str, str]]:
    once = {model._meta.db_table for model in models_of(TableClass.WRITTEN_ONCE)} | {HISTORY}
    for table in sorted(connection.introspection.table_names()):
        if table in OWNERS:
            yield table, READ
        else:
            yield table, APPEND if table in once else ALL_ROWS
