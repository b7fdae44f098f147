"""Who is just writing a table: a row gets its id before its transaction ends."""

from __future__ import annotations

import time

from django.db import connection


def writers_are_gone(table: str, *, patience: float) -> bool:
    """Whether everybody who has taken an id of the table by now has ended; waits for at most `patience` seconds.

    Whoever has taken an id holds a lock on the table. As CREATE INDEX CONCURRENTLY does, only those are waited
    for who hold one now.
    """
    waiting = _writers(table)
    until = time.monotonic() + patience
    while waiting and time.monotonic() < until:
        time.sleep(0.05)
        waiting &= _writers(table)
    return not waiting


def _writers(table: str) -> set[str]:
    """The transactions that hold what an INSERT takes, but our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation'"
            " AND relation = %s::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [table],
        )
        return {row[0] for row in cursor.fetchall()}
