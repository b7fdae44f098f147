"""Encrypting anew, with the newest key, whatever an older key still has.

To be run by the owner of the tables: written-once rows change their cipher text here and nothing else.
Each batch is a transaction of its own, so that a run that was broken off goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Model

from assistance.files.models import StoredFile
from assistance.files.storage import EncryptedStorage
from assistance.shared import crypto
from assistance.shared.models import RowChange
from assistance.trail.classes import our_models
from assistance.trail.queries.keys import older, waiting_files
from assistance.trail.queries.rows import CIPHER, all_encrypted, encrypted_columns

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many values of a column, or files, are now under the newest key."""

    place: str
    count: int


def rotate_keys() -> Iterator[Rotated]:
    """Go through columns, history and files; says after each place how many were encrypted anew.

    Reads nothing out: a value goes from cipher text to cipher text. Raises `InvalidTag` or `KeyError`
    for a value that no key of the setting decrypts, and leaves it and what comes after it alone.
    """
    for model in our_models():
        for column, label in encrypted_columns(model).items():
            yield Rotated(label, _column(model, column, label))
    yield Rotated("shared.rowchange.changes", _history())
    yield Rotated("files", _files())


def _column(model: type[Model], column: str, label: str) -> int:
    count = 0
    while changed := _batch(model._meta.db_table, column, label):
        count += changed
    return count


@transaction.atomic
def _batch(table: str, column: str, label: str) -> int:
    with connection.cursor() as cursor:
        without_triggers(cursor, table)
        cursor.execute(
            f'SELECT id, "{column}" FROM "{table}" WHERE {older(column)}'
            f" ORDER BY id LIMIT {AT_ONCE} FOR UPDATE"
        )
        rows = [(key, _anew(bytes(value), label)) for key, value in cursor.fetchall()]
        cursor.execute(
            f'UPDATE "{table}" t SET "{column}" = anew.value'
            " FROM unnest(%s::bigint[], %s::bytea[]) AS anew (id, value) WHERE t.id = anew.id",
            [[key for key, _value in rows], [value for _key, value in rows]],
        )
    return len(rows)


def _anew(value: bytes, label: str) -> bytes:
    return crypto.encrypt_bytes(crypto.decrypt_bytes(value, label=label), label=label)


def without_triggers(cursor: Any, table: str) -> None:
    """For this transaction: a new cipher text of the same value is no change of the row."""
    cursor.execute(
        "SELECT array_agg(tgname::text) FROM pg_trigger"
        " WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_%%'",
        [table],
    )
    names = cursor.fetchone()[0] or []
    cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])


def _history() -> int:
    count, after = 0, 0
    labels = all_encrypted()
    while rows := list(_changes(labels).filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        count += _history_batch(rows, labels)
        after = rows[-1].pk
    return count


def _changes(labels: dict[str, dict[str, str]]) -> Any:
    return RowChange.objects.filter(table_name__in=labels, changes__has_any_keys=_columns(labels))


def _columns(labels: dict[str, dict[str, str]]) -> list[str]:
    return sorted({column for columns in labels.values() for column in columns})


@transaction.atomic
def _history_batch(rows: list[RowChange], labels: dict[str, dict[str, str]]) -> int:
    count = 0
    with connection.cursor() as cursor:
        without_triggers(cursor, RowChange._meta.db_table)
        for row in rows:
            known = labels[row.table_name]
            changes = {
                column: [_anew_text(value, known[column]) for value in pair]
                if column in known
                else pair
                for column, pair in row.changes.items()
            }
            if changes != row.changes:
                RowChange.objects.filter(pk=row.pk).update(changes=changes)
                count += 1
    return count


def _anew_text(value: Any, label: str) -> Any:
    if not isinstance(value, str) or not value.startswith(CIPHER) or value == CIPHER:
        return value
    data = bytes.fromhex(value[len(CIPHER) :])
    if data[0] == crypto.newest_version():
        return value
    return CIPHER + _anew(data, label).hex()


def _files() -> int:
    count = 0
    storage = storages["papers"]
    assert isinstance(storage, EncryptedStorage)
    for stored in waiting_files().iterator(chunk_size=AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            without_triggers(cursor, StoredFile._meta.db_table)
            if not waiting_files().select_for_update().filter(pk=stored.pk).exists():
                continue
            if storage.exists(stored.name):
                _file_anew(storage, stored.name)
            StoredFile.objects.filter(pk=stored.pk).update(key_version=crypto.newest_version())
            count += 1
    return count


def _file_anew(storage: EncryptedStorage, name: str) -> None:
    """Beside the old one and then in its place: at every moment one whole file is there."""
    with storage.open(name) as opened:
        sealed = storage.sealed(name, opened.read())
    path = storage.path(name)
    beside = f"{path}.anew"
    with open(beside, "wb", opener=_private) as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
