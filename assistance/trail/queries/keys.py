"""What an older key is still needed for."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import connection
from django.db.models import QuerySet

from assistance.files.models import StoredFile
from assistance.shared import crypto
from assistance.shared.models import RowChange
from assistance.trail.classes import our_models
from assistance.trail.queries.rows import all_encrypted, encrypted_columns


def older(column: str) -> str:
    """The condition in SQL: not empty, and not under the newest key."""
    return f'octet_length("{column}") > 0 AND get_byte("{column}", 0) <> {crypto.newest_version()}'


def waiting_files() -> QuerySet[StoredFile]:
    return StoredFile.objects.exclude(key_version=crypto.newest_version()).order_by("pk")


def needs_older_key() -> dict[str, int]:
    """Place to the number of values or files that only an older key opens; empty when it can go."""
    found = {}
    with connection.cursor() as cursor:
        for model in our_models():
            for column, label in encrypted_columns(model).items():
                cursor.execute(
                    f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {older(column)}'
                )
                found[label] = cursor.fetchone()[0]
        found["shared.rowchange.changes"] = _history(cursor)
    found["files"] = waiting_files().count()
    return {place: count for place, count in found.items() if count}


def _history(cursor: Any) -> int:
    newest = f"\\\\x{crypto.newest_version():02x}"
    pairs = [[table, column] for table, columns in all_encrypted().items() for column in columns]
    cursor.execute(
        f'SELECT count(DISTINCT c.id) FROM "{RowChange._meta.db_table}" c'
        " JOIN unnest(%s::text[], %s::text[]) AS e (t, k) ON c.table_name = e.t"
        " CROSS JOIN LATERAL jsonb_array_elements_text(c.changes -> e.k) AS v"
        " WHERE c.changes ? e.k AND length(v) > 2 AND v NOT LIKE %s",
        [[table for table, _c in pairs], [column for _t, column in pairs], newest + "%"],
    )
    return int(cursor.fetchone()[0])


def keys_fit() -> list[str]:
    """The columns of which a value does not open with the keys of the setting: none, if all is well.

    The first and the last value under each key version are tried.
    """
    locked = []
    with connection.cursor() as cursor:
        for model in our_models():
            for column, label in encrypted_columns(model).items():
                cursor.execute(
                    f'SELECT "{column}" FROM "{model._meta.db_table}" WHERE id IN (SELECT unnest('
                    f' ARRAY[min(id), max(id)]) FROM "{model._meta.db_table}"'
                    f' WHERE octet_length("{column}") > 0 GROUP BY get_byte("{column}", 0))'
                )
                if not all(_opens(bytes(row[0]), label) for row in cursor.fetchall()):
                    locked.append(label)
    return locked


def _opens(value: bytes, label: str) -> bool:
    try:
        crypto.decrypt_bytes(value, label=label)
    except (InvalidTag, KeyError):
        return False
    return True
