"""What a test has committed is taken back: every table holds again what it held before the first test.

Django would empty all tables, which takes longer than most tests do, and what the migrations seeded would be gone.
"""

from __future__ import annotations

from django.db import connection, transaction

TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'django_migrations' ORDER BY relname"""

_sums: dict[str, int | None] = {}
_rows: dict[str, bytes] = {}


def keep() -> None:
    """Remember what every table holds now."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        _sums.update(dict.fromkeys(name for (name,) in cursor.fetchall()))
        _sums.update(sums())
        for table in [name for name, found in _sums.items() if found is not None]:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                _rows[table] = b"".join(bytes(part) for part in copy)


def sums() -> dict[str, int | None]:
    """One number for the rows of each table, whatever their order; None for a table without rows."""
    every = " UNION ALL ".join(
        f"SELECT '{table}', (SELECT sum(hashtextextended(t::text, 0)) FROM \"{table}\" t)"
        for table in _sums
    )
    with connection.cursor() as cursor:
        cursor.execute(every)
        return dict(cursor.fetchall())


def found(table: str) -> int | None:
    """The number of its rows before the first test."""
    return _sums[table]


def put_back() -> None:
    """Without triggers: what is written once may go too, and nobody notes that it went."""
    changed = [table for table, found in sums().items() if found != _sums[table]]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in changed:
            cursor.execute(f'DELETE FROM "{table}"')
            if table in _rows:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(_rows[table])
