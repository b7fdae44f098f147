"""Digests of rows as they stand, the same before and after a change of key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.db import connection
from django.db.models import Model

from assistance.shared import crypto
from assistance.shared.fields import EncryptedTextField
from assistance.shared.models import RowChange
from assistance.trail.classes import TableClass, models_of, our_models
from assistance.trail.models import ChainLink

LABEL = "trail.row"
CIPHER = "\\x"  # how PostgreSQL writes bytes into JSON


def chained_models() -> list[type[Model]]:
    """The written-once tables that the chain goes through: all but the chain itself."""
    return [model for model in models_of(TableClass.WRITTEN_ONCE) if model is not ChainLink]


def model_of_table(table: str) -> type[Model] | None:
    """Ours, or Django's own table behind a many-to-many relation."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table and not model._meta.proxy:
            return model
    return None


def encrypted_columns(model: type[Model]) -> dict[str, str]:
    """Column to the label under which its values are encrypted."""
    return {
        str(field.column): f"{model._meta.label_lower}.{field.name}"
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    }


def all_encrypted() -> dict[str, dict[str, str]]:
    """Table to its encrypted columns and their labels, where it has any."""
    found = {model._meta.db_table: encrypted_columns(model) for model in our_models()}
    return {table: columns for table, columns in found.items() if columns}


def columns_of(model: type[Model]) -> list[str]:
    return sorted(str(field.column) for field in model._meta.concrete_fields)


def row_digests(
    model: type[Model], columns: Sequence[str], *, after: int, up_to: int
) -> dict[int, bytes]:
    """Id to SHA-256 of the named columns, of the rows with `after` < id <= `up_to`.

    What is encrypted goes in by a keyed digest of its plain text, which outlasts a change of key.
    """
    apart = [field for field in _read_apart(model) if field in columns]
    quoted = ", ".join(f'"{name}"' for name in columns if name not in apart)
    with _universal_time(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, sha256(convert_to(to_jsonb(x)::text, 'UTF8')) FROM (SELECT {quoted}"
            f' FROM "{model._meta.db_table}" WHERE id > %s AND id <= %s) x ORDER BY id',
            [after, up_to],
        )
        plain = {key: bytes(digest) for key, digest in cursor.fetchall()}
    if not apart:
        return plain
    rows = model._default_manager.filter(id__gt=after, id__lte=up_to)
    for row in _readable(model, rows, apart):
        hidden = b"".join(row[1])
        plain[row[0]] = hashlib.sha256(plain[row[0]] + hidden).digest()
    return plain


def _read_apart(model: type[Model]) -> list[str]:
    if model is RowChange:
        return ["changes"]
    return list(encrypted_columns(model))


def _readable(
    model: type[Model], rows: Any, columns: list[str]
) -> Iterator[tuple[int, list[bytes]]]:
    if model is RowChange:
        for key, table, changes in rows.values_list("id", "table_name", "changes"):
            yield key, [stable_changes(table, changes)]
        return
    labels = encrypted_columns(model)
    # Read raw: one value that does not decrypt is a finding, not the end of the check.
    quoted = ", ".join(f'"{name}"' for name in columns)
    keys = list(rows.order_by("id").values_list("id", flat=True))
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, {quoted} FROM "{model._meta.db_table}" WHERE id BETWEEN %s AND %s',
            [keys[0], keys[-1]],
        )
        for key, *values in cursor.fetchall():
            pairs = zip(columns, values, strict=True)
            yield key, [_stable(value, labels[name]) for name, value in pairs]


def _stable(value: Any, label: str) -> bytes:
    if not value:
        return bytes(32)
    try:
        return crypto.digest(crypto.decrypt(bytes(value), label=label), label=LABEL)
    except (InvalidTag, KeyError, UnicodeDecodeError):
        return b"?" * 32


def stable_changes(table: str, changes: dict[str, Any]) -> bytes:
    """A digest of a change in which cipher texts are replaced by keyed digests of what they say."""
    labels = all_encrypted().get(table, {})
    stable = {
        column: [_stable_json(value, labels[column]) for value in pair]
        if column in labels
        else pair
        for column, pair in changes.items()
    }
    text = json.dumps(stable, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()


def _stable_json(value: Any, label: str) -> Any:
    if isinstance(value, str) and value.startswith(CIPHER):
        return _stable(bytes.fromhex(value[len(CIPHER) :]), label).hex()
    return value


@contextmanager
def _universal_time() -> Iterator[None]:
    """Moments become text in UTC, whatever the session says."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        usual = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('timezone', 'UTC', false)")
        try:
            yield
        finally:
            if connection.connection is not None and not connection.needs_rollback:
                cursor.execute("SELECT set_config('timezone', %s, false)", [usual])
